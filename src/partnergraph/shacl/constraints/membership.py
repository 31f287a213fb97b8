"""Which values there are: one that must be, those that may be, and which properties."""

from __future__ import annotations

from dataclasses import dataclass
from typing import ClassVar

from partnergraph.shacl.condition import every, some
from partnergraph.shacl.constraint import VALUE, Constraint, Site, ValueConstraint, core
from partnergraph.shacl.focus import THIS
from partnergraph.shacl.shape import Shape
from partnergraph.shacl.term import is_iri, short
from partnergraph.shacl.world import Scope, either

_NODE = "?node"
_PATH = "?path"


@dataclass(frozen=True, slots=True)
class HasValue(Constraint):
    """One of the values is this."""

    component: ClassVar[str] = core("HasValue")
    value: str

    @property
    def wording(self) -> str:
        return f"The value {short(self.value)} is missing."

    def broken(self, site: Site) -> str:
        return site.select(f"{site.found()} FILTER (!({self.kept(THIS, site.shape, site.scope)}))")

    def kept(self, node: str, shape: Shape, scope: Scope) -> str:
        value = scope.world.constant(self.value)
        return some(shape.path, node, lambda found: f"sameTerm({found}, {value})", scope)


@dataclass(frozen=True, slots=True)
class In(ValueConstraint):
    """Each value is one of a list."""

    component: ClassVar[str] = core("In")
    members: tuple[str, ...]

    @property
    def wording(self) -> str:
        return f"The value is none of {', '.join(short(each) for each in self.members)}."

    def accepts(self, value: str, focus: str, scope: Scope) -> str:
        constants = [scope.world.constant(each) for each in self.members]
        if constants and all(is_iri(each) for each in constants):
            return f"({value} IN ({', '.join(constants)}))"
        return f"({either(f'sameTerm({value}, {each})' for each in constants)})"


@dataclass(frozen=True, slots=True)
class Closed(Constraint):
    """A value has no other properties than these. There is a result for each triple with another."""

    component: ClassVar[str] = core("Closed")
    allowed: tuple[str, ...]

    @property
    def wording(self) -> str:
        return "The property is not among those allowed."

    def broken(self, site: Site) -> str:
        said = f"{_NODE} {_PATH} {VALUE} {self._strange(_PATH)}"
        return site.select(f"{{ {site.valued(_NODE)} }} {said}", _NODE, _PATH, VALUE)

    def kept(self, node: str, shape: Shape, scope: Scope) -> str:
        def closed(value: str) -> str:
            name, other = scope.names.fresh("name"), scope.names.fresh("other")
            return f"NOT EXISTS {{ {value} {name} {other} {self._strange(name)} }}"

        return every(shape.path, node, closed, scope)

    def _strange(self, name: str) -> str:
        return f"FILTER ({name} NOT IN ({', '.join(self.allowed)}))" if self.allowed else ""
