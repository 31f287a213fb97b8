"""Passes: checks that look at the same values of the same nodes, carried out by one query."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from itertools import islice

from partnergraph.shacl.check import Check
from partnergraph.shacl.constraint import VALUE, Site, ValueConstraint
from partnergraph.shacl.focus import THIS
from partnergraph.shacl.world import Scope, World
from partnergraph.store.judged import Solution
from partnergraph.terms import literal

_MOST = 12
_TRUE = literal("true", "boolean")


@dataclass(frozen=True, slots=True)
class Pass:
    """One query for one check or several. Where there are several, a solution says which of them it breaks."""

    checks: tuple[Check, ...]
    query: str

    def solutions(self, check: Check, found: list[Solution]) -> list[Solution]:
        """Return those of the solutions that break one of the checks."""
        if len(self.checks) == 1:
            return found
        broken = _broken(self.checks.index(check))
        return [_without_marks(each) for each in found if each.get(broken) == _TRUE]


def passes(checks: Iterable[Check], world: World) -> Iterator[Pass]:
    """Yield passes for all checks: those that test values of one property, of nodes found alike, go together."""
    together: dict[object, list[tuple[Check, Site, ValueConstraint]]] = {}
    for check in checks:
        site = Site(check.shape, check.focus, Scope(world))
        constraint = check.constraint
        if not isinstance(constraint, ValueConstraint) or constraint.searches or check.reckons or not site.may_look_up:
            yield Pass((check,), check.query)
        else:
            together.setdefault((check.shape.path, check.focus), []).append((check, site, constraint))
    for group in together.values():
        members = iter(group)
        while some := list(islice(members, _MOST)):
            yield _joined(some)


def _joined(group: list[tuple[Check, Site, ValueConstraint]]) -> Pass:
    """Return the pass for checks of one property: what breaks any of them is found first, and then which it breaks."""
    checks = tuple(check for check, _, _ in group)
    if len(group) == 1:
        return Pass(checks, checks[0].query)
    tests = [f"!({constraint.accepts(VALUE, THIS, site.scope)})" for _, site, constraint in group]
    site = group[0][1]
    found = site.looked_up(f"{site.step()} FILTER ({' || '.join(tests)})", VALUE)
    marks = [f"?{_broken(number)}" for number in range(len(tests))]
    marked = " ".join(f"BIND ({test} AS {mark})" for test, mark in zip(tests, marks, strict=True))
    return Pass(checks, f"SELECT {THIS} {VALUE} {' '.join(marks)} WHERE {{ {{ {found} }} {marked} }}")


def _broken(number: int) -> str:
    return f"broken{number}_"


def _without_marks(solution: Solution) -> Solution:
    return {name: term for name, term in solution.items() if not name.startswith("broken")}
