"""How many values there are."""

from __future__ import annotations

from dataclasses import dataclass
from typing import ClassVar

from partnergraph.shacl.condition import at_least
from partnergraph.shacl.constraint import ALWAYS, VALUE, Constraint, Site, core
from partnergraph.shacl.focus import THIS
from partnergraph.shacl.shape import Shape
from partnergraph.shacl.world import Scope


@dataclass(frozen=True, slots=True)
class MinCount(Constraint):
    """There are at least so many values."""

    component: ClassVar[str] = core("MinCount")
    number: int

    @property
    def wording(self) -> str:
        return "There is no value." if self.number == 1 else f"There are fewer than {self.number} values."

    def broken(self, site: Site) -> str:
        return site.select(f"{site.found()} FILTER (!({self.kept(THIS, site.shape, site.scope)}))")

    def kept(self, node: str, shape: Shape, scope: Scope) -> str:
        assert shape.path is not None
        return at_least(self.number, shape.path, node, lambda _: ALWAYS, scope)


@dataclass(frozen=True, slots=True)
class MaxCount(Constraint):
    """There are at most so many values."""

    component: ClassVar[str] = core("MaxCount")
    number: int

    @property
    def wording(self) -> str:
        return "There are several values." if self.number == 1 else f"There are more than {self.number} values."

    def broken(self, site: Site) -> str:
        if not site.may_look_up:
            return site.select(f"{site.found()} FILTER (!({self.kept(THIS, site.shape, site.scope)}))")
        if self.number == 0:
            return site.looked_up(site.step())
        if self.number == 1:
            other = f"{site.step('?other')} FILTER (!sameTerm({VALUE}, ?other))"
            return site.looked_up(f"{site.step()} FILTER EXISTS {{ {other} }}")
        many = f"GROUP BY {THIS} HAVING (COUNT(DISTINCT {VALUE}) > {self.number})"
        return site.looked_up(f"{{ SELECT {THIS} WHERE {{ {site.step()} }} {many} }}")

    def kept(self, node: str, shape: Shape, scope: Scope) -> str:
        assert shape.path is not None
        return f"!({at_least(self.number + 1, shape.path, node, lambda _: ALWAYS, scope)})"
