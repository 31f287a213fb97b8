"""`partnergraph demo`: the main job, end to end, on sample data."""

from __future__ import annotations

import argparse
from pathlib import Path

from partnergraph import artifacts
from partnergraph.cli.arguments import Commands, add_address, command
from partnergraph.cli.imports import told
from partnergraph.cli.output import write
from partnergraph.cli.serve import serve
from partnergraph.cli.validate import summary
from partnergraph.configuration import Configuration
from partnergraph.errors import UnreadableInput
from partnergraph.graph import PartnerGraph
from partnergraph.report import Finding
from partnergraph.table import Cell, Table

_ABOUT = """\
Show the main job on fictional sample data, in memory: import a good bundle, try bad files and say why each is refused,
derive who is credited, explain one credit, then serve it all over HTTP until stopped with Ctrl-C."""
_EXAMPLES = (
    "partnergraph demo",
    "partnergraph demo --no-serve",
    "partnergraph demo --port 9000",
)
_GROUPED = ("partner_id", "association_type", "cpor_subtype", "tenant_id", "solution_area")


def add_to(commands: Commands) -> None:
    """Add the command to the parser."""
    parser = command(
        commands,
        "demo",
        "show the main job on sample data, then serve it",
        _ABOUT,
        _EXAMPLES,
        {0: "shown", 1: "not used by this command", 3: "cannot use the port"},
    )
    parser.add_argument("--no-serve", action="store_true", help="end after showing, without serving")
    add_address(parser)
    parser.set_defaults(run=run)


def run(arguments: argparse.Namespace) -> int:
    """Tell the story on standard output, then serve."""
    examples = artifacts.root() / "examples"
    with PartnerGraph.open() as graph:
        for path in (examples / "good", *sorted((examples / "bad").iterdir())):
            committed, text = _tried(graph, path)
            _tell(f"{'Imported' if committed else 'Refused'}: {path.relative_to(artifacts.root())}", text)
        credited = graph.credits()
        heading = f"Credited on {credited.as_of} by rule pack {credited.pack}: {len(credited.table)} rows"
        _tell(heading, _brief(credited.table).to_text())
        _tell("Why", _reason(graph, credited.table))
        if not arguments.no_serve:
            serve(graph, Configuration(host=arguments.host, port=arguments.port))
    return 0


def _tell(heading: str, text: str) -> None:
    write(f"== {heading}\n\n{text.rstrip()}\n\n")


def _tried(graph: PartnerGraph, path: Path) -> tuple[bool, str]:
    """Import a path; return whether it was kept, and what there is to say."""
    try:
        outcome = graph.import_files([path], who="demo")
    except UnreadableInput as refusal:
        return False, f"It cannot be read; the graph is as it was.\n{refusal}"
    report = outcome.report
    findings = report.findings if outcome.committed else report.violations
    return outcome.committed, "\n".join((told(outcome), summary(report), *map(_line, findings)))


def _line(finding: Finding) -> str:
    place = f" ({finding.source_file}:{finding.source_row})" if finding.source_file else ""
    return f"{finding.severity.value} {finding.code or finding.rule}{place}: {finding.message}"


def _brief(credits_: Table) -> Table:
    """Return one row per partner, kind of association, tenant and solution area: its metrics, and how many rows."""
    groups: dict[tuple[Cell, ...], list[Cell]] = {}
    for credit in credits_.dicts():
        groups.setdefault(tuple(credit[column] for column in _GROUPED), []).append(credit["metric"])
    rows = (
        (*group, ", ".join(sorted({str(metric) for metric in metrics})), len(metrics))
        for group, metrics in groups.items()
    )
    return Table((*_GROUPED, "metrics", "rows"), tuple(rows))


def _reason(graph: PartnerGraph, credits_: Table) -> str:
    rows = sorted(credits_.dicts(), key=lambda credit: not credit["workload"])
    if not rows:
        return "Nobody is credited."
    first = rows[0]
    explanation = graph.explain(
        str(first["partner_id"]),
        tenant=_text(first["tenant_id"]),
        workload=_text(first["workload"]),
        subscription=_text(first["subscription_id"]),
        metric=_text(first["metric"]),
    )
    return explanation.to_text()


def _text(cell: Cell) -> str | None:
    return str(cell) if cell else None
