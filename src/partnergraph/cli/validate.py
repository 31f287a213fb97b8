"""`partnergraph validate`: what the rules say."""

from __future__ import annotations

import argparse
from datetime import date
from pathlib import Path

from partnergraph.cli.arguments import Commands, add_evaluation, add_sources, command
from partnergraph.cli.output import counted, say
from partnergraph.cli.progress import Progress
from partnergraph.cli.reports import add_report, give
from partnergraph.cli.sources import opened
from partnergraph.errors import WrongUse
from partnergraph.report import Report, Severity
from partnergraph.shacl.validating import validate
from partnergraph.terms import compact

_ABOUT = """\
Judge files, or a store, by all rules and print the findings: one row per violated rule and thing. A violation would
refuse an import; a warning asks for a look; info is advice. `partnergraph rules --show RULE` tells why."""
_NO_DAY = date.max.isoformat()
_EXAMPLES = (
    "partnergraph validate examples/good",
    "partnergraph validate bundle.zip claims.ttl --as-of 2023-09-30 --format csv",
    "partnergraph validate --store store --pack 2023-06 --format turtle",
    "partnergraph validate graph.ttl --shapes shapes.ttl --format jsonld",
    "partnergraph validate --store store --format html --output findings.html",
)


def add_to(commands: Commands) -> None:
    """Add the command to the parser."""
    parser = command(
        commands,
        "validate",
        "say what the rules find in files or in a store",
        _ABOUT,
        _EXAMPLES,
        {0: "no violation (warnings alone are fine)", 1: "at least one violation"},
    )
    add_sources(parser)
    parser.add_argument(
        "--shapes",
        metavar="SHAPES",
        action="append",
        default=[],
        type=Path,
        help="judge the files by these SHACL shapes alone, not by the rules: an RDF file, or a folder of them; may be "
        "given several times",
    )
    add_evaluation(parser)
    add_report(parser)
    parser.set_defaults(run=run)


def run(arguments: argparse.Namespace) -> int:
    """Print the findings; return 1 where one of them is a violation."""
    if arguments.shapes:
        return _by_shapes(arguments)
    with opened(arguments.paths, arguments.store, arguments.packs) as graph, Progress("judging by all rules"):
        report = graph.validate(as_of=arguments.as_of, pack=arguments.pack, switches=dict(arguments.switches))
    say(summary(report))
    say(coverage(report))
    give(report, arguments)
    return 0 if report.conforms else 1


def _by_shapes(arguments: argparse.Namespace) -> int:
    named = {
        "--store": arguments.store, "--as-of": arguments.as_of, "--pack": arguments.pack,
        "--switch": arguments.switches, "--packs": arguments.packs,
    }  # fmt: skip
    given = [name for name, value in named.items() if value]
    if given:
        raise WrongUse(f"{given[0]} does not go with --shapes, which judges files by nothing but these shapes.")
    if not arguments.paths:
        raise WrongUse("There is nothing to judge. Name the files that hold the graph, then --shapes.")
    with Progress("judging by shapes"):
        report = validate([Path(path) for path in arguments.paths], arguments.shapes)
    for fallback in report.fallbacks:
        say(f"note: {fallback}")
    for unread in report.unread:
        say(f"note: not part of SHACL 1.0 and passed over: {unread}.")
    if not report.judged_by:
        say("note: no shape looks for anything. Give the shapes a target, such as sh:targetClass.")
    say(f"Judged by {counted(report.judged_by, 'shape')}: {_numbers(report)}.")
    give(report, arguments)
    return 0 if not report.violations else 1


def coverage(report: Report) -> str:
    """Return how many rules looked at the data, and what no rule looked at."""
    idle = [each.rule for each in report.looked if not each.nodes]
    said = f"{counted(len(report.looked), 'rule')} looked at the data"
    said += f", and {len(idle):,} found nothing there to look at." if idle else "."
    for each in report.unseen:
        kind = f"of class {compact(each.kind)}" if each.kind else "without a class"
        said += f" No rule looked at {counted(each.nodes, 'node')} {kind}, such as {each.example}."
    return said


def summary(report: Report) -> str:
    """Return one line: by which date and pack, and how many findings of each severity."""
    day = "on no day, since the data names none," if report.as_of == _NO_DAY else f"as of {report.as_of}"
    return f"Judged {day} by pack {report.pack}: {_numbers(report)}."


def _numbers(report: Report) -> str:
    numbers = report.counts
    return ", ".join(
        (
            counted(numbers[Severity.VIOLATION], "violation"),
            counted(numbers[Severity.WARNING], "warning"),
            f"{numbers[Severity.INFO]:,} info",
        )
    )
