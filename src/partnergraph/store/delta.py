"""A change: the quads that come into a store and those that leave it."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from itertools import islice

import pyoxigraph as ox

from partnergraph.store.view import View
from partnergraph.terms import PG, STATE_GRAPH, XSD

Node = ox.NamedNode | ox.BlankNode | ox.Literal | ox.Triple


@dataclass(frozen=True, slots=True)
class Delta:
    """Quads that come and quads that go; none of them is in both, and each makes a difference to the store."""

    added: frozenset[ox.Quad] = frozenset()
    removed: frozenset[ox.Quad] = frozenset()

    @classmethod
    def replacing(cls, before: View, after: View, graphs: Iterable[str], most: int) -> Delta | None:
        """Return what graphs gain and lose where those of `after` take their place.

        None for more than `most` quads, and for blank nodes, which cannot be named in a change.
        """
        named = tuple(graphs)
        old = [set(islice(before.quads(graph), most + 1)) for graph in named]
        if sum(map(len, old)) > most:
            return None
        new = set().union(*(after.quads(graph) for graph in named))
        was = set().union(*old)
        change = cls(frozenset(new - was), frozenset(was - new))
        return change if len(change) <= most and not any(map(_has_blank, change)) else None

    @classmethod
    def restating(cls, graph: str, gone: str, come: str) -> Delta:
        """Return the change by which lines of N-Triples go from a named graph, and others come into it."""
        place = ox.NamedNode(graph)

        def quads(text: str) -> frozenset[ox.Quad]:
            found = (quad.triple for quad in ox.parse(text.encode(), format=ox.RdfFormat.N_TRIPLES))
            return frozenset(ox.Quad(triple.subject, triple.predicate, triple.object, place) for triple in found)

        return cls(quads(come), quads(gone))

    @classmethod
    def counting(cls, quads: ox.Store) -> Delta:
        """Return the change by which a store comes to its next revision."""
        graph = ox.NamedNode(STATE_GRAPH)
        number = ox.Literal(str(View(quads).revision + 1), datatype=ox.NamedNode(f"{XSD}integer"))
        old = quads.quads_for_pattern(graph, ox.NamedNode(f"{PG}revision"), None, graph)
        return cls(frozenset([ox.Quad(graph, ox.NamedNode(f"{PG}revision"), number, graph)]), frozenset(old))

    def __len__(self) -> int:
        """Return how many quads come and go."""
        return len(self.added) + len(self.removed)

    def __add__(self, later: Delta) -> Delta:
        """Return this change and then a later one as one."""
        return Delta(
            (self.added - later.removed) | (later.added - self.removed),
            (self.removed - later.added) | (later.removed - self.added),
        )

    def apply(self, quads: ox.Store) -> None:
        """Make the change in a store in memory."""
        for quad in self.removed:
            quads.remove(quad)
        quads.extend(self.added)

    def update(self) -> str:
        """Return the change as a SPARQL Update, which a store makes whole or not at all."""
        return f"DELETE DATA {{ {_blocks(self.removed)} }} ;\nINSERT DATA {{ {_blocks(self.added)} }}"

    def graphs(self) -> frozenset[str]:
        """Return the IRIs of the named graphs that it changes."""
        return frozenset(quad.graph_name.value for quad in self if isinstance(quad.graph_name, ox.NamedNode))

    def __iter__(self) -> Iterator[ox.Quad]:
        """Yield the quads that come and those that go."""
        yield from self.added
        yield from self.removed


def _blocks(quads: Iterable[ox.Quad]) -> str:
    return "".join(f"GRAPH {quad.graph_name} {{ {quad.triple} }}\n" for quad in quads)


class After:
    """A store as it is after a change that has not been made yet."""

    def __init__(self, quads: ox.Store, change: Delta) -> None:
        self._quads = quads
        self._change = change
        self._before: dict[Node, list[ox.Quad]] = {}
        self._from: dict[Node, list[ox.Quad]] = {}
        self._to: dict[Node, list[ox.Quad]] = {}
        for quad in change.added:
            self._from.setdefault(quad.subject, []).append(quad)
            self._to.setdefault(quad.object, []).append(quad)

    def said_of(self, node: Node) -> Iterator[ox.Quad]:
        """Yield the quads that have the node as their subject."""
        yield from self._kept(iter(self._said_before(node)))
        yield from self._from.get(node, ())

    def _said_before(self, node: Node) -> list[ox.Quad]:
        """Return the quads of the store that have the node as their subject; it is looked up once."""
        if node not in self._before:
            self._before[node] = (
                list(self._quads.quads_for_pattern(node, None, None, None))
                if isinstance(node, ox.NamedNode | ox.BlankNode)
                else []
            )
        return self._before[node]

    def said_to(self, node: Node, property_: ox.NamedNode | None = None) -> Iterator[ox.Quad]:
        """Yield the quads that have the node as their object, of one property where it is named."""
        yield from self._kept(self._quads.quads_for_pattern(None, property_, node, None))
        yield from (quad for quad in self._to.get(node, ()) if property_ is None or quad.predicate == property_)

    def some(self, property_: str, value: str) -> ox.Quad | None:
        """Return a quad of that property, and with that value where it is not empty, if there is one."""
        wanted = ox.NamedNode(property_), ox.NamedNode(value) if value else None
        found = next(self._kept(self._quads.quads_for_pattern(None, *wanted, None)), None)
        come = (q for q in self._change.added if q.predicate == wanted[0] and wanted[1] in (None, q.object))
        return found or next(come, None)

    def had(self, property_: str, value: str) -> bool:
        """Return whether there was such a quad before."""
        wanted = ox.NamedNode(property_), ox.NamedNode(value) if value else None
        return next(self._quads.quads_for_pattern(None, *wanted, None), None) is not None

    def stays(self, node: Node) -> bool:
        """Return whether something was said of the node before, and something is said of it after the change."""
        return bool(self._said_before(node)) and next(self.said_of(node), None) is not None

    def differs(self, quad: ox.Quad) -> bool:
        """Return whether the triple of a quad that comes or goes is there before or after only, in whatever graph."""
        before = any(_is_same(quad, other) for other in self._said_before(quad.subject))
        return before != any(_is_same(quad, other) for other in self.said_of(quad.subject))

    def _kept(self, quads: Iterator[ox.Quad]) -> Iterator[ox.Quad]:
        removed = self._change.removed
        return (quad for quad in quads if quad not in removed) if removed else quads


def _has_blank(quad: ox.Quad) -> bool:
    return isinstance(quad.subject, ox.BlankNode) or isinstance(quad.object, ox.BlankNode | ox.Triple)


def _is_same(quad: ox.Quad, other: ox.Quad) -> bool:
    """Return whether two quads with one subject have one triple."""
    return quad.predicate == other.predicate and quad.object == other.object
