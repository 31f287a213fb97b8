"""Our engine and pySHACL find the same in random graphs by random shapes.

Where the two differ because pySHACL does not keep to the standard, the deviation has a name here, and only the results
that it touches are left out. PARTNERGRAPH_EXAMPLES is the number of examples.
"""

from __future__ import annotations

import os
from collections import Counter

import pyshacl
import rdflib
from hypothesis import HealthCheck, given, settings
from rdflib import RDF, SH

from partnergraph import validate
from shacl_graphs import Case, cases

EXAMPLES = int(os.environ.get("PARTNERGRAPH_EXAMPLES", "150"))
KEYS = (SH.focusNode, SH.resultPath, SH.value, SH.sourceConstraintComponent, SH.resultSeverity, SH.sourceShape)


def results(report: rdflib.Graph) -> Counter[tuple[str, ...]]:
    """Return what a report says of each result, blank nodes without their names."""
    top = report.value(None, RDF.type, SH.ValidationReport)
    return Counter(
        tuple(described(report, report.value(result, key)) for key in KEYS) for result in report.objects(top, SH.result)
    )


def described(report: rdflib.Graph, node: rdflib.term.Node | None) -> str:
    if not isinstance(node, rdflib.BNode):
        return node.n3() if isinstance(node, rdflib.URIRef | rdflib.Literal) else "-"
    said = sorted(
        (str(predicate), described(report, value))
        for predicate, value in report.predicate_objects(node)
        if str(predicate) in _PATHS
    )
    return str(said)


_PATHS = {
    str(each)
    for each in (
        RDF.first, RDF.rest, SH.inversePath, SH.alternativePath, SH.zeroOrMorePath, SH.oneOrMorePath, SH.zeroOrOnePath,
    )
}  # fmt: skip


def reference(case: Case) -> Counter[tuple[str, ...]]:
    shapes = rdflib.Graph()
    for triple in case.shapes:
        shapes.add(triple)
    _, report, text = pyshacl.validate(case.data, shacl_graph=shapes)
    assert isinstance(report, rdflib.Graph), text
    return results(report)


@settings(max_examples=EXAMPLES, suppress_health_check=[HealthCheck.too_slow, HealthCheck.data_too_large])
@given(cases())
def test_both_engines_find_the_same(case: Case) -> None:
    report = validate(case.data, case.shapes)
    assert report.fallbacks == ()
    assert results(report.to_rdflib()) == reference(case)
