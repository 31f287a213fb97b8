"""Constraint components that a shapes graph defines itself, with parameters and queries."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass

from partnergraph.errors import ShapesFault
from partnergraph.shacl.constraint import Constraint
from partnergraph.shacl.constraints.sparql import Ask, Sparql
from partnergraph.shacl.queries import read_text
from partnergraph.shacl.statements import Statements
from partnergraph.shacl.term import SH, is_iri, sh, text_of

_LOCAL = re.compile(r"[^#/:]*\Z")
_TAKEN = {"this", "shapesGraph", "currentShape", "path", "PATH", "value"}


@dataclass(frozen=True, slots=True)
class Parameter:
    """One parameter: the property that gives it, and the name that queries know it by."""

    predicate: str
    name: str
    optional: bool


@dataclass(frozen=True, slots=True)
class Component:
    """A constraint component of one's own; it applies to each shape that gives all parameters that are not optional."""

    node: str
    parameters: tuple[Parameter, ...]

    def constraints(self, said: Statements, shape: str) -> Iterator[Constraint]:
        """Yield what a shape demands through this component; raise ShapesFault where it gives parameters twice."""
        given = {each: said.values(shape, each.predicate) for each in self.parameters}
        if not all(values or each.optional for each, values in given.items()):
            return
        if len(self.parameters) > 1 and any(len(values) > 1 for values in given.values()):
            raise ShapesFault(f"{shape} gives a parameter of {self.node} twice; with several parameters none may be.")
        first = self.parameters[0]
        rest = {each.name: values[0] for each, values in given.items() if values and each is not first}
        for value in given[first]:
            yield self._constraint(said, shape, {first.name: value, **rest})

    def _constraint(self, said: Statements, shape: str, parameters: dict[str, str]) -> Constraint:
        kind = "propertyValidator" if said.values(shape, sh("path")) else "nodeValidator"
        special = said.values(self.node, sh(kind))
        general = said.values(self.node, sh("validator"))
        if special:
            text = read_text(said, special[0], sh("select"), parameters)
            return Sparql(special[0], text, said.values(special[0], sh("message")), self.node)
        if general:
            text = read_text(said, general[0], sh("ask"), parameters)
            return Ask(self.node, text, said.values(general[0], sh("message")))
        raise ShapesFault(f"{self.node} has no validator for {shape}.")


def components(said: Statements) -> tuple[Component, ...]:
    """Return the components that a graph defines, in the order of their names, without those of SHACL itself."""
    found = (node for node in sorted(said.instances(sh("ConstraintComponent"))) if not node.startswith(f"<{SH}"))
    return tuple(Component(node, _parameters(said, node)) for node in found if said.values(node, sh("parameter")))


def _parameters(said: Statements, node: str) -> tuple[Parameter, ...]:
    parameters = [_parameter(said, each) for each in said.values(node, sh("parameter"))]
    if all(each.optional for each in parameters):
        raise ShapesFault(f"{node} has no parameter that must be given.")
    return tuple(sorted(parameters, key=lambda each: (each.optional, each.name)))


def _parameter(said: Statements, node: str) -> Parameter:
    predicate = said.one(node, sh("path"))
    if predicate is None or not is_iri(predicate):
        raise ShapesFault(f"{node} is no parameter: it needs one sh:path that is a property.")
    name = _LOCAL.search(predicate[1:-1])
    if name is None or not name[0].isidentifier() or name[0] in _TAKEN:
        raise ShapesFault(f"{predicate} cannot be the name of a parameter.")
    return Parameter(predicate, name[0], text_of(said.one(node, sh("optional")) or "") in ("true", "1"))
