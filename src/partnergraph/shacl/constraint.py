"""Constraints: what all of them can say, at the top of a shape and deep inside another."""

from __future__ import annotations

from abc import ABC, abstractmethod
from dataclasses import dataclass
from typing import ClassVar

from partnergraph.shacl.condition import every
from partnergraph.shacl.focus import THIS, Focus
from partnergraph.shacl.path import is_one_step, walk
from partnergraph.shacl.shape import Shape
from partnergraph.shacl.term import sh
from partnergraph.shacl.world import Scope, World

VALUE = "?value"
ALWAYS = "true"


@dataclass(frozen=True, slots=True)
class Site:
    """Where a constraint stands: a shape that looks at focus nodes. It writes the parts of a query about them."""

    shape: Shape
    focus: Focus
    scope: Scope

    def found(self) -> str:
        """Return the pattern that binds the focus nodes."""
        return self.focus.found(self.scope)

    def valued(self, end: str = VALUE) -> str:
        """Return the pattern that binds the focus nodes and their value nodes."""
        if self.shape.path is None:
            return f"{self.found()} BIND ({THIS} AS {end})"
        return self.focus.extended(self.found(), self.shape.path, THIS, end, self.scope)

    def select(self, pattern: str, *variables: str) -> str:
        """Return the query for the focus nodes of a pattern, with the variables named; each solution once."""
        named = " ".join((*self.focus.origins, THIS, *variables))
        return f"SELECT DISTINCT {named} WHERE {{ {pattern} }}"

    def looked_up(self, found: str, *variables: str) -> str:
        """Return the query for what a pattern finds anywhere, held against the focus nodes afterwards.

        In good data little breaks a rule, so to look for that first is the shorter way.
        """
        return self.select(f"{{ {found} }} FILTER EXISTS {{ {{ {self.focus.holds(self.scope.world)} }} }}", *variables)

    @property
    def may_look_up(self) -> bool:
        """Whether `looked_up` can be used: the values lie one step away, and targets are quickly held against."""
        return self.focus.is_condition and is_one_step(self.shape.path)

    def step(self, end: str = VALUE) -> str:
        """Return the one step from focus node to value."""
        assert self.shape.path is not None
        return walk(self.shape.path, THIS, end, self.scope.names)


class Constraint(ABC):
    """One demand of a shape."""

    __slots__ = ()
    component: ClassVar[str]

    @property
    def reckons(self) -> bool:
        """Whether it carries a query of its own that means literals by their values."""
        return False

    def misread(self, world: World) -> str:
        """Return why its own query would find something else where literals stand by their values, or nothing."""
        return ""

    @property
    def source(self) -> str:
        """The component that results name."""
        return self.component

    @property
    def details(self) -> tuple[Shape, ...]:
        """The shapes whose own results tell why this is broken."""
        return ()

    @property
    @abstractmethod
    def wording(self) -> str:
        """What a result says where the shape has no words of its own."""

    @abstractmethod
    def broken(self, site: Site) -> str:
        """Return the query for what breaks it: `?this`, and `?value` and `?path` where there are such."""

    @abstractmethod
    def kept(self, node: str, shape: Shape, scope: Scope) -> str:
        """Return the expression that is true where the node in a variable keeps it; it never fails."""


class ValueConstraint(Constraint):
    """A demand on each value node by itself."""

    __slots__ = ()
    searches: ClassVar[bool] = False
    """Whether the test looks things up; it is then made once for each different value."""

    @abstractmethod
    def accepts(self, value: str, focus: str, scope: Scope) -> str:
        """Return the expression that is true where the value in a variable is right; it never fails."""

    def broken(self, site: Site) -> str:
        """Return the query for the values that are wrong."""
        test = f"!({self.accepts(VALUE, THIS, site.scope)})"
        if not site.may_look_up:
            return site.select(f"{{ {site.valued()} }} FILTER ({test})", VALUE)
        if not self.searches:
            return site.looked_up(f"{site.step()} FILTER ({test})", VALUE)
        different = f"{{ SELECT DISTINCT {VALUE} WHERE {{ {site.step().replace(THIS, '?any')} }} }}"
        wrong = f"{{ SELECT {VALUE} WHERE {{ {different} FILTER ({test}) }} }}"
        return site.looked_up(f"{wrong} {site.step()}", VALUE)

    def kept(self, node: str, shape: Shape, scope: Scope) -> str:
        """Return the expression that is true where all values are right."""
        return every(shape.path, node, lambda value: self.accepts(value, node, scope), scope)


def core(name: str) -> str:
    """Return the term of a core constraint component."""
    return sh(f"{name}ConstraintComponent")
