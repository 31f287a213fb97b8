"""`partnergraph credit`: who is credited."""

from __future__ import annotations

import argparse

from partnergraph.cli.arguments import Commands, add_evaluation, add_format, add_sources, command
from partnergraph.cli.output import counted, say, write, write_table
from partnergraph.cli.progress import Progress
from partnergraph.cli.sources import opened

_ABOUT = """\
Print who is credited on a date by a rule pack: one row per association, solution area, segment, metric and unit (a
workload in a tenant, a subscription or a resource), with the interval in which the credit holds and the rules it rests
on. An association that a violation names earns nothing: it is left out and named on standard error."""
_EXAMPLES = (
    "partnergraph credit examples/good",
    "partnergraph credit bundle.zip --as-of 2023-09-30 --pack 2023-06 --format csv",
    "partnergraph credit --store store --as-of 2023-09 --partner 5000001 --tenant harbour",
)


def add_to(commands: Commands) -> None:
    """Add the command to the parser."""
    parser = command(
        commands,
        "credit",
        "say who is credited on a date",
        _ABOUT,
        _EXAMPLES,
        {0: "no violation touches the credits", 1: "violations found; what they name is left out"},
    )
    add_sources(parser)
    add_evaluation(parser)
    parser.add_argument("--partner", metavar="ID", help="only this partner: a location, or all of a global account")
    parser.add_argument("--tenant", metavar="ID", help="only this tenant")
    add_format(parser, "table", "csv", "json", "turtle")
    parser.set_defaults(run=run)


def run(arguments: argparse.Namespace) -> int:
    """Print the credits; return 1 where violations left something out."""
    with opened(arguments.paths, arguments.store, arguments.packs) as graph:
        with Progress("deriving credit"):
            credited = graph.credits(
                as_of=arguments.as_of,
                pack=arguments.pack,
                switches=dict(arguments.switches),
                partner=arguments.partner,
                tenant=arguments.tenant,
            )
        say(f"Credit as of {credited.as_of} by rule pack {credited.pack}: {counted(len(credited), 'row')}.")
        for finding in credited.left_out:
            say(f"Left out, {finding.code or finding.rule}: {finding.message}")
        if arguments.format == "turtle":
            write(graph.credit_turtle(credited, partner=arguments.partner, tenant=arguments.tenant))
        else:
            write_table(credited.table, arguments.format)
    return 1 if credited.left_out else 0
