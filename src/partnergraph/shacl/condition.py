"""Conditions: expressions of a query that say what is so of a node's values, or whether a node conforms to a shape."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from typing import TYPE_CHECKING

from partnergraph.shacl.path import Path, reach, walk
from partnergraph.shacl.term import short
from partnergraph.shacl.world import Inexpressible, Scope

if TYPE_CHECKING:
    from partnergraph.shacl.shape import Shape

Test = Callable[[str], str]
"""Makes the expression that is true where the node in a variable passes."""


def some(path: Path | None, node: str, test: Test, scope: Scope) -> str:
    """Return the expression that is true where a value node passes; without a path the node is its own value."""
    if path is None:
        return test(node)
    end = scope.names.fresh("value")
    found = f"EXISTS {{ {reach(path, node, end, scope.names, test(end))} }}"
    return f"({test(node)} || {found})" if path.nullable else found


def every(path: Path | None, node: str, test: Test, scope: Scope) -> str:
    """Return the expression that is true where all value nodes pass."""
    if path is None:
        return test(node)
    return f"!({some(path, node, lambda end: f'!({test(end)})', scope)})"


def at_least(number: int, path: Path, node: str, test: Test, scope: Scope) -> str:
    """Return the expression that is true where that many different value nodes pass."""
    if number <= 0:
        return "true"
    if number == 1:
        return some(path, node, test, scope)
    end = scope.names.fresh("value")
    wanted = test(end)
    ways = walk(path, node, end, scope.names) + ("" if wanted == "true" else f" FILTER ({wanted})")
    return f"EXISTS {{ SELECT {node} WHERE {{ {ways} }} GROUP BY {node} HAVING (COUNT(DISTINCT {end}) >= {number}) }}"


def conforms(shape: Shape, node: str, scope: Scope) -> str:
    """Return the expression that is true where a node conforms to a shape."""
    if shape.deactivated:
        return "true"
    if shape.foreign:
        raise Inexpressible(f"{shape.node} says {', '.join(map(short, shape.foreign))}")
    return all_of(constraint.kept(node, shape, scope) for constraint in shape.constraints)


def all_of(tests: Iterable[str]) -> str:
    """Return the expression that is true where all tests are."""
    return f"({' && '.join(f'({test})' for test in tests) or 'true'})"


def any_of(tests: Iterable[str]) -> str:
    """Return the expression that is true where one of the tests is."""
    return f"({' || '.join(f'({test})' for test in tests) or 'false'})"
