"""The W3C tests of SPARQL Protocol, Graph Store Protocol and Service Description, on a really running service."""

from __future__ import annotations

from collections.abc import Iterator

import httpx2
import pytest
import rdflib
from rdflib import RDF
from rdflib.compare import isomorphic

import w3c
import w3c_http
from served import served

PROTOCOL = w3c_http.read("protocol/manifest.ttl")
GRAPH_STORE = w3c_http.read("graph-store-protocol/manifest-direct.ttl", "graph-store-protocol/manifest-indirect.ttl")
pytestmark = pytest.mark.skipif(not PROTOCOL, reason=w3c.MISSING)

SD = rdflib.Namespace("http://www.w3.org/ns/sparql-service-description#")
MEDIA_TYPES = {
    "boolean": {"application/sparql-results+json", "application/sparql-results+xml"},
    "tabular": {
        "application/sparql-results+json",
        "application/sparql-results+xml",
        "text/csv",
        "text/tab-separated-values",
    },
    "RDF": {"text/turtle", "application/n-triples", "application/rdf+xml"},
}


@pytest.fixture(scope="module")
def writable() -> Iterator[httpx2.Client]:
    with served("--allow-write") as address, httpx2.Client(base_url=address, timeout=60) as client:
        yield client


@pytest.fixture
def client(writable: httpx2.Client) -> httpx2.Client:
    """A service into which nobody has written."""
    emptied = writable.post("/update", data={"update": "DROP ALL"})
    assert emptied.status_code == 200
    return writable


def sent(client: httpx2.Client, exchange: w3c_http.Exchange, authority: str, path: str) -> httpx2.Response:
    headers = {**exchange.headers, "Host": authority}
    return client.request(exchange.method, path, headers=headers, content=exchange.body, follow_redirects=True)


def check(client: httpx2.Client, exchange: w3c_http.Exchange, authority: str) -> None:
    response = sent(client, exchange, authority, exchange.path)
    assert f"{response.status_code // 100}xx" in exchange.statuses, response.text
    media_type = response.headers["content-type"].partition(";")[0]
    if exchange.format:
        assert media_type in MEDIA_TYPES[exchange.format]
    if exchange.boolean is not None:
        assert response.json()["boolean"] is exchange.boolean
    if exchange.statuses == {"4xx"}:
        assert media_type == "application/problem+json"


@pytest.mark.parametrize("name", PROTOCOL)
def test_the_service_passes_the_w3c_test_of_the_protocol(client: httpx2.Client, name: str) -> None:
    case = PROTOCOL[name]
    for iri, ntriples in case.graphs.items():
        put = client.put("/graphs", params={"graph": iri}, content=ntriples, headers={"Content-Type": "text/turtle"})
        assert put.status_code == 201, put.text
    for exchange in case.exchanges:
        check(client, exchange, case.authority)


@pytest.mark.parametrize("name", PROTOCOL)
def test_a_service_that_takes_no_updates_refuses_each_of_the_manifest(name: str, read_only: httpx2.Client) -> None:
    case = PROTOCOL[name]
    if not name.startswith("update_"):
        return
    refused = sent(read_only, case.exchanges[0], case.authority, case.exchanges[0].path)
    assert refused.status_code == 403
    assert refused.json()["title"] == "Read only"


@pytest.fixture(scope="module")
def read_only() -> Iterator[httpx2.Client]:
    with served() as address, httpx2.Client(base_url=address, timeout=60) as client:
        yield client


