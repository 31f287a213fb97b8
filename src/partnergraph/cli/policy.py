"""`partnergraph policy`: what a store does with changes that the rules find violations in."""

from __future__ import annotations

import argparse

from partnergraph.cli.arguments import Commands, add_format, add_store, command
from partnergraph.cli.output import say, write_table
from partnergraph.cli.sources import existing
from partnergraph.graph import PartnerGraph
from partnergraph.policy import Mode
from partnergraph.table import Table

_ABOUT = """\
Show what a store does with imports that the rules find violations in, or decide it for all that name no mode of their
own: reject all of an import, quarantine what violates and keep the rest, or record the findings and keep all. It is
kept in the store."""
_EXAMPLES = (
    "partnergraph policy --store store",
    "partnergraph policy --store store --mode quarantine",
)


def add_to(commands: Commands) -> None:
    """Add the command to the parser."""
    parser = command(
        commands,
        "policy",
        "show or decide what a store does with violations",
        _ABOUT,
        _EXAMPLES,
        {0: "shown, or decided", 1: "not used by this command"},
    )
    add_store(parser, required=True)
    parser.add_argument("--mode", choices=[*Mode], help="what is to become of violations from now on")
    add_format(parser, "table", "csv", "json")
    parser.set_defaults(run=run)


def run(arguments: argparse.Namespace) -> int:
    """Show the policy, after changing it where asked."""
    with PartnerGraph.open(existing(arguments.store)) as graph:
        policy = graph.set_policy(mode=arguments.mode) if arguments.mode else graph.policy
    if arguments.mode:
        say(f"From now on imports into this store are judged in the mode {policy.mode}.")
    write_table(Table(("setting", "value"), (("mode", policy.mode.value),)), arguments.format)
    return 0
