from __future__ import annotations

import re
from collections.abc import Iterator

import pytest
from starlette.testclient import TestClient

from partnergraph.errors import StoreUnavailable
from partnergraph.graph import PartnerGraph
from partnergraph.store import Answer, Store
from partnergraph.web import create_app

EXPECTED_PATHS = {
    "/graphs": {"get", "put", "post", "delete"},
    "/.well-known/void": {"get"},
    "/sparql": {"get", "post"},
    "/update": {"post"},
    "/validate": {"get", "post"},
    "/imports": {"get", "post"},
    "/imports/{name}": {"get"},
    "/imports/rehearsal": {"post"},
    "/imports/commit": {"post"},
    "/quarantine": {"get"},
    "/quarantine/release": {"post"},
    "/credits": {"get"},
    "/non-credits": {"get"},
    "/scores": {"get"},
    "/diff": {"get"},
    "/snapshots": {"get"},
    "/explain": {"get"},
    "/questions": {"get"},
    "/queries": {"get"},
    "/queries/{name}": {"delete"},
    "/questions/{name}": {"get"},
    "/rules": {"get"},
    "/health": {"get"},
    "/ready": {"get"},
    "/metrics": {"get"},
}
PAGES = ("/", "/docs", "/page.js", "/page.css")


@pytest.fixture(scope="module")
def client() -> Iterator[TestClient]:
    with PartnerGraph.open() as graph, TestClient(create_app(graph)) as client:
        yield client


def test_health_says_ok(client: TestClient) -> None:
    answer = client.get("/health")
    assert answer.status_code == 200
    assert answer.json()["status"] == "ok"


@pytest.mark.parametrize(
    ("method", "url", "status", "title"),
    [
        ("GET", "/nowhere", 404, "Not found"),
        ("GET", "/health/", 404, "Not found"),
        ("DELETE", "/health", 405, "Method not allowed"),
        ("PUT", "/sparql", 405, "Method not allowed"),
        ("GET", "/explain", 422, "Invalid parameters"),
        ("GET", "/questions/no/such", 404, "Not found"),
        ("GET", "/credits?as_of=yesterday", 400, "Wrong use"),
        ("GET", "/credits?as_of=2023-09&pack=1999-01", 400, "Wrong use"),
    ],
)
def test_every_error_is_a_problem(client: TestClient, method: str, url: str, status: int, title: str) -> None:
    answer = client.request(method, url)
    assert answer.status_code == status
    assert answer.headers["content-type"] == "application/problem+json"
    problem = answer.json()
    assert problem["type"].startswith("https://w3id.org/partnergraph/problem/")
    assert (problem["title"], problem["status"]) == (title, status)
    assert problem["detail"]


def test_a_wrong_method_is_told_the_right_ones(client: TestClient) -> None:
    assert client.put("/sparql").headers["allow"] == "GET, HEAD, POST"
    assert client.put("/validate").headers["allow"] == "GET, HEAD, POST"


def test_a_missing_parameter_is_named(client: TestClient) -> None:
    assert client.get("/explain").json()["faults"][0]["parameter"] == "query.partner"


class Broken(PartnerGraph):
    """A graph that fails in ways that a request cannot help."""

    def __init__(self, error: Exception) -> None:
        super().__init__(Store.memory())
        self.error = error

    def query(self, text: str, default_graphs: object = (), named_graphs: object = ()) -> Answer:
        raise self.error


def test_an_unexpected_error_says_nothing_of_the_inside(caplog: pytest.LogCaptureFixture) -> None:
    client = TestClient(create_app(Broken(KeyError("the secret"))))
    answer = client.get("/sparql?query=ASK%7B%7D", headers={"Origin": "http://localhost:3000"})
    assert answer.status_code == 500
    assert answer.headers["content-type"] == "application/problem+json"
    assert answer.headers["access-control-allow-origin"] == "http://localhost:3000"
    assert "secret" not in answer.text
    assert "the secret" in caplog.text


def test_a_store_that_fails_is_unavailable_and_its_path_stays_inside() -> None:
    broken = Broken(StoreUnavailable("/var/lib/store", "cannot be used: no space left.", "Free space."))
    answer = TestClient(create_app(broken)).get("/sparql?query=ASK%7B%7D")
    assert (answer.status_code, answer.json()["title"]) == (503, "Store unavailable")
    assert "/var/lib" not in answer.text


def test_head_is_answered_wherever_get_is(client: TestClient) -> None:
    for url in ("/health", "/docs", "/imports", "/openapi.json"):
        answer = client.head(url)
        assert (answer.status_code, answer.content) == (200, b"")
        assert int(answer.headers["content-length"]) > 0


