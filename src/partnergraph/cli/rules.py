"""`partnergraph rules`: what good data looks like, and why."""

from __future__ import annotations

import argparse
import re

from partnergraph import artifacts
from partnergraph.cli.arguments import Commands, add_format, add_packs, command
from partnergraph.cli.output import write, write_table
from partnergraph.errors import WrongUse
from partnergraph.graph import PartnerGraph
from partnergraph.table import Table

_ABOUT = """\
List the rules that `partnergraph validate` judges by, or show the text of one: why it exists, who says so, what it
answers and how it is tested. A rule's name says what good data looks like. The programme's own rules have numbers, R1
to R91; `--doc` tells where each of them is carried out."""
_EXAMPLES = (
    "partnergraph rules",
    "partnergraph rules --format csv",
    "partnergraph rules --show OneClaimingPartnerPerScope",
    "partnergraph rules --show OneClaimingPartnerPerScope --compiled",
    "partnergraph rules --doc > docs/rules.md",
    "partnergraph rules --switches",
)

_BRIEF = {"rule", "code", "severity", "name", "switch", "option", "meaning", "defaults"}


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
    parser.add_argument("--show", metavar="RULE", help="print the text of this rule, and the query that it becomes")
    parser.add_argument("--compiled", action="store_true", help="with --show: print the queries alone, ready to be run")
    parser.add_argument(
        "--switches", action="store_true", help="list what the sources leave open, and how each pack decides it"
    )
    add_packs(parser)
    parser.add_argument("--doc", action="store_true", help="print where R1 to R91 are carried out, as Markdown")
    add_format(parser, "table", "csv", "json")
    parser.set_defaults(run=run)


def run(arguments: argparse.Namespace) -> int:
    """Print the list, the rule book, or one text."""
    if arguments.compiled and not arguments.show:
        raise WrongUse("--compiled goes with --show RULE.")
    with PartnerGraph.open(packs=arguments.packs) as graph:
        if arguments.show:
            text = "" if arguments.compiled else _text(arguments.show) + "\n"
            queries = "\n".join(graph.compiled(arguments.show))
            write(text + (queries if arguments.compiled else _as_comment(queries)))
            return 0
        if arguments.doc:
            write(graph.rule_book())
            return 0
        listed = graph.switches() if arguments.switches else graph.rules()
    if arguments.format == "table":
        listed = _brief(listed)
    write_table(listed, arguments.format)
    return 0


def _brief(listed: Table) -> Table:
    """Return the columns that a person looks at first; `--show` tells the rest."""
    kept = [listed.columns.index(column) for column in listed.columns if column in _BRIEF]
    return Table(tuple(listed.columns[i] for i in kept), tuple(tuple(row[i] for i in kept) for row in listed.rows))


def _as_comment(queries: str) -> str:
    lines = [
        "compiled to SPARQL, which runs over the prepared graph; --compiled prints it alone:",
        *queries.splitlines(),
    ]
    return "".join(f"# {line}".rstrip() + "\n" for line in lines)


def _text(rule: str) -> str:
    """Return the Turtle of a rule as it stands in its file."""
    block = re.compile(rf"^pgsh:{re.escape(rule)} a .*?(?=^pgsh:|^#|\Z)", re.MULTILINE | re.DOTALL)
    for path in artifacts.names("shapes", ".ttl"):
        found = block.search(artifacts.text(path))
        if found:
            return f"# {path}\n{found[0].rstrip()}\n"
    raise WrongUse(f"There is no rule called {rule}. `partnergraph rules` lists them.")
