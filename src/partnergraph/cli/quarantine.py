"""`partnergraph quarantine`: what was set apart of imports, and its way back."""

from __future__ import annotations

import argparse

from partnergraph.cli.arguments import Commands, add_evaluation, add_format, add_store, command
from partnergraph.cli.output import counted, say, write, write_table
from partnergraph.cli.progress import Progress
from partnergraph.cli.sources import existing
from partnergraph.cli.validate import summary
from partnergraph.graph import PartnerGraph
from partnergraph.quarantine import Quarantine

_ABOUT = """\
List what imports in the mode quarantine have set apart, with the finding that it was set apart for, or release it: it
is judged again together with what is stored, what the rules find no fault with any more goes back to its import, and
the rest stays. Importing a name again also empties its quarantine."""
_EXAMPLES = (
    "partnergraph quarantine list --store store",
    "partnergraph quarantine list --store store --import claims --format turtle",
    "partnergraph quarantine release --store store",
    "partnergraph quarantine release harbour-claim meadow-claim --store store --as-of 2023-09",
)


def add_to(commands: Commands) -> None:
    """Add the command to the parser."""
    parser = command(
        commands,
        "quarantine",
        "list what imports have set apart, or release it",
        _ABOUT,
        _EXAMPLES,
        {0: "listed, or all of it released", 1: "something still violates and stays in quarantine"},
    )
    parser.add_argument("action", choices=("list", "release"), help="list, or release")
    parser.add_argument("ids", nargs="*", metavar="ID", help="ids or IRIs of things in quarantine (default: all)")
    add_store(parser, required=True)
    parser.add_argument("--import", dest="name", metavar="NAME", help="only what came with this import")
    add_evaluation(parser)
    add_format(parser, "table", "csv", "json", "turtle")
    parser.set_defaults(run=run)


def run(arguments: argparse.Namespace) -> int:
    """List, or release and say what stays."""
    with PartnerGraph.open(existing(arguments.store), packs=arguments.packs) as graph:
        if arguments.action == "list":
            found = graph.quarantine(arguments.name, arguments.ids)
            say(f"{counted(len(found), 'thing')} in quarantine.")
            _show(found, arguments.format)
            return 0
        with Progress("judging again by all rules"):
            outcome = graph.release(
                arguments.name,
                arguments.ids,
                as_of=arguments.as_of,
                pack=arguments.pack,
                switches=dict(arguments.switches),
            )
    say(summary(outcome.report))
    released, held = counted(len(outcome.released), "thing"), counted(len(outcome.held), "thing")
    say(f"Released: {released}. Still in quarantine: {held}.")
    _show(Quarantine(outcome.held or outcome.released), arguments.format)
    return 1 if outcome.held else 0


def _show(found: Quarantine, form: str) -> None:
    if form == "turtle":
        write("".join(each.said for each in found.held))
    else:
        write_table(found.table, form)
