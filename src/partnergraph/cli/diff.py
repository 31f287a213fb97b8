"""`partnergraph diff`: what changed between two snapshots, dates, packs or stores."""

from __future__ import annotations

import argparse
import json
from contextlib import ExitStack
from pathlib import Path

from partnergraph.cli.arguments import Commands, add_format, add_packs, add_store, add_switches, command
from partnergraph.cli.output import counted, say, write, write_table
from partnergraph.cli.progress import Progress
from partnergraph.cli.sources import existing
from partnergraph.graph import PartnerGraph

_ABOUT = """\
Say which credits were gained, lost, displaced by another partner or reclassified from A to B, whether data, a rule or
the date is the cause, and what it did to the points. A and B are each the name of a snapshot (`partnergraph close`), a
day or a month, with @PACK behind it for a rule pack; B is read in the store --against where one is named."""
_EXAMPLES = (
    "partnergraph diff 2023-09 2023-10 --store store",
    "partnergraph diff 2023-09@2023-06 2023-09@2023-10 --store store --partner 5000100",
    "partnergraph diff 2023-09 2023-09 --store before --against after --format csv",
)


def add_to(commands: Commands) -> None:
    """Add the command to the parser."""
    parser = command(
        commands,
        "diff",
        "say what changed between two snapshots, dates, packs or stores",
        _ABOUT,
        _EXAMPLES,
        {0: "compared", 1: "not used by this command"},
    )
    parser.add_argument("before", metavar="A", help="a snapshot, or DATE, DATE@PACK or @PACK")
    parser.add_argument("after", metavar="B", help="the same, for the later side")
    add_store(parser, required=True)
    parser.add_argument("--against", type=Path, metavar="DIR", help="the store folder that B is read in")
    parser.add_argument("--partner", metavar="ID", help="only this partner's changes; nobody else is named")
    add_switches(parser)
    add_packs(parser)
    add_format(parser, "table", "csv", "json")
    parser.set_defaults(run=run)


def run(arguments: argparse.Namespace) -> int:
    """Print the changes, and in a table also their effect on points."""
    with ExitStack() as stack:
        graph = stack.enter_context(PartnerGraph.open(existing(arguments.store), packs=arguments.packs))
        against = None
        if arguments.against is not None:
            against = stack.enter_context(PartnerGraph.open(existing(arguments.against), packs=arguments.packs))
        with Progress("deriving both sides"):
            changes = graph.diff(
                arguments.before,
                arguments.after,
                against=against,
                partner=arguments.partner,
                switches=dict(arguments.switches),
            )
    say(f"From {changes.before} to {changes.after}: {counted(len(changes.changes), 'change')}.")
    for note in changes.notes:
        say(note)
    if arguments.format == "json":
        write(json.dumps(changes.members(), indent=1, ensure_ascii=False) + "\n")
        return 0
    write_table(changes.table, arguments.format)
    if arguments.format == "table" and len(changes.points):
        write("\nPoints:\n")
        write_table(changes.points, arguments.format)
    return 0
