"""How values stand to those of another property of the same node."""

from __future__ import annotations

from dataclasses import dataclass
from typing import ClassVar

from partnergraph.shacl.condition import all_of, every, some
from partnergraph.shacl.constraint import VALUE, Constraint, Site, ValueConstraint, core
from partnergraph.shacl.focus import THIS
from partnergraph.shacl.shape import Shape
from partnergraph.shacl.term import short
from partnergraph.shacl.world import Scope

_OTHER = "?other"


@dataclass(frozen=True, slots=True)
class Equals(Constraint):
    """The values are those of the other property. There is a result for each that only one of the two has."""

    component: ClassVar[str] = core("Equals")
    predicate: str

    @property
    def wording(self) -> str:
        return f"The values are not those of {short(self.predicate)}."

    def broken(self, site: Site) -> str:
        missing = f"{site.valued()} FILTER NOT EXISTS {{ {THIS} {self.predicate} {VALUE} }}"
        there = self._has(VALUE, THIS, site.shape, site.scope)
        foreign = f"{site.found()} . {THIS} {self.predicate} {VALUE} FILTER (!({there}))"
        return site.select(f"{{ {missing} }} UNION {{ {foreign} }}", VALUE)

    def kept(self, node: str, shape: Shape, scope: Scope) -> str:
        other = scope.names.fresh("other")
        has = f"{node} {self.predicate} "
        ours = every(shape.path, node, lambda value: f"EXISTS {{ {has}{value} }}", scope)
        theirs = f"NOT EXISTS {{ {has}{other} FILTER (!({self._has(other, node, shape, scope)})) }}"
        return all_of((ours, theirs))

    def _has(self, value: str, node: str, shape: Shape, scope: Scope) -> str:
        return some(shape.path, node, lambda found: f"sameTerm({found}, {value})", scope)


@dataclass(frozen=True, slots=True)
class Disjoint(ValueConstraint):
    """No value is one of the other property."""

    component: ClassVar[str] = core("Disjoint")
    predicate: str

    @property
    def wording(self) -> str:
        return f"The value is also one of {short(self.predicate)}."

    def accepts(self, value: str, focus: str, scope: Scope) -> str:
        return f"NOT EXISTS {{ {focus} {self.predicate} {value} }}"


@dataclass(frozen=True, slots=True)
class LessThan(Constraint):
    """Each value is less than each of the other property. There is a result for each pair that is not so."""

    component: ClassVar[str] = core("LessThan")
    sign: ClassVar[str] = "<"
    predicate: str

    @property
    def wording(self) -> str:
        return f"The value is not {self.sign} that of {short(self.predicate)}."

    def broken(self, site: Site) -> str:
        compared = f"{THIS} {self.predicate} {_OTHER} FILTER (!{self._in_order(VALUE, _OTHER, site.scope)})"
        if site.may_look_up:
            return site.looked_up(f"{site.step()} . {compared}", VALUE, _OTHER)
        return site.select(f"{{ {site.valued()} }} {compared}", VALUE, _OTHER)

    def kept(self, node: str, shape: Shape, scope: Scope) -> str:
        def ordered(value: str) -> str:
            other = scope.names.fresh("other")
            wrong = f"FILTER (!{self._in_order(value, other, scope)})"
            return f"NOT EXISTS {{ {node} {self.predicate} {other} {wrong} }}"

        return every(shape.path, node, ordered, scope)

    def _in_order(self, value: str, other: str, scope: Scope) -> str:
        return f"COALESCE({scope.world.value(value)} {self.sign} {scope.world.value(other)}, false)"


class LessThanOrEquals(LessThan):
    """Each value is at most each of the other property."""

    __slots__ = ()
    component = core("LessThanOrEquals")
    sign = "<="
