"""`partnergraph query`: ask SPARQL of files or of a store."""

from __future__ import annotations

import argparse
from collections.abc import Sequence
from pathlib import Path

from partnergraph.cli.arguments import Commands, add_evaluation, add_format, add_store, command
from partnergraph.cli.output import write, write_table
from partnergraph.cli.progress import Progress
from partnergraph.cli.sources import opened
from partnergraph.errors import WrongUse
from partnergraph.graph import PartnerGraph

_ABOUT = """\
Ask a SPARQL 1.1 query of files or of a store, read only. The query stands on the command line, in a file (-f), or is
one of the shipped ones by name (--name; `partnergraph queries` lists them). The default graph is everything asserted
and derived; the usual prefixes (pg:, pgv:, skos: and so on) need no declaration."""
_EXAMPLES = (
    "partnergraph query --store store 'SELECT ?partner ?name { ?partner a pg:PartnerAccount ; pg:name ?name }'",
    "partnergraph query -f question.rq examples/good --format csv",
    "partnergraph query --store store 'CONSTRUCT WHERE { ?a a pg:Association ; pg:isHeldBy ?p }' --format ntriples",
    "partnergraph query --store store --name lookup/imports",
)


def add_to(commands: Commands) -> None:
    """Add the command to the parser."""
    parser = command(
        commands,
        "query",
        "ask SPARQL of files or of a store",
        _ABOUT,
        _EXAMPLES,
        {0: "answered", 1: "not used by this command", 2: "wrong use, or SPARQL that cannot be run"},
    )
    parser.add_argument(
        "paths",
        nargs="*",
        metavar="SPARQL | PATH",
        help="the query (unless -f or --name gives it) and the files to ask it of, if there is no --store",
    )
    add_store(parser)
    add_evaluation(parser)
    text = parser.add_mutually_exclusive_group()
    text.add_argument("-f", "--file", type=Path, metavar="FILE", help="a file that holds the query")
    text.add_argument("--name", metavar="QUERY", help="a shipped query, such as lookup/imports")
    parser.add_argument(
        "--param",
        action="append",
        default=[],
        metavar="NAME=VALUE",
        help="a parameter of a shipped query; may be given several times",
    )
    add_format(parser, "table", "csv", "json", "xml", "tsv", "turtle", "ntriples", "jsonld", "rdfxml")
    parser.set_defaults(run=run)


def run(arguments: argparse.Namespace) -> int:
    """Print the answer."""
    parameters = _parameters(arguments.param)
    sparql, paths = _question(arguments)
    with opened(paths, arguments.store, arguments.packs) as graph, Progress("asking"):
        if arguments.name:
            answer = graph.run(
                arguments.name,
                parameters,
                as_of=arguments.as_of,
                pack=arguments.pack,
                switches=dict(arguments.switches),
            )
            write_table(answer, _form(arguments.format))
        else:
            _answer(graph, sparql, arguments.format)
    return 0


def _question(arguments: argparse.Namespace) -> tuple[str, list[str]]:
    if arguments.name:
        return "", arguments.paths
    if arguments.param:
        raise WrongUse("--param belongs to a shipped query: name one with --name.")
    if arguments.file:
        return arguments.file.read_text(encoding="utf-8"), arguments.paths
    return _told_apart(arguments.paths)


def _told_apart(words: Sequence[str]) -> tuple[str, list[str]]:
    """Return the query and the paths. A query has braces or spaces and is the name of no file."""
    queries = [word for word in words if ("{" in word or " " in word) and not _is_there(Path(word))]
    if len(queries) != 1:
        raise WrongUse("Give one SPARQL query in quotes, or -f FILE, or --name QUERY.")
    return queries[0], [word for word in words if word is not queries[0]]


def _is_there(path: Path) -> bool:
    try:
        return path.exists()
    except OSError:  # a query may be longer than any file name
        return False


def _parameters(pairs: Sequence[str]) -> dict[str, str]:
    parameters = {}
    for pair in pairs:
        name, equals, value = pair.partition("=")
        if not (name and equals):
            raise WrongUse(f"--param {pair}: write it as NAME=VALUE.")
        parameters[name] = value
    return parameters


def _form(form: str) -> str:
    if form not in ("table", "csv", "json"):
        raise WrongUse(f"A shipped query prints rows: --format {form} is not one of table, csv, json.")
    return form


def _answer(graph: PartnerGraph, sparql: str, form: str) -> None:
    answer = graph.query(sparql)
    if form != "table":
        write(answer.serialize(form))
    elif answer.form == "rows":
        write_table(answer.table(), form)
    elif answer.form == "boolean":
        write("true\n" if answer.boolean() else "false\n")
    else:
        write(answer.serialize("turtle"))
