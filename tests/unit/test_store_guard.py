from __future__ import annotations

import threading
from contextlib import suppress

import pytest

from partnergraph.errors import BadQuery
from partnergraph.store import Store
from partnergraph.store.guard import on_deep_stack, refuse_nesting, refuse_service

ELSEWHERE = "<http://127.0.0.1:1/>"


@pytest.mark.parametrize(
    "query",
    [
        "ASK { SERVICE " + ELSEWHERE + " { ?s ?p ?o } }",
        "ASK { service silent " + ELSEWHERE + "{ ?s ?p ?o } }",
        "ASK { SERVICESILENT" + ELSEWHERE + "{ ?s ?p ?o } }",
        "ASK { ?s ?p trueSERVICE" + ELSEWHERE + "{} }",
        "ASK { ?s ?p 1.SERVICE" + ELSEWHERE + "{} }",
        "ASK { VALUES ?e {" + ELSEWHERE + "} SERVICE ?e { ?s ?p ?o } }",
        "PREFIX e: <http://127.0.0.1:1/> ASK { SERVICE e:sparql { ?s ?p ?o } }",
        "PREFIX e: <http://127.0.0.1:1/> ASK { SERVICE e:a\\(b { ?s ?p ?o } }",
        "ASK { SERVICE # why\n SILENT # not }\n" + ELSEWHERE + " # here\n { ?s ?p ?o } }",
        "ASK { ?a ?b e:a\\#b SERVICE " + ELSEWHERE + " { ?s ?p ?o } }",
        "ASK { ?a ?b e:a\\'b SERVICE " + ELSEWHERE + " { ?s ?p ?o } FILTER(''='') }",
        "ASK { ?a ?b <http://x/\\u0041#f> SERVICE " + ELSEWHERE + " { ?s ?p ?o } }",
        "ASK { FILTER(1<'a>'||true) SERVICE " + ELSEWHERE + " {} FILTER('b'='b') }",
        "ASK { ?SERVICE SERVICE " + ELSEWHERE + " {} }",
        "ASK { SERVICE" + " " * 10_000 + ELSEWHERE + " {} }",
        "ASK { SERVICE <http://127.0.0.1:1/" + "a" * 10_000 + "> {} }",
        "ASK { SERVICE " + "a" * 10_000 + ":b {} }",
    ],
)
def test_no_way_to_write_a_service_clause_gets_through(query: str) -> None:
    with pytest.raises(BadQuery, match="SERVICE is switched off"):
        refuse_service(query)


@pytest.mark.parametrize(
    "query",
    [
        'SELECT ?name { ?product skos:prefLabel ?name FILTER(CONTAINS(?name, "Customer Service")) }',
        "SELECT ?service ?tenant { ?tenant pg:usesService ?service }",
        "SELECT ?webService ?x { ?x ?p ?webService }",
        "SELECT * { ?s pg:service ?x { ?x ?p ?o } }",
        "# the service that a tenant uses\nSELECT * { ?s ?p ?o }",
        "PREFIX service: <https://service.example/> SELECT * { ?s service:of <https://service.example/a> }",
        'SELECT * { VALUES ?name { "Field Service" "Customer Service" } }',
    ],
)
def test_the_word_service_is_welcome_in_names_and_texts(query: str) -> None:
    refuse_service(query)


def test_the_problem_says_where_the_clause_stands() -> None:
    with pytest.raises(BadQuery) as caught:
        refuse_service("ASK {\n  SERVICE " + ELSEWHERE + " {} }")
    assert (caught.value.line, caught.value.column) == (2, 3)


@pytest.mark.parametrize("padding", ["SERVICE", "SERVICE ", "SERVICE#", "SERVICE:", "SERVICE#\n"])
def test_looking_for_clauses_takes_no_longer_than_the_text_is_long(padding: str) -> None:
    done = threading.Event()

    def look() -> None:
        with suppress(BadQuery):
            refuse_service(padding * (200_000 // len(padding)))
        done.set()

    threading.Thread(target=look, daemon=True).start()
    assert done.wait(10)


@pytest.mark.parametrize("opening", ["{", "(", "["])
def test_brackets_nested_without_end_are_refused(opening: str) -> None:
    with pytest.raises(BadQuery, match="nested deeper"):
        refuse_nesting("ASK " + opening * 100_000)


def test_many_brackets_side_by_side_are_fine() -> None:
    refuse_nesting("SELECT * { VALUES (?a ?b) { " + "(1 2) " * 100_000 + "} }")


def test_deep_recursion_finds_the_stack_it_needs() -> None:

    query = "ASK { FILTER(" + "!" * 20_000 + "true) }"
    assert on_deep_stack(lambda: Store.memory().answer(query).boolean(), len(query))


def test_an_error_in_the_deep_comes_up() -> None:
    def fail() -> None:
        raise BadQuery("no")

    with pytest.raises(BadQuery):
        on_deep_stack(fail, 10)
