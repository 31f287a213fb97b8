"""Literals in the triple patterns of a query: they mean terms there, where an expression means values."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass

from partnergraph.shacl.sparql.structure import Brackets, Expression, Group, Part, Query, Select
from partnergraph.shacl.sparql.tokens import Token
from partnergraph.terms import XSD, literal

_ENDS = {".", ";", ","}
_TERMS = {"a", "true", "false"}


@dataclass(frozen=True, slots=True)
class Meant:
    """What stands last in the triple patterns of a query: literals with a datatype, and variables, each as often."""

    literals: tuple[str, ...]
    variables: tuple[str, ...]


def meant(query: Query, prefixes: Mapping[str, str]) -> Meant:
    """Return what the patterns of a query mean by term; only what stands last in a pattern can be a literal."""
    found = list(_objects(query.select.where))
    literals = (_literal(before, last, prefixes) for before, last in found)
    variables = tuple(last.variable for _, last in found if last.kind == "variable")
    return Meant(tuple(each for each in literals if each), variables)


def _literal(before: tuple[Token, ...], last: Token, prefixes: Mapping[str, str]) -> str:
    """Return the literal with a datatype that ends with this token, or nothing."""
    if last.kind == "number":
        sign = "-" if before and before[-1].is_sign("-") else ""
        kind = "double" if "e" in last.text.lower() else "decimal" if "." in last.text else "integer"
        return literal(sign + last.text, kind)
    if last.is_word("true", "false"):
        return literal(last.text.lower(), "boolean")
    if len(before) > 1 and before[-1].text == "^^":
        text = before[-2].text.strip("\"'")
        prefix, _, local = last.text.partition(":")
        iri = last.text[1:-1] if last.kind == "iri" else prefixes.get(prefix, XSD) + local
        return f"{literal(text)}^^<{iri}>"
    return ""


def _objects(group: Group) -> Iterator[tuple[tuple[Token, ...], Token]]:
    """Yield the token that ends each triple pattern at any depth, with the tokens before it."""
    before: list[Token] = []
    for part, following in zip(group.parts, (*group.parts[1:], None), strict=True):
        if isinstance(part, Token):
            if _is_term(part) and _ends(following):
                yield tuple(before), part
            before.append(part)
            continue
        before = []
        for inner in _groups((part,)):
            yield from _objects(inner)


def _groups(parts: Iterable[Part]) -> Iterator[Group]:
    """Yield the groups in these parts, not those inside them."""
    for part in parts:
        match part:
            case Group():
                yield part
            case Select():
                yield part.where
            case Brackets() | Expression():
                yield from _groups(part.parts)


def _is_term(token: Token) -> bool:
    return token.kind in ("variable", "number", "iri", "name") or token.is_word("true", "false")


def _ends(following: Part | None) -> bool:
    if isinstance(following, Token):
        return following.text in _ENDS or (following.kind == "word" and following.text.lower() not in _TERMS)
    return not isinstance(following, Brackets)
