"""A SPARQL update as the operations that it consists of, told apart without carrying any of them out."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass

import pyoxigraph as ox

from partnergraph.errors import BadQuery
from partnergraph.store.guard import refuse_nesting, refuse_service
from partnergraph.store.view import bad_query
from partnergraph.terms import PREFIXES

_TOKEN = re.compile(
    r"""(?P<gap>\s++|\#[^\r\n]*+)
    | (?P<iri><(?:[^<>"{}|^`\\\x00-\x20]|\\[uU][0-9A-Fa-f]++)*+>)
    | (?P<text>\"{3}(?:\"{0,2}(?:[^"\\]|\\.))*\"{3} | '{3}(?:'{0,2}(?:[^'\\]|\\.))*'{3}
        | "(?:[^"\\\r\n]|\\.)*+" | '(?:[^'\\\r\n]|\\.)*+')
    | (?P<label>_:[\w.-]*\w)
    | (?P<variable>[?$]\w++)
    | (?P<name>(?:\w[\w.-]*+)?:(?:[\w:-]|\.(?=[\w:.%\\-])|%[0-9A-Fa-f]{2}|\\.)*+)
    | (?P<word>@?\w[\w-]*+)
    | (?P<mark>.)""",
    re.VERBOSE | re.DOTALL,
)
_NOWHERE = "urn:partnergraph:nowhere"
_FIRST_FAILS = f"DROP GRAPH <{_NOWHERE}> ; "


@dataclass(frozen=True, slots=True)
class Token:
    """One token of SPARQL: what kind it is, its text, and where it begins in the whole."""

    kind: str
    text: str
    start: int

    def says(self, *words: str) -> bool:
        """Return whether it is one of the keywords."""
        return self.kind == "word" and self.text.upper() in words


@dataclass(frozen=True, slots=True)
class Group:
    """What stands between braces; `text` has them."""

    tokens: tuple[Token, ...]
    text: str

    @property
    def labels(self) -> frozenset[str]:
        """The labels of blank nodes in it."""
        return frozenset(token.text for token in self.tokens if token.kind == "label")


@dataclass(frozen=True, slots=True)
class Operation:
    """One operation: its prologue, its words, and its groups by the word that they follow.

    `kind` is such as "INSERT DATA", "DELETE WHERE", "MODIFY", "CLEAR". `words` are tokens without groups.
    """

    kind: str
    prologue: str
    words: tuple[Token, ...]
    groups: Mapping[str, Group]


def operations(text: str, base: str = "") -> Iterator[Operation]:
    """Yield the operations of an update; raise BadQuery with line and column for what is none, and for SERVICE.

    Relative IRIs are relative to `base`. Nothing is evaluated or fetched.
    """
    refuse_service(text)
    refuse_nesting(text)
    prologue = f"BASE <{base}> " if base else ""
    shared: dict[str, set[str]] = {"INSERT DATA": set(), "WHERE": set()}
    pieces = list(_pieces(text))
    for number, piece in enumerate(pieces):
        rest, said = _prologue(piece)
        prologue += said
        if not rest and number < len(pieces) - 1:
            raise _misplaced(text, piece[-1].start if piece else len(text))
        _check(prologue, text, rest)
        if rest:
            operation = _operation(prologue, text, rest)
            _refuse_shared_labels(operation, shared)
            yield operation


def _pieces(text: str) -> Iterator[list[Token]]:
    """Yield the tokens between the semicolons that separate operations."""
    piece: list[Token] = []
    depth = 0
    for found in _TOKEN.finditer(text):
        kind = found.lastgroup or ""
        if kind == "gap":
            continue
        token = Token(kind, found[0], found.start())
        depth += (token.text == "{") - (token.text == "}") if kind == "mark" else 0
        if kind == "mark" and token.text == ";" and depth == 0:
            yield piece
            piece = []
        else:
            piece.append(token)
    yield piece


def _prologue(piece: list[Token]) -> tuple[list[Token], str]:
    """Return what follows the declarations at the beginning of a piece, and the declarations on one line."""
    at = 0
    while at < len(piece) and piece[at].says("BASE", "PREFIX", "VERSION"):
        at += 3 if piece[at].says("PREFIX") else 2
    return piece[at:], "".join(f"{token.text} " for token in piece[:at])


def _check(prologue: str, text: str, piece: list[Token]) -> None:
    """Raise BadQuery where the parser of queries finds fault with a piece; it stops before it carries anything out."""
    start, end = (piece[0].start, piece[-1].start + len(piece[-1].text)) if piece else (0, 0)
    line_start = text.rfind("\n", 0, start) + 1
    before = "\n" * text.count("\n", 0, start) + " " * (start - line_start)
    first = prologue + _FIRST_FAILS
    try:
        ox.Store().update(first + before + text[start:end], prefixes=PREFIXES)
    except SyntaxError as fault:
        found = bad_query(fault)
        if found.line == 1 and found.column is not None:
            raise BadQuery(found.message, 1, max(1, found.column - len(first))) from fault
        raise found from fault
    except RuntimeError:
        return  # the graph to drop first is nowhere
    except (ValueError, OSError) as fault:
        raise BadQuery(str(fault)) from fault
    raise _misplaced(text, start)


def _operation(prologue: str, text: str, piece: list[Token]) -> Operation:
    words: list[Token] = []
    groups: dict[str, Group] = {}
    at = 0
    while at < len(piece):
        if piece[at].text != "{" or piece[at].kind != "mark":
            words.append(piece[at])
            at += 1
            continue
        end = _closing(piece, at, text)
        inside = text[piece[at].start : piece[end].start + 1]
        after = words[-1].text.upper() if words and words[-1].kind == "word" else "WHERE"
        groups["WHERE" if after not in ("DELETE", "INSERT", "DATA") else after] = Group(
            tuple(piece[at + 1 : end]), inside
        )
        at = end + 1
    return Operation(_kind(words, groups), prologue, tuple(words), groups)


def _kind(words: list[Token], groups: Mapping[str, Group]) -> str:
    first, second = ([*(word.text.upper() for word in words), "", ""])[:2]
    if first in ("INSERT", "DELETE") and "DATA" in groups:
        return f"{first} DATA"
    if (first, second) == ("DELETE", "WHERE") and "DELETE" not in groups:
        return "DELETE WHERE"
    return "MODIFY" if first in ("INSERT", "DELETE", "WITH") else first


def _closing(piece: list[Token], at: int, text: str) -> int:
    depth = 0
    for place in range(at, len(piece)):
        if piece[place].kind == "mark":
            depth += (piece[place].text == "{") - (piece[place].text == "}")
            if depth == 0:
                return place
    raise _misplaced(text, piece[at].start)


def _refuse_shared_labels(operation: Operation, shared: dict[str, set[str]]) -> None:
    """Raise BadQuery where operations share the label of a blank node that the standard lets only one of them use."""
    place = "INSERT DATA" if operation.kind == "INSERT DATA" else "WHERE"
    group = operation.groups.get("DATA" if place == "INSERT DATA" else place)
    labels = group.labels if group else frozenset()
    again = labels & shared[place]
    if again:
        raise BadQuery(f"The blank node {min(again)} stands in two operations. Give it another label in one of them.")
    shared[place] |= labels


def _misplaced(text: str, start: int) -> BadQuery:
    line = text.count("\n", 0, start) + 1
    column = start - text.rfind("\n", 0, start)
    return BadQuery(
        "Here an operation of SPARQL Update was expected, such as INSERT DATA or DELETE WHERE.", line, column
    )
