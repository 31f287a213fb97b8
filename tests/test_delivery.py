"""How answers are delivered: formats by weight, word and suffix, packed, and known by the commit they come from."""

from __future__ import annotations

import gzip
import json
from collections.abc import Iterator
from pathlib import Path

import brotli
import pytest
from starlette.testclient import TestClient

from partnergraph.graph import PartnerGraph
from partnergraph.web import create_app

TURTLE = {"Content-Type": "text/turtle"}
MANY = "SELECT ?s ?o { VALUES ?s { 1 2 3 4 5 6 7 8 9 } VALUES ?o { 1 2 3 4 5 6 7 8 9 } VALUES ?x { 1 2 3 4 5 } }"
VALUES = "SELECT ?o { GRAPH <urn:g> { ?s ?p ?o } } ORDER BY ?o"


@pytest.fixture
def client() -> Iterator[TestClient]:
    with PartnerGraph.open() as graph, TestClient(create_app(graph, writable=True)) as opened:
        opened.put("/graphs?graph=urn:g", content="<urn:a> <urn:p> 1 .", headers=TURTLE)
        yield opened


def plain(client: TestClient) -> bytes:
    return client.get(
        "/sparql", params={"query": MANY, "format": "csv"}, headers={"Accept-Encoding": "identity"}
    ).content


@pytest.mark.parametrize(
    ("accept", "found"),
    [
        ("text/csv;q=0.5, application/sparql-results+xml;q=0.9", "application/sparql-results+xml"),
        ("application/sparql-results+json;q=1.0, text/csv;q=0.7", "application/sparql-results+json"),
        ("text/*;q=0.3, application/sparql-results+xml;q=0.2", "text/csv"),
        ("*/*", "application/sparql-results+json"),
        ("text/tab-separated-values;q=0.7, */*;q=0.1", "text/tab-separated-values"),
    ],
)
def test_the_heaviest_format_is_given(client: TestClient, accept: str, found: str) -> None:
    answer = client.get("/sparql", params={"query": VALUES}, headers={"Accept": accept})
    assert answer.headers["content-type"].partition(";")[0] == found


@pytest.mark.parametrize(
    ("suffix", "found"),
    [
        ("csv", "text/csv"),
        ("tsv", "text/tab-separated-values"),
        ("srj", "application/sparql-results+json"),
        ("json", "application/sparql-results+json"),
        ("srx", "application/sparql-results+xml"),
    ],
)
def test_a_suffix_names_the_format(client: TestClient, suffix: str, found: str) -> None:
    for headers in ({}, {"Accept": "application/sparql-results+json"}):
        answer = client.get(f"/sparql.{suffix}", params={"query": VALUES}, headers=headers)
        assert answer.headers["content-type"].partition(";")[0] == found
    assert client.post(f"/sparql.{suffix}", data={"query": VALUES}).headers["content-type"].startswith(found)


def test_a_suffix_names_the_format_of_triples_and_tables(client: TestClient) -> None:
    query = {"query": "CONSTRUCT WHERE { ?s <urn:p> ?o }"}
    assert client.get("/sparql.nt", params={"query": "CONSTRUCT { <urn:a> <urn:b> 1 } {}"}).text.startswith("<urn:a>")
    assert client.get("/sparql.ttl", params=query).headers["content-type"].startswith("text/turtle")
    assert client.get("/rules.csv").headers["content-type"].startswith("text/csv")
    assert client.get("/sparql.docx", params=query).status_code == 404


def test_a_graph_whose_name_ends_like_a_format_is_what_its_name_says(client: TestClient) -> None:
    client.put("/graphs/person/1.nt", content="<urn:a> <urn:p> 7 .", headers=TURTLE)
    answer = client.get("/graphs/person/1.nt")
    assert answer.headers["content-type"].startswith("text/turtle")
    assert "7" in answer.text


@pytest.mark.parametrize(
    ("accept", "coding"), [("gzip", "gzip"), ("br", "br"), ("gzip, br", "br"), ("br;q=0.1, gzip", "gzip")]
)
def test_answers_are_packed_as_the_client_wants(client: TestClient, accept: str, coding: str) -> None:
    expected = plain(client)
    with client.stream(
        "GET", "/sparql", params={"query": MANY, "format": "csv"}, headers={"Accept-Encoding": accept}
    ) as answer:
        packed = b"".join(answer.iter_raw())
    assert answer.headers["content-encoding"] == coding
    assert "Accept-Encoding" in answer.headers["vary"]
    assert len(packed) < len(expected)
    assert {"gzip": gzip.decompress, "br": brotli.decompress}[coding](packed) == expected


@pytest.mark.parametrize("accept", ["", "identity", "gzip;q=0", "deflate", "zstd"])
def test_answers_are_plain_for_clients_that_unpack_nothing_of_ours(client: TestClient, accept: str) -> None:
    answer = client.get("/sparql", params={"query": MANY, "format": "csv"}, headers={"Accept-Encoding": accept})
    assert "content-encoding" not in answer.headers
    assert int(answer.headers["content-length"]) == len(answer.content)


