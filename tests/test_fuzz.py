"""Whatever is sent, the answer is one that the service means: never a 500, never a hang, nothing half stored.

schemathesis makes requests from the OpenAPI description; the rest is made for what stands outside of it: raw query
strings, headers, bodies and archives.
"""

from __future__ import annotations

import io
import zipfile
from collections.abc import Iterator
from pathlib import Path
from urllib.parse import quote, urlencode

import pytest
import schemathesis
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from starlette.testclient import TestClient

from partnergraph.graph import PartnerGraph
from partnergraph.settings import MEBIBYTE, Limits
from partnergraph.web import create_app

LIMITS = Limits(
    query_seconds=5, workers=1, request_bytes=MEBIBYTE, unpacked_bytes=4 * MEBIBYTE, query_characters=20_000
)
BOUNDED = settings(
    max_examples=60, deadline=None, derandomize=True, suppress_health_check=list(HealthCheck), database=None
)
EACH_OPERATION = settings(BOUNDED, max_examples=6)
TEXT = st.text(max_size=60)
BYTES = st.binary(max_size=200)


@pytest.fixture(scope="module")
def client(examples: Path) -> Iterator[TestClient]:
    with PartnerGraph.open(limits=LIMITS) as graph, graph.workers() as pool:
        graph.import_files([examples / "good.ttl"])
        app = create_app(graph, limits=LIMITS, pool=pool, writable=True)
        yield TestClient(app, raise_server_exceptions=False)


def test_no_request_of_the_description_is_a_500(client: TestClient) -> None:
    schema = schemathesis.openapi.from_asgi("/openapi.json", client.app)
    operations = [found.ok() for found in schema.get_all_operations()]
    assert len(operations) > 20
    for operation in operations:

        @given(case=operation.as_strategy())
        @EACH_OPERATION
        def asked(case: schemathesis.Case) -> None:
            answer = case.call()
            assert answer.status_code != 500, case.as_curl_command()

        asked()


@given(text=TEXT)
@BOUNDED
def test_no_query_text_is_a_500(client: TestClient, text: str) -> None:
    assert client.get("/sparql", params={"query": text}).status_code in (200, 400, 422, 503)


PIECES = st.sampled_from(
    'SELECT ASK CONSTRUCT DESCRIBE WHERE { } ( ) [ ] ?s ?p <a> a . ; , \'x\' """ 1e9 UNION OPTIONAL MINUS FILTER BIND '
    "GROUP BY ORDER LIMIT 1 OFFSET VALUES SERVICE FROM NAMED GRAPH EXISTS NOT COUNT(*) AS * + / ^ | ! # \\u0041 @en "
    "^^ << >> {| |} DISTINCT REDUCED SILENT LOAD PREFIX BASE : x: _:b \x00 \ufeff".split(" ")
)


@given(pieces=st.lists(PIECES, max_size=30))
@BOUNDED
def test_no_heap_of_words_is_a_500(client: TestClient, pieces: list[str]) -> None:
    query = " ".join(pieces)
    answer = client.post("/sparql", content=query.encode(), headers={"Content-Type": "application/sparql-query"})
    assert answer.status_code in (200, 400, 406, 422, 503)
    update = client.post("/update", content=query.encode(), headers={"Content-Type": "application/sparql-update"})
    assert update.status_code < 500 or update.status_code == 503


@given(raw=BYTES)
@BOUNDED
def test_no_query_string_is_a_500(client: TestClient, raw: bytes) -> None:
    for path in ("/sparql", "/credits", "/explain", "/imports", "/graphs", "/questions/lookup/imports"):
        assert client.get(f"{path}?{quote(raw, safe='=&%+')}").status_code < 500


HEADERS = st.sampled_from(
    (
        "Accept",
        "Content-Type",
        "Content-Encoding",
        "Accept-Encoding",
        "If-None-Match",
        "Prefer",
        "X-Request-Id",
        "Origin",
    )
)
VALUE = st.text(st.characters(min_codepoint=32, max_codepoint=126), max_size=80)


@given(headers=st.dictionaries(HEADERS, VALUE, max_size=4), body=BYTES)
@BOUNDED
def test_no_header_is_a_500(client: TestClient, headers: dict[str, str], body: bytes) -> None:
    assert client.get("/sparql?query=ASK%7B%7D", headers=headers).status_code < 500
    assert client.get("/queries", headers=headers).status_code < 500
    assert client.post("/sparql", content=body, headers=headers).status_code < 500
    assert client.post("/validate", content=body, headers=headers).status_code < 500


MEDIA_TYPES = (
    "text/turtle",
    "application/n-triples",
    "application/n-quads",
    "application/trig",
    "application/ld+json",
    "application/rdf+xml",
    "application/zip",
    "multipart/form-data; boundary=x",
    "multipart/form-data",
    "application/x-www-form-urlencoded",
)


@given(body=BYTES, media_type=st.sampled_from(MEDIA_TYPES), name=TEXT)
@BOUNDED
def test_no_body_is_a_500_and_none_is_half_stored(client: TestClient, body: bytes, media_type: str, name: str) -> None:
    before = {each["name"] for each in client.get("/imports").json()["imports"]}
    url = "/imports?" + urlencode({"name": name})
    answer = client.post(url, content=body, headers={"Content-Type": media_type})
    assert answer.status_code < 500
    after = {each["name"] for each in client.get("/imports").json()["imports"]}
    assert (after == before) or answer.status_code == 201


FILES = (
    "partners.csv",
    "tenants.csv",
    "associations.csv",
    "x.ttl",
    "../x.ttl",
    "/x.nt",
    "a/b.jsonld",
    "x.zip",
    "x\x00",
)


@given(
    members=st.lists(st.tuples(st.sampled_from(FILES), st.one_of(BYTES, TEXT.map(str.encode))), max_size=5),
    cut=st.integers(0, 60),
    flips=st.lists(st.tuples(st.integers(0, 400), st.integers(0, 255)), max_size=3),
)
@BOUNDED
@pytest.mark.filterwarnings("ignore:Duplicate name")
def test_no_archive_is_a_500(
    client: TestClient, members: list[tuple[str, bytes]], cut: int, flips: list[tuple[int, int]]
) -> None:
    held = io.BytesIO()
    with zipfile.ZipFile(held, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, content in members:
            archive.writestr(name, content)
    text = bytearray(held.getvalue())
    for place, value in flips:
        if place < len(text):
            text[place] = value
    answer = client.post(
        "/validate", content=bytes(text[: len(text) - cut]), headers={"Content-Type": "application/zip"}
    )
    assert answer.status_code < 500, answer.text


def test_the_service_still_answers(client: TestClient) -> None:
    assert client.get("/ready").status_code == 200
    assert client.get("/sparql", params={"query": "ASK {}"}).json()["boolean"] is True
