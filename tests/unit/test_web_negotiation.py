from __future__ import annotations

import pytest

from partnergraph.web.negotiation import GRAPHS, SOLUTIONS, choose

JENA = (
    "application/sparql-results+json, application/sparql-results+xml;q=0.9, text/tab-separated-values;q=0.7, "
    "text/csv;q=0.5, application/json;q=0.2, application/xml;q=0.2, */*;q=0.1"
)


def chosen(accept: str, word: str = "") -> str | None:
    form = choose(SOLUTIONS, accept, word)
    return form.name if form else None


@pytest.mark.parametrize(
    ("client", "accept", "name"),
    [
        ("no header", "", "json"),
        ("curl", "*/*", "json"),
        ("rdflib", "application/sparql-results+xml, application/rdf+xml", "xml"),
        ("Comunica", "application/sparql-results+xml;q=0.7,application/sparql-results+json;q=1.0", "json"),
        ("sparql-dataframe", "text/csv", "csv"),
        ("YASGUI", "application/sparql-results+json,*/*;q=0.9", "json"),
        ("Jena", JENA, "json"),
        ("SPARQLWrapper", "application/sparql-results+json,application/json,text/javascript", "json"),
    ],
)
def test_each_client_gets_the_format_it_prefers(client: str, accept: str, name: str) -> None:
    assert chosen(accept) == name, client


def test_the_highest_weight_wins_whatever_the_order() -> None:
    assert chosen("text/csv;q=0.2, text/tab-separated-values;q=0.8") == "tsv"


def test_among_equal_weights_the_first_named_wins() -> None:
    assert chosen("text/tab-separated-values, text/csv") == "tsv"


def test_a_weight_of_zero_rules_a_format_out() -> None:
    assert chosen("application/sparql-results+json;q=0, */*;q=0.5") == "xml"
    assert chosen("application/sparql-results+json;q=0") is None


def test_a_partial_wildcard_takes_the_first_of_its_kind() -> None:
    assert chosen("text/*") == "csv"


def test_spaces_and_capitals_in_the_header_do_not_matter() -> None:
    assert chosen(" Text/CSV ; Q=1.0 ,*/* ; q=0.1") == "csv"


def test_parts_that_are_no_media_range_are_left_out() -> None:
    assert chosen("nonsense, ;;;, text/csv") == "csv"
    assert chosen("text/csv;q=high, text/tab-separated-values;q=0.1") == "tsv"


def test_accept_goes_before_the_format_word() -> None:
    assert chosen("application/sparql-results+xml", "csv") == "xml"


@pytest.mark.parametrize("accept", ["", "*/*", "text/html,application/xhtml+xml,application/xml;q=0.9,*/*;q=0.8"])
def test_the_format_word_decides_where_accept_names_nothing_usable_first(accept: str) -> None:
    assert chosen(accept, "csv") == "csv"
    assert chosen(accept, "text/csv") == "csv"


def test_an_unknown_format_word_is_not_taken_for_the_default() -> None:
    assert chosen("", "cvs") is None


def test_types_of_graphs_are_not_usable_for_rows() -> None:
    assert chosen("text/turtle") is None
    assert chosen("text/html") is None


@pytest.mark.parametrize(
    ("accept", "name"),
    [
        ("application/turtle,text/turtle", "turtle"),
        ("text/turtle, application/n-triples;q=0.9, application/ld+json;q=0.8, application/rdf+xml;q=0.7", "turtle"),
        ("application/n-triples,*/*;q=0.9", "ntriples"),
        ("application/rdf+xml", "rdfxml"),
        ("application/ld+json", "jsonld"),
        ("*/*", "turtle"),
    ],
)
def test_each_client_gets_its_graph_format(accept: str, name: str) -> None:
    form = choose(GRAPHS, accept, "")
    assert form is not None
    assert form.name == name
