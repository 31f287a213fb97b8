"""The W3C SPARQL 1.1 query and update tests, run through a really running service."""

from __future__ import annotations

import json
from collections.abc import Iterator

import httpx2
import pytest
from _pytest.mark import ParameterSet

import w3c
from served import served

pytestmark = pytest.mark.skipif(not w3c.cases(), reason=w3c.MISSING)

RUNNABLE = 498
PASSING = 487
NO_GRAPH = "urn:suite:no-graph"
ENGINE = "pyoxigraph: "
EMPTY_PATH = ENGINE + "a path of length zero finds no node that is not in the data"
FAILING = {
    "aggregates/agg-empty-group-count-graph": ENGINE
    + "an aggregate inside GRAPH ?g is computed once, not for each graph",
    "aggregates/agg-groupconcat-04": ENGINE + "GROUP_CONCAT keeps a language that all its values share",
    "aggregates/agg-groupconcat-06": ENGINE + "GROUP_CONCAT keeps a language that all its values share",
    "bindings/graph": ENGINE + "VALUES inside GRAPH ?g is not joined with the graphs",
    "csv-tsv-res/tsv03": ENGINE + "keeps a negativeInteger as an integer",
    "functions/bnode01": ENGINE + "BNODE of one text is one node in all solutions",
    "negation/graph-minus": ENGINE + "MINUS inside GRAPH ?g does not see the graph's name",
    "property-path/zero_or_more_set_end": EMPTY_PATH,
    "property-path/zero_or_more_set_start": EMPTY_PATH,
    "property-path/zero_or_one_set_end": EMPTY_PATH,
    "property-path/zero_or_one_set_start": EMPTY_PATH,
}
SWITCHED_OFF = ("syntax-fed/test_1", "syntax-fed/test_2", "syntax-fed/test_3")
"""Queries with SERVICE, whose syntax is right; the service says that it is switched off, and not that it is wrong."""
NAMES = "SELECT DISTINCT ?g { GRAPH ?g { ?s ?p ?o } FILTER(!STRSTARTS(STR(?g), 'https://w3id.org/partnergraph/')) }"


class Service:
    """The running service, and which files of the suite it holds by their addresses."""

    def __init__(self, client: httpx2.Client) -> None:
        self.client = client
        self._held: set[str] = set()

    def hold(self, state: w3c.State) -> None:
        for _, file in state.files:
            iri = w3c.iri_of(file)
            if iri not in self._held:
                self.put({"graph": iri}, [file])
                self._held.add(iri)

    def put(self, name: dict[str, str], files: list[w3c.Path]) -> None:
        for number, file in enumerate(files):
            form = {"Content-Type": w3c.SYNTAXES[file.suffix]}
            text = file.read_bytes()
            if file.suffix == ".ttl":
                text = f"@base <{w3c.iri_of(file)}> .\n".encode() + text
            method = "POST" if number else "PUT"
            answer = self.client.request(method, "/graphs", params=name, content=text, headers=form)
            assert answer.status_code in (200, 201), answer.text

    def update(self, text: str) -> httpx2.Response:
        return self.client.post("/update", content=text, headers={"Content-Type": "application/sparql-update"})

    def ask(self, case: w3c.Case, accept: str) -> httpx2.Response:
        """Ask with the graphs of the case, unless the query says FROM itself."""
        parameters: list[tuple[str, str]] = []
        if " FROM " not in f" {' '.join(case.request.read_text().split())} ":
            default = [w3c.iri_of(file) for iri, file in case.before.files if not iri]
            parameters = [("default-graph-uri", iri) for iri in default or [NO_GRAPH]]
            parameters += [("named-graph-uri", iri) for iri, _ in case.before.files if iri]
        headers = {"Accept": accept, "Content-Type": "application/sparql-query"}
        return self.client.post("/sparql", params=parameters, content=case.text, headers=headers)

    def graph(self, name: dict[str, str]) -> bytes:
        answer = self.client.get("/graphs", params=name, headers={"Accept": "application/n-triples"})
        return answer.content if answer.status_code == 200 else b""


@pytest.fixture(scope="module")
def service() -> Iterator[Service]:
    with served("--allow-write") as address, httpx2.Client(base_url=address, timeout=60) as client:
        yield Service(client)


def check_query(service: Service, case: w3c.Case) -> None:
    assert case.result is not None
    service.hold(case.before)
    if case.result.suffix == ".csv":
        answer = service.ask(case, "text/csv")
        assert w3c.csv_rows(answer.content) == w3c.csv_rows(case.result.read_bytes())
        return
    constructs = case.result.suffix in w3c.SYNTAXES and "ResultSet" not in case.result.read_text()
    if constructs:
        answer = service.ask(case, "application/n-triples")
        assert answer.status_code == 200, answer.text
        assert w3c.said(answer.content) == w3c.triples([case.result])
        return
    in_lines = case.result.suffix == ".tsv"
    answer = service.ask(case, "text/tab-separated-values" if in_lines else "application/sparql-results+xml")
    assert answer.status_code == 200, answer.text
    expected, found = w3c.expected_rows(case.result), w3c.rows(answer.content, ".tsv" if in_lines else ".srx")
    if isinstance(expected, bool) or isinstance(found, bool):
        assert found is expected
    else:
        assert w3c.same_rows(expected, found), (expected, found)


def check_update(service: Service, case: w3c.Case) -> None:
    assert service.update("DROP ALL").status_code == 200
    for iri, files in case.before.graphs().items():
        service.put({"graph": iri} if iri else {"default": ""}, files)
    answer = service.update(case.text)
    assert answer.status_code == 200, answer.text
    after = case.after.graphs()
    for iri in {"", *after}:
        found = w3c.said(service.graph({"graph": iri} if iri else {"default": ""}))
        assert found == w3c.triples(after.get(iri, [])), iri
    named = json.loads(service.client.get("/sparql", params={"query": NAMES}).text)["results"]["bindings"]
    assert {row["g"]["value"] for row in named} <= set(after)


def check_syntax(service: Service, case: w3c.Case) -> None:
    if "Update" in case.kind:
        service.update("DROP ALL")
        answer = service.update(case.text)
    else:
        answer = service.ask(case, "*/*")
    if case.name in SWITCHED_OFF:
        assert "SERVICE is switched off" in answer.json()["detail"]
    elif "Positive" in case.kind:
        assert answer.status_code == 200 or "line" not in answer.json(), answer.text  # no fault of syntax
    else:
        assert answer.status_code == 400, answer.text
        assert answer.json()["title"] == "Bad query"


def check(service: Service, case: w3c.Case) -> None:
    if case.kind in ("QueryEvaluationTest", "CSVResultFormatTest"):
        check_query(service, case)
    elif case.kind == "UpdateEvaluationTest":
        check_update(service, case)
    else:
        check_syntax(service, case)


def checked(case: w3c.Case) -> ParameterSet:
    marks = [pytest.mark.xfail(reason=FAILING[case.name])] if case.name in FAILING else []
    return pytest.param(case, id=case.name, marks=marks)


@pytest.mark.parametrize("case", [*map(checked, sorted(w3c.cases(), key=lambda each: "Update" in each.kind))])
def test_the_service_passes_the_w3c_test(service: Service, case: w3c.Case) -> None:
    check(service, case)


def test_every_test_is_run_and_few_enough_fail() -> None:
    assert len(w3c.cases()) == RUNNABLE
    assert len(w3c.cases()) - len(FAILING) >= PASSING
    assert set(FAILING) <= {case.name for case in w3c.cases()}
