"""`partnergraph rules`: what good data looks like, and why."""

from __future__ import annotations

import argparse
import re

from partnergraph import artifacts
from partnergraph.cli.arguments import Commands, add_format, command
from partnergraph.cli.output import write, write_table
from partnergraph.errors import WrongUse
from partnergraph.graph import PartnerGraph
from partnergraph.table import Table

_ABOUT = """\
List the rules that `partnergraph validate` judges by, or show the text of one: why it exists, who says so, what it
answers and how it is tested. A rule's name says what good data looks like."""
_EXAMPLES = (
    "partnergraph rules",
    "partnergraph rules --format csv",
    "partnergraph rules --show OneClaimingPartnerPerScope",
)


def add_to(commands: Commands) -> None:
    """Add the command to the parser."""
    parser = command(
        commands,
        "rules",
        "list the rules, or show one",
        _ABOUT,
        _EXAMPLES,
        {0: "listed", 1: "not used by this command", 2: "wrong use, or no such rule"},
    )
    parser.add_argument("--show", metavar="RULE", help="print the text of this rule")
    add_format(parser, "table", "csv", "json")
    parser.set_defaults(run=run)


def run(arguments: argparse.Namespace) -> int:
    """Print the list, or one text."""
    if arguments.show:
        write(_text(arguments.show))
        return 0
    with PartnerGraph.open() as graph:
        listed = graph.rules()
    if arguments.format == "table":
        listed = _brief(listed)
    write_table(listed, arguments.format)
    return 0


def _brief(listed: Table) -> Table:
    """Return the columns that a person looks at first; `--show` tells the rest."""
    kept = [listed.columns.index(column) for column in ("rule", "code", "severity", "name")]
    return Table(tuple(listed.columns[i] for i in kept), tuple(tuple(row[i] for i in kept) for row in listed.rows))


def _text(rule: str) -> str:
    """Return the Turtle of a rule as it stands in its file."""
    block = re.compile(rf"^pgsh:{re.escape(rule)} a .*?(?=^pgsh:|^#|\Z)", re.MULTILINE | re.DOTALL)
    for path in artifacts.names("shapes", ".ttl"):
        found = block.search(artifacts.text(path))
        if found:
            return f"# {path}\n{found[0].rstrip()}\n"
    raise WrongUse(f"There is no rule called {rule}. `partnergraph rules` lists them.")
