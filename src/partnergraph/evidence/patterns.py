"""Patterns: the triples that a query speaks of, read from its text."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from functools import lru_cache

from partnergraph.shacl.sparql.tokens import Token, tokens
from partnergraph.terms import PREFIXES, RDF_TYPE

_TERMS = ("variable", "iri", "name", "string", "number", "blank")
_MODIFIERS = ("*", "+", "?")


@dataclass(frozen=True, slots=True)
class Pattern:
    """A triple pattern. Subject and object are a variable (`?name`), an N-Triples term, or empty for any other literal.

    `properties` are the IRIs that may lead from the one to the other, or a variable; where it `wanders`, over several
    steps.
    """

    subject: str
    properties: tuple[str, ...]
    value: str
    wanders: bool = False


@dataclass(frozen=True, slots=True)
class Speech:
    """What a query speaks of: the patterns of its WHERE at any depth, and those of its CONSTRUCT."""

    looks_at: tuple[Pattern, ...]
    makes: tuple[Pattern, ...]


@lru_cache(maxsize=1024)
def speech(text: str) -> Speech:
    """Return the patterns of a query; what is only reckoned with is passed over."""
    found = tokens(text)
    start = next((place for place, token in enumerate(found) if token.is_word("SELECT", "CONSTRUCT", "ASK")), 0)
    makes: tuple[Pattern, ...] = ()
    if start < len(found) and found[start].is_word("CONSTRUCT"):
        reader = _Reader(found, start + 1)
        reader.group()
        makes, start = tuple(reader.found), reader.at
    reader = _Reader(found, start)
    reader.query()
    return Speech(tuple(dict.fromkeys(reader.found)), makes)


class _Reader:
    """Reads tokens from the left and notes the patterns that it meets."""

    def __init__(self, found: tuple[Token, ...], at: int) -> None:
        self._tokens = found
        self.at = at
        self.found: list[Pattern] = []

    def query(self) -> None:
        """Read on to the group of a query, that, and how the query groups and cuts what it finds."""
        while not self._is("{"):
            self.at += 1
        self.group()
        while self.at < len(self._tokens) and not self._is("}"):
            self.at += 1

    def group(self) -> None:
        """Read what stands between curly brackets."""
        self.at += 1
        while not self._is("}"):
            self._clause()
        self.at += 1

    def _clause(self) -> None:
        token = self._tokens[self.at]
        if self._is("{"):
            self.group()
        elif self._is("("):
            self._expression()
        elif token.is_word("SELECT"):
            self.query()
        elif token.is_word("VALUES"):
            self._skip_values()
        elif token.is_word("GRAPH"):
            self.at += 2
        elif token.kind in _TERMS:
            self._triples()
        else:
            self.at += 1

    def _expression(self) -> None:
        """Read what stands between round brackets; only an EXISTS in it speaks of triples."""
        self.at += 1
        while not self._is(")"):
            if self._is("("):
                self._expression()
            elif self._is("{"):
                self.group()
            else:
                self.at += 1
        self.at += 1

    def _skip_values(self) -> None:
        while not self._is("{"):
            self.at += 1
        while not self._is("}"):
            self.at += 1
        self.at += 1

    def _triples(self) -> None:
        subject = self._term()
        while self._is_verb():
            properties, wanders, backwards = self._path()
            for value in self._values():
                ends = (value, subject) if backwards else (subject, value)
                self.found.append(Pattern(ends[0], properties, ends[1], wanders))
            if not self._is(";"):
                return
            self.at += 1

    def _values(self) -> Iterator[str]:
        yield self._term()
        while self._is(","):
            self.at += 1
            yield self._term()

    def _path(self) -> tuple[tuple[str, ...], bool, bool]:
        """Return the properties of a path, whether it may take several steps, and whether it leads backwards."""
        backwards = self._is("^")
        properties: list[str] = []
        wanders = False
        depth = 0
        while depth or self._is_verb() or self._is(*_MODIFIERS, "/", "|"):
            token = self._tokens[self.at]
            depth += self._is("(") - self._is(")")
            wanders = wanders or self._is("/", *_MODIFIERS)
            self.at += 1
            if token.kind == "variable":
                properties.append(f"?{token.variable}")
                break
            if token.kind in ("iri", "name") or token.text == "a":
                properties.append(RDF_TYPE if token.text == "a" else _iri(token))
                if not depth and not self._is(*_MODIFIERS, "/", "|"):
                    break
            elif not depth and token.text in (*_MODIFIERS, ")") and self._is_object():
                break
        return tuple(properties), wanders, backwards and not wanders

    def _is_verb(self) -> bool:
        token = self._tokens[self.at]
        return token.kind in ("iri", "name", "variable") or token.text == "a" or self._is("^", "(", "!")

    def _is_object(self) -> bool:
        return self._tokens[self.at].kind in _TERMS

    def _term(self) -> str:
        token = self._tokens[self.at]
        self.at += 1
        while self._tokens[self.at].kind == "language" or self._is("^^"):
            self.at += 2 if self._is("^^") else 1
        if token.variable:
            return f"?{token.variable}"
        return f"<{_iri(token)}>" if token.kind in ("iri", "name") else ""

    def _is(self, *signs: str) -> bool:
        return self.at < len(self._tokens) and any(self._tokens[self.at].is_sign(sign) for sign in signs)


def _iri(token: Token) -> str:
    if token.kind == "iri":
        return token.text[1:-1]
    prefix, _, name = token.text.partition(":")
    return PREFIXES.get(prefix, prefix + ":") + name
