"""Constraints that are queries: `sh:sparql`, and the validators of constraint components that shapes define."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import ClassVar

from partnergraph.shacl.constraint import Constraint, Site, ValueConstraint, core
from partnergraph.shacl.focus import THIS
from partnergraph.shacl.path import Path
from partnergraph.shacl.shape import Shape
from partnergraph.shacl.sparql.literals import meant
from partnergraph.shacl.sparql.prebinding import Prebound, prebound, reckons
from partnergraph.shacl.sparql.structure import parse
from partnergraph.shacl.term import is_blank, is_literal, named
from partnergraph.shacl.world import Inexpressible, Scope, World
from partnergraph.terms import GRAPH

SHAPES_GRAPH = GRAPH + "shapes"
"""The graph in which a query finds the shapes themselves, should it ask for them."""

_THIS = "this"
_VALUE = "value"


@dataclass(frozen=True, slots=True)
class Text:
    """A query as a shapes graph holds it, with its prefixes and the parameters that the shape gives it."""

    query: str
    prefixes: Mapping[str, str] = field(hash=False)
    parameters: Mapping[str, str] = field(default_factory=dict, hash=False)

    @property
    def reckons(self) -> bool:
        """Whether the query compares or computes, so that literals must stand in the graph by their values."""
        return any(is_literal(term) for term in self.parameters.values()) or reckons(self.query)

    def bound(self, shape: str, path: Path | None, scope: Scope, *nodes: str) -> Prebound:
        """Return the query with what is the same for all nodes bound in it."""
        constants = {name: _named(term) for name, term in self.parameters.items()}
        if path is not None:
            constants["PATH"] = path.text if path.text.startswith("<") else f"({path.text})"
        if "currentShape" in self.query:
            constants["currentShape"] = _named(shape)
        if "shapesGraph" in self.query:
            constants["shapesGraph"] = named(SHAPES_GRAPH)
        bound = prebound(self.query, nodes, constants, self.prefixes)
        if bound.stays and scope.strange:
            raise Inexpressible("a path may lead from a target node that is not in the graph to itself")
        return bound

    def misread(self, world: World) -> str:
        """Return why the query finds something else where literals stand by their values, or nothing."""
        graph = world.spellings
        if graph is None:
            return ""
        # A property all of whose values are written as usual means the same by term and by value.
        at_risk = [each for each in meant(parse(self.query), self.prefixes) if each.predicate in ("", *graph.restated)]
        literals = [each.literal or self.parameters.get(each.variable, "") for each in at_risk]
        if (graph.merges and at_risk) or any(graph.misreads(each) for each in literals if is_literal(each)):
            return "a query names a literal that the graph writes in another way"
        joined = Counter(each.variable for each in meant(parse(self.query), self.prefixes))
        if graph.is_ambiguous and any(joined[each.variable] > 1 for each in at_risk if each.variable):
            return "a query compares, and looks for literals that the graph writes in several ways"
        return ""

    def refuse_stand_ins(self, scope: Scope) -> None:
        """Raise Inexpressible where the query stands inside another shape and would misread literals of the graph."""
        if scope.world.keeps and self.reckons:
            raise Inexpressible(
                "a query reckons inside another shape, with literals that are not as the store has them"
            )


@dataclass(frozen=True, slots=True)
class Sparql(Constraint):
    """A SELECT query finds nothing. There is a result for each solution.

    `node` is the constraint or component in the shapes graph, `messages` are its own words.
    """

    component: ClassVar[str] = core("SPARQL")
    node: str
    text: Text
    messages: tuple[str, ...] = ()
    defined_by: str = ""

    @property
    def reckons(self) -> bool:
        return self.text.reckons

    def misread(self, world: World) -> str:
        return self.text.misread(world)

    @property
    def source(self) -> str:
        return self.defined_by or self.component

    @property
    def wording(self) -> str:
        return "A query of the shape finds this."

    def broken(self, site: Site) -> str:
        bound = self.text.bound(site.shape.node, site.shape.path, site.scope, _THIS)
        if site.focus.is_condition and bound.stands_alone:
            held = site.focus.holds(site.scope.world)
            return f"SELECT * WHERE {{ {{ {bound.alone()} }} FILTER EXISTS {{ {{ {held} }} }} }}"
        if not site.focus.steps:
            return bound.for_all(site.found())
        once = f"{{ SELECT DISTINCT {THIS} WHERE {{ {site.found()} }} }}"
        ways = f"{{ SELECT DISTINCT {' '.join(site.focus.origins)} {THIS} WHERE {{ {site.found()} }} }}"
        return f"SELECT * WHERE {{ {ways} {{ {bound.for_all(once)} }} }}"

    def kept(self, node: str, shape: Shape, scope: Scope) -> str:
        self.text.refuse_stand_ins(scope)
        bound = self.text.bound(shape.node, shape.path, scope, _THIS)
        return f"NOT EXISTS {{ {bound.inside({_THIS: node}, scope.names.fresh)} }}"


@dataclass(frozen=True, slots=True)
class Ask(ValueConstraint):
    """An ASK query of a constraint component is true for each value."""

    component: ClassVar[str] = ""
    defined_by: str
    text: Text
    messages: tuple[str, ...] = ()

    @property
    def reckons(self) -> bool:
        return self.text.reckons

    def misread(self, world: World) -> str:
        return self.text.misread(world)

    @property
    def source(self) -> str:
        return self.defined_by

    @property
    def wording(self) -> str:
        return "The value does not pass the test of the shape."

    def accepts(self, value: str, focus: str, scope: Scope) -> str:
        self.text.refuse_stand_ins(scope)
        bound = self.text.bound("", None, scope, _THIS, _VALUE)
        return f"EXISTS {{ {bound.inside({_THIS: focus, _VALUE: value}, scope.names.fresh)} }}"


def _named(term: str) -> str:
    if is_blank(term):
        raise Inexpressible(f"no query can name the blank node {term}")
    return term
