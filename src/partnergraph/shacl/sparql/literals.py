"""Literals in the triple patterns of a query: they mean terms there, where an expression means values."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass

from partnergraph.shacl.sparql.structure import Brackets, Expression, Group, Part, Query, Select
from partnergraph.shacl.sparql.tokens import Token
from partnergraph.terms import XSD, literal

_ENDS = {".", ";", ","}
_TERMS = {"a", "true", "false"}
_TURNS = {"^", "|", "!"}


@dataclass(frozen=True, slots=True)
class Meant:
    """What stands last in one triple pattern: a literal with a datatype, or a variable, and the property before it.

    Each is empty where it is something else.
    """

    literal: str
    variable: str
    predicate: str


def meant(query: Query, prefixes: Mapping[str, str]) -> tuple[Meant, ...]:
    """Return what the patterns of a query mean by term; only what stands last in a pattern can be a literal."""
    known = {**prefixes, **query.prefixes}
    return tuple(
        Meant(_literal(value, known), value[-1].variable, _predicate(before, known))
        for before, value in _objects(query.select.where)
    )


def _predicate(before: Sequence[Token], prefixes: Mapping[str, str]) -> str:
    """Return the property that ends these tokens, or nothing where it is a variable or may be another."""
    if not before or (len(before) > 1 and before[-2].text in _TURNS):
        return ""
    return _iri(before[-1], prefixes)


def _literal(value: Sequence[Token], prefixes: Mapping[str, str]) -> str:
    last = value[-1]
    if last.kind == "number":
        sign = "-" if len(value) > 1 else ""
        kind = "double" if "e" in last.text.lower() else "decimal" if "." in last.text else "integer"
        return literal(sign + last.text, kind)
    if last.is_word("true", "false"):
        return literal(last.text.lower(), "boolean")
    if len(value) == 3:
        return f"{literal(value[0].text.strip(_QUOTES))}^^{_iri(last, prefixes) or f'<{XSD}string>'}"
    return ""


_QUOTES = "\"'"


def _iri(token: Token, prefixes: Mapping[str, str]) -> str:
    if token.kind == "iri":
        return token.text
    prefix, _, local = token.text.partition(":")
    return f"<{prefixes[prefix]}{local}>" if token.kind == "name" and prefix in prefixes else ""


def _objects(group: Group) -> Iterator[tuple[Sequence[Token], Sequence[Token]]]:
    """Yield what ends each triple pattern at any depth: the tokens of its path, and those of the term itself."""
    before: list[Token] = []
    path: Sequence[Token] = ()
    for part, following in zip(group.parts, (*group.parts[1:], None), strict=True):
        if not isinstance(part, Token):
            before = []
            for inner in _groups((part,)):
                yield from _objects(inner)
            continue
        before.append(part)
        if _is_term(part) and _ends(following):
            length = 3 if len(before) > 2 and before[-2].text == "^^" else 1
            length += len(before) > length and before[-length - 1].is_sign("-")
            value, rest = before[-length:], before[:-length]
            path = path if rest and rest[-1].is_sign(",") else rest
            yield path, value


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
