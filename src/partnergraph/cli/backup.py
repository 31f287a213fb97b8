"""`partnergraph backup`: a copy of a store, also while it is in use."""

from __future__ import annotations

import argparse
from pathlib import Path

from partnergraph.cli.arguments import Commands, add_store, command
from partnergraph.cli.output import say
from partnergraph.cli.progress import Progress
from partnergraph.cli.sources import existing
from partnergraph.safekeeping import back_up

_ABOUT = """\
Copy a store into a new folder, which is a store of its own: partnergraph check examines it, serve serves it, and
restore brings it back. The store may be served and written to meanwhile: the copy holds all that was committed up to
one moment, and it can be read, or no copy is made."""
_EXAMPLES = ("partnergraph backup --store store /backups/store-2023-10-01",)


def add_to(commands: Commands) -> None:
    """Add the command to the parser."""
    parser = command(
        commands,
        "backup",
        "copy a store, also while it is in use",
        _ABOUT,
        _EXAMPLES,
        {0: "copied", 1: "not used by this command", 3: "cannot read the store or write the copy"},
    )
    add_store(parser, required=True)
    parser.add_argument("to", type=Path, metavar="TO", help="the folder to make")
    parser.set_defaults(run=run)


def run(arguments: argparse.Namespace) -> int:
    """Make the copy."""
    with Progress("copying and reading the copy"):
        revision = back_up(existing(arguments.store), arguments.to)
    say(f"Copied {arguments.store} at revision {revision} to {arguments.to}.")
    return 0
