"""Shapes of values: by reference, as properties, and counted."""

from __future__ import annotations

from dataclasses import dataclass
from typing import ClassVar

from partnergraph.shacl.condition import all_of, at_least, conforms, every
from partnergraph.shacl.constraint import Constraint, Site, ValueConstraint, core
from partnergraph.shacl.focus import THIS
from partnergraph.shacl.shape import Shape
from partnergraph.shacl.term import called
from partnergraph.shacl.world import Scope


@dataclass(frozen=True, slots=True)
class Node(ValueConstraint):
    """Each value conforms to a shape."""

    component: ClassVar[str] = core("Node")
    searches: ClassVar[bool] = True
    shape: Shape

    @property
    def details(self) -> tuple[Shape, ...]:
        return (self.shape,)

    @property
    def wording(self) -> str:
        return f"The value does not conform to {called(self.shape.node)}."

    def accepts(self, value: str, focus: str, scope: Scope) -> str:
        return conforms(self.shape, value, scope)


@dataclass(frozen=True, slots=True)
class Property(Constraint):
    """Each value keeps a property shape, whose results are reported as they are."""

    component: ClassVar[str] = core("Property")
    shape: Shape

    @property
    def wording(self) -> str:
        return ""

    def broken(self, site: Site) -> str:
        raise NotImplementedError("A property shape has results of its own.")

    def kept(self, node: str, shape: Shape, scope: Scope) -> str:
        return every(shape.path, node, lambda value: conforms(self.shape, value, scope), scope)


@dataclass(frozen=True, slots=True)
class QualifiedMinCount(Constraint):
    """At least so many values conform to a shape, and to none of its siblings where they must be disjoint."""

    component: ClassVar[str] = core("QualifiedMinCount")
    shape: Shape
    siblings: tuple[Shape, ...]
    number: int

    @property
    def wording(self) -> str:
        return f"Fewer than {self.number} values conform to {called(self.shape.node)}."

    def broken(self, site: Site) -> str:
        return site.select(f"{site.found()} FILTER (!({self.kept(THIS, site.shape, site.scope)}))")

    def kept(self, node: str, shape: Shape, scope: Scope) -> str:
        return self._at_least(self.number, node, shape, scope)

    def _at_least(self, number: int, node: str, shape: Shape, scope: Scope) -> str:
        assert shape.path is not None

        def counts(value: str) -> str:
            others = (f"!({conforms(sibling, value, scope)})" for sibling in self.siblings)
            return all_of((conforms(self.shape, value, scope), *others))

        return at_least(number, shape.path, node, counts, scope)


@dataclass(frozen=True, slots=True)
class QualifiedMaxCount(QualifiedMinCount):
    """At most so many values conform to a shape, and to none of its siblings where they must be disjoint."""

    component: ClassVar[str] = core("QualifiedMaxCount")

    @property
    def wording(self) -> str:
        return f"More than {self.number} values conform to {called(self.shape.node)}."

    def kept(self, node: str, shape: Shape, scope: Scope) -> str:
        return f"!({self._at_least(self.number + 1, node, shape, scope)})"
