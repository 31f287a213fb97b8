"""From a shapes graph to shapes: which nodes are shapes, what they target, how they hang together."""

from __future__ import annotations

from collections.abc import Callable, Iterable

from partnergraph.errors import ShapesFault
from partnergraph.shacl.components import components
from partnergraph.shacl.constraint import Constraint
from partnergraph.shacl.parameters import PARAMETERS
from partnergraph.shacl.path import read_path
from partnergraph.shacl.shape import (
    VIOLATION,
    ClassTarget,
    NodeTarget,
    ObjectsTarget,
    Shape,
    SubjectsTarget,
    Target,
)
from partnergraph.shacl.statements import Statements
from partnergraph.shacl.term import RDFS, SH, TYPE, called, is_blank, is_iri, is_literal, named, sh, short, text_of

_TARGETS: dict[str, Callable[[str], Target]] = {
    sh("targetNode"): NodeTarget,
    sh("targetClass"): ClassTarget,
    sh("targetSubjectsOf"): SubjectsTarget,
    sh("targetObjectsOf"): ObjectsTarget,
}
_TOLD = {
    sh(name)
    for name in (
        "path", "severity", "message", "deactivated", "name", "description", "order", "group", "defaultValue",
        "flags", "ignoredProperties", "qualifiedMinCount", "qualifiedMaxCount", "qualifiedValueShapesDisjoint",
        "select", "prefixes", "declare", "optional", "labelTemplate", "parameter", "validator", "nodeValidator",
        "propertyValidator", "shapesGraph", "entailment", "suggestedShapesGraph",
    )
}  # fmt: skip
_ADVANCED = {sh(name) for name in ("target", "expression", "js", "rule")}
_KINDS = (sh("NodeShape"), sh("PropertyShape"))
_DEEPEST = 60


class ShapesReader:
    """Reads the shapes of a graph; a shape that is used in several places is read once."""

    def __init__(self, said: Statements) -> None:
        self.said = said
        self.components = components(said)
        self._classes = said.instances(named(f"{RDFS}Class"))
        self._declared = {node for kind in _KINDS for node in said.instances(kind)}
        self._read: dict[str, Shape] = {}
        self._reading: list[str] = []

    def targeted(self) -> tuple[Shape, ...]:
        """Return the shapes that look for nodes themselves. Raise ShapesFault where one of them cannot be meant."""
        nodes = {node for target in _TARGETS for node in self.said.subjects(target)}
        nodes |= {node for node in self.said.subjects(sh("target")) if self._is_shape(node)}
        nodes |= {node for node in self._classes if self._is_shape(node)}
        return tuple(self.shape(node) for node in sorted(nodes))

    def unread(self) -> tuple[str, ...]:
        """Return a text for each shape read so far with words of the SHACL namespace that nobody here knows."""
        odd = sorted((each for each in self._read.values() if each.unread), key=lambda each: each.node)
        return tuple(f"{called(each.owner)}: {', '.join(map(short, each.unread))}" for each in odd)

    def shape(self, node: str) -> Shape:
        """Return the shape of a node; raise ShapesFault where it is ill-formed or refers back to itself."""
        if node in self._read:
            return self._read[node]
        if node in self._reading:
            round_trip = [*self._reading[self._reading.index(node) :], node]
            raise ShapesFault(f"Shapes that refer to themselves have no meaning in SHACL: {' → '.join(round_trip)}")
        if is_literal(node) or len(self._reading) >= _DEEPEST:
            raise ShapesFault(f"{node} stands where a shape should, or more than {_DEEPEST} shapes deep.")
        self._reading.append(node)
        try:
            self._read[node] = self._made(node)
        finally:
            self._reading.pop()
        return self._read[node]

    def shapes(self, head: str) -> tuple[Shape, ...]:
        """Return the shapes of a list."""
        return tuple(self.shape(node) for node in self.said.members(head))

    def siblings(self, node: str, of: str) -> tuple[Shape, ...]:
        """Return the shapes that values of the qualified shape `of` must not conform to, if `node` says so at all."""
        if self.said.one(node, sh("qualifiedValueShapesDisjoint")) not in _TRUE:
            return ()
        parents = self.said.subjects(sh("property"), node)
        brothers = {each for parent in parents for each in self.said.values(parent, sh("property"))}
        theirs = {value for brother in brothers for value in self.said.values(brother, sh("qualifiedValueShape"))}
        return tuple(self.shape(each) for each in sorted(theirs - {of}))

    def _made(self, node: str) -> Shape:
        paths = self.said.values(node, sh("path"))
        if len(paths) > 1 or (not paths and sh("PropertyShape") in self.said.values(node, TYPE)):
            raise ShapesFault(f"Property shape {node} has {len(paths)} paths; it needs exactly one.")
        properties = set(self.said.properties(node))
        own = {name for name in properties if name.startswith(f"<{SH}")}
        return Shape(
            node=node,
            owner=next((each for each in reversed(self._reading) if is_iri(each)), node),
            path=read_path(self.said, paths[0]) if paths else None,
            targets=tuple(self._targets(node)),
            constraints=() if self._is_off(node) else tuple(self._constraints(node, properties)),
            severity=self._severity(node),
            messages=self.said.values(node, sh("message")),
            deactivated=self._is_off(node),
            foreign=tuple(sorted(own & _ADVANCED)),
            unread=tuple(sorted(own - _ADVANCED - _TOLD - set(_TARGETS) - set(PARAMETERS))),
        )

    def _targets(self, node: str) -> Iterable[Target]:
        for name, kind in _TARGETS.items():
            for value in self.said.values(node, name):
                if is_blank(value) or (is_literal(value) and kind is not NodeTarget):
                    raise ShapesFault(f"{node} targets {value}, which is no name.")
                yield kind(value)
        if is_iri(node) and node in self._classes and self._is_shape(node):
            yield ClassTarget(node)

    def _constraints(self, node: str, properties: set[str]) -> Iterable[Constraint]:
        for name in sorted(properties & set(PARAMETERS)):
            yield from PARAMETERS[name](self, node)
        for component in self.components:
            yield from component.constraints(self.said, node)

    def _severity(self, node: str) -> str:
        severity = self.said.one(node, sh("severity")) or VIOLATION
        if not is_iri(severity):
            raise ShapesFault(f"The severity of {node} is {severity}; it must be an IRI.")
        return severity

    def _is_off(self, node: str) -> bool:
        value = self.said.one(node, sh("deactivated"))
        if value is not None and text_of(value) not in ("true", "false", "1", "0"):
            raise ShapesFault(f"{node} has sh:deactivated {value}; it must be true or false.")
        return value is not None and text_of(value) in ("true", "1")

    def _is_shape(self, node: str) -> bool:
        return node in self._declared or any(
            name in PARAMETERS or name in _TARGETS for name in self.said.properties(node)
        )


_TRUE = {'"true"^^<http://www.w3.org/2001/XMLSchema#boolean>'}
