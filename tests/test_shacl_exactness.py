"""Our shapes by three engines: the same results on the cases of the rules and on an ecosystem in which much is wrong.

Results are compared by focus node, path, value, component, severity and source shape, as often as each is there.
PARTNERGRAPH_CASES=all takes a case of every rule instead of every sixth. PARTNERGRAPH_TENANTS is the size of the
ecosystem: 225 tenants are about 100,000 triples. Above 30 pySHACL is asked for the shapes without queries alone, since
it runs a query for each focus node.
"""

from __future__ import annotations

import os
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from functools import cache
from pathlib import Path

import pyshacl
import pytest
import rdflib
import shifty
from rdflib import RDF, SH
from rdflib.plugins.sparql import parser
from rdflib.plugins.sparql.algebra import translateQuery
from rdflib.plugins.sparql.sparql import Query

from partnergraph import artifacts, synth, validation
from partnergraph.shacl.rule import PREFIX_TABLE
from partnergraph.shacl.shapes import Shapes
from partnergraph.store import Draft, View
from partnergraph.store.documents import triples_of
from partnergraph.store.judged import Judged
from partnergraph.terms import asserted_graph
from shacl_results import Results, results, with_paths
from test_rules import ASKED, CASE, CASES, world

FAILING = list({path.parent.name: path for path in reversed(CASES) if path.name.startswith("fail-")}.values())
ASKED_FOR = FAILING if os.environ.get("PARTNERGRAPH_CASES") == "all" else FAILING[::6]
TENANTS = int(os.environ.get("PARTNERGRAPH_TENANTS", "12"))
FEW_TENANTS = 30


@cache
def document(text: str) -> rdflib.Graph:
    return rdflib.Graph().parse(data=text, format="turtle")


def shapes_of(*rules: validation.Rule) -> rdflib.Graph:
    """Return the shapes of these rules alone, with the prefixes of their queries."""
    shapes = rdflib.Graph()
    shapes += document(artifacts.text(PREFIX_TABLE))
    for rule in rules:
        document(rule.document).cbd(rdflib.URIRef(rule.iri), target_graph=shapes)
    return shapes


def ours(view: View, shapes: rdflib.Graph) -> Results:
    read = Judged.of(triples_of(shapes.serialize(format="nt", encoding="utf-8")))
    report = Shapes.of(read.triples()).judge(Judged.view(view))
    assert report.fallbacks == ()
    return results(report.to_rdflib())


def of_pyshacl(data: rdflib.Graph, shapes: rdflib.Graph) -> Results:
    _, report, text = pyshacl.validate(data, shacl_graph=shapes, inplace=True)
    assert isinstance(report, rdflib.Graph), text
    return results(report)


def of_shifty(data: str, shapes: rdflib.Graph) -> Results:
    _, report, _ = shifty.validate(data, shapes.serialize(format="nt"), graph_mode="data", infer=False)
    return results(with_paths(report, shapes))


def of_rules(view: View, rules: tuple[validation.Rule, ...]) -> Results:
    """Return what a store says when it is judged by its rules; the severity and shape are those of the rule."""
    found: Results = Results()
    for each in validation.results(view, rules):
        path = f"<{each.path}>" if each.path else "-"
        severity = SH[each.rule.severity.value.capitalize()].n3()
        found[f"<{each.focus}>", path, f"<{each.component}>", severity, f"<{each.rule.iri}>"] += 1
    return found


def without_values(found: Results) -> Results:
    counted: Results = Results()
    for (focus, path, _, *rest), number in found.items():
        counted[focus, path, *rest] += number
    return counted


@pytest.mark.parametrize("path", ASKED_FOR, ids=lambda path: path.parent.name)
def test_three_engines_find_the_same_in_the_case_of_a_rule(path: Path) -> None:
    (rule,) = (each for each in validation.rules() if each.id == path.parent.name)
    shapes = shapes_of(rule)
    with world().draft(keep=False) as draft:
        draft.add_turtle(ASKED, CASE)
        draft.add_turtle(path.read_text(encoding="utf-8"), CASE)
        validation.prepare(draft)
        found = ours(draft, shapes)
        assert found
        assert of_rules(draft, (rule,)) == without_values(found)
        triples = draft.ntriples()
    assert of_shifty(triples.decode(), shapes) == found
    assert of_pyshacl(validation.rdflib_graph(triples), shapes) == found


@pytest.fixture(scope="module")
def ecosystem(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Draft]:
    folder = tmp_path_factory.mktemp("ecosystem")
    months = 13 if TENANTS > FEW_TENANTS else 1
    synth.write(folder, tenants=TENANTS, seed=11, violations=1.0, usage_months=months)
    with world().draft(keep=False) as draft:
        draft.aim(asserted_graph("synthetic"), skolem="synthetic")
        with (folder / "ecosystem.nq").open("rb") as stream:
            draft.bulk_load(stream, "nquads")
        draft.add_turtle(ASKED, CASE)
        validation.prepare(draft)
        yield draft


def test_shifty_finds_the_same_in_an_ecosystem(ecosystem: Draft) -> None:
    shapes = shapes_of(*validation.rules())
    found = ours(ecosystem, shapes)
    assert len({shape for *_, shape in found}) > 5
    assert of_rules(ecosystem, validation.rules()) == without_values(found)
    assert of_shifty(ecosystem.ntriples().decode(), shapes) == found


def test_pyshacl_finds_the_same_in_an_ecosystem(ecosystem: Draft) -> None:
    shapes = shapes_of(*validation.rules())
    if TENANTS > FEW_TENANTS:
        asking = set(shapes.subjects(SH.sparql))
        shapes = shapes_of(*(rule for rule in validation.rules() if rdflib.URIRef(rule.iri) not in asking))
    assert set(shapes.subjects(RDF.type, SH.PropertyShape))
    with remembered_queries():
        assert of_pyshacl(validation.rdflib_graph(ecosystem.ntriples()), shapes) == ours(ecosystem, shapes)


@contextmanager
def remembered_queries() -> Iterator[None]:
    """Let rdflib read each query once: pySHACL hands it the same text for every focus node."""
    known: dict[str, Query] = {}

    def remembered(text: str, base: str | None = None, prefixes: Mapping[str, str] | None = None) -> Query:
        if text not in known:
            known[text] = translateQuery(parser.parseQuery(text), base, prefixes)
        return known[text]

    with pytest.MonkeyPatch.context() as patch:
        patch.setattr("rdflib.plugins.sparql.processor.parseQuery", lambda text: text)
        patch.setattr("rdflib.plugins.sparql.processor.translateQuery", remembered)
        yield
