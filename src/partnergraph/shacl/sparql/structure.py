"""The structure of a query: its groups, expressions and sub-queries, as far as pre-binding has to know them."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field

from partnergraph.errors import ShapesFault
from partnergraph.shacl.sparql.tokens import Token, tokens

_FORBIDDEN = ("MINUS", "VALUES", "SERVICE", "FROM")
_AMBIGUOUS = re.compile(r"<(?![A-Za-z][A-Za-z0-9+.-]*:)|&&|\([?$]")
_DEEPEST = 100


@dataclass(frozen=True, slots=True)
class Brackets:
    """What stands between round brackets."""

    parts: tuple[Part, ...]


@dataclass(frozen=True, slots=True)
class Expression:
    """A FILTER or BIND: its keyword and what it reckons."""

    parts: tuple[Part, ...]


@dataclass(frozen=True, slots=True)
class Group:
    """What stands between curly brackets, behind `kind`: OPTIONAL, GRAPH, EXISTS, or nothing."""

    kind: str
    parts: tuple[Part, ...]


@dataclass(frozen=True, slots=True)
class Select:
    """A query or sub-query: what it gives, where it looks, and how it groups and cuts."""

    head: tuple[Part, ...]
    where: Group
    tail: tuple[Part, ...]

    def has(self, *words: str) -> bool:
        """Return whether one of these keywords stands before or behind the group."""
        return any(isinstance(part, Token) and part.is_word(*words) for part in (*self.head, *self.tail))

    @property
    def aggregates(self) -> bool:
        """Whether it counts or sums over solutions."""
        return self.has("GROUP", "HAVING") or any(
            token.is_word("COUNT", "SUM", "MIN", "MAX", "AVG", "SAMPLE", "GROUP_CONCAT") for token in flat(self.head)
        )


Part = Token | Brackets | Expression | Group | Select


@dataclass(frozen=True, slots=True)
class Query:
    """A SELECT or ASK query, `form` saying which, with the prefixes that it declares itself."""

    form: str
    select: Select
    prefixes: dict[str, str] = field(default_factory=dict)


def parse(text: str) -> Query:
    """Return the structure of a query; raise ShapesFault for what SHACL does not allow in one, or what is none."""
    return _Parser(text).query()


def flat(parts: Iterable[Part]) -> Iterator[Token]:
    """Yield every token of the parts at any depth."""
    for part in parts:
        match part:
            case Token():
                yield part
            case Select():
                yield from flat((*part.head, part.where, *part.tail))
            case _:
                yield from flat(part.parts)


def mentions(parts: Iterable[Part], variable: str) -> bool:
    """Return whether a variable stands anywhere in the parts."""
    return any(token.variable == variable for token in flat(parts))


def binds(group: Group, variable: str) -> bool:
    """Return whether a triple pattern of the group itself binds a variable."""
    direct = (part for part in group.parts if isinstance(part, Token | Brackets))
    return mentions(direct, variable)


class _Parser:
    def __init__(self, text: str) -> None:
        self._text = text
        self._tokens = tokens(text)
        self._place = 0
        self._depth = 0
        for token in self._tokens:
            if token.is_word(*_FORBIDDEN):
                raise ShapesFault(f"A query of the shapes has {token.text}, which SHACL does not allow there:\n{text}")
            if token.kind == "iri" and _AMBIGUOUS.search(token.text):
                raise ShapesFault(f"{token.text} is no absolute IRI. Write it out, or put spaces around < and >.")

    def query(self) -> Query:
        prefixes: dict[str, str] = {}
        while self._here().is_word("PREFIX"):
            self._next()
            name, iri = self._next(), self._next()
            prefixes[name.text.removesuffix(":")] = iri.text[1:-1]
        if not self._here().is_word("SELECT", "ASK"):
            raise self._fault("a SELECT or ASK query")
        query = Query(self._here().text.upper(), self._select(), prefixes)
        if self._place < len(self._tokens):
            raise self._fault("the end of the query")
        return query

    def _select(self) -> Select:
        self._next()
        head: list[Part] = []
        while not self._here().is_word("WHERE") and not self._here().is_sign("{"):
            head.append(self._part())
        if self._here().is_word("WHERE"):
            self._next()
        where = self._group("")
        tail: list[Part] = []
        while self._place < len(self._tokens) and not self._here().is_sign("}"):
            tail.append(self._part())
        return Select(tuple(head), where, tuple(tail))

    def _group(self, kind: str) -> Group:
        self._open("{")
        parts: list[Part] = []
        if self._here().is_word("SELECT"):
            parts.append(self._select())
        while not self._here().is_sign("}"):
            parts.extend(self._clause())
        self._close()
        return Group(kind, tuple(parts))

    def _clause(self) -> Iterator[Part]:
        here = self._here()
        if here.is_word("FILTER"):
            yield Expression((self._next(), *self._test()))
        elif here.is_word("BIND"):
            yield Expression((self._next(), self._part()))
        elif here.is_word("OPTIONAL"):
            yield self._next()
            yield self._group("OPTIONAL")
        elif here.is_word("GRAPH"):
            yield self._next()
            yield self._next()
            yield self._group("GRAPH")
        else:
            yield self._part()

    def _test(self) -> Iterator[Part]:
        while not self._here().is_sign("(") and not self._here().is_word("EXISTS"):
            yield self._next()
        yield self._part()
        if self._tokens[self._place - 1].is_word("EXISTS"):
            yield self._part()

    def _part(self) -> Part:
        here = self._here()
        if here.is_sign("("):
            self._open("(")
            parts: list[Part] = []
            while not self._here().is_sign(")"):
                parts.append(self._part())
            self._close()
            return Brackets(tuple(parts))
        if here.is_sign("{"):
            after_exists = self._place > 0 and self._tokens[self._place - 1].is_word("EXISTS")
            return self._group("EXISTS" if after_exists else "")
        if here.is_sign("}") or here.is_sign(")"):
            raise self._fault("another bracket")
        return self._next()

    def _open(self, sign: str) -> None:
        if not self._here().is_sign(sign):
            raise self._fault(sign)
        self._depth += 1
        if self._depth > _DEEPEST:
            raise ShapesFault(f"A query of the shapes nests its brackets deeper than {_DEEPEST}.")
        self._next()

    def _close(self) -> None:
        self._depth -= 1
        self._next()

    def _here(self) -> Token:
        if self._place >= len(self._tokens):
            raise self._fault("more")
        return self._tokens[self._place]

    def _next(self) -> Token:
        token = self._here()
        self._place += 1
        return token

    def _fault(self, wanted: str) -> ShapesFault:
        found = self._tokens[self._place].text if self._place < len(self._tokens) else "its end"
        return ShapesFault(f"A query of the shapes has {found} where {wanted} should stand:\n{self._text}")
