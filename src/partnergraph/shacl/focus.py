"""Focus nodes: the patterns that find the nodes that a shape looks at."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

from partnergraph.shacl.path import Path, walk
from partnergraph.shacl.shape import ClassTarget, NodeTarget, ObjectsTarget, SubjectsTarget, Target
from partnergraph.shacl.term import RDFS
from partnergraph.shacl.world import Scope, World

_SUBCLASS = f"<{RDFS}subClassOf>"
_FEW = 8
THIS = "?this"


@dataclass(frozen=True, slots=True)
class Focus:
    """The nodes that targets find, or those that `steps` lead to from there.

    Where there are steps, each way to a node counts, and the nodes passed on it are its origins.
    """

    targets: tuple[Target, ...]
    steps: tuple[Path, ...] = ()

    def stepped(self, path: Path | None) -> Focus:
        """Return the nodes that a path leads to from these."""
        return self if path is None else Focus(self.targets, (*self.steps, path))

    @property
    def origins(self) -> tuple[str, ...]:
        """The variables for the nodes passed."""
        return tuple(f"?from{place}" for place in range(len(self.steps)))

    def is_strange(self, world: World) -> bool:
        """Whether a node is meant that no triple mentions; a path that stays where it is must be said for it."""
        return any(isinstance(target, NodeTarget) and not world.mentions(target.node) for target in self.targets)

    @property
    def is_condition(self) -> bool:
        """Whether a node can be held against the targets at little cost once it is found otherwise."""
        return not self.steps and not any(isinstance(target, NodeTarget) for target in self.targets)

    def found(self, scope: Scope) -> str:
        """Return the pattern that binds `?this` and the origins, each way once."""
        first, *stops = (*self.origins, THIS)
        targets = " } UNION { ".join(_patterns(self.targets, first, scope.world))
        pattern = f"{{ SELECT DISTINCT {first} WHERE {{ {{ {targets} }} }} }}"
        start = first
        for path, stop in zip(self.steps, stops, strict=True):
            pattern = self.extended(pattern, path, start, stop, scope)
            start = stop
        return pattern

    def extended(self, pattern: str, path: Path, start: str, stop: str, scope: Scope) -> str:
        """Return the pattern and, from its variable `start`, the way to `stop`."""
        onward = f"{pattern} . {walk(path, start, stop, scope.names)}"
        if path.nullable and scope.strange:
            return f"{{ {onward} }} UNION {{ {pattern} BIND ({start} AS {stop}) }}"
        return onward

    def holds(self, world: World) -> str:
        """Return what stands in an EXISTS that holds `?this` against the targets."""
        return " } UNION { ".join(_patterns(self.targets, THIS, world))


def is_a(node: str, kind: str, world: World) -> str:
    """Return the pattern that holds where a node is of a class; a solution for each way in which it is."""
    parts = world.subclasses(kind)
    if parts is None:
        return f"{node} a ?kind_ . FILTER EXISTS {{ ?kind_ {_SUBCLASS}* {kind} }}"
    if len(parts) == 1:
        return f"{node} a {parts[0]}"
    return f"{node} a ?kind_ . FILTER (?kind_ IN ({', '.join(parts)}))"


def _patterns(targets: tuple[Target, ...], node: str, world: World) -> Iterator[str]:
    """Yield the patterns that bind a variable to what the targets name, those that name nodes as one."""
    nodes = [world.constant(target.node) for target in targets if isinstance(target, NodeTarget)]
    if nodes:
        yield f"VALUES {node} {{ {' '.join(nodes)} }}"
    for target in targets:
        match target:
            case ClassTarget(kind):
                yield _instances(node, kind, world)
            case SubjectsTarget(predicate):
                yield f"{node} {predicate} ?value_"
            case ObjectsTarget(predicate):
                yield f"?value_ {predicate} {node}"


def _instances(node: str, kind: str, world: World) -> str:
    parts = world.subclasses(kind)
    if parts is None:
        return f"{{ SELECT DISTINCT ?kind_ WHERE {{ ?kind_ {_SUBCLASS}* {kind} }} }} {node} a ?kind_"
    if len(parts) > _FEW:
        return f"VALUES ?kind_ {{ {' '.join(parts)} }} {node} a ?kind_"
    return " } UNION { ".join(f"{node} a {part}" for part in parts)
