"""Pre-binding for all nodes at once: a query that SHACL runs for each focus node becomes one for all of them.

A variable that SHACL binds beforehand is bound in each group that uses it: by the group's own triple patterns, or by
the pattern of the focus nodes, which is put in front. Inside EXISTS it is bound by what stands outside. A variable that
has the same value for all nodes is replaced by that value.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass, field

from partnergraph.errors import ShapesFault
from partnergraph.shacl.sparql.conduct import check, finds, projected, stays
from partnergraph.shacl.sparql.structure import (
    Brackets,
    Expression,
    Group,
    Part,
    Query,
    Select,
    binds,
    flat,
    mentions,
    parse,
)
from partnergraph.shacl.sparql.tokens import Token, tokens
from partnergraph.shacl.world import Inexpressible

_TRUE = "(true)"
_CUTS = ("LIMIT", "OFFSET")
_SIMPLE = {
    "AS", "ASC", "ASK", "BIND", "BOUND", "BY", "COALESCE", "CONCAT", "CONTAINS", "COUNT", "DESC", "DISTINCT", "EXISTS",
    "FALSE", "FILTER", "GRAPH", "GROUP", "HAVING", "IF", "ISBLANK", "ISIRI", "ISLITERAL", "ISURI", "LANG",
    "LANGMATCHES", "LCASE", "NOT", "OPTIONAL", "ORDER", "PREFIX", "REDUCED", "REGEX", "REPLACE", "SAMETERM", "SELECT",
    "STR", "STRAFTER", "STRBEFORE", "STRENDS", "STRSTARTS", "TRUE", "UCASE", "UNION", "WHERE", "A",
}  # fmt: skip
_COMPARING = {"=", "!=", "<", ">", "<=", ">="}


@dataclass(frozen=True, slots=True)
class Prebound:
    """A query with what SHACL binds in it: `nodes` are variables that differ from node to node.

    `constants` holds the others with their terms, and `prefixes` the namespaces of the query.
    """

    query: Query
    nodes: frozenset[str]
    constants: Mapping[str, str]
    prefixes: Mapping[str, str]

    @property
    def stands_alone(self) -> bool:
        """Whether the query finds its nodes itself, wherever it uses them, so that nothing need be put in front."""
        return all(finds(self.query.select.where, node) for node in self.nodes)

    @property
    def stays(self) -> bool:
        """Whether a path of the query may lead from a node to itself without a triple."""
        path = self.constants.get("PATH", "")
        return "*" in path or "?" in path or stays(self.query.select.where.parts)

    def alone(self) -> str:
        """Return the query as it stands, for any node."""
        return _Writer(self).select(self.query.select)

    def for_all(self, found: str) -> str:
        """Return the query for the nodes that a pattern binds, each once."""
        return _Writer(self, found).select(self.query.select)

    def inside(self, renamed: Mapping[str, str], fresh: Callable[[str], str]) -> str:
        """Return what stands in an EXISTS: true for the node in a variable where the query has a solution.

        `renamed` gives the variables of the query that stand for the nodes outside; all others get fresh names.
        """
        select = self.query.select
        writer = _Writer(self, names=_Renaming(dict(renamed), fresh))
        if select.has(*_CUTS) or (select.aggregates and not self.stands_alone):
            raise Inexpressible("a query that groups or cuts its solutions stands inside another shape")
        return writer.select(select) if select.aggregates else writer.inner(select.where)


def prebound(text: str, nodes: Iterable[str], constants: Mapping[str, str], prefixes: Mapping[str, str]) -> Prebound:
    """Return a query ready to be bound; raise ShapesFault where SHACL forbids what it does."""
    query = parse(text)
    varying = frozenset(nodes)
    check(query, varying | set(constants), text)
    known = {**prefixes, **query.prefixes}
    for token in flat((query.select,)):
        if token.kind == "name" and token.text.partition(":")[0] not in known:
            raise ShapesFault(f"A query of the shapes uses {token.text}, whose prefix nothing declares:\n{text}")
    if query.form == "SELECT" and not projected(query.select) & {"this", "*"}:
        raise ShapesFault(f"A SELECT query of the shapes does not give $this:\n{text}")
    if query.form == "SELECT" and query.select.has(*_CUTS):
        raise Inexpressible("a query cuts its solutions with LIMIT or OFFSET, which counts for each focus node")
    return Prebound(query, varying, constants, known)


def reckons(text: str) -> bool:
    """Return whether a query compares or computes with values, and needs literals that the store can reckon with."""
    for token in tokens(text):
        unknown = token.kind == "word" and token.text.upper() not in _SIMPLE
        if unknown or token.kind == "number" or token.text == "^^" or token.text in _COMPARING:
            return True
    return False


@dataclass
class _Renaming:
    """New names for variables: the same one for each occurrence."""

    known: dict[str, str]
    fresh: Callable[[str], str]

    def of(self, variable: str) -> str:
        if variable not in self.known:
            self.known[variable] = self.fresh(variable)
        return self.known[variable]


@dataclass
class _Writer:
    """Writes a structure as text again, with what is bound in it."""

    bound: Prebound
    found: str = ""
    names: _Renaming | None = None
    _inside_exists: bool = field(default=False)

    def select(self, select: Select) -> str:
        tail = self._parts(self._grouped(select))
        return f"SELECT {self._head(select)} WHERE {self.group(select.where)} {tail}".rstrip()

    def group(self, group: Group) -> str:
        return f"{{ {self.inner(group)} }}"

    def inner(self, group: Group) -> str:
        front = self.found if self._needs(group) else ""
        return f"{front} {self._parts(group.parts)}".strip()

    def _needs(self, group: Group) -> bool:
        """Whether the focus nodes have to be put in front of a group."""
        if not self.found or self._inside_exists or any(isinstance(part, Select) for part in group.parts):
            return False
        if group is self.bound.query.select.where:
            return True
        needs = any(mentions(group.parts, node) and not binds(group, node) for node in self.bound.nodes)
        if needs and group.kind == "GRAPH":
            raise Inexpressible("a query uses $this in GRAPH where no triple pattern binds it")
        return needs

    def _head(self, select: Select) -> str:
        parts: list[str] = []
        for part in select.head:
            if isinstance(part, Token) and part.variable in self.bound.constants:
                parts.append(f"({self.bound.constants[part.variable]} AS {part.text})")
            else:
                parts.extend(self._words((part,)))
        return " ".join(parts)

    def _grouped(self, select: Select) -> tuple[Part, ...]:
        """Return what stands behind the group, with the nodes among what it groups by."""
        place = next(
            (at for at, part in enumerate(select.tail) if isinstance(part, Token) and part.is_word("GROUP")), None
        )
        if place is None:
            return select.tail
        for part in select.tail[place + 2 :]:
            if isinstance(part, Token) and part.variable in self.bound.constants:
                raise Inexpressible(f"a query groups by {part.text}, which is the same for all nodes")
        missing = (
            Token("variable", f"?{node}") for node in sorted(self.bound.nodes) if not mentions(select.tail, node)
        )
        return (*select.tail[: place + 2], *missing, *select.tail[place + 2 :])

    def _parts(self, parts: Iterable[Part]) -> str:
        return " ".join(self._words(parts))

    def _words(self, parts: Iterable[Part]) -> Iterator[str]:
        """Yield the parts as words; what stood together stays so, and brackets stand close to what they belong to."""
        pending = ""
        before: Part | None = None
        waiting = list(parts)
        for place, part in enumerate(waiting):
            if before is not None and self._is_answered(before, part):
                before = part
                continue
            answered = self._is_answered(part, *waiting[place + 1 : place + 2])
            word = _TRUE if answered else self._word(part)
            if pending and self._is_glued(part, before):
                pending += word
            else:
                if pending:
                    yield pending
                pending = word
            before = part
        if pending:
            yield pending

    def _is_glued(self, part: Part, before: Part | None) -> bool:
        if not isinstance(before, Token):
            return False
        if isinstance(part, Brackets):
            return before.kind in ("word", "iri", "name")
        if not isinstance(part, Token):
            return False
        if part.kind == "language" or "^^" in (part.text, before.text):
            return True
        return part.glued and not any(self._is_replaced(each) for each in (part, before))

    def _is_answered(self, part: Part, following: Part | None = None) -> bool:
        """Whether it is BOUND, and what it asks of is always bound."""
        if not isinstance(part, Token) or not part.is_word("BOUND") or not isinstance(following, Brackets):
            return False
        return any(token.variable in self.bound.constants for token in flat(following.parts))

    def _is_replaced(self, token: Token) -> bool:
        return token.kind == "name" or token.variable in self.bound.constants

    def _word(self, part: Part) -> str:
        match part:
            case Token():
                return self._token(part)
            case Brackets():
                return f"({self._parts(part.parts)})"
            case Expression():
                return self._parts(part.parts)
            case Select():
                return self.select(part)
            case Group():
                return self._nested(part)

    def _nested(self, group: Group) -> str:
        outside = self._inside_exists
        self._inside_exists = outside or group.kind == "EXISTS"
        text = self.group(group)
        self._inside_exists = outside
        return text

    def _token(self, token: Token) -> str:
        if token.kind == "variable":
            name = token.variable
            if name in self.bound.constants:
                return self.bound.constants[name]
            return self.names.of(name) if self.names else f"?{name}"
        if token.kind == "name":
            prefix, _, local = token.text.partition(":")
            return f"<{self.bound.prefixes[prefix]}{_plain(local)}>"
        return token.text


def _plain(local: str) -> str:
    return "".join(piece[:1] + piece[1:] for piece in local.replace("\\\\", "\\").split("\\"))
