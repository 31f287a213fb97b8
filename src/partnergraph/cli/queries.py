"""`partnergraph queries`: the shipped questions."""

from __future__ import annotations

import argparse

from partnergraph import catalogue
from partnergraph.cli.arguments import Commands, add_format, command
from partnergraph.cli.output import write, write_table
from partnergraph.table import Table

_ABOUT = """\
List the shipped SPARQL questions with the parameters they take, or show the text of one. Those that give rows can be
asked with `partnergraph query --name`; those that give triples derive credit."""
_EXAMPLES = (
    "partnergraph queries",
    "partnergraph queries --format csv",
    "partnergraph queries --show lookup/imports",
)


def add_to(commands: Commands) -> None:
    """Add the command to the parser."""
    parser = command(
        commands,
        "queries",
        "list the shipped questions, or show one",
        _ABOUT,
        _EXAMPLES,
        {0: "listed", 1: "not used by this command", 2: "wrong use, or no such query"},
    )
    parser.add_argument("--show", metavar="QUERY", help="print the text of this query")
    add_format(parser, "table", "csv", "json")
    parser.set_defaults(run=run)


def run(arguments: argparse.Namespace) -> int:
    """Print the list, or one text."""
    if arguments.show:
        write(catalogue.query(arguments.show).text)
    else:
        write_table(_listed(), arguments.format)
    return 0


def _listed() -> Table:
    rows = tuple(
        (asked.name, asked.summary, " ".join(map(_told, asked.parameters)), " ".join(asked.needs), asked.returns)
        for asked in catalogue.queries()
    )
    return Table(("query", "summary", "parameters", "needs", "returns"), rows)


def _told(parameter: catalogue.Parameter) -> str:
    named = f"{parameter.name}={parameter.kind}"
    return named if parameter.required else f"[{named}]"
