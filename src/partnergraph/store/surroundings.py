"""The surroundings of a change: all that belongs together with what it touches, and what that rests on."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from typing import TypeGuard

import pyoxigraph as ox

from partnergraph.store.delta import After, Delta, Node
from partnergraph.terms import PREFIXES, RDF_TYPE, is_asserted

_WORDS = tuple(PREFIXES.values())


@dataclass(frozen=True, slots=True)
class Links:
    """Which properties hold things together, by their IRIs; see `queries/upkeep/links.rq`."""

    within: frozenset[str]
    about: frozenset[str]
    shares: Mapping[str, frozenset[str]]
    aside: frozenset[str]
    any: frozenset[tuple[str, str]]


class TooFar(Exception):
    """What a change can affect is more than was to be looked at, or everything."""


@dataclass(slots=True)
class Surroundings:
    """What a change can affect, and what is to be read to say how.

    `nodes` are the things, as their text, about which something may be said anew. `ground` are those that they rest on,
    about which nothing changes. `quads` say everything of both. `names` are the properties that change somewhere, and
    of rdf:type the classes; `retold` says that something changes about a thing that stays which only messages tell.
    """

    nodes: set[str] = field(default_factory=set)
    ground: set[str] = field(default_factory=set)
    quads: set[ox.Quad] = field(default_factory=set)
    names: set[str] = field(default_factory=set)
    retold: bool = False


def surroundings(after: After, change: Delta, links: Links, most: int, also: Iterable[str] = ()) -> Surroundings:
    """Return what a change can affect, and changes to the things that `also` names.

    Raise TooFar for more than `most` things, and for what bears on everything.
    """
    walk = _Walk(after, links, most)
    for property_, value in links.any:
        walk.keep(property_, value)
    for quad in change:
        if _asserted(quad):
            walk.touch(quad)
    for iri in also:
        walk.go(ox.NamedNode(iri), moves=True)
    return walk.done()


class _Walk:
    """Goes from what a change touches to what belongs with it, back to what depends on that, and on to its ground."""

    def __init__(self, after: After, links: Links, most: int) -> None:
        self._after = after
        self._within = [ox.NamedNode(iri) for iri in sorted(links.within)]
        self._about = [ox.NamedNode(iri) for iri in sorted(links.about)]
        self._links = links
        self._most = most
        self._near: set[Node] = set()
        self._moved: set[Node] = set()
        self._waiting: list[Node] = []
        self._beyond: dict[Node, None] = {}
        self.found = Surroundings()

    def keep(self, property_: str, value: str) -> None:
        """Read a statement such that everything depends on whether there is any; raise TooFar where that changes."""
        quad = self._after.some(property_, value)
        if (quad is not None) != self._after.had(property_, value):
            raise TooFar
        if quad is not None:
            self.found.quads.add(quad)

    def touch(self, quad: ox.Quad) -> None:
        """Begin at a quad that comes or goes."""
        if isinstance(quad.subject, ox.NamedNode) and quad.subject.value.startswith(_WORDS):
            raise TooFar
        if not self._after.differs(quad):
            return
        name = quad.predicate.value
        moves = name not in self._links.aside
        self.found.names |= {name, quad.object.value} if name == RDF_TYPE and _is_named(quad.object) else {name}
        self.found.retold = self.found.retold or (not moves and self._after.stays(quad.subject))
        self.go(quad.subject, moves=moves)
        if name in self._links.within:
            self.go(quad.object, moves=moves)
        self._go_to_sharers(quad, moves=moves)

    def done(self) -> Surroundings:
        """Return what is found, after going all the way."""
        while self._waiting:
            node = self._waiting.pop()
            self._spread(node, moves=node in self._moved)
        self.found.nodes = {node.value for node in self._near if not isinstance(node, ox.Triple)}
        self._rest()
        return self.found

    def go(self, node: Node, *, moves: bool) -> None:
        """Take a thing in; where it `moves`, what depends on it is to be looked at, too."""
        if node in self._near and (not moves or node in self._moved):
            return
        self._near.add(node)
        if moves:
            self._moved.add(node)
        self._waiting.append(node)
        if len(self._near) > self._most:
            raise TooFar

    def _spread(self, node: Node, *, moves: bool) -> None:
        for quad in self._after.said_of(node):
            if not _asserted(quad):
                continue
            self.found.quads.add(quad)
            if quad.predicate.value in self._links.within:
                self.go(quad.object, moves=moves)
            elif isinstance(quad.object, ox.NamedNode):
                self._beyond[quad.object] = None
            self._go_to_sharers(quad, moves=moves)
        if moves and not isinstance(node, ox.Literal):
            for quad in self._after.said_to(node):
                if _asserted(quad):
                    self.go(quad.subject, moves=True)
        else:
            for property_ in self._within:
                for quad in self._after.said_to(node, property_):
                    if _asserted(quad):
                        self.go(quad.subject, moves=False)

    def _go_to_sharers(self, quad: ox.Quad, *, moves: bool) -> None:
        for other in self._links.shares.get(quad.predicate.value, ()):
            for sharing in self._after.said_to(quad.object, ox.NamedNode(other)):
                if _asserted(sharing):
                    self.go(sharing.subject, moves=moves)

    def _rest(self) -> None:
        """Read what is said of all that the things found rest on."""
        waiting = [node for node in self._beyond if node not in self._near]
        seen: set[Node] = set(waiting)

        def go(node: Node) -> None:
            if node not in seen and node not in self._near:
                seen.add(node)
                waiting.append(node)
                if len(seen) > self._most:
                    raise TooFar

        while waiting:
            node = waiting.pop()
            if isinstance(node, ox.NamedNode) and node.value.startswith(_WORDS):
                continue
            for quad in self._after.said_of(node):
                if _asserted(quad):
                    self.found.quads.add(quad)
                    if isinstance(quad.object, ox.NamedNode):
                        go(quad.object)
            for property_ in self._about:
                for quad in self._after.said_to(node, property_):
                    if _asserted(quad):
                        go(quad.subject)
        self.found.ground = {node.value for node in seen if isinstance(node, ox.NamedNode)}


def _is_named(node: Node) -> TypeGuard[ox.NamedNode]:
    return isinstance(node, ox.NamedNode)


def _asserted(quad: ox.Quad) -> bool:
    return isinstance(quad.graph_name, ox.NamedNode) and is_asserted(quad.graph_name.value)


def links_of(rows: Iterable[tuple[str, str, str]]) -> Links:
    """Return the links that rows of property, way and other property name."""
    ways: dict[str, set[str]] = defaultdict(set)
    shares: dict[str, set[str]] = defaultdict(set)
    any_: set[tuple[str, str]] = set()
    for property_, way, other in rows:
        ways[way].add(property_)
        if way == "any":
            any_.add((property_, other))
        if way == "shares":
            shares[property_].add(other)
            shares[other].add(property_)
    joined = {one: frozenset(others) for one, others in shares.items()}
    about = frozenset(ways["about"])
    return Links(frozenset(ways["within"]) | about, about, joined, frozenset(ways["aside"]), frozenset(any_))
