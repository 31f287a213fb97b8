"""What a query of ours cannot do without: the properties and classes that every solution of it must meet."""

from __future__ import annotations

import re
from functools import lru_cache

from partnergraph.terms import PREFIXES, RDF_TYPE

Required = tuple[str, str]
"""A property's IRI, and the IRI of a class where it is rdf:type; else the empty text."""

_TOKEN = re.compile(
    r"""\#[^\n]* | "(?:[^"\\\n]|\\.)*" | '(?:[^'\\\n]|\\.)*' | <[^<>\s]*> | [?$]\w+ | \w*:(?:[\w.-]*\w)?
    | \d+\.\d+ | \^\^ | [\w-]+ | [^\s\w]""",
    re.VERBOSE,
)
_AGGREGATE = {"COUNT", "SUM", "MIN", "MAX", "AVG", "SAMPLE", "GROUP_CONCAT"}
_PATH = set("|/^*+?!()[]")
_NOTHING: frozenset[Required] = frozenset()


@lru_cache(maxsize=1024)
def required(query: str) -> frozenset[Required]:
    """Return what must be there for the query to have a solution; where its text is not understood, nothing.

    Only plain patterns count that stand in the query's own group or in one that is joined to it, and in each branch
    of a UNION. A query that counts what it finds has an answer in any case.
    """
    tokens = [token for token in _TOKEN.findall(query) if not token.startswith("#")]
    try:
        return _Reader(tokens).query()
    except (IndexError, ValueError):
        return _NOTHING


class _Reader:
    """Reads the tokens of a query from the left; raises IndexError or ValueError where it loses its way."""

    def __init__(self, tokens: list[str]) -> None:
        self._tokens = tokens
        self._at = 0

    def query(self) -> frozenset[Required]:
        """Read a whole query."""
        while self._tokens[self._at].upper() == "PREFIX":
            self._at += 3
        if self._next() not in ("SELECT", "CONSTRUCT", "ASK"):
            raise ValueError("another kind of query")
        if self._tokens[self._at - 1].upper() == "CONSTRUCT":
            self._skip("{", "}")
        return self._rest()

    def _rest(self) -> frozenset[Required]:
        """Read on from behind SELECT, with what follows the pattern."""
        counts = False
        while self._tokens[self._at] != "{":
            counts = counts or self._tokens[self._at].upper() in _AGGREGATE
            self._at += 1
        found = self._group()
        return _NOTHING if counts and not self._is("GROUP") else found

    def _group(self) -> frozenset[Required]:
        """Read a group in braces."""
        self._take("{")
        found: set[Required] = set()
        if self._is("SELECT"):
            self._at += 1
            found.update(self._rest())
            while not self._is("}"):
                self._at += 1
        while not self._is("}"):
            found.update(self._part())
        self._take("}")
        return frozenset(found)

    def _part(self) -> frozenset[Required]:
        """Read one part of a group."""
        word = self._tokens[self._at].upper()
        if word == "{":
            return self._union()
        if word in ("OPTIONAL", "MINUS"):
            self._at += 1
            self._group()
        elif word == "GRAPH":
            self._at += 2
            return self._group()
        elif word == "FILTER":
            self._at += 1
            return self._filter()
        elif word == "BIND":
            self._at += 1
            self._skip("(", ")")
        elif word == "VALUES":
            while not self._is("{"):
                self._at += 1
            self._skip("{", "}")
        elif word == ".":
            self._at += 1
        else:
            return self._triples()
        return _NOTHING

    def _union(self) -> frozenset[Required]:
        found = self._group()
        while self._is("UNION"):
            self._at += 1
            found &= self._group()
        return found

    def _filter(self) -> frozenset[Required]:
        if self._is("EXISTS"):
            self._at += 1
            return self._group()
        if self._is("NOT"):
            self._at += 2
            self._group()
            return _NOTHING
        if not self._is("("):
            self._at += 1  # a function
        self._skip("(", ")")
        return _NOTHING

    def _triples(self) -> frozenset[Required]:
        """Read the triples of one subject."""
        self._at += 1
        found = set()
        while True:
            verb, value = self._tokens[self._at], self._tokens[self._at + 1]
            if verb in _PATH or value in _PATH:
                while self._tokens[self._at] not in (".", ";", "}"):
                    self._at += 1
            else:
                found.add((RDF_TYPE, _iri(value)) if verb == "a" else (_iri(verb), ""))
                self._at += 2
                while self._tokens[self._at] not in (".", ";", "}", "{") and not self._is("FILTER", "OPTIONAL", "BIND"):
                    self._at += 1
            if not self._is(";"):
                return frozenset(pair for pair in found if pair[0] and pair != (RDF_TYPE, ""))
            self._at += 1
            if self._tokens[self._at] in (".", "}"):
                return frozenset(pair for pair in found if pair[0] and pair != (RDF_TYPE, ""))

    def _skip(self, opening: str, closing: str) -> None:
        self._take(opening)
        depth = 1
        while depth:
            token = self._next()
            depth += (token == opening) - (token == closing)

    def _is(self, *words: str) -> bool:
        return self._tokens[self._at].upper() in words if self._at < len(self._tokens) else False

    def _take(self, token: str) -> None:
        if self._next() != token:
            raise ValueError(f"no {token}")

    def _next(self) -> str:
        self._at += 1
        return (
            self._tokens[self._at - 1].upper() if self._tokens[self._at - 1].isalpha() else self._tokens[self._at - 1]
        )


def _iri(token: str) -> str:
    """Return the IRI that a token names, or the empty text for a variable or a value."""
    if token.startswith("<"):
        return token[1:-1]
    prefix, colon, name = token.partition(":")
    return PREFIXES[prefix] + name if colon and prefix in PREFIXES else ""
