"""Shapes joined by not, and, or, and one of."""

from __future__ import annotations

from dataclasses import dataclass
from typing import ClassVar

from partnergraph.shacl.condition import all_of, any_of, conforms
from partnergraph.shacl.constraint import ValueConstraint, core
from partnergraph.shacl.shape import Shape
from partnergraph.shacl.world import Scope


@dataclass(frozen=True, slots=True)
class Not(ValueConstraint):
    """No value conforms to a shape."""

    component: ClassVar[str] = core("Not")
    searches: ClassVar[bool] = True
    shape: Shape

    @property
    def wording(self) -> str:
        return "The value conforms to a shape that it must not conform to."

    def accepts(self, value: str, focus: str, scope: Scope) -> str:
        return f"!({conforms(self.shape, value, scope)})"


@dataclass(frozen=True, slots=True)
class And(ValueConstraint):
    """Each value conforms to all of some shapes."""

    component: ClassVar[str] = core("And")
    searches: ClassVar[bool] = True
    shapes: tuple[Shape, ...]

    @property
    def details(self) -> tuple[Shape, ...]:
        return self.shapes

    @property
    def wording(self) -> str:
        return "The value does not conform to all of the shapes."

    def accepts(self, value: str, focus: str, scope: Scope) -> str:
        return all_of(conforms(shape, value, scope) for shape in self.shapes)


@dataclass(frozen=True, slots=True)
class Or(ValueConstraint):
    """Each value conforms to one of some shapes, or to several."""

    component: ClassVar[str] = core("Or")
    searches: ClassVar[bool] = True
    shapes: tuple[Shape, ...]

    @property
    def details(self) -> tuple[Shape, ...]:
        return self.shapes

    @property
    def wording(self) -> str:
        return "The value conforms to none of the shapes."

    def accepts(self, value: str, focus: str, scope: Scope) -> str:
        return any_of(conforms(shape, value, scope) for shape in self.shapes)


@dataclass(frozen=True, slots=True)
class OneOf(ValueConstraint):
    """Each value conforms to exactly one of some shapes."""

    component: ClassVar[str] = core("Xone")
    searches: ClassVar[bool] = True
    shapes: tuple[Shape, ...]

    @property
    def wording(self) -> str:
        return "The value does not conform to exactly one of the shapes."

    def accepts(self, value: str, focus: str, scope: Scope) -> str:
        return f"({' + '.join(f'IF({conforms(shape, value, scope)}, 1, 0)' for shape in self.shapes)}) = 1"
