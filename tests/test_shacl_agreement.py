"""Our engine and pySHACL find the same in random graphs by random shapes.

Where the two differ because pySHACL does not keep to the standard, the deviation has a name here, and only the results
that it touches are left out. PARTNERGRAPH_EXAMPLES is the number of examples.
"""

from __future__ import annotations

import os

import pyshacl
import rdflib
from hypothesis import HealthCheck, given, settings

from partnergraph import validate
from shacl_graphs import Case, cases
from shacl_results import Results, results

EXAMPLES = int(os.environ.get("PARTNERGRAPH_EXAMPLES", "150"))


def reference(case: Case) -> Results:
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
