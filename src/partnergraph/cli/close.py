"""`partnergraph close`: keep the credits and scores of a month for good."""

from __future__ import annotations

import argparse

from partnergraph.cli.arguments import Commands, add_evaluation, add_format, add_store, command
from partnergraph.cli.output import counted, say, write_table
from partnergraph.cli.progress import Progress
from partnergraph.cli.sources import existing
from partnergraph.errors import WrongUse
from partnergraph.graph import PartnerGraph
from partnergraph.history import Snapshot
from partnergraph.table import Table

_ABOUT = """\
Keep the credits and scores of a month in the store, with the digests of the data, packs, rules and queries that they
follow from. What is closed never changes: `partnergraph diff` compares later answers with it."""
_EXAMPLES = (
    "partnergraph close 2023-09 --store store --who 'Kim, finance'",
    "partnergraph close 2023-09 --store store --pack 2023-10 --name september-under-october-rules",
    "partnergraph close --list --store store",
)
_COLUMNS = ("name", "as_of", "pack", "switches", "credits", "who", "at", "data", "packs", "shapes", "queries", "rows")


def add_to(commands: Commands) -> None:
    """Add the command to the parser."""
    parser = command(
        commands,
        "close",
        "keep the credits and scores of a month for good",
        _ABOUT,
        _EXAMPLES,
        {0: "closed, or listed", 1: "not used by this command", 2: "wrong use, or closed before"},
    )
    parser.add_argument("month", nargs="?", metavar="MONTH", help="the month (2023-09) or day (2023-09-30) to close")
    parser.add_argument("--list", action="store_true", help="list what is closed")
    add_store(parser, required=True)
    add_evaluation(parser)
    parser.add_argument("--name", help="the name to close under (default: the month)")
    parser.add_argument("--who", metavar="NAME", help="who closes, for the record: a role, not a person's name")
    add_format(parser, "table", "csv", "json")
    parser.set_defaults(run=run)


def run(arguments: argparse.Namespace) -> int:
    """Close a month, or list what is closed."""
    with PartnerGraph.open(existing(arguments.store), packs=arguments.packs) as graph:
        if arguments.list:
            write_table(_listed(graph.snapshots()), arguments.format)
            return 0
        month = arguments.month or arguments.as_of
        if month is None:
            raise WrongUse("Name the month to close, such as 2023-09.")
        with Progress("deriving credits and scores"):
            made = graph.close_month(
                month,
                name=arguments.name,
                who=arguments.who,
                pack=arguments.pack,
                switches=dict(arguments.switches),
            )
    say(f"Closed {made.name}: {counted(made.credits, 'credit')} as of {made.as_of} under rule pack {made.pack}.")
    write_table(_listed((made,)), arguments.format)
    return 0


def _listed(snapshots: tuple[Snapshot, ...]) -> Table:
    rows = (
        (
            kept.name,
            kept.as_of,
            kept.pack,
            ", ".join(f"{name}={option}" for name, option in kept.switches),
            kept.credits,
            kept.who,
            kept.at,
            kept.origin.data,
            kept.origin.pack,
            kept.origin.shapes,
            kept.origin.queries,
            kept.content,
        )
        for kept in snapshots
    )
    return Table(_COLUMNS, tuple(rows))
