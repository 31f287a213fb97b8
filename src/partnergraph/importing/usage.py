"""How rows of monthly figures become observations: the bulk of a bundle, written with as few triples as can be."""

from __future__ import annotations

from collections.abc import Iterable
from operator import itemgetter

from partnergraph.importing.codes import folded
from partnergraph.importing.desk import Desk
from partnergraph.importing.memos import CellMemo, predicate
from partnergraph.importing.nodes import NodeWriter
from partnergraph.importing.table import Column, Measures
from partnergraph.terms import instance

_MEASURES = predicate("measures")
_NOTHING = ("", "")
_WAITING_PIECES = 10_000
_Piece = tuple[str, str]
"""A piece of an observation's IRI, and the end of the statement that goes with it."""


class UsageWriter:
    """Writes one observation per row; what is measured is described once.

    The things met so far are kept under the raw cells that name them, so that a thing is named once and not in each
    of its months.
    """

    def __init__(self, measures: Measures, desk: Desk) -> None:
        self._desk = desk
        self._things = [NodeWriter(node, desk) for node in measures.things]
        self._month = _Pieces(measures.month, desk, before="/")
        self._variant = _Pieces(measures.variant, desk, before="/", usual=measures.usual)
        figures = [CellMemo(figure, desk) for figure in measures.figures if figure.name in desk.places]
        self._figures = [(figure.place, figure.tails, figure) for figure in figures]
        columns = dict.fromkeys(part.column for node in measures.things for part in node.key)
        places = [desk.places[column] for column in columns if column in desk.places] or [0]
        self._name_of = itemgetter(*places, places[0])  # never of one cell, so that the name is a tuple
        self._met: dict[tuple[str, ...], _Piece] = {}

    def write_all(self, rows: Iterable[tuple[int, list[str]]]) -> None:
        """Write what the rows say; a row without a thing or a month is a fault."""
        met, months, variants = self._met, self._month.met, self._variant.met
        month_place, variant_place = self._month.place, self._variant.place
        transcript = self._desk.transcript
        pieces: list[str] = []
        for row, cells in rows:
            thing = met.get(self._name_of(cells)) or self._meet(row, cells)
            month = months.get(cells[month_place]) or self._read_month(row, cells)
            variant = variants.get(cells[variant_place]) or self._variant.read(row, cells)
            subject = f"{thing[0]}{month[0]}{variant[0]}>"
            pieces += (subject, thing[1], subject, month[1])
            if variant[1]:
                pieces += (subject, variant[1])
            for place, tails, figure in self._figures:
                if cell := cells[place]:
                    for tail in tails.get(cell) or figure.read(cell, row):
                        pieces += (subject, tail)
            if len(pieces) > _WAITING_PIECES:
                transcript.write(pieces)
                pieces.clear()
        transcript.write(pieces)

    def _meet(self, row: int, cells: list[str]) -> _Piece:
        missing: list[str] = []
        for thing in self._things:
            missing = thing.missing(cells)
            if not missing:
                measured = thing.write(row, cells, "")
                base = "<" + instance("usage", "") + thing.key_of(measured)
                piece = self._met[self._name_of(cells)] = (base, f" {_MEASURES} {measured} .\n")
                return piece
        for column in missing:
            self._desk.note_empty(row, column)
        return _NOTHING

    def _read_month(self, row: int, cells: list[str]) -> _Piece:
        month = self._month.read(row, cells)
        if not month[0]:
            self._desk.note_empty(row, self._month.column)
        return month


class _Pieces:
    """Reads the cells of a column that is part of an observation's IRI, behind `before`.

    `usual` cells and empty ones add nothing; a column that the file does not have is read as if it were empty.
    """

    def __init__(self, column: Column, desk: Desk, *, before: str, usual: str = "") -> None:
        self.column = column.name
        self.place = desk.places.get(column.name, 0)
        self.met: dict[str, _Piece] = {}
        self._before = before
        self._usual = usual
        self._memo = CellMemo(column, desk) if column.name in desk.places else None

    def read(self, row: int, cells: list[str]) -> _Piece:
        """Return the piece of a cell not met yet; a malformed one is noted each time it comes."""
        if self._memo is None:
            return _NOTHING
        cell = cells[self.place]
        text = folded(cell)
        if not text or text == self._usual:
            self.met[cell] = _NOTHING
            return _NOTHING
        key = instance("", text).rpartition("/")[2]
        piece = (self._before + key, "".join(self._memo.read(cell, row)))
        if piece[1]:
            self.met[cell] = piece
        return piece
