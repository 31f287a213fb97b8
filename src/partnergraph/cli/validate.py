"""`partnergraph validate`: what the rules say."""

from __future__ import annotations

import argparse
from datetime import date

from partnergraph.cli.arguments import Commands, add_evaluation, add_format, add_sources, command
from partnergraph.cli.output import counted, say, write, write_table
from partnergraph.cli.progress import Progress
from partnergraph.cli.sources import opened
from partnergraph.report import Report, Severity

_ABOUT = """\
Judge files, or a store, by all rules and print the findings: one row per violated rule and thing. A violation would
refuse an import; a warning asks for a look; info is advice. `partnergraph rules --show RULE` tells why."""
_NO_DAY = date.max.isoformat()
_EXAMPLES = (
    "partnergraph validate examples/good",
    "partnergraph validate bundle.zip claims.ttl --as-of 2023-09-30 --format csv",
    "partnergraph validate --store store --pack 2023-06 --format turtle",
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
    add_evaluation(parser)
    add_format(parser, "table", "csv", "json", "turtle")
    parser.set_defaults(run=run)


def run(arguments: argparse.Namespace) -> int:
    """Print the findings; return 1 where one of them is a violation."""
    with opened(arguments.paths, arguments.store, arguments.packs) as graph, Progress("judging by all rules"):
        report = graph.validate(as_of=arguments.as_of, pack=arguments.pack, switches=dict(arguments.switches))
    say(summary(report))
    if arguments.format == "turtle":
        write(report.to_turtle())
    else:
        write_table(report.table, arguments.format)
    return 0 if report.conforms else 1


def summary(report: Report) -> str:
    """Return one line: by which date and pack, and how many findings of each severity."""
    numbers = {severity: sum(finding.severity is severity for finding in report.findings) for severity in Severity}
    said = ", ".join(
        (
            counted(numbers[Severity.VIOLATION], "violation"),
            counted(numbers[Severity.WARNING], "warning"),
            f"{numbers[Severity.INFO]:,} info",
        )
    )
    day = "on no day, since the data names none," if report.as_of == _NO_DAY else f"as of {report.as_of}"
    return f"Judged {day} by pack {report.pack}: {said}."
