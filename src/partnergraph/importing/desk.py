"""The desk at which one file of a bundle is read: what all that read its rows share."""

from __future__ import annotations

from collections.abc import Mapping

from partnergraph.importing.cells import CellError
from partnergraph.importing.faults import FaultList
from partnergraph.importing.readers import Readers
from partnergraph.importing.transcript import Transcript
from partnergraph.terms import PG, literal

_STATED_AT = f"<{PG}statedAt>"


class Desk:
    """Knows where each column of the file stands, and where its statements, faults and notes go."""

    def __init__(
        self, file: str, places: Mapping[str, int], readers: Readers, transcript: Transcript, faults: FaultList
    ) -> None:
        self.file = file
        self.places = places
        self.readers = readers
        self.transcript = transcript
        self.faults = faults
        self._quoted = literal(file)[:-1]
        self._unplaced: dict[tuple[str, str], tuple[int, int]] = {}

    def stated_at(self, row: int) -> str:
        """Return the end of the statement that tells where a node was described."""
        return f' {_STATED_AT} {self._quoted}:{row}" .\n'

    def note(self, error: CellError, row: int, column: str) -> None:
        """Note a cell that cannot be read."""
        self.faults.add(self.file, error.problem, error.remedy, row=row, column=column)

    def note_empty(self, row: int, column: str) -> None:
        """Note an empty cell without which its row is about nothing; a column that is not there was noted before."""
        if column in self.places:
            self.faults.add(
                self.file, "is empty, and names what the row is about.", "Fill it in.", row=row, column=column
            )

    def note_unplaced(self, row: int, column: str, needed: str) -> None:
        """Note a cell that says nothing without another one."""
        first, count = self._unplaced.get((column, needed), (row, 0))
        self._unplaced[column, needed] = (first, count + 1)

    def notes(self) -> list[str]:
        """Return what was left aside, in words."""
        return [
            f"{self.file}: '{column}' says nothing where '{needed}' is empty and was not read there "
            f"(rows: {count}, the first is {first})"
            for (column, needed), (first, count) in self._unplaced.items()
        ]
