"""`partnergraph import --dry-run`: what an import would change, before it does."""

from __future__ import annotations

import argparse

from partnergraph.changes import Changes
from partnergraph.cli.output import counted, say, write
from partnergraph.cli.progress import Progress
from partnergraph.cli.validate import summary
from partnergraph.errors import WrongUse
from partnergraph.graph import PartnerGraph
from partnergraph.quarantine import Quarantine
from partnergraph.rehearsal import FindingsDelta, Rehearsal
from partnergraph.report import COLUMNS
from partnergraph.table import Table

_CREDIT = (
    "change", "partner_id", "other", "association_id", "association_type", "metric", "tenant_id", "subscription_id",
    "workload", "before", "after",
)  # fmt: skip


def rehearsed(arguments: argparse.Namespace) -> int:
    """Show what the import would change; return 1 where it would be refused."""
    if arguments.no_validate or arguments.format not in ("table", "json"):
        raise WrongUse("--dry-run judges the import, and shows what it would change as --format table or json.")
    with (
        PartnerGraph.open(arguments.store, packs=arguments.packs) as graph,
        Progress(f"rehearsing {counted(len(arguments.paths), 'path')}", then="judging before and after") as progress,
    ):
        found = graph.rehearse_import(
            arguments.paths,
            name=arguments.name,
            who=arguments.who,
            as_of=arguments.as_of,
            pack=arguments.pack,
            switches=dict(arguments.switches),
            mode=arguments.mode,
            progress=progress,
        )
    for note in found.outcome.notes:
        say(note)
    say(summary(found.outcome.report))
    write(found.to_json() if arguments.format == "json" else _text(found))
    if found.token:
        say("Nothing was kept. As long as the store stays as it is, commit exactly this with:")
        say(f"  partnergraph commit {found.token} --store {arguments.store}")
    else:
        say(f"Nothing was kept. {found.outcome.name} would be refused.")
    return 0 if found.token else 1


def _text(found: Rehearsal) -> str:
    counts = found.credit_counts
    delta = found.findings
    parts = [
        f"Triples: {found.difference.added:,} added, {found.difference.removed:,} removed.",
        _rows(found.difference.classes),
        f"Findings: {len(delta.new):,} new, {len(delta.fixed):,} fixed, {len(delta.unchanged):,} unchanged.",
        _rows(_findings(delta)),
        f"Credits: {counts['gained']:,} gained, {counts['lost']:,} lost, {counts['changed']:,} changed.",
        _rows(_credits(found.credits)),
    ]
    if found.outcome.held:
        held = Quarantine(found.outcome.held)
        parts += [f"Quarantine: {counted(len(held), 'thing')} would be set apart.", _rows(held.table)]
    return "\n".join(part for part in parts if part) + "\n"


def _rows(table: Table) -> str:
    return table.to_text() if table.rows else ""


def _findings(delta: FindingsDelta) -> Table:
    rows = [
        (change, *finding.row) for change, found in (("new", delta.new), ("fixed", delta.fixed)) for finding in found
    ]
    return Table(("change", *COLUMNS), tuple(rows))


def _credits(changes: Changes) -> Table:
    table = changes.table
    places = [table.columns.index(name) for name in _CREDIT]
    return Table(_CREDIT, tuple(tuple(row[place] for place in places) for row in table.rows))
