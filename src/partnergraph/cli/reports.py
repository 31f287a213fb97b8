"""How the command line gives a report: in which form, how much of it, and where it goes."""

from __future__ import annotations

import argparse
from pathlib import Path

from partnergraph.cli.output import counted, say, write
from partnergraph.report import FORMS, Report


def add_report(parser: argparse.ArgumentParser) -> None:
    """Let the person choose the form of the report, how many findings it shows, and a file to put it in."""
    parser.add_argument(
        "--format",
        choices=FORMS,
        default=FORMS[0],
        help="the form of the report: for reading (table, html), for programs (csv, json, sarif), as a SHACL "
        f"validation report (turtle, ntriples, jsonld) (default: {FORMS[0]})",
    )
    parser.add_argument(
        "--limit",
        type=_limit,
        metavar="N",
        help="show the first N findings, the gravest, and say how many more there are",
    )
    parser.add_argument("--output", type=Path, metavar="FILE", help="write the report to this file")


def give(report: Report, arguments: argparse.Namespace) -> None:
    """Write the report as asked, piece by piece."""
    shown = report.first(arguments.limit)
    if arguments.output is None:
        for chunk in shown.chunks(arguments.format):
            write(chunk)
    else:
        with arguments.output.open("w", encoding="utf-8", newline="") as file:
            file.writelines(shown.chunks(arguments.format))
        say(f"Wrote {counted(len(shown.findings), 'finding')} to {arguments.output}.")
    if shown.cut:
        say(f"{shown.cut:,} more are not shown. Leave out --limit for all.")


def _limit(text: str) -> int:
    try:
        limit = int(text)
    except ValueError:
        limit = -1
    if limit < 0:
        raise argparse.ArgumentTypeError(f"{text} is no number of findings, such as 100")
    return limit