@pytest.mark.parametrize("url", ["/", "/docs", "/health", "/nowhere"])
def test_every_answer_keeps_browsers_from_guessing_and_framing(client: TestClient, url: str) -> None:
    headers = client.get(url).headers
    assert headers["x-content-type-options"] == "nosniff"
    assert "frame-ancestors 'none'" in headers["content-security-policy"]
    assert "default-src 'none'" in headers["content-security-policy"]


@pytest.mark.parametrize("url", PAGES)
def test_a_page_loads_nothing_from_elsewhere(client: TestClient, url: str) -> None:
    page = client.get(url)
    assert page.status_code == 200
    assert not re.search(r"https?:|//[a-z]|@import", page.text.replace("// Shows", ""))
    for link in re.findall(r'(?:href|src)="([^"]*)"', page.text):
        assert link == "data:," or client.get(link).status_code in (200, 400), link


def test_a_page_has_no_script_or_style_of_its_own(client: TestClient) -> None:
    for url in ("/", "/docs"):
        page = client.get(url).text
        assert "<style" not in page
        assert not re.search(r"<script(?! src=)|style=|\son\w+=", page)


def test_the_first_page_has_a_form_that_works_without_a_script(client: TestClient) -> None:
    page = client.get("/").text
    assert '<form id="ask" action="/sparql" method="get">' in page
    query = re.search(r"<textarea[^>]*>(.*)</textarea>", page, re.DOTALL)
    assert query
    assert client.get("/sparql", params={"query": query[1], "format": ""}).status_code == 200


def test_openapi_describes_exactly_what_is_there(client: TestClient) -> None:
    paths = client.get("/openapi.json").json()["paths"]
    assert {path: set(operations) for path, operations in paths.items()} == EXPECTED_PATHS


def test_the_docs_page_lists_every_path(client: TestClient) -> None:
    page = client.get("/docs").text
    for path, methods in EXPECTED_PATHS.items():
        for method in methods:
            assert f"<code>{method.upper()} {path}</code>" in page


@pytest.mark.parametrize(
    "origin", ["http://localhost:3000", "http://127.0.0.1:8080", "https://[::1]:1", "http://localhost"]
)
def test_pages_of_this_machine_may_ask(client: TestClient, origin: str) -> None:
    answer = client.get("/sparql?query=ASK%7B%7D", headers={"Origin": origin})
    assert answer.headers["access-control-allow-origin"] == origin
    preflight = client.options(
        "/sparql",
        headers={
            "Origin": origin,
            "Access-Control-Request-Method": "POST",
            "Access-Control-Request-Headers": "content-type",
        },
    )
    assert preflight.status_code == 200
    assert "POST" in preflight.headers["access-control-allow-methods"]


@pytest.mark.parametrize("origin", ["https://evil.example", "http://localhost.evil.example", "null"])
def test_pages_of_other_sites_may_not_read_and_not_write(client: TestClient, origin: str) -> None:
    asked = client.get("/sparql?query=ASK%7B%7D", headers={"Origin": origin})
    assert "access-control-allow-origin" not in asked.headers
    written = client.post("/imports", content=b"", headers={"Origin": origin, "Content-Type": "text/turtle"})
    assert (written.status_code, written.json()["title"]) == (403, "Other site")


def test_origins_can_be_allowed() -> None:
    with PartnerGraph.open() as graph:
        named = TestClient(create_app(graph, origins=["https://yasgui.example"]))
        everyone = TestClient(create_app(graph, origins=["*"]))
        for client, origin in ((named, "https://yasgui.example"), (everyone, "https://any.example")):
            answer = client.get("/health", headers={"Origin": origin})
            assert answer.headers["access-control-allow-origin"] == origin


def test_queries_are_listed_with_their_parameters(client: TestClient) -> None:
    listed = {query["name"]: query for query in client.get("/questions").json()["questions"]}
    assert listed["lookup/imports"]["summary"]
    assert {"name", "kind", "required"} == set(
        next(parameter for query in listed.values() for parameter in query["parameters"])
    )


def test_a_listed_query_is_run_as_json_and_csv(client: TestClient) -> None:
    assert client.get("/questions/lookup/imports").json() == []
    answer = client.get("/questions/lookup/imports", headers={"Accept": "text/csv"})
    assert answer.headers["content-type"] == "text/csv; charset=utf-8"
    assert answer.text.startswith("name,")


def test_a_wrong_parameter_of_a_query_is_said_to_be_wrong(client: TestClient) -> None:
    problem = client.get("/questions/lookup/imports?nonsense=1")
    assert (problem.status_code, problem.json()["title"]) == (400, "Wrong use")
    assert "nonsense" in problem.json()["detail"]


def test_rules_are_listed(client: TestClient) -> None:
    rules = client.get("/rules").json()["rules"]
    assert "V-CPOR-DUP" in {rule["code"] for rule in rules}
    assert client.get("/rules?format=csv").text.count("\n") == len(rules) + 1
