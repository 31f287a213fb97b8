"""Checks: a shape compiled, one query for each of its constraints and those of its property shapes."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

from partnergraph.shacl.constraint import Constraint, Site
from partnergraph.shacl.constraints.nested import Property
from partnergraph.shacl.constraints.sparql import SHAPES_GRAPH
from partnergraph.shacl.focus import Focus
from partnergraph.shacl.shape import Shape
from partnergraph.shacl.term import short
from partnergraph.shacl.world import Inexpressible, Scope, World
from partnergraph.store.judged import complaint

_LONGEST = 500_000


@dataclass(frozen=True, slots=True)
class Check:
    """One constraint of a shape as a SPARQL SELECT that any SPARQL 1.1 engine can run.

    Each solution is a result: `?this` is its focus node, `?value` and `?path` what it names. Where the query `reckons`,
    it means literals by their values.
    """

    shape: Shape
    constraint: Constraint
    focus: Focus
    query: str

    @property
    def reckons(self) -> bool:
        """Whether the query means literals by their values."""
        return self.constraint.reckons

    @property
    def asks_shapes(self) -> bool:
        """Whether the query looks into the shapes graph too."""
        return SHAPES_GRAPH in self.query


def compiled_shape(shape: Shape, world: World) -> tuple[Check, ...]:
    """Return the checks of a shape on the nodes that it targets; raise Inexpressible where one cannot be made."""
    # A shape with `sh:target` alone has no targets here, and must not be passed over.
    return tuple(checks(shape, Focus(shape.targets), world)) if shape.targets or shape.foreign else ()


def checks(shape: Shape, focus: Focus, world: World) -> Iterator[Check]:
    """Yield the checks of a shape on the nodes of `focus`; raise Inexpressible where one cannot be made."""
    if shape.deactivated:
        return
    if shape.foreign:
        raise Inexpressible(f"{shape.node} says {', '.join(map(short, shape.foreign))}")
    for constraint in shape.constraints:
        if isinstance(constraint, Property):
            yield from checks(constraint.shape, focus.stepped(shape.path), world)
        else:
            yield Check(shape, constraint, focus, _query(shape, constraint, focus, world))


def _query(shape: Shape, constraint: Constraint, focus: Focus, world: World) -> str:
    reason = constraint.misread(world) if constraint.reckons and world.keeps else ""
    if reason:
        raise Inexpressible(reason)
    scope = Scope(world.reckoning() if constraint.reckons else world, focus.is_strange(world))
    site = Site(shape, focus, scope)
    query = constraint.broken(site)
    if len(query) > _LONGEST:
        raise Inexpressible(f"the query would be {len(query)} characters long")
    fault = complaint(query)
    if fault is not None:
        raise Inexpressible(f"the store cannot run its query: {fault}")
    return query
