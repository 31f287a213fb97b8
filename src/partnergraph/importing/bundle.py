"""The CSV files of bundles, read row by row into a transcript of what they say."""

from __future__ import annotations

from collections.abc import Iterable

from partnergraph.importing.archive import DAMAGED
from partnergraph.importing.codes import Codes
from partnergraph.importing.columns import TABLES
from partnergraph.importing.desk import Desk
from partnergraph.importing.detection import plain
from partnergraph.importing.faults import FaultList
from partnergraph.importing.nodes import RowWriter
from partnergraph.importing.readers import Readers
from partnergraph.importing.records import Records
from partnergraph.importing.source import CHUNK_BYTES, Progress, Source, SourceFile, Watched
from partnergraph.importing.table import Table
from partnergraph.importing.transcript import Transcript
from partnergraph.importing.usage import UsageWriter


class BundleReader:
    """Reads tables into a transcript; faults and notes gather, and no fault stops the reading of the others."""

    def __init__(
        self, codes: Codes, transcript: Transcript, faults: FaultList, notes: list[str], progress: Progress | None
    ) -> None:
        self._readers = Readers(codes, transcript)
        self._transcript = transcript
        self._faults = faults
        self._notes = notes
        self._progress = progress

    def read(self, tables: Iterable[tuple[Table, Source]]) -> tuple[SourceFile, ...]:
        """Read all tables, what others point to first, and return the files in that order."""
        order = {table.file: place for place, table in enumerate(TABLES)}
        return tuple(self._read(table, source) for table, source in sorted(tables, key=lambda t: order[t[0].file]))

    def _read(self, table: Table, source: Source) -> SourceFile:
        try:
            with source.open() as stream, Watched(stream, source, self._progress) as watched:
                buffered = watched.buffered()
                self._read_rows(table, source.name, Records(buffered, source.name, self._faults))
                while buffered.read(CHUNK_BYTES):  # the digest is of the whole file, also where reading gave up
                    pass
                return watched.file()
        except DAMAGED as error:
            self._faults.add(source.name, f"is damaged or cut off ({error}).", "Get or pack the file again.")
        except OSError as error:
            self._faults.add(source.name, f"cannot be read: {error.strerror}.", "Check the file and its rights.")
        return SourceFile(source.name, "", 0)

    def _read_rows(self, table: Table, file: str, records: Records) -> None:
        header = records.header()
        if header is None:
            return
        desk = Desk(file, self._places(table, file, header), self._readers, self._transcript, self._faults)
        writer = RowWriter(table, desk) if table.measures is None else UsageWriter(table.measures, desk)
        writer.write_all(records.rows())
        self._notes += desk.notes()

    def _places(self, table: Table, file: str, header: list[str]) -> dict[str, int]:
        """Return where each known column stands; note those that are missing, doubled or unknown."""
        known = {plain(column): column for column in table.columns}
        places: dict[str, int] = {}
        for place, name in enumerate(header):
            column = known.get(plain(name))
            if column is None:
                self._notes.append(_unknown(file, name, place))
            elif column in places:
                self._faults.add(file, "stands in the header twice.", "Keep one of them.", row=1, column=column)
            else:
                places[column] = place
        for column in table.required:
            if column not in places:
                remedy = f"Add it to the header: {', '.join(table.required)} are required."
                self._faults.add(file, "is missing.", remedy, row=1, column=column)
        return places


def _unknown(file: str, name: str, place: int) -> str:
    if not name.strip():
        return f"{file}: column {place + 1} has no name and was not read"
    return f"{file}: column '{name.strip()}' is not known and was not read"