@pytest.mark.parametrize("name", GRAPH_STORE)
def test_the_service_passes_the_w3c_test_of_the_graph_store(client: httpx2.Client, name: str) -> None:
    case = GRAPH_STORE[name]
    known: dict[str, str] = {}
    for exchange in case.exchanges:
        path = exchange.path.replace("/gsp", "/graphs", 1)
        for word, location in known.items():
            path = path.replace(word, location)
        response = sent(client, exchange, case.authority, path)
        assert str(response.status_code) in exchange.statuses, response.text
        if exchange.location:
            known[exchange.location] = response.headers["location"]
        if exchange.content is not None:
            assert response.headers["content-type"] == "text/turtle; charset=utf-8"
            expected = rdflib.Graph().parse(data=exchange.content, format="turtle", publicID="http://www.example/")
            assert isomorphic(rdflib.Graph().parse(data=response.content, format="turtle"), expected), response.text
        if exchange.method == "HEAD":
            assert response.content == b""


def test_every_test_of_the_manifests_is_run() -> None:
    assert (len(PROTOCOL), len(GRAPH_STORE)) == (34, 13)


@pytest.fixture
def description(client: httpx2.Client) -> rdflib.Graph:
    answer = client.get("/sparql", headers={"Accept": "text/turtle"})
    assert answer.status_code == 200
    return rdflib.Graph().parse(data=answer.text, format="turtle")


def test_service_description_returns_rdf(client: httpx2.Client) -> None:
    """The W3C test `returns-rdf`, for each syntax."""
    for media_type, reader in (
        ("text/turtle", "turtle"),
        ("application/rdf+xml", "xml"),
        ("application/n-triples", "nt"),
    ):
        answer = client.get("/sparql", headers={"Accept": media_type})
        assert answer.headers["content-type"].partition(";")[0] == media_type
        assert len(rdflib.Graph().parse(data=answer.text, format=reader)) > 0


def test_service_description_has_the_endpoint(client: httpx2.Client, description: rdflib.Graph) -> None:
    """The W3C test `has-endpoint-triple`."""
    endpoint = rdflib.URIRef(str(client.base_url).rstrip("/") + "/sparql")
    assert list(description.triples((None, SD.endpoint, endpoint)))


def test_service_description_keeps_to_its_schema(description: rdflib.Graph) -> None:
    """The W3C test `conforms-to-schema`: what the vocabulary says of domains and ranges holds."""
    services = set(description.subjects(RDF.type, SD.Service))
    assert services == set(description.subjects(SD.endpoint))
    for language in description.objects(None, SD.supportedLanguage):
        assert language in (SD.SPARQL11Query, SD.SPARQL11Update)
    for feature in description.objects(None, SD.feature):
        assert feature in (SD.UnionDefaultGraph, SD.BasicFederatedQuery, SD.RequiresDataset, SD.EmptyGraphs)
    for name, domain, range_ in (
        (SD.defaultDataset, SD.Service, SD.Dataset),
        (SD.defaultGraph, SD.Dataset, SD.Graph),
        (SD.namedGraph, SD.Dataset, SD.NamedGraph),
        (SD.graph, SD.NamedGraph, SD.Graph),
    ):
        for subject, value in description.subject_objects(name):
            assert (subject, RDF.type, domain) in description
            assert (value, RDF.type, range_) in description
    for graph in description.subjects(RDF.type, SD.NamedGraph):
        assert isinstance(description.value(graph, SD.name), rdflib.URIRef)


def test_the_description_names_the_graphs_and_how_much_they_hold(client: httpx2.Client) -> None:
    client.put("/graphs?graph=urn:g:1", content="<urn:a> <urn:p> 1, 2 .", headers={"Content-Type": "text/turtle"})
    for path in ("/sparql", "/.well-known/void"):
        answer = client.get(path, headers={"Accept": "application/n-triples"})
        description = rdflib.Graph().parse(data=answer.text, format="nt")
        named = description.value(predicate=SD.name, object=rdflib.URIRef("urn:g:1"))
        held = description.value(named, SD.graph)
        assert int(str(description.value(held, rdflib.VOID.triples))) == 2
        assert (None, SD.name, rdflib.URIRef("https://w3id.org/partnergraph/graph/ontology")) in description
        assert (None, SD.supportedLanguage, SD.SPARQL11Update) in description
        assert len(answer.text.splitlines()) == len(set(answer.text.splitlines()))
