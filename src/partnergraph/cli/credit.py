"""`partnergraph credit`: who is credited, and with --why-not what is not and why."""

from __future__ import annotations

import argparse

from partnergraph.cli.arguments import Commands, add_evaluation, add_format, add_sources, command
from partnergraph.cli.output import counted, say, write, write_table
from partnergraph.cli.progress import Progress
from partnergraph.cli.sources import opened
from partnergraph.credit import Credits
from partnergraph.errors import WrongUse
from partnergraph.graph import PartnerGraph

_ABOUT = """\
Print who is credited on a date by a rule pack: one row per association, solution area, segment, metric and unit (a
workload in a tenant, a subscription or a resource), with the interval in which the credit holds and the rules it rests
on. An association that a violation names earns nothing: it is left out and named on standard error. With --why-not,
print instead one row for each association, area of its product and metric without a credit: the first condition that
failed, its rules, and what would change it; `from` and `until` are then those of the association itself."""
_EXAMPLES = (
    "partnergraph credit examples/good",
    "partnergraph credit bundle.zip --as-of 2023-09-30 --pack 2023-06 --format csv",
    "partnergraph credit --store store --as-of 2023-09 --partner 5000001 --tenant harbour",
    "partnergraph credit --store store --partner 5000001 --why-not",
)


def add_to(commands: Commands) -> None:
    """Add the command to the parser."""
    parser = command(
        commands,
        "credit",
        "say who is credited on a date, or what is not and why",
        _ABOUT,
        _EXAMPLES,
        {0: "no violation touches the credits", 1: "violations found; what they name is left out"},
    )
    add_sources(parser)
    add_evaluation(parser)
    parser.add_argument("--partner", metavar="ID", help="only this partner: a location, or all of a global account")
    parser.add_argument("--tenant", metavar="ID", help="only this tenant")
    parser.add_argument(
        "--why-not", action="store_true", help="print what is not credited, each with the first condition that failed"
    )
    add_format(parser, "table", "csv", "json", "turtle")
    parser.set_defaults(run=run)


def run(arguments: argparse.Namespace) -> int:
    """Print the credits or what is not credited; return 1 where violations left something out."""
    if arguments.why_not and arguments.format == "turtle":
        raise WrongUse("What is not credited is printed as table, csv or json; only credits are printed as turtle.")
    with opened(arguments.paths, arguments.store, arguments.packs) as graph:
        return _refused(graph, arguments) if arguments.why_not else _credited(graph, arguments)


def _credited(graph: PartnerGraph, arguments: argparse.Namespace) -> int:
    asked = {name: getattr(arguments, name) for name in ("as_of", "pack", "partner", "tenant")}
    with Progress("deriving credit"):
        credited = graph.credits(**asked, switches=dict(arguments.switches))
    say(f"Credit as of {credited.as_of} by rule pack {credited.pack}: {counted(len(credited), 'row')}.")
    for finding in credited.left_out:
        say(f"Left out, {finding.code or finding.rule}: {finding.message}")
    _say_disputes(credited)
    if arguments.format == "turtle":
        write(graph.credit_turtle(**asked, switches=dict(arguments.switches)))
    elif arguments.format == "json":
        write(credited.to_json())
    else:
        write_table(credited.table if arguments.format == "csv" else credited.marked, arguments.format)
    return 1 if credited.left_out else 0


def _refused(graph: PartnerGraph, arguments: argparse.Namespace) -> int:
    with Progress("looking for the reasons"):
        refused = graph.non_credits(
            as_of=arguments.as_of,
            pack=arguments.pack,
            switches=dict(arguments.switches),
            partner=arguments.partner,
            tenant=arguments.tenant,
        )
    say(f"Not credited as of {refused.as_of} by rule pack {refused.pack}: {counted(len(refused), 'row')}.")
    if refused.left_out:
        say(f"Left out by {counted(len(refused.left_out), 'violation')}; partnergraph validate tells which.")
    if not len(refused) and arguments.partner:
        say("Where a partner has no association, partnergraph explain tells what could earn there.")
    write_table(refused.table, arguments.format)
    return 1 if refused.left_out else 0


def _say_disputes(credited: Credits) -> None:
    doubtful = sum(1 for credit in credited if credit.disputed)
    if doubtful:
        codes = ", ".join(f"{code} ({number})" for code, number in credited.disputes.most_common())
        verb = "rests" if doubtful == 1 else "rest"
        say(f"{counted(doubtful, 'row')} {verb} on disputed or low-confidence rules: {codes}.")
