"""Reach: which changes of a graph can create or clear what a query finds in it."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from functools import lru_cache

from partnergraph.errors import ShapesFault
from partnergraph.shacl.sparql.tokens import Token, tokens
from partnergraph.terms import PREFIXES, RDF_TYPE, compact

_TERMS = {"variable", "iri", "name", "blank", "string", "number"}
_END = Token("end", "")
_HEADS = ("SELECT", "ORDER", "GROUP", "HAVING")


@dataclass(frozen=True, slots=True)
class Touched:
    """What a change touches: the properties of the triples that come and go, and of rdf:type their classes, by IRIs."""

    names: frozenset[str]

    def then(self, queries: Iterable[str]) -> Touched:
        """Return what is touched, too, where CONSTRUCT queries derive something from what is, in their order."""
        names = self.names
        for query in queries:
            if reach(query).is_met_by(Touched(names)):
                names |= _derived(query)
        return Touched(names)


@dataclass(frozen=True, slots=True)
class Reach:
    """The properties and classes that a query reads.

    It reads `all_of_them` where it asks for whatever property a thing has, or is not understood; and where it asks for
    whatever class, all that touches rdf:type.
    """

    names: frozenset[str]
    all_of_them: bool = False

    def is_met_by(self, touched: Touched) -> bool:
        """Return whether such a change can make a difference to what the query finds."""
        return bool(touched.names) and (self.all_of_them or not self.names.isdisjoint(touched.names))

    @property
    def wording(self) -> str:
        """Say it in one line."""
        return "any change" if self.all_of_them else f"a change of {', '.join(sorted(map(compact, self.names)))}"


@lru_cache(maxsize=4096)
def reach(query: str) -> Reach:
    """Return what a query reads; of a CONSTRUCT, its pattern."""
    try:
        found = tokens(query)
    except ShapesFault:
        return Reach(frozenset(), all_of_them=True)
    pattern = list(_pattern(found))
    names = frozenset(_names(pattern, _prefixes(found)))
    return Reach(names, all_of_them=any(_is_open(pattern, place) for place in range(len(pattern))))


def _pattern(found: Sequence[Token]) -> Iterator[Token]:
    """Yield the tokens without prologue, template and the lists of variables that stand outside of patterns."""
    skipping = True
    for place, token in enumerate(found):
        if token.is_word(*_HEADS):
            skipping = True
        elif skipping and token.is_sign("{"):
            skipping = _opens_template(found, place)
        elif skipping and token.is_sign("}") and not _closes_template(found, place):
            skipping = False
        if not skipping:
            yield token


def _opens_template(found: Sequence[Token], place: int) -> bool:
    return place > 0 and found[place - 1].is_word("CONSTRUCT")


def _closes_template(found: Sequence[Token], place: int) -> bool:
    return place + 1 < len(found) and found[place + 1].is_word("WHERE")


def _is_open(pattern: Sequence[Token], place: int) -> bool:
    """Return whether a token stands for whatever property: a variable between two terms, or a negated path."""
    token, (first, second) = pattern[place], (*pattern[place + 1 : place + 3], _END, _END)[:2]
    if token.is_sign("!"):
        return _is_property(first) or (first.is_sign("(") and (_is_property(second) or second.is_sign(")")))
    before = pattern[place - 1] if place else _END
    return token.kind == "variable" and _ends_term(before) and (first.kind in _TERMS or first.is_sign("["))


def _is_property(token: Token) -> bool:
    return token.kind in ("iri", "name") or token.is_sign("^") or token.is_word("A")


def _ends_term(token: Token) -> bool:
    return token.kind in _TERMS or any(map(token.is_sign, ";[]"))


def _names(pattern: Sequence[Token], prefixes: dict[str, str]) -> Iterator[str]:
    for token, after in zip(pattern, (*pattern[1:], _END), strict=True):
        if token.kind == "iri":
            yield token.text[1:-1]
        elif token.kind == "name":
            prefix, _, name = token.text.partition(":")
            yield prefixes.get(prefix, "") + name
        elif token.is_word("A") and after.kind not in ("iri", "name"):
            yield RDF_TYPE


def _prefixes(found: Sequence[Token]) -> dict[str, str]:
    own = {
        found[place + 1].text.removesuffix(":"): found[place + 2].text[1:-1]
        for place, token in enumerate(found[:-2])
        if token.is_word("PREFIX")
    }
    return {**PREFIXES, **own}


@lru_cache(maxsize=256)
def _derived(query: str) -> frozenset[str]:
    """Return the properties and classes of what a CONSTRUCT query gives."""
    found = tokens(query)
    begin = next(place for place, token in enumerate(found) if token.is_word("CONSTRUCT"))
    end = next(place for place, token in enumerate(found) if token.is_word("WHERE"))
    template = found[begin:end] if end > begin + 1 else found[end:]
    typed = {RDF_TYPE} if any(token.is_word("A") for token in template) else set()
    return frozenset({*_names(template, _prefixes(found)), *typed})
