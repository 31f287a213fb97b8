"""`partnergraph commit`: keep exactly what a rehearsed import showed."""

from __future__ import annotations

import argparse

from partnergraph.cli.arguments import Commands, add_packs, add_store, command
from partnergraph.cli.imports import told
from partnergraph.cli.output import say
from partnergraph.cli.progress import Progress
from partnergraph.cli.sources import existing
from partnergraph.graph import PartnerGraph

_ABOUT = """\
Commit an import that was rehearsed with partnergraph import --dry-run, by the token that it gave: the same files, as
they were then, judged the same way. It is refused where anything has changed the store since, so that nothing is
committed but what was looked at. Deriving credits and scores is no change."""
_EXAMPLES = ("partnergraph commit 3-0f8a2c5d9b7e4a61c0d2e3f4 --store store",)


def add_to(commands: Commands) -> None:
    """Add the command to the parser."""
    parser = command(
        commands,
        "commit",
        "keep exactly what a rehearsed import showed",
        _ABOUT,
        _EXAMPLES,
        {0: "imported", 1: "not used by this command", 2: "unknown token, or the store has changed since"},
    )
    parser.add_argument("token", metavar="TOKEN", help="what --dry-run gave")
    add_store(parser, required=True)
    add_packs(parser)
    parser.set_defaults(run=run)


def run(arguments: argparse.Namespace) -> int:
    """Commit and say what came of it."""
    with (
        PartnerGraph.open(existing(arguments.store), packs=arguments.packs) as graph,
        Progress("importing what was rehearsed", then="judging and keeping") as progress,
    ):
        outcome = graph.commit(arguments.token, progress=progress)
    say(told(outcome))
    return 0
