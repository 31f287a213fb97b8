"""Memories of cells: what a column's cells were read into, so that each different cell is read once."""

from __future__ import annotations

from partnergraph.importing.cells import LITERALS, CellError
from partnergraph.importing.desk import Desk
from partnergraph.importing.table import Column, Part
from partnergraph.terms import PG, RDF_TYPE, XSD, instance

_MEMO_CELLS = 20_000


class CellMemo:
    """Reads the cells of one column into ends of statements; `tails` holds those of the cells met lately."""

    def __init__(self, column: Column, desk: Desk) -> None:
        self._column = column
        self._desk = desk
        self._predicate = predicate(column.property)
        self._literal = None if column.many else LITERALS.get(column.form)
        self.place = desk.places[column.name]
        self.tails: dict[str, tuple[str, ...]] = {}

    def read(self, cell: str, row: int) -> tuple[str, ...]:
        """Return the statements' ends for a cell not met yet; note a fault and return none where it is malformed."""
        text = cell.strip()
        try:
            if not text:
                tails = self._empty()
            elif self._literal is not None:
                tails = (f" {self._predicate} {self._literal(text)} .\n",)
            else:
                tails = self._resolve(text)
        except CellError as error:
            self._desk.note(error, row, self._column.name)
            return ()
        if len(self.tails) >= _MEMO_CELLS:
            self.tails.clear()
        self.tails[cell] = tails
        return tails

    def _resolve(self, text: str) -> tuple[str, ...]:
        values = [value.strip() for value in text.split("|")] if self._column.many else [text]
        terms = [term for value in values if value for term in self._desk.readers.objects(self._column, value)]
        return tuple(f" {self._predicate} {term} .\n" for term in terms)

    def _empty(self) -> tuple[str, ...]:
        if self._column.when_empty is None:
            return ()
        name, value = self._column.when_empty
        return (f' {predicate(name)} "{value}"^^<{XSD}boolean> .\n',)


class KeyMemo:
    """Reads the cells of one column into a part of an id, as it stands in an IRI."""

    def __init__(self, part: Part, desk: Desk) -> None:
        self._part = part
        self._readers = desk.readers
        self._place = desk.places.get(part.column)
        self._met: dict[str, str] = {}

    @property
    def column(self) -> str:
        """The column that is read."""
        return self._part.column

    def is_missing(self, cells: list[str]) -> bool:
        """Tell whether the id needs the cell and the row leaves it empty."""
        return self._part.otherwise is None and (self._place is None or not cells[self._place].strip())

    def read(self, cells: list[str]) -> str:
        """Return the part of the id that the row gives."""
        cell = "" if self._place is None else cells[self._place]
        return self._met.get(cell) or self._meet(cell)

    def _meet(self, cell: str) -> str:
        text = cell.strip()
        part = self._readers.part(self._part, text) if text else self._part.otherwise or ""
        if len(self._met) >= _MEMO_CELLS:
            self._met.clear()
        encoded = self._met[cell] = instance("", part).rpartition("/")[2]
        return encoded


def predicate(name: str) -> str:
    """Return a property of ours as N-Triples writes it; `type` is rdf:type."""
    return f"<{RDF_TYPE}>" if name == "type" else f"<{PG}{name}>"
