"""Judgement: checks run on a graph, and what they find made into results."""

from __future__ import annotations

import threading
from collections import defaultdict
from collections.abc import Iterable, Sequence
from concurrent.futures import ThreadPoolExecutor

from partnergraph.errors import ShapesFault
from partnergraph.shacl.check import Check, checks
from partnergraph.shacl.constraints.membership import Closed
from partnergraph.shacl.constraints.sparql import SHAPES_GRAPH, Ask, Sparql
from partnergraph.shacl.focus import Focus
from partnergraph.shacl.passes import Pass, passes
from partnergraph.shacl.path import Path, Predicate
from partnergraph.shacl.result import ValidationResult, told
from partnergraph.shacl.shape import NodeTarget
from partnergraph.shacl.statements import Statements
from partnergraph.shacl.term import is_blank, is_iri, text_of
from partnergraph.shacl.world import World
from partnergraph.store.judged import Judged, Solution
from partnergraph.terms import literal

_THREADS = 2
_NAMED = 500
"""How many nodes a query names one by one; where there are more it finds them again."""


class Judge:
    """Runs checks on one graph."""

    def __init__(self, graph: Judged, world: World, said: Statements) -> None:
        self.graph = graph
        self.world = world
        self._said = said
        self._gate = threading.Lock()
        self._beside: Judged | None = None

    def results(self, made: Sequence[Check]) -> list[ValidationResult]:
        """Return what the checks find, in no particular order; two of them run at a time."""
        with ThreadPoolExecutor(_THREADS) as threads:
            return [result for found in threads.map(self._pass, passes(made, self.world)) for result in found]

    def _pass(self, one: Pass) -> list[ValidationResult]:
        found = self._solutions(one.checks[0], one.query)
        return [
            result for check in one.checks for _, result in self._results(check, one.solutions(check, found), depth=0)
        ]

    def _solutions(self, check: Check, query: str) -> list[Solution]:
        graph = self._asked(check)
        solutions = graph.solutions(query)
        if graph is self.graph:
            return solutions
        return [{name: self.graph.read_as(term, each["this"]) for name, term in each.items()} for each in solutions]

    def _results(
        self, check: Check, solutions: Sequence[Solution], *, depth: int
    ) -> list[tuple[str, ValidationResult]]:
        """Return the results of one check, each with the node from which `depth` steps led to it."""
        details = self._details(check, [_value(check, each) for each in solutions]) if solutions else {}
        return [(each.get(f"from{depth}", each["this"]), _result(check, each, details)) for each in solutions]

    def _asked(self, check: Check) -> Judged:
        """Return the graph that the query of a check is meant for."""
        if not check.asks_shapes:
            return self.graph.values() if check.reckons else self.graph
        with self._gate:
            if self._beside is None:
                self._beside = self.graph.values().beside(SHAPES_GRAPH, self._said)
            return self._beside

    def _details(self, check: Check, values: Iterable[str | None]) -> dict[str, list[ValidationResult]]:
        """Return for each value the results that tell why it does not conform."""
        found: dict[str, list[ValidationResult]] = defaultdict(list)
        focus = self._focus(check, {value for value in values if value is not None})
        for shape in check.constraint.details:
            for inner in checks(shape, focus, self.world):
                solutions = self._solutions(inner, inner.query)
                for value, result in self._results(inner, solutions, depth=len(focus.steps)):
                    found[value].append(result)
        return found

    def _focus(self, check: Check, values: set[str]) -> Focus:
        if len(values) <= _NAMED and not any(is_blank(value) for value in values):
            return Focus(tuple(NodeTarget(value) for value in sorted(values)))
        return check.focus.stepped(check.shape.path)


def _result(check: Check, solution: Solution, details: dict[str, list[ValidationResult]]) -> ValidationResult:
    shape, constraint = check.shape, check.constraint
    value = _value(check, solution)
    return ValidationResult(
        focus=solution["this"],
        path=_path(check, solution),
        value=value,
        component=constraint.source,
        severity=shape.severity,
        shape=shape.node,
        owner=shape.owner,
        messages=_messages(check, solution),
        constraint=constraint.node if isinstance(constraint, Sparql) and not constraint.defined_by else None,
        details=tuple(sorted(details.get(value, ()) if value else (), key=lambda each: each.key)),
    )


def _value(check: Check, solution: Solution) -> str | None:
    if isinstance(check.constraint, Sparql) and check.shape.path is None:
        return solution.get("value", solution["this"])
    return solution.get("value")


def _path(check: Check, solution: Solution) -> Path | None:
    if isinstance(check.constraint, Sparql | Closed) and is_iri(solution.get("path", "")):
        return Predicate(solution["path"])
    return check.shape.path


def _messages(check: Check, solution: Solution) -> tuple[str, ...]:
    constraint = check.constraint
    known = dict(solution)
    own: tuple[str, ...] = ()
    if isinstance(constraint, Sparql | Ask):
        known = {**constraint.text.parameters, **solution}
        own = (solution["message"],) if "message" in solution else constraint.messages
        if text_of(solution.get("failure", "")) == "true":
            raise ShapesFault(f"The query of {check.shape.node} reports a failure on {solution['this']}.")
    if check.shape.path is not None and "path" not in known:
        known["path"] = check.shape.path.text
    return told(own or check.shape.messages, known) or (literal(constraint.wording),)
