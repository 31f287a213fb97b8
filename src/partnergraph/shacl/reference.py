"""The reference: pySHACL over an rdflib copy, slow and exact. The only module that knows rdflib and pySHACL."""

from __future__ import annotations

import re
import threading
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from functools import cache

import pyshacl
import rdflib

from partnergraph import artifacts
from partnergraph.shacl.rule import PREFIX_TABLE, SH, Rule
from partnergraph.terms import PGSH

_ONE_AT_A_TIME = threading.Lock()
_SH = rdflib.Namespace(SH)
_ABOUT_A_TRIPLE = re.compile(rb"^\S+ \S+ <<\(.*\n?", re.MULTILINE)


@dataclass(frozen=True, slots=True)
class Result:
    """One result of one rule: the focus node, the path and value where there are any, and what the query bound.

    Nodes and values come as their text. `bound` is for the message, `terms` is the same as N-Triples terms; two
    results do not differ by them.
    """

    rule: Rule
    component: str
    focus: str
    path: str = ""
    value: str = ""
    bound: Mapping[str, str] = field(default_factory=dict, compare=False)
    terms: Mapping[str, str] = field(default_factory=dict, compare=False)


def rdflib_graph(ntriples: bytes) -> rdflib.Graph:
    """Return the triples as an rdflib Graph, without triples about triples, which rdflib does not have."""
    return rdflib.Graph().parse(data=_ABOUT_A_TRIPLE.sub(b"", ntriples), format="nt")


def ntriples(graph: rdflib.Graph) -> bytes:
    """Return the triples of an rdflib Graph as N-Triples."""
    return graph.serialize(format="nt", encoding="utf-8")


def reference_results(graph: rdflib.Graph, rules: Iterable[Rule]) -> tuple[Result, ...]:
    """Return what pySHACL finds by these rules in the graph, in no particular order.

    pySHACL writes into the shapes it is given and toggles globals of rdflib, so it gets a copy and runs alone.
    """
    asked = {rule.iri: rule for rule in rules}
    if not asked:
        return ()
    shapes = rdflib.Graph()
    for triple in _parsed(artifacts.text(PREFIX_TABLE)):
        shapes.add(triple)
    for rule in asked.values():
        _parsed(rule.document).cbd(rdflib.URIRef(rule.iri), target_graph=shapes)
    with _ONE_AT_A_TIME:
        _, report, _ = pyshacl.validate(graph, shacl_graph=shapes, inplace=True)
    if not isinstance(report, rdflib.Graph):
        raise TypeError(f"pySHACL gave {report!r} instead of a report.")
    return tuple(_result(report, node, asked) for node in report.objects(None, _SH.result))


@cache
def _parsed(document: str) -> rdflib.Graph:
    return rdflib.Graph().parse(data=document, format="turtle")


def _result(report: rdflib.Graph, node: rdflib.term.Node, asked: Mapping[str, Rule]) -> Result:
    def text(name: str) -> str:
        value = report.value(node, _SH[name])
        return "" if value is None else str(value)

    source = text("sourceShape")
    assert source.startswith(PGSH), f"{source} is a shape without a name"
    return Result(
        asked[source], text("sourceConstraintComponent"), text("focusNode"), text("resultPath"), text("value")
    )
