"""`partnergraph import`: read files, judge the state that would result, keep it as the guard's mode says."""

from __future__ import annotations

import argparse

from partnergraph.cli.arguments import Commands, add_evaluation, add_store, command
from partnergraph.cli.output import counted, say, write_table
from partnergraph.cli.progress import Progress
from partnergraph.cli.rehearsal import rehearsed
from partnergraph.cli.reports import add_report, give
from partnergraph.cli.validate import summary
from partnergraph.graph import PartnerGraph
from partnergraph.intake import ImportOutcome
from partnergraph.policy import Mode
from partnergraph.quarantine import Quarantine

_ABOUT = """\
Read files and bundles as one import, judge the state that would result (what is stored plus what comes in), and keep
all of it or leave the store as it was. With --mode quarantine only what violates is set apart (see partnergraph
quarantine), with --mode record all is kept with the findings, and credit leaves out what they name. The import becomes
a named graph with its provenance; importing the same name again replaces that graph. Nothing is ever fetched from
elsewhere."""
_EXAMPLES = (
    "partnergraph import examples/good --store store",
    "partnergraph import partners.ttl claims.nq.gz --store store --name 2023-09 --who 'Partner operations'",
    "partnergraph import bundle.zip --store store --as-of 2023-09-30 --pack 2023-06",
    "partnergraph import bundle.zip --store store --mode quarantine",
    "partnergraph import bundle.zip --store store --dry-run",
)


def add_to(commands: Commands) -> None:
    """Add the command to the parser."""
    parser = command(
        commands,
        "import",
        "read files into a store, all or nothing",
        _ABOUT,
        _EXAMPLES,
        {
            0: "imported, all of it or what its mode keeps",
            1: "refused: the rules found violations, the store is as it was",
            3: _UNREADABLE,
        },
    )
    parser.add_argument(
        "paths",
        nargs="+",
        metavar="PATH",
        help="RDF files (Turtle, TriG, N-Triples, N-Quads, JSON-LD, RDF/XML, plain or .gz), bundle folders or .zip",
    )
    add_store(parser, required=True)
    parser.add_argument("--name", help="the name of the import (default: the first path's name)")
    parser.add_argument("--who", help="who imports, for the provenance (default: your login name)")
    add_evaluation(parser)
    parser.add_argument(
        "--mode",
        choices=[*Mode],
        help="what becomes of violations: reject all, quarantine what violates, or record them and keep all (default: "
        "what partnergraph policy says of the store, else reject)",
    )
    parser.add_argument(
        "--dry-run",
        action="store_true",
        help="keep nothing, but show what would change (triples, findings, credits) and give a token for partnergraph "
        "commit; as a table or json",
    )
    parser.add_argument("--no-validate", action="store_true", help="keep what can be read without judging it")
    add_report(parser)
    parser.set_defaults(run=run)


_REFUSED = "refused: the rules found violations, the store is as it was"
_UNREADABLE = "cannot read the files or write the store; the store is as it was"


def run(arguments: argparse.Namespace) -> int:
    """Import and say what came of it; findings of a refused import are the answer."""
    if arguments.dry_run:
        return rehearsed(arguments)
    with (
        PartnerGraph.open(arguments.store, packs=arguments.packs) as graph,
        Progress(f"importing {counted(len(arguments.paths), 'path')}", then="judging and keeping") as progress,
    ):
        outcome = graph.import_files(
            arguments.paths,
            name=arguments.name,
            who=arguments.who,
            validate=not arguments.no_validate,
            as_of=arguments.as_of,
            pack=arguments.pack,
            switches=dict(arguments.switches),
            mode=arguments.mode,
            progress=progress,
        )
    for note in outcome.notes:
        say(note)
    if not arguments.no_validate:
        say(summary(outcome.report))
        if outcome.report.findings or arguments.format != "table":
            give(outcome.report, arguments)
    if outcome.held and arguments.format == "table":
        write_table(Quarantine(outcome.held).table, arguments.format)
    say(told(outcome))
    return 0 if outcome.committed else 1


def told(outcome: ImportOutcome) -> str:
    """Return what came of an import in one sentence."""
    read = f"{counted(outcome.triples, 'triple')} of {counted(len(outcome.files), 'file')}"
    if outcome.held:
        apart = f"{counted(len(outcome.held), 'thing')} set apart in quarantine, the rest kept"
        return f"Imported {outcome.name}: {read}; {apart}."
    if outcome.committed and not outcome.report.conforms:
        return f"Imported {outcome.name}: {read}, with the findings on record."
    if outcome.committed:
        return f"Imported {outcome.name}: {read}."
    return f"Refused {outcome.name}: {read} were read, none was kept; the store is as it was."
