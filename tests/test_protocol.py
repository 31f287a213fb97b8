"""The W3C SPARQL 1.1 Protocol tests, run against the service over a graph in memory."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path

import pytest
import rdflib
from rdflib import RDF, Namespace
from rdflib.collection import Collection
from starlette.testclient import TestClient

from partnergraph.graph import PartnerGraph
from partnergraph.store import Store
from partnergraph.web import create_app

FOLDER = Path(__file__).resolve().parents[1].parent / "shared/suites/w3c-rdf-tests/sparql/sparql11/protocol"
MANIFEST = FOLDER / "manifest.ttl"

READ_ONLY = "the endpoint is read only: updates are refused, and their effects cannot be asked for"
NOT_AIMED_AT = {
    "update_base_uri": READ_ONLY,
    "update_dataset_default_graph": READ_ONLY,
    "update_dataset_default_graphs": READ_ONLY,
    "update_dataset_full": READ_ONLY,
    "update_dataset_named_graphs": READ_ONLY,
    "update_post_direct": READ_ONLY,
    "update_post_form": READ_ONLY,
}
TESTS_IN_MANIFEST = 34

MF = Namespace("http://www.w3.org/2001/sw/DataAccess/tests/test-manifest#")
HT = Namespace("http://www.w3.org/2011/http#")
CNT = Namespace("http://www.w3.org/2011/content#")
UT = Namespace("http://www.w3.org/2009/sparql/tests/test-update#")
RDFS = Namespace("http://www.w3.org/2000/01/rdf-schema#")

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


@dataclass(frozen=True, slots=True)
class Exchange:
    """One request of a test and what the manifest expects of its response."""

    method: str
    path: str
    headers: dict[str, str]
    body: bytes | None
    statuses: frozenset[str]
    format: str
    boolean: bool | None


@dataclass(frozen=True, slots=True)
class Case:
    """One protocol test: the named graphs it needs, and its exchanges in order."""

    name: str
    graphs: dict[str, bytes]
    exchanges: tuple[Exchange, ...]


def read_manifest() -> dict[str, Case]:
    manifest = rdflib.Graph().parse(MANIFEST)
    listed = Collection(manifest, next(manifest.objects(None, MF.entries)))
    return {case.name: case for case in (_case(manifest, entry) for entry in listed)}


def _case(manifest: rdflib.Graph, entry: rdflib.term.Node) -> Case:
    graphs = {
        str(manifest.value(each, RDFS.label)): (FOLDER / Path(str(manifest.value(each, UT.graph))).name).read_bytes()
        for each in manifest.objects(entry, UT.graphData)
    }
    connection = manifest.value(entry, MF.action)
    requests = [
        request
        for chain in manifest.objects(connection, HT.requests)
        for request in Collection(manifest, chain)
        if (request, RDF.type, HT.Request) in manifest
    ]
    assert requests, f"{entry} has no request"
    return Case(str(entry).rpartition("#")[2], graphs, tuple(_exchange(manifest, request) for request in requests))


def _exchange(manifest: rdflib.Graph, request: rdflib.term.Node) -> Exchange:
    headers = {
        str(manifest.value(header, HT.fieldName)): str(manifest.value(header, HT.fieldValue))
        for chain in manifest.objects(request, HT.headers)
        for header in Collection(manifest, chain)
    }
    content = manifest.value(request, HT.body)
    body = None
    if content is not None:
        body = str(manifest.value(content, CNT.chars)).encode(str(manifest.value(content, CNT.characterEncoding)))
    response = manifest.value(request, HT.resp)
    boolean = manifest.value(response, MF.expectedBoolean)
    return Exchange(
        method=str(manifest.value(request, HT.methodName)),
        path=str(manifest.value(request, HT.absolutePath)),
        headers=headers,
        body=body,
        statuses=frozenset(str(each)[-3:] for each in manifest.objects(response, MF.expectedStatus)),
        format=str(manifest.value(response, MF.expectedFormat) or ""),
        boolean=None if boolean is None else bool(boolean.toPython()),  # type: ignore[attr-defined]
    )


CASES = read_manifest() if MANIFEST.is_file() else {}
pytestmark = pytest.mark.skipif(not CASES, reason=f"the W3C protocol tests are not at ../shared/{MANIFEST.name}")


def client_over(graphs: dict[str, bytes]) -> TestClient:
    store = Store.memory()
    with store.draft() as draft:
        for iri, ntriples in graphs.items():
            draft.add_ntriples(ntriples, iri)
    return TestClient(create_app(PartnerGraph(store)))


def check(client: TestClient, exchange: Exchange) -> None:
    response = client.request(
        exchange.method, exchange.path, headers=exchange.headers, content=exchange.body, follow_redirects=True
    )
    assert f"{response.status_code // 100}xx" in exchange.statuses, response.text
    media_type = response.headers["content-type"].partition(";")[0]
    if exchange.format:
        assert media_type in MEDIA_TYPES[exchange.format]
    if exchange.boolean is not None:
        assert response.json()["boolean"] is exchange.boolean
    if exchange.statuses == {"4xx"}:
        assert media_type == "application/problem+json"


@pytest.mark.parametrize("name", sorted(set(CASES) - set(NOT_AIMED_AT)))
def test_the_service_passes_the_w3c_test(name: str) -> None:
    case = CASES[name]
    client = client_over(case.graphs)
    for exchange in case.exchanges:
        check(client, exchange)


@pytest.mark.parametrize("name", sorted(set(NOT_AIMED_AT) & set(CASES)))
def test_an_update_of_the_manifest_is_refused_as_read_only(name: str) -> None:
    case = CASES[name]
    update = case.exchanges[0]
    response = client_over(case.graphs).request(update.method, update.path, headers=update.headers, content=update.body)
    assert response.status_code == 403
    assert response.json()["title"] == "Read only"


def test_every_test_of_the_manifest_is_run_or_named_with_its_reason() -> None:
    assert len(CASES) == TESTS_IN_MANIFEST
    assert set(NOT_AIMED_AT) <= set(CASES)
    assert all(name.startswith("update_") for name in NOT_AIMED_AT)
