"""`partnergraph check`: whether a store is sound."""

from __future__ import annotations

import argparse

from partnergraph.cli.arguments import Commands, add_format, add_store, command
from partnergraph.cli.output import counted, say, write_table
from partnergraph.cli.progress import Progress
from partnergraph.cli.sources import existing
from partnergraph.safekeeping import check

_ABOUT = """\
Read all of a store and hold it against its own records: every triple can be read, each import holds the triples that
its provenance counts and sums, snapshots hold the rows that were closed, what is in quarantine can be given back, and
the derived credits and scores are what follows from the rest. The store may be in use meanwhile: a copy of this moment
is examined, and nothing is changed."""
_EXAMPLES = (
    "partnergraph check --store store",
    "partnergraph check --store backup-2023-10 --format json",
)


def add_to(commands: Commands) -> None:
    """Add the command to the parser."""
    parser = command(
        commands,
        "check",
        "say whether a store is sound",
        _ABOUT,
        _EXAMPLES,
        {0: "sound", 1: "something does not agree", 3: "no store, or it cannot be read at all"},
    )
    add_store(parser, required=True)
    add_format(parser, "table", "csv", "json")
    parser.set_defaults(run=run)


def run(arguments: argparse.Namespace) -> int:
    """Print what does not agree; return 1 where anything does not."""
    with Progress("reading and deriving again"):
        examined = check(existing(arguments.store))
    looked_at = ", ".join(f"{number:,} {what}" for what, number in examined.looked_at)
    say(f"Looked at revision {examined.revision}: {looked_at}." if looked_at else "The store could not be read.")
    if not examined.sound or arguments.format != "table":
        write_table(examined.table, arguments.format)
    say("Sound." if examined.sound else f"Not sound: {counted(len(examined.problems), 'problem')}.")
    return 0 if examined.sound else 1
