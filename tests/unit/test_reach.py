"""Reach: what a query reads, so that one can say which changes may make a difference to it."""

from __future__ import annotations

import pytest

from partnergraph import validation
from partnergraph.shacl.reach import Touched, reach
from partnergraph.store import Store
from partnergraph.terms import PG, PGW, RDF_TYPE, RDFS

A, B, C = (f"{PG}{name}" for name in ("a1", "b1", "C1"))


def met(query: str, *names: str) -> bool:
    return reach(query).is_met_by(Touched(frozenset(names)))


@pytest.mark.parametrize(
    "query",
    [
        "SELECT ?this WHERE { ?this pg:a1 ?x }",
        "PREFIX p: <https://w3id.org/partnergraph/ns#> SELECT ?this WHERE { ?this p:a1 ?x }",
        f"SELECT ?this WHERE {{ ?this <{A}> ?x }}",
        "SELECT ?this WHERE { ?this pg:z1 ?y FILTER NOT EXISTS { ?y ^pg:q1/pg:a1* ?x } }",
        "SELECT ?this WHERE { ?this pg:z1 ?y MINUS { ?y pg:a1 ?x } }",
        "SELECT ?this WHERE { { SELECT ?this (COUNT(?x) AS ?n) WHERE { ?this pg:a1 ?x } GROUP BY ?this } }",
        "CONSTRUCT { ?this pgw:b ?x } WHERE { ?this pg:a1 ?x }",
        "SELECT ?this WHERE { ?this ?path ?x }",
        "SELECT ?this WHERE { ?this pg:z1 ?y ; ?path ?x }",
        "SELECT ?this WHERE { ?this !pg:z1 ?x }",
        "SELECT ?this WHERE { ?this !(pg:z1|^pg:q1) ?x }",
        "SELECT ?this WHERE { ?this pg:z1 [ ?path ?x ] }",
    ],
)
def test_a_query_is_met_by_a_property_that_it_reads(query: str) -> None:
    assert met(query, A)


@pytest.mark.parametrize(
    "query",
    [
        "SELECT ?this ?a1 ?x WHERE { ?this pg:b1 ?x }",
        "SELECT ?this WHERE { ?this pg:b1 ?x . ?x pg:b1 ?y ; pg:c1 ?z , ?w FILTER (!BOUND(?y) && ?y != ?z) }",
        "SELECT ?this WHERE { ?this pg:b1 'pg:a1' } # pg:a1",
        "SELECT ?this (SUM(?x) AS ?n) ?y WHERE { ?this pg:b1 ?x } GROUP BY ?this ?y ?z ORDER BY ?this ?y ?z",
        "CONSTRUCT { ?this pg:a1 ?x } WHERE { ?this pg:b1 ?x }",
        "SELECT ?this WHERE { ?this a ?type FILTER (!EXISTS { ?type pg:b1 ?x }) }",
    ],
)
def test_a_query_is_not_met_by_another_property(query: str) -> None:
    assert not met(query, A)


def test_classes_are_told_apart_unless_any_will_do() -> None:
    assert met("SELECT ?this WHERE { ?this a pg:C1 }", RDF_TYPE, C)
    assert not met("SELECT ?this WHERE { ?this a pg:C2 }", RDF_TYPE, C)
    assert met("SELECT ?this WHERE { ?this a ?type . ?type pg:z1 ?x }", RDF_TYPE, C)


def test_nothing_is_met_by_no_change() -> None:
    assert not met("SELECT ?this WHERE { ?this ?path ?x }")


def test_what_is_derived_is_touched_too() -> None:
    steps = [
        "CONSTRUCT { ?x pgw:one ?y } WHERE { ?x pg:a1 ?y }",
        "CONSTRUCT { ?x a pgw:Two } WHERE { ?x pgw:one ?y }",
        "CONSTRUCT { ?x pgw:three ?y } WHERE { ?x pg:b1 ?y }",
    ]
    names = Touched(frozenset({A})).then(steps).names
    assert names == {A, PGW + "one", PGW + "Two", RDF_TYPE}


def test_rules_are_passed_over_where_a_change_cannot_matter_to_them() -> None:
    store = Store.memory()
    met = {rule.id for rule in validation.rules_met(store, frozenset({PG + "hasMetric"}))}
    everything = {rule.id for rule in validation.rules()}
    assert met == {"AssociationRowsAgree", *(each for each in everything if each.endswith("RowsAgree"))} - {
        "UsageRowsAgree"
    }
    assert {rule.id for rule in validation.rules_met(store, frozenset({RDFS + "subClassOf"}))} == everything


def test_a_shown_query_says_what_it_reads() -> None:
    (query,) = validation.compiled_queries(Store.memory(), "UsageIsOfMonth")
    assert query.startswith("# looked at again after a change of pg:measures, pg:month, xsd:gYearMonth\n")
    (open_,) = validation.compiled_queries(Store.memory(), "TenantRowsAgree")
    assert open_.startswith("# looked at again after any change\n")
