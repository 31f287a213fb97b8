"""Our engine, pySHACL and shifty find the same in random graphs by random shapes.

PARTNERGRAPH_EXAMPLES is the number of examples. Where shapes carry queries, shifty is not asked: in them it takes a
blank focus node for a variable, and gives the focus node of a property shape as a value. pySHACL leaves the value out
where it is the focus node and a component of the shapes' own finds it on a property; it is then left out of ours too.
"""

from __future__ import annotations

import os

import pyshacl
import rdflib
import shifty
from hypothesis import HealthCheck, given, settings
from rdflib import SH

from partnergraph import validate
from shacl_graphs import EX, Case, cases
from shacl_results import Results, results, with_paths

EXAMPLES = int(os.environ.get("PARTNERGRAPH_EXAMPLES", "150"))


def by_pyshacl(case: Case) -> Results:
    shapes = rdflib.Graph()
    for triple in case.shapes:
        shapes.add(triple)
    _, report, text = pyshacl.validate(case.data, shacl_graph=shapes)
    assert isinstance(report, rdflib.Graph), text
    return results(report)


def without_own_values(found: Results) -> Results:
    counted: Results = Results()
    for (focus, path, value, component, *rest), number in found.items():
        own = component.startswith(f"<{EX}") and path != "-" and value == focus
        counted[focus, path, "-" if own else value, component, *rest] += number
    return counted


def by_shifty(case: Case) -> Results:
    texts = [graph.serialize(format="nt") for graph in (case.data, case.shapes)]
    _, report, _ = shifty.validate(texts[0], texts[1], graph_mode="data", infer=False)
    return results(with_paths(report, case.shapes))


@settings(max_examples=EXAMPLES, suppress_health_check=[HealthCheck.too_slow, HealthCheck.data_too_large])
@given(cases())
def test_three_engines_find_the_same(case: Case) -> None:
    report = validate(case.data, case.shapes)
    found = results(report.to_rdflib())
    assert without_own_values(found) == without_own_values(by_pyshacl(case))
    # A query inside another shape that compares literals may fall back; nothing else does.
    if not set(case.shapes.predicates()) & {SH.select, SH.ask}:
        assert report.fallbacks == ()
        assert found == by_shifty(case)
