from __future__ import annotations

import json
import xml.etree.ElementTree as ElementTree
from collections.abc import Iterator
from urllib.parse import quote

import pytest
import rdflib
from starlette.testclient import TestClient

from partnergraph.graph import PartnerGraph
from partnergraph.store import Store
from partnergraph.web import create_app

FORM = "application/x-www-form-urlencoded"
DIRECT = {"Content-Type": "application/sparql-query"}
FIRST = "https://one.example/graph"
SECOND = "https://two.example/graph"
ROWS = "SELECT ?o { <urn:a> <urn:p> ?o } ORDER BY ?o"
TRIPLES = "CONSTRUCT WHERE { <urn:a> <urn:p> ?o }"


def stored() -> PartnerGraph:
    store = Store.memory()
    with store.draft() as draft:
        draft.add_ntriples(b'<urn:a> <urn:p> "100%" .', FIRST)
        draft.add_ntriples(b'<urn:a> <urn:p> "two" .', SECOND)
    return PartnerGraph(store)


@pytest.fixture(scope="module")
def client() -> Iterator[TestClient]:
    with TestClient(create_app(stored())) as client:
        yield client


def values(response_text: str) -> list[str]:
    return [row["o"]["value"] for row in json.loads(response_text)["results"]["bindings"]]


def test_a_query_is_answered_by_get_form_and_direct_post(client: TestClient) -> None:
    answers = [
        client.get("/sparql", params={"query": ROWS}),
        client.post("/sparql", data={"query": ROWS}),
        client.post("/sparql", content=ROWS, headers=DIRECT),
        client.post("/sparql", content=ROWS, headers={"Content-Type": "application/sparql-query; charset=UTF-8"}),
        client.post("/sparql", params={"query": ROWS}),
        client.post("/sparql", params={"query": ROWS}, headers={"Content-Type": FORM}),
    ]
    for answer in answers:
        assert answer.status_code == 200
        assert answer.headers["content-type"] == "application/sparql-results+json"
        assert values(answer.text) == ["100%", "two"]


def test_the_trailing_slash_makes_no_difference(client: TestClient) -> None:
    assert client.get("/sparql/", params={"query": "ASK {}"}).json()["boolean"] is True


@pytest.mark.parametrize("encoded", ["100%25", "100%2525"])
def test_forms_and_urls_are_decoded_exactly_once(client: TestClient, encoded: str) -> None:
    query = f'SELECT ("{encoded}" AS ?o) {{}}'
    assert values(client.post("/sparql", data={"query": query}).text) == [encoded]
    assert values(client.get("/sparql", params={"query": query}).text) == [encoded]
    assert values(client.post("/sparql", content=query, headers=DIRECT).text) == [encoded]


def test_letters_that_need_no_encoding_may_be_encoded(client: TestClient) -> None:
    assert client.get("/sparql?query=%41%53%4B+%7B%7D").json()["boolean"] is True


def test_text_beyond_ascii_survives(client: TestClient) -> None:
    query = 'SELECT ("Zürich 東京 🙂" AS ?o) {}'
    for answer in (
        client.get("/sparql", params={"query": query}),
        client.post("/sparql", data={"query": query}),
        client.post("/sparql", content=query.encode(), headers=DIRECT),
        client.post("/sparql", content=f"query={query}".encode(), headers={"Content-Type": FORM}),
    ):
        assert values(answer.text) == ["Zürich 東京 🙂"]


def test_unknown_parameters_are_ignored(client: TestClient) -> None:
    answer = client.get("/sparql", params={"query": ROWS, "output": "json", "results": "json", "timeout": "3"})
    assert answer.status_code == 200


@pytest.mark.parametrize(
    ("accept", "media_type", "text"),
    [
        ("text/csv", "text/csv; charset=utf-8", "o\r\n100%\r\ntwo\r\n"),
        ("text/tab-separated-values", "text/tab-separated-values; charset=utf-8", '?o\n"100%"\n"two"\n'),
    ],
)
def test_rows_come_as_text(client: TestClient, accept: str, media_type: str, text: str) -> None:
    answer = client.get("/sparql", params={"query": ROWS}, headers={"Accept": accept})
    assert answer.headers["content-type"] == media_type
    assert answer.content.decode() == text


def test_rows_come_as_xml(client: TestClient) -> None:
    answer = client.get("/sparql", params={"query": ROWS}, headers={"Accept": "application/sparql-results+xml"})
    assert answer.headers["content-type"] == "application/sparql-results+xml"
    literals = ElementTree.fromstring(answer.text).iter("{http://www.w3.org/2005/sparql-results#}literal")
    assert [literal.text for literal in literals] == ["100%", "two"]


@pytest.mark.parametrize("word", ["csv", "tsv"])
def test_a_truth_value_comes_as_text(client: TestClient, word: str) -> None:
    assert client.get("/sparql", params={"query": "ASK {}", "format": word}).text == "boolean\ntrue\n"


def test_a_truth_value_comes_as_xml(client: TestClient) -> None:
    answer = client.get("/sparql", params={"query": "ASK { <urn:no> ?p ?o }", "format": "xml"})
    assert "<boolean>false</boolean>" in answer.text


