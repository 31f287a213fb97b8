"""`partnergraph restore`: bring a copy of a store back, also while it is served."""

from __future__ import annotations

import argparse
from pathlib import Path

from partnergraph.cli.arguments import Commands, add_store, command
from partnergraph.cli.output import say
from partnergraph.cli.progress import Progress
from partnergraph.safekeeping import restore

_ABOUT = """\
Let a store hold what a backup of it holds, and nothing else, all at once. The backup is examined first, and stays as
it is. A service that has the store open goes on answering and takes the backup up within a second or two; without one
it is taken up at once. The store is made where there is none."""
_EXAMPLES = ("partnergraph restore --store store /backups/store-2023-10-01",)


def add_to(commands: Commands) -> None:
    """Add the command to the parser."""
    parser = command(
        commands,
        "restore",
        "bring a copy of a store back, also while it is served",
        _ABOUT,
        _EXAMPLES,
        {0: "restored", 1: "waits: whoever opens the store next takes it up", 3: "the backup is not sound"},
    )
    add_store(parser, required=True)
    parser.add_argument("source", type=Path, metavar="FROM", help="the folder that partnergraph backup made")
    parser.set_defaults(run=run)


def run(arguments: argparse.Namespace) -> int:
    """Bring the copy back."""
    with Progress("examining the backup and bringing it back"):
        done = restore(arguments.store, arguments.source)
    if done:
        say(f"{arguments.store} holds what {arguments.source} holds.")
        return 0
    say(f"{arguments.store} is open in a process that does not take the backup up; whoever opens it next will.")
    return 1
