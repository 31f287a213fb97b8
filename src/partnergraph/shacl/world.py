"""What the compiler must know of a graph before it writes a query for it, and the names that it gives variables."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, field

from partnergraph.shacl.term import is_blank, is_literal
from partnergraph.store.judged import Judged
from partnergraph.store.spelling import KEPT

Subclasses = frozenset[tuple[str, str]]
"""Pairs of a class and one that it is directly part of, as terms."""

_LISTED = 40
_SUBCLASSES = "SELECT ?part ?whole WHERE { ?part <http://www.w3.org/2000/01/rdf-schema#subClassOf> ?whole }"


class Inexpressible(Exception):
    """A shape that cannot be said as one query; its text is the reason."""


class Names:
    """Variables that no other part of a query uses."""

    def __init__(self) -> None:
        self._count = 0

    def fresh(self, hint: str) -> str:
        """Return a variable that was not given before."""
        self._count += 1
        return f"?{hint}{self._count}_"


@dataclass(frozen=True, slots=True)
class World:
    """The classes of a graph and how its literals are written.

    `parts` holds the direct subclasses of each class. Where `keeps` is true some literals have a stand-in, and
    `stored` gives the term that stands in the graph for the one in a shape; `mentions` says whether a triple has it,
    and `spellings` is the graph to be asked what is written in several ways.
    """

    parts: Mapping[str, frozenset[str]] = field(default_factory=dict)
    keeps: bool = False
    stored: Callable[[str], str] = str
    mentions: Callable[[str], bool] = bool
    spellings: Judged | None = None

    def reckoning(self) -> World:
        """Return the same for a graph whose literals are written by their values."""
        return World(self.parts, mentions=self.mentions)

    def constant(self, term: str) -> str:
        """Return the term as a query names it."""
        if is_blank(term):
            raise Inexpressible(f"no query can name the blank node {term}")
        return self.stored(term) if is_literal(term) else term

    def subclasses(self, kind: str) -> tuple[str, ...] | None:
        """Return the class and its subclasses at every depth; None where they are too many to list, or some unnamed."""
        found = {kind}
        open_ends = [kind]
        while open_ends:
            for part in self.parts.get(open_ends.pop(), ()):
                if part not in found:
                    found.add(part)
                    open_ends.append(part)
            if len(found) > _LISTED:
                return None
        return None if any(is_blank(each) for each in found) else tuple(sorted(found))

    def value(self, variable: str) -> str:
        """Return the expression for the value of a literal, to be compared."""
        if not self.keeps:
            return variable
        kind = f"STR(DATATYPE({variable}))"
        value = f'STRDT(STR({variable}), IRI(STRAFTER({kind}, "{KEPT}")))'
        return f'IF(STRSTARTS({kind}, "{KEPT}"), {value}, {variable})'

    def datatype(self, iri: str) -> tuple[str, ...]:
        """Return the datatypes under which literals of this one stand in the graph."""
        return (iri, KEPT + iri) if self.keeps else (iri,)


@dataclass(frozen=True, slots=True)
class Scope:
    """What is the same in all parts of one query.

    It is `strange` where a focus node is meant that no triple mentions.
    """

    world: World
    strange: bool = False
    names: Names = field(default_factory=Names)


def parts_of(subclasses: Subclasses) -> dict[str, frozenset[str]]:
    """Return the direct subclasses of each class that has any."""
    parts: dict[str, set[str]] = defaultdict(set)
    for part, whole in subclasses:
        parts[whole].add(part)
    return {whole: frozenset(each) for whole, each in parts.items()}


def world_of(graph: Judged) -> World:
    """Return what the compiler must know of a graph."""
    subclasses = frozenset((row["part"], row["whole"]) for row in graph.solutions(_SUBCLASSES))
    return World(parts_of(subclasses), graph.keeps, graph.stored, graph.mentions, graph)


def either(tests: Iterable[str]) -> str:
    """Return the expression that is true where one of the tests is."""
    return " || ".join(tests) or "false"
