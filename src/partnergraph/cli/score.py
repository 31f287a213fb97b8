"""`partnergraph score`: the Partner Capability Score, and what it is made of."""

from __future__ import annotations

import argparse
import json

from partnergraph.cli.arguments import Commands, add_evaluation, add_format, add_sources, command
from partnergraph.cli.output import counted, say, write, write_table
from partnergraph.cli.progress import Progress
from partnergraph.cli.sources import opened
from partnergraph.score import Scores

_ABOUT = """\
Print the Partner Capability Score of global accounts on a date by a rule pack: one row per solution area, track, metric
and option, with the figure, its threshold and the points, and where each account stands in each area. The score
counts now against the same month a year before. With --units the numbers open: each tenant, workload, subscription,
service and person that was counted, through which association and rules, and what was not counted and why."""
_EXAMPLES = (
    "partnergraph score --partner 5000001 examples/good",
    "partnergraph score bundle.zip --partner 5000001 --as-of 2023-09-30 --pack 2023-06 --format csv",
    "partnergraph score --store store --as-of 2023-09 --partner 5000001 --area modern_work --units",
)


def add_to(commands: Commands) -> None:
    """Add the command to the parser."""
    parser = command(
        commands,
        "score",
        "say what score a partner reaches on a date",
        _ABOUT,
        _EXAMPLES,
        {0: "no violation touches the scores", 1: "violations found; what they name is left out"},
    )
    add_sources(parser)
    add_evaluation(parser)
    parser.add_argument("--partner", metavar="ID", help="only this partner: a global account, or a location of it")
    parser.add_argument("--area", metavar="AREA", help="only this solution area, such as modern_work")
    parser.add_argument(
        "--units",
        action="store_true",
        help="say what was counted and what was not; in csv these rows come in place of the scores",
    )
    add_format(parser, "table", "csv", "json")
    parser.set_defaults(run=run)


def run(arguments: argparse.Namespace) -> int:
    """Print the scores; return 1 where violations left something out."""
    with opened(arguments.paths, arguments.store, arguments.packs) as graph, Progress("computing scores"):
        scored = graph.scores(
            arguments.partner,
            as_of=arguments.as_of,
            pack=arguments.pack,
            switches=dict(arguments.switches),
        ).of(area=arguments.area)
    say(f"Scores as of {scored.as_of} by rule pack {scored.pack}: {counted(len(scored.states), 'solution area')}.")
    if arguments.partner and not scored.states:
        say(f"No global account with the id {arguments.partner}, or with a location of that id, is active on that day.")
    for finding in scored.left_out:
        say(f"Left out, {finding.code or finding.rule}: {finding.message}")
    _FORMS[arguments.format](scored, with_units=arguments.units)
    return 1 if scored.left_out else 0


def _write_table(scored: Scores, *, with_units: bool) -> None:
    write(scored.table.to_text() + "\n" + scored.states_table.to_text())
    if with_units:
        write("\n" + scored.units_table.to_text())


def _write_csv(scored: Scores, *, with_units: bool) -> None:
    write_table(scored.units_table if with_units else scored.table, "csv")


def _write_json(scored: Scores, *, with_units: bool) -> None:
    write(json.dumps(scored.document(with_units=with_units), indent=1, ensure_ascii=False) + "\n")


_FORMS = {"table": _write_table, "csv": _write_csv, "json": _write_json}
