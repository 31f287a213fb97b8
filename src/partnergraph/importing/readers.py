"""How a cell becomes the objects of a node's statements, or one part of its id."""

from __future__ import annotations

import hashlib
import re
from collections.abc import Callable

from partnergraph.importing.cells import LITERALS
from partnergraph.importing.codes import Codes, folded
from partnergraph.importing.table import Column, Part
from partnergraph.importing.transcript import Transcript
from partnergraph.terms import PG, instance, literal, normal_key

Objects = tuple[str, ...]
_DIGEST = re.compile(r"[0-9A-Fa-f]{32,}")
_SUBSCRIPTION_SCOPE = re.compile(r"/subscriptions/([^/]+)(/.+)?", re.IGNORECASE)
_SCOPED_KINDS = ("tenant", "subscription", "resource")
_PRODUCT_NAME = f"<{PG}productName>"


class Readers:
    """Makes the functions that read trimmed, filled cells of one import.

    `described` are the nodes that later rows look up: what a scope may name, and what is stated only once.
    """

    def __init__(self, codes: Codes, transcript: Transcript) -> None:
        self._codes = codes
        self._transcript = transcript
        self.described: set[str] = set()
        self._forms: dict[str, Callable[[Column, str], Objects]] = {
            "code": self._code,
            "kind": self._kind,
            "unknown kind": self._unknown_kind,
            "thing": lambda column, cell: (_node(column.of, cell),),
            "known product": self._known_product,
            "product": self._product,
            "person": lambda _, cell: (_node("person", person_key(cell)),),
            "scope": lambda _, cell: (literal(scope_key(cell)),),
            "scoped thing": self._scoped_thing,
            "scoped subscription": self._scoped_subscription,
        }
        self._parts: dict[str, Callable[[str], str]] = {
            "key": lambda cell: cell,
            "code": folded,
            "label": lambda cell: " ".join(cell.split()),
            "person": person_key,
            "product": self._product_key,
            "scope": scope_key,
        }

    def objects(self, column: Column, cell: str) -> Objects:
        """Return what a cell of the column says, as N-Triples terms; raise CellError where it cannot be read."""
        literal = LITERALS.get(column.form)
        if literal is not None:
            return (literal(cell),)
        return self._forms[column.form](column, cell)

    def part(self, part: Part, cell: str) -> str:
        """Return what a cell adds to an id."""
        return self._parts[part.form](cell)

    def _code(self, column: Column, cell: str) -> Objects:
        concept = self._codes.concept(PG + column.of, cell)
        return (f"<{concept}>",) if concept is not None else (_node("unrecognised", column.name, cell),)

    def _kind(self, _: Column, cell: str) -> Objects:
        kind = self._codes.kind(cell)
        return () if kind is None else (f"<{kind}>",)

    def _unknown_kind(self, _: Column, cell: str) -> Objects:
        return () if self._codes.kind(cell) is not None else (literal(cell),)

    def _known_product(self, _: Column, cell: str) -> Objects:
        product = self._codes.product(cell)
        return () if product is None else (f"<{product}>",)

    def _product(self, _: Column, cell: str) -> Objects:
        product = self._codes.product(cell)
        if product is not None:
            return (f"<{product}>",)
        minted = _node("product", folded(cell))
        if minted not in self.described:
            self.described.add(minted)
            self._transcript.write((f"{minted} {_PRODUCT_NAME} {literal(cell)} .\n",))
        return (minted,)

    def _product_key(self, cell: str) -> str:
        product = self._codes.product(cell)
        return f"~{folded(cell)}" if product is None else product.rpartition("#")[2]

    def _scoped_thing(self, _: Column, cell: str) -> Objects:
        subscription, rest = _split_scope(cell)
        key = subscription if subscription and not rest else scope_key(cell)
        candidates = (_node(kind, key) for kind in _SCOPED_KINDS)
        return tuple(candidate for candidate in candidates if candidate in self.described)

    def _scoped_subscription(self, _: Column, cell: str) -> Objects:
        subscription, rest = _split_scope(cell)
        return (_node("subscription", subscription),) if rest else ()


def person_key(cell: str) -> str:
    """Return a key that does not tell who the person is: a digest as it came, of anything else its SHA-256."""
    if _DIGEST.fullmatch(cell):
        return cell.lower()
    return hashlib.sha256(normal_key(cell).encode()).hexdigest()[:32]


def scope_key(cell: str) -> str:
    """Return a scope as it is compared: paths in lower case and without a slash at the end."""
    key = normal_key(cell)
    return key.rstrip("/") or key if key.startswith("/") else key


def _split_scope(cell: str) -> tuple[str, str]:
    """Return (subscription id as written, what follows it) of a path below a subscription, else two empty texts."""
    match = _SUBSCRIPTION_SCOPE.fullmatch(cell.rstrip("/"))
    return ("", "") if match is None else (match[1], match[2] or "")


def _node(kind: str, *parts: str) -> str:
    return f"<{instance(kind, *parts)}>"
