"""The records of one CSV file: its header, its rows with their numbers, and what is wrong with the text itself."""

from __future__ import annotations

import codecs
import csv
import io
import re
from collections.abc import Iterator

from partnergraph.importing.content import HEAD_BYTES, UTF8_MARK, foreign
from partnergraph.importing.faults import FaultList

_AS_CSV = "Save it as CSV in UTF-8, with commas between the cells."
_NO_UTF8 = re.compile("[\udc80-\udcff]")
"""What Python's surrogateescape makes of bytes that are not UTF-8."""
_UNENDED = ("unexpected end of data", "field larger than field limit")


class Records:
    """The records of a CSV text, counted as a spreadsheet does: the header is row 1.

    What breaks the text (encoding, NUL bytes, quotes, a row that is longer or shorter than the header) is noted in
    `faults`, and such a row is not given.
    """

    def __init__(self, stream: io.BufferedReader, file: str, faults: FaultList) -> None:
        self._head = stream.peek(HEAD_BYTES)[:HEAD_BYTES]
        stream.read(len(UTF8_MARK) if self._head.startswith(UTF8_MARK) else 0)
        self._checked = _Checked(stream)
        text = io.TextIOWrapper(self._checked.buffered(), encoding="utf-8", errors="surrogateescape", newline="")
        self._reader = csv.reader(text, strict=True)
        self._file = file
        self._faults = faults
        self._names: list[str] = []
        self._row = 0

    def header(self) -> list[str] | None:
        """Return the names of the columns as written; None, with a fault noted, where there is no header to read."""
        kind = foreign(self._head)
        if kind is not None:
            self._faults.add(self._file, f"holds {kind}, not CSV.", _AS_CSV)
            return None
        before = self._faults.total
        self._names = next((cells for _, cells in self._records(0)), [])
        if self._faults.total > before:
            return None
        if not self._names:
            self._faults.add(self._file, "is empty: the header row is missing.", "Add it, or leave the file out.")
            return None
        for separator in ";", "\t":
            if len(self._names) == 1 and separator in self._names[0]:
                self._faults.add(self._file, f"has {separator!r} between its cells.", _AS_CSV, row=self._row)
                return None
        return self._names

    def rows(self) -> Iterator[tuple[int, list[str]]]:
        """Yield (row number, cells) of each data row; empty rows are passed over."""
        return self._records(len(self._names))

    def _records(self, width: int) -> Iterator[tuple[int, list[str]]]:
        """Yield the records that are not empty and have `width` cells, or any number where it is 0."""
        checked = self._checked
        while True:
            try:
                for cells in self._reader:
                    self._row += 1
                    if checked.is_suspect and self._is_damaged(cells):
                        continue
                    if cells and (cells[0].strip() or any(cell.strip() for cell in cells)):
                        if len(cells) == width or not width:
                            yield self._row, cells
                        else:
                            self._note_width(len(cells), width)
                return
            except csv.Error as error:
                self._row += 1
                if self._note_broken(str(error)):
                    return

    def _is_damaged(self, cells: list[str]) -> bool:
        """Note a row that holds what is no text, and tell whether it is one."""
        for place, cell in enumerate(cells):
            is_nul = "\0" in cell
            if is_nul or _NO_UTF8.search(cell):
                problem = "holds NUL bytes." if is_nul else "holds bytes that are not UTF-8."
                column = self._names[place].strip() if place < len(self._names) else None
                self._faults.add(self._file, problem, "Save the file as UTF-8.", row=self._row, column=column)
                return True
        return False

    def _note_width(self, cells: int, width: int) -> None:
        problem = f"has {cells} cells, and the header has {width}."
        remedy = "Put a cell that holds a comma in quotes, and see that the file is complete."
        self._faults.add(self._file, problem, remedy, row=self._row)

    def _note_broken(self, error: str) -> bool:
        """Note a row that the CSV reader gave up on; return True where what follows makes no sense any more."""
        is_unended = error.startswith(_UNENDED)
        problem = "has text after a closing quote."
        remedy = "Double each quote that is part of a cell."
        if is_unended:
            problem = "starts a quoted cell that is never closed."
            remedy = "Close the quote; the file may be cut off."
        self._faults.add(self._file, problem, remedy, row=self._row)
        return is_unended


class _Checked(io.RawIOBase):
    """Passes bytes on, and knows whether all of them so far were text in UTF-8."""

    def __init__(self, stream: io.BufferedReader) -> None:
        self._stream = stream
        self._decoder = codecs.getincrementaldecoder("utf-8")()
        self.is_suspect = False

    def readable(self) -> bool:
        return True

    def readinto(self, buffer: bytearray | memoryview) -> int:  # type: ignore[override]
        chunk = self._stream.read(len(buffer))
        if not self.is_suspect:
            try:
                self._decoder.decode(chunk, final=not chunk)
                self.is_suspect = b"\0" in chunk
            except UnicodeDecodeError:
                self.is_suspect = True
        buffer[: len(chunk)] = chunk
        return len(chunk)

    def buffered(self) -> io.BufferedReader:
        """Return this stream in large steps."""
        return io.BufferedReader(self, 1 << 16)
