"""`partnergraph shapes`: the SHACL shapes that users add to a store, to guard it beside the shipped rules."""

from __future__ import annotations

import argparse
from pathlib import Path

from partnergraph.cli.arguments import Commands, add_format, add_store, command
from partnergraph.cli.output import say, write_table
from partnergraph.cli.sources import existing
from partnergraph.errors import WrongUse
from partnergraph.graph import PartnerGraph
from partnergraph.table import Table

_ABOUT = """\
Add SHACL shapes of your own to a store, list them, or remove them. They are kept in the store and judge every import,
update and validation beside the shipped rules, with the severity and message that they carry; what they find is named
by the IRI of the shape. Credits follow the programme's rules alone."""
_EXAMPLES = (
    "partnergraph shapes add house.ttl --store store",
    "partnergraph shapes add names.ttl dates.ttl --name house --store store",
    "partnergraph shapes list --store store",
    "partnergraph shapes remove house --store store",
)
_COLUMNS = ("name", "shapes", "triples", "sha256", "graph")


def add_to(commands: Commands) -> None:
    """Add the command to the parser."""
    parser = command(
        commands,
        "shapes",
        "add, list and remove shapes of your own that guard a store",
        _ABOUT,
        _EXAMPLES,
        {0: "added, listed or removed", 1: "not used by this command"},
    )
    parser.add_argument("action", choices=("add", "list", "remove"), help="what to do")
    parser.add_argument("named", nargs="*", metavar="FILE|NAME", help="RDF files to add, or the name to remove")
    parser.add_argument("--name", default="", help="what to call the shapes that are added (default: the first file)")
    add_store(parser, required=True)
    add_format(parser, "table", "csv", "json")
    parser.set_defaults(run=run)


def run(arguments: argparse.Namespace) -> int:
    """Do what is asked, and list the shapes that the store then has."""
    if not arguments.named and arguments.action != "list":
        raise WrongUse("Name the files to add, or the shapes to remove: partnergraph shapes list shows their names.")
    with PartnerGraph.open(existing(arguments.store)) as graph:
        if arguments.action == "add":
            added = graph.add_shapes([Path(each) for each in arguments.named], name=arguments.name)
            say(f"{added.name} guards this store from now on: {added.shapes} shapes that look for nodes.")
        elif arguments.action == "remove":
            for name in arguments.named:
                graph.remove_shapes(name)
                say(f"{name} guards this store no more.")
        rows = tuple((each.name, each.shapes, each.triples, each.sha256, each.graph) for each in graph.shapes())
    write_table(Table(_COLUMNS, rows), arguments.format)
    return 0