@pytest.mark.parametrize(
    ("word", "media_type", "reader"),
    [
        ("turtle", "text/turtle; charset=utf-8", "turtle"),
        ("ntriples", "application/n-triples", "nt"),
        ("jsonld", "application/ld+json", "json-ld"),
        ("rdfxml", "application/rdf+xml", "xml"),
    ],
)
@pytest.mark.filterwarnings("ignore:ConjunctiveGraph is deprecated:DeprecationWarning")  # rdflib's own JSON-LD reader
def test_triples_come_in_each_graph_format(client: TestClient, word: str, media_type: str, reader: str) -> None:
    wanted = media_type.partition(";")[0]
    for answer in (
        client.get("/sparql", params={"query": TRIPLES, "format": word}),
        client.get("/sparql", params={"query": TRIPLES}, headers={"Accept": wanted}),
    ):
        assert answer.headers["content-type"] == media_type
        graph = rdflib.Graph().parse(data=answer.text, format=reader)
        assert {str(o) for o in graph.objects(rdflib.URIRef("urn:a"))} == {"100%", "two"}


@pytest.mark.parametrize("accept", ["application/sparql-results+json", "text/csv", "text/html", ""])
def test_triples_come_as_turtle_where_only_other_formats_are_accepted(client: TestClient, accept: str) -> None:
    answer = client.get("/sparql", params={"query": TRIPLES}, headers={"Accept": accept})
    assert (answer.status_code, answer.headers["content-type"]) == (200, "text/turtle; charset=utf-8")


def test_describe_gives_triples(client: TestClient) -> None:
    answer = client.get("/sparql", params={"query": "DESCRIBE <urn:a>", "format": "nt"})
    assert sorted(answer.text.splitlines()) == ['<urn:a> <urn:p> "100%" .', '<urn:a> <urn:p> "two" .']


def test_rows_in_a_format_that_rows_do_not_have_are_not_acceptable(client: TestClient) -> None:
    for answer in (
        client.get("/sparql", params={"query": ROWS}, headers={"Accept": "text/turtle"}),
        client.get("/sparql", params={"query": ROWS, "format": "cvs"}),
    ):
        assert answer.status_code == 406
        assert "text/csv" in answer.json()["offered"]


def test_default_graph_uri_chooses_the_default_graph(client: TestClient) -> None:
    def asked(*graphs: str) -> list[str]:
        return values(client.get("/sparql", params={"query": ROWS, "default-graph-uri": list(graphs)}).text)

    assert asked(FIRST) == ["100%"]
    assert asked(FIRST, SECOND) == ["100%", "two"]
    assert asked("https://none.example/graph") == []


def test_named_graph_uri_chooses_the_named_graphs(client: TestClient) -> None:
    query = "SELECT ?o { GRAPH ?g { ?s ?p ?o } }"
    assert values(client.post("/sparql", data={"query": query, "named-graph-uri": SECOND}).text) == ["two"]
    answer = client.post("/sparql", content=query, headers=DIRECT, params={"named-graph-uri": SECOND})
    assert values(answer.text) == ["two"]


def test_the_dataset_of_the_request_overrides_that_of_the_query(client: TestClient) -> None:
    query = f"SELECT ?o FROM <{SECOND}> {{ ?s ?p ?o }}"
    assert values(client.get("/sparql", params={"query": query}).text) == ["two"]
    assert values(client.get("/sparql", params={"query": query, "default-graph-uri": FIRST}).text) == ["100%"]


def test_relative_iris_are_relative_to_the_endpoint(client: TestClient) -> None:
    answer = client.get("/sparql", params={"query": "SELECT (<x> AS ?o) {}"})
    assert values(answer.text) == ["http://testserver/x"]


def test_head_answers_like_get_without_a_body(client: TestClient) -> None:
    url = f"/sparql?query={quote(ROWS)}&format=csv"
    head, get = client.head(url), client.get(url)
    assert (head.status_code, head.content) == (200, b"")
    assert head.headers["content-length"] == get.headers["content-length"]
    assert head.headers["content-type"] == get.headers["content-type"]


def test_the_service_describes_itself_to_clients_that_ask_for_rdf(client: TestClient) -> None:
    sd = rdflib.Namespace("http://www.w3.org/ns/sparql-service-description#")
    for answer, reader in (
        (client.get("/sparql", headers={"Accept": "text/turtle"}), "turtle"),
        (client.get("/sparql", headers={"Accept": "application/rdf+xml"}), "xml"),
        (client.get("/sparql", params={"format": "ntriples"}), "nt"),
    ):
        graph = rdflib.Graph().parse(data=answer.text, format=reader)
        service = next(graph.subjects(rdflib.RDF.type, sd.Service))
        assert graph.value(service, sd.endpoint) == rdflib.URIRef("http://testserver/sparql")
        assert graph.value(service, sd.supportedLanguage) == sd.SPARQL11Query
        assert len(set(graph.objects(service, sd.resultFormat))) == 8
