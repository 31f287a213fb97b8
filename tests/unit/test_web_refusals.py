from __future__ import annotations

import threading
from collections.abc import Iterator

import pytest
from starlette.testclient import TestClient

from partnergraph.graph import PartnerGraph
from partnergraph.settings import Limits
from partnergraph.store import Answer, Store
from partnergraph.web import create_app

FORM = "application/x-www-form-urlencoded"
DIRECT = {"Content-Type": "application/sparql-query"}


@pytest.fixture(scope="module")
def client() -> Iterator[TestClient]:
    with PartnerGraph.open() as graph, TestClient(create_app(graph)) as client:
        yield client


@pytest.mark.parametrize("graph", ["graph", "", "https://a.example/<x>", "https://a.example/%zz", "//a.example/x"])
def test_a_graph_name_that_is_no_absolute_iri_is_said_to_be_so(client: TestClient, graph: str) -> None:
    answer = client.get("/sparql", params={"query": "ASK {}", "default-graph-uri": graph})
    assert (answer.status_code, answer.json()["title"]) == (400, "Bad graph name")


def test_a_syntax_error_is_told_with_its_place(client: TestClient) -> None:
    problem = client.get("/sparql", params={"query": "SELECT ?o\nWHERE {\n  ?s ?p ??\n}"})
    assert problem.status_code == 400
    assert problem.headers["content-type"] == "application/problem+json"
    assert problem.json()["line"] == 3


def test_a_syntax_error_in_the_first_line_is_told_where_the_client_wrote_it(client: TestClient) -> None:
    problem = client.get("/sparql", params={"query": "ASK }"}).json()
    assert problem["line"] == 1
    assert problem["column"] in (5, 6)  # at the bracket, or behind it


@pytest.mark.parametrize("url", ["/sparql", "/sparql?query=", "/sparql?format=csv&other=1&query=%20"])
def test_a_missing_query_is_a_problem(client: TestClient, url: str) -> None:
    problem = client.get(url, headers={"Accept": "text/csv"})
    assert (problem.status_code, problem.json()["title"]) == (400, "Missing query")


def test_two_queries_are_a_problem(client: TestClient) -> None:
    for problem in (
        client.get("/sparql?query=ASK%7B%7D&query=ASK%7B%7D"),
        client.post("/sparql?query=ASK%7B%7D", content="ASK {}", headers=DIRECT),
        client.post("/sparql?query=ASK%7B%7D", data={"query": "ASK {}"}),
    ):
        assert (problem.status_code, problem.json()["title"]) == (400, "Several queries")


def test_updates_are_refused_as_read_only(client: TestClient) -> None:
    for problem in (
        client.post("/sparql", data={"update": "CLEAR ALL"}),
        client.get("/sparql", params={"update": "CLEAR ALL"}),
        client.post("/sparql", content="CLEAR ALL", headers={"Content-Type": "application/sparql-update"}),
    ):
        assert (problem.status_code, problem.json()["title"]) == (403, "Read only")


def test_an_update_in_place_of_a_query_changes_nothing(client: TestClient) -> None:
    problem = client.post("/sparql", content="CLEAR ALL", headers=DIRECT)
    assert problem.status_code == 400
    assert client.get("/sparql", params={"query": "ASK { ?s ?p ?o }"}).json()["boolean"] is True


@pytest.mark.parametrize(
    "headers",
    [
        {},
        {"Content-Type": "text/plain"},
        {"Content-Type": "application/sparql-query; charset=UTF-16"},
        {"Content-Type": "application/sparql-query", "Content-Encoding": "gzip"},
    ],
)
def test_a_body_of_another_type_is_refused(client: TestClient, headers: dict[str, str]) -> None:
    problem = client.post("/sparql", content=b"ASK {}", headers=headers)
    assert problem.status_code == 415
    assert "application/sparql-query" in problem.headers["accept-post"]


def test_bytes_that_are_not_utf8_are_a_problem(client: TestClient) -> None:
    for problem in (
        client.post("/sparql", content=b'ASK { ?s ?p "\xff" }', headers=DIRECT),
        client.get("/sparql?query=ASK%20%FF%7B%7D"),
        client.post("/sparql", content=b"query=%FF", headers={"Content-Type": FORM}),
    ):
        assert (problem.status_code, problem.json()["title"]) == (400, "Not utf 8")


def test_service_is_refused_with_its_place(client: TestClient) -> None:
    query = "ASK { SERVICE SILENT <http://127.0.0.1:1/> { ?s ?p ?o } }"
    problem = client.get("/sparql", params={"query": query})
    assert problem.status_code == 400
    assert problem.json()["detail"].startswith("SERVICE is switched off")
    assert (problem.json()["line"], problem.json()["column"]) == (1, 7)


def test_a_query_nested_without_end_does_not_end_the_service(client: TestClient) -> None:
    for query in ("ASK " + "{" * 20_000, "ASK { FILTER(" + "!" * 20_000 + "true) }"):
        assert client.post("/sparql", content=query, headers=DIRECT).status_code in (200, 400)
    assert client.get("/health").status_code == 200


def test_a_query_or_body_beyond_the_limit_is_too_large() -> None:
    small = TestClient(create_app(PartnerGraph.open(), limits=Limits(query_characters=100)))
    long = "ASK {} #" + "x" * 100
    for problem in (
        small.get("/sparql", params={"query": long}),
        small.post("/sparql", content=long, headers=DIRECT),
        small.post("/sparql", content="x" * 10_000, headers=DIRECT),
        small.post("/sparql", content=iter([b"x" * 1000] * 10), headers=DIRECT),
    ):
        assert (problem.status_code, problem.json()["title"]) == (413, "Too large")


class Slow(PartnerGraph):
    """A graph whose queries wait until they are let go."""

    def __init__(self) -> None:
        super().__init__(Store.memory())
        self.asked = threading.Event()
        self.let_go = threading.Event()

    def query(self, text: str, default_graphs: object = (), named_graphs: object = ()) -> Answer:
        self.asked.set()
        assert self.let_go.wait(30)
        return super().query(text)


def test_a_slow_query_does_not_keep_others_waiting() -> None:
    graph = Slow()
    with TestClient(create_app(graph)) as client:
        asking = threading.Thread(target=client.get, args=("/sparql?query=ASK%7B%7D",))
        asking.start()
        assert graph.asked.wait(30)
        assert client.get("/health").status_code == 200
        assert asking.is_alive()
        graph.let_go.set()
        asking.join()
