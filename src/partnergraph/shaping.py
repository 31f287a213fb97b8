"""ShapedGraph: a store that is guarded by shapes of its users as well."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path

from partnergraph import ownshapes
from partnergraph.amendment import Amendable
from partnergraph.ownshapes import ShapeSet
from partnergraph.store import Draft
from partnergraph.terms import SHAPES_GRAPH, shapes_graph


class ShapedGraph(Amendable):
    """A guarded graph to which users add shapes of their own."""

    def shapes(self) -> tuple[ShapeSet, ...]:
        """Return the sets of shapes that users added to the store, by name."""
        return ownshapes.read(self._store)

    def add_shapes(self, paths: Sequence[Path | str], *, name: str = "") -> ShapeSet:
        """Let the SHACL shapes in files guard the store from now on; they replace those added under the same name.

        Without a name it is that of the first file. Raise UnreadableInput, ShapesFault or WrongUse for what is none.
        """
        files = [Path(path) for path in paths]
        label = name or files[0].name.split(".")[0]
        with self._shaping(shapes_graph(label)) as draft:
            return ownshapes.add(draft, files, label)

    def remove_shapes(self, name: str) -> None:
        """Take the shapes added under a name out of the store; raise WrongUse where there are none."""
        with self._shaping(shapes_graph(name)) as draft:
            ownshapes.remove(draft, name)

    def let_shipped_guard(self, wanted: bool) -> None:  # noqa: FBT001 - as `open` was asked
        """Say whether the shipped rules guard the store beside the shapes that users added."""
        if wanted != ownshapes.shipped_guard(self._store):
            with self._shaping() as draft:
                (ownshapes.guard_together if wanted else ownshapes.guard_alone)(draft)

    @contextmanager
    def _shaping(self, *graphs: str) -> Iterator[Draft]:
        with self._store.draft(touches=(SHAPES_GRAPH, *graphs)) as draft:
            yield draft
        self._evaluator.forget()
