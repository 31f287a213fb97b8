"""The quarantine: statements of an import that were set apart, kept where no question about the graph meets them."""

from __future__ import annotations

import hashlib
from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from partnergraph import catalogue, record
from partnergraph.report import Finding
from partnergraph.store import Draft, View
from partnergraph.table import Table, Tabular
from partnergraph.terms import PG, RDF_TYPE, asserted_graph, instance, literal, local_id, quarantine_graph

COLUMNS = (
    "import", "type", "id", "code", "rule", "other", "message", "source_file", "source_row", "at", "iri",
)  # fmt: skip


@dataclass(frozen=True, slots=True)
class Held:
    """What one import says of one thing, set apart because of `finding`.

    `name` is that of the import, `node` the IRI of the thing, `said` what the import says of it as N-Triples, `at` the
    ISO time.
    """

    name: str
    node: str
    said: str
    finding: Finding
    at: str

    @property
    def id(self) -> str:
        """The id of the thing, as the source wrote it."""
        return local_id(self.node)[1]


@dataclass(frozen=True, slots=True)
class Quarantine(Tabular):
    """All that a store holds in quarantine, in a total order."""

    held: tuple[Held, ...]

    def __len__(self) -> int:
        return len(self.held)

    @property
    def table(self) -> Table:
        """What is held, one row for each thing, with why it was set apart."""
        return Table(COLUMNS, tuple(_row(each) for each in self.held))

    def of(self, name: str | None = None, ids: Sequence[str] = ()) -> Quarantine:
        """Return what is held of the import `name` and of the things whose id or IRI is in `ids`, where named."""
        wanted = set(ids)
        return Quarantine(
            tuple(
                each
                for each in self.held
                if name in (None, each.name) and (not wanted or wanted & {each.id, each.node})
            )
        )


def keep(draft: Draft, held: Iterable[Held]) -> None:
    """Add to the quarantine that the draft holds."""
    for each in held:
        node = _node(each)
        facts = [
            (RDF_TYPE, f"<{PG}QuarantinedStatement>"),
            (PG + "quarantines", f"<{each.node}>"),
            (PG + "fromImport", f"<{instance('import', each.name)}>"),
            (PG + "statementText", literal(each.said)),
            (PG + "quarantinedAt", literal(each.at, "dateTime")),
            *record.facts(each.finding),
        ]
        lines = "".join(f"<{node}> <{name}> {value} .\n" for name, value in facts)
        draft.add_ntriples(lines.encode(), quarantine_graph(each.name))


def give_back(draft: Draft, held: Iterable[Held]) -> None:
    """Put what was set apart back into the graphs of the imports that it came with."""
    for each in held:
        draft.take_out(quarantine_graph(each.name), [_node(each)])
        draft.add_ntriples(each.said.encode(), asserted_graph(each.name))


def read(view: View) -> Quarantine:
    """Return all that a store holds in quarantine."""
    columns, rows = view.rows(catalogue.query("lookup/quarantined").text)
    told = ({c: cell or "" for c, cell in zip(columns, row, strict=True)} for row in rows)
    return Quarantine(tuple(Held(row["name"], row["node"], row["said"], record.told(row), row["at"]) for row in told))


def _node(held: Held) -> str:
    return instance("quarantined", held.name, hashlib.sha256(held.node.encode()).hexdigest()[:32])


def _row(held: Held) -> tuple[str | int | None, ...]:
    finding = held.finding
    kind, name = local_id(held.node)
    return (
        held.name, kind, name, finding.code, finding.rule, finding.other, finding.message,
        finding.source_file, finding.source_row, held.at, held.node,
    )  # fmt: skip
