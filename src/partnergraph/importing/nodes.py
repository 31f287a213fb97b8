"""How the rows of one table become nodes: the grammar of `table`, bound to the header of one file."""

from __future__ import annotations

import hashlib
from collections.abc import Iterable

from partnergraph.importing.codes import folded
from partnergraph.importing.desk import Desk
from partnergraph.importing.memos import CellMemo, KeyMemo, predicate
from partnergraph.importing.table import Node, Omission, Table
from partnergraph.terms import PG, RDF_TYPE, instance


class NodeWriter:
    """Writes one node of each row."""

    def __init__(self, node: Node, desk: Desk) -> None:
        self._node = node
        self._desk = desk
        self._key = [KeyMemo(part, desk) for part in node.key]
        self._memos = [CellMemo(column, desk) for column in node.columns if column.name in desk.places]
        self._start = f"<{instance(node.kind, '')}"
        self._head = f" <{RDF_TYPE}> <{PG}{node.type}> .\n"
        self._leads_to = predicate(node.leads_to)
        self._reached_by = predicate(node.reached_by)

    @property
    def last_column(self) -> str:
        """The column that ends the node's id: filled where the row means to speak of the node."""
        return self._node.key[-1].column

    def missing(self, cells: list[str]) -> list[str]:
        """Return the columns whose cells the id needs and the row leaves empty."""
        return [part.column for part in self._key if part.is_missing(cells)]

    def write(self, row: int, cells: list[str], first: str) -> str:
        """Write the node of a row that names it and return it; `first` is the row's own node, or empty."""
        node = self._node
        tails: list[str] = []
        for memo in self._memos:
            cell = cells[memo.place]
            found = memo.tails.get(cell)
            tails += memo.read(cell, row) if found is None else found
        if node.leaves_out is not None and self._omits(node.leaves_out, cells):
            left_out = f" {predicate(node.leaves_out.property)} "
            tails = [tail for tail in tails if not tail.startswith(left_out)]
        key = [part.read(cells) for part in self._key]
        if node.by_content:
            key.append(hashlib.blake2b("".join(tails).encode(), digest_size=4).hexdigest())
        subject = f"{self._start}{'/'.join(key)}>"
        described = self._desk.readers.described
        ends = [self._head, *tails]
        if node.leads_to:
            ends.append(f" {self._leads_to} {first} .\n")
        if not node.once or subject not in described:
            ends.append(self._desk.stated_at(row))
        if node.once or node.remembered:
            described.add(subject)
        pieces = [piece for end in ends for piece in (subject, end)]
        if node.reached_by and first:
            pieces.append(f"{first} {self._reached_by} {subject} .\n")
        self._desk.transcript.write(pieces)
        return subject

    def key_of(self, subject: str) -> str:
        """Return the id in a node that this writer wrote, as it stands in the IRI."""
        return subject[len(self._start) : -1]

    def _omits(self, omission: Omission, cells: list[str]) -> bool:
        def cell(column: str) -> str:
            place = self._desk.places.get(column)
            return "" if place is None else folded(cells[place])

        return cell(omission.column) == cell(omission.same_as) and cell(omission.where) == omission.holds


class RowWriter:
    """Writes all nodes of each row of a table whose rows describe things."""

    def __init__(self, table: Table, desk: Desk) -> None:
        self._desk = desk
        self._own, *self._others = [NodeWriter(node, desk) for node in table.nodes]

    def write_all(self, rows: Iterable[tuple[int, list[str]]]) -> None:
        """Write what the rows say. A row without its own id is a fault; a further node without its id is left out."""
        for row, cells in rows:
            self._write(row, cells)

    def _write(self, row: int, cells: list[str]) -> None:
        for column in self._own.missing(cells):
            self._desk.note_empty(row, column)
        first = self._own.write(row, cells, "")
        for other in self._others:
            missing = other.missing(cells)
            if not missing:
                other.write(row, cells, first)
            elif other.last_column not in missing:
                self._desk.note_unplaced(row, other.last_column, missing[0])