def test_short_answers_are_not_packed(client: TestClient) -> None:
    answer = client.get("/sparql", params={"query": VALUES}, headers={"Accept-Encoding": "gzip, br"})
    assert "content-encoding" not in answer.headers


QUERY_URL = "/sparql?query=SELECT+*+%7B+GRAPH+%3Curn:g%3E+%7B%3Fs+%3Fp+%3Fo%7D%7D"


@pytest.mark.parametrize("url", [QUERY_URL, "/graphs?graph=urn:g", "/imports", "/rules"])
def test_an_answer_is_known_by_the_commit(client: TestClient, url: str) -> None:
    first = client.get(url)
    entity = first.headers["etag"]
    assert first.headers["cache-control"] == "no-cache"
    for method in ("GET", "HEAD"):
        again = client.request(method, url, headers={"If-None-Match": entity})
        assert (again.status_code, again.content, again.headers["etag"]) == (304, b"", entity)
    assert client.get(url, headers={"If-None-Match": f'"other", {entity}'}).status_code == 304
    client.post("/update", data={"update": "INSERT DATA { GRAPH <urn:g> { <urn:a> <urn:p> 2 } }"})
    after = client.get(url, headers={"If-None-Match": entity})
    assert after.status_code == 200
    assert after.headers["etag"] != entity


def test_other_questions_and_formats_have_other_tags(client: TestClient) -> None:
    tags = {
        client.get("/sparql", params={"query": VALUES, "format": form}, headers={"Accept": accept}).headers["etag"]
        for form in ("csv", "tsv")
        for accept in ("*/*", "text/html")
    }
    assert len(tags) == 4
    assert client.get("/sparql", params={"query": VALUES + " LIMIT 1"}).headers["etag"] not in tags


@pytest.mark.parametrize("function", ["NOW()", "rand()", "STRUUID()", "UUID()"])
def test_what_asks_the_clock_or_chance_is_never_known(client: TestClient, function: str) -> None:
    assert "etag" not in client.get("/sparql", params={"query": f"SELECT ({function} AS ?x) {{}}"}).headers


def test_what_was_refused_is_not_known(client: TestClient) -> None:
    assert "etag" not in client.get("/sparql", params={"query": "SELEKT"}).headers
    assert "etag" not in client.get("/health").headers
    assert "etag" not in client.post("/sparql", data={"query": VALUES}).headers


def test_a_commit_keeps_its_name_when_the_store_is_opened_again(tmp_path: Path) -> None:
    with PartnerGraph.open(tmp_path / "store") as graph:
        graph.update("INSERT DATA { <urn:a> <urn:p> 1 }")
        name = graph.state
    with PartnerGraph.open(tmp_path / "store") as graph:
        assert graph.state == name
        graph.update("INSERT DATA { <urn:a> <urn:p> 2 }")
        assert graph.state != name


def test_a_process_that_was_killed_leaves_no_name(tmp_path: Path) -> None:
    with PartnerGraph.open(tmp_path / "store") as graph:
        name = graph.state
    with PartnerGraph.open(tmp_path / "store") as graph:
        graph.update("INSERT DATA { <urn:a> <urn:p> 1 }")
        killed = [path.read_bytes() for path in (tmp_path / "store").glob("COMMIT")]
    assert killed == []
    assert name


def test_writes_are_for_the_state_that_they_name(client: TestClient) -> None:
    def written(method: str, value: str, *headers: tuple[str, str]) -> int:
        content = f"<urn:a> <urn:p> {value} ."
        named = {**TURTLE, **dict(headers)}
        return client.request(method, "/graphs?graph=urn:g", content=content, headers=named).status_code

    entity = client.get("/graphs?graph=urn:g").headers["etag"]
    assert written("PUT", "2", ("If-None-Match", "*")) == 412
    assert written("PUT", "2", ("If-Match", entity)) == 200
    assert written("PUT", "3", ("If-Match", entity)) == 412
    assert written("POST", "3", ("If-Match", entity)) == 412
    assert written("DELETE", "3", ("If-Match", entity)) == 412
    assert "2" in client.get("/graphs?graph=urn:g").text
    fresh = client.get("/graphs?graph=urn:g").headers["etag"]
    assert written("DELETE", "", ("If-Match", fresh)) == 200
    assert written("PUT", "1", ("If-Match", "*")) == 412
    assert written("PUT", "1", ("If-None-Match", "*")) == 201


def test_triples_about_triples_pass_through(client: TestClient) -> None:
    client.put("/graphs?graph=urn:s", content="<urn:a> <urn:says> <<( <urn:b> <urn:p> 1 )>> .", headers=TURTLE)
    assert "<<(" in client.get("/graphs?graph=urn:s").text
    query = {"query": "SELECT ?o { <urn:a> <urn:says> ?o }"}
    value = json.loads(client.get("/sparql", params=query).text)["results"]["bindings"][0]["o"]
    assert value["type"] == "triple"
    assert value["value"]["subject"] == {"type": "uri", "value": "urn:b"}
    assert "<triple>" in client.get("/sparql.srx", params=query).text
