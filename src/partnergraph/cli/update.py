"""`partnergraph update`: change a store by SPARQL Update, through the guard."""

from __future__ import annotations

import argparse
import sys
from pathlib import Path

from partnergraph.amendment import UpdateOutcome
from partnergraph.cli.arguments import Commands, add_evaluation, add_store, command
from partnergraph.cli.output import counted, say
from partnergraph.cli.progress import Progress
from partnergraph.cli.reports import add_report, give
from partnergraph.cli.sources import existing
from partnergraph.cli.validate import summary
from partnergraph.errors import UpdateRejected, WrongUse
from partnergraph.graph import PartnerGraph
from partnergraph.report import Report

_ABOUT = """\
Change a store by SPARQL 1.1 Update. The state that would result is judged as an import is: where a rule is violated in
it, the store stays as it was and the findings are printed. What names no graph is in the default graph; what was
imported is in the graph of its import, which GRAPH ?graph { ... } finds. The usual prefixes need no declaration.
Ontology, rule packs, provenance and what is derived cannot be written. LOAD and SERVICE are switched off."""
_EXAMPLES = (
    "partnergraph update --store store 'INSERT DATA { <urn:note:1> dcterms:title \"asked on Monday\" }'",
    "partnergraph update --store store -f correction.ru --who 'Partner operations'",
)


def add_to(commands: Commands) -> None:
    """Add the command to the parser."""
    parser = command(
        commands,
        "update",
        "change a store by SPARQL Update, through the guard",
        _ABOUT,
        _EXAMPLES,
        {
            0: "changed, or nothing to change",
            1: "refused: a rule would be violated, the store is as it was",
            2: "wrong use, SPARQL that cannot be run, or a graph that is not to be written",
        },
    )
    parser.add_argument("text", nargs="?", metavar="SPARQL", help="the update; - reads it from stdin")
    parser.add_argument("-f", "--file", type=Path, metavar="FILE", help="a file that holds the update")
    add_store(parser, required=True)
    parser.add_argument("--who", help="who changes it, for the provenance: a role, not a person's name")
    add_evaluation(parser)
    parser.add_argument("--no-validate", action="store_true", help="change it without judging the result")
    add_report(parser)
    parser.set_defaults(run=run)


def run(arguments: argparse.Namespace) -> int:
    """Change the store and say what came of it; the findings of a refused update are the answer."""
    text = _text(arguments)
    with PartnerGraph.open(existing(arguments.store), packs=arguments.packs) as graph:
        try:
            with Progress("changing and judging"):
                outcome = graph.update(
                    text,
                    who=arguments.who,
                    validate=not arguments.no_validate,
                    as_of=arguments.as_of,
                    pack=arguments.pack,
                    switches=dict(arguments.switches),
                )
        except UpdateRejected as fault:
            _give(fault.report, arguments)
            say(str(fault))
            return fault.exit_status
    if outcome.judged:
        _give(outcome.report, arguments)
    say(told(outcome))
    return 0


def told(outcome: UpdateOutcome) -> str:
    """Return what came of an update in a few sentences."""
    if not outcome.changed:
        return " ".join(outcome.notes)
    where = ", ".join(outcome.graphs)
    said = f"{counted(outcome.added, 'triple')} added, {outcome.removed:,} removed in {where}."
    return said if outcome.judged else f"{said} No rule was asked: nothing that rules read was touched."


def _text(arguments: argparse.Namespace) -> str:
    if (arguments.text is None) == (arguments.file is None):
        raise WrongUse("Give one SPARQL update in quotes, or -f FILE.")
    if arguments.file is not None:
        return str(arguments.file.read_text(encoding="utf-8"))
    return sys.stdin.read() if arguments.text == "-" else str(arguments.text)


def _give(report: Report, arguments: argparse.Namespace) -> None:
    say(summary(report))
    if report.findings or arguments.format != "table":
        give(report, arguments)
