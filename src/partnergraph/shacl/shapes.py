"""Shapes of anybody's: read from a graph, and held against another."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass

from partnergraph.shacl.check import Check, compiled_shape
from partnergraph.shacl.fallback import judged_by_pyshacl
from partnergraph.shacl.judgement import Judge
from partnergraph.shacl.parsing import ShapesReader
from partnergraph.shacl.result import in_order
from partnergraph.shacl.shape import Shape
from partnergraph.shacl.statements import Statements
from partnergraph.shacl.verdict import Fallback, ShapesReport, report_on
from partnergraph.shacl.world import Inexpressible, world_of
from partnergraph.store.judged import Judged


@dataclass(frozen=True, slots=True)
class Shapes:
    """The shapes of a graph that look for nodes themselves. Never written to, and safe to use from many threads."""

    said: Statements
    targeted: tuple[Shape, ...]
    unread: tuple[str, ...]

    @classmethod
    def of(cls, triples: Iterable[tuple[str, str, str]]) -> Shapes:
        """Return the shapes of a graph; raise ShapesFault where one is ill-formed or refers to itself."""
        said = Statements(triples)
        reader = ShapesReader(said)
        targeted = reader.targeted()
        return cls(said, targeted, reader.unread())

    def judge(self, graph: Judged) -> ShapesReport:
        """Return what the shapes find; raise ShapesFault for a shape that no engine here can carry out."""
        world = world_of(graph)
        made: list[Check] = []
        left: list[tuple[Shape, Fallback]] = []
        for shape in self.targeted:
            try:
                made.extend(compiled_shape(shape, world))
            except Inexpressible as reason:
                left.append((shape, Fallback(shape.node, str(reason))))
        results = Judge(graph, world, self.said).results(made)
        if left:
            results.extend(judged_by_pyshacl(graph, self.said, [shape for shape, _ in left]))
        fallbacks = tuple(fallback for _, fallback in left)
        return report_on(in_order(results), fallbacks, self.unread, len(self.targeted))
