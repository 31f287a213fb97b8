"""What an operator sees: readiness, metrics, the log, ids of requests, and the headers of every answer."""

from __future__ import annotations

import io
import json
import logging
import re
from collections.abc import Iterator
from pathlib import Path

import pytest
from prometheus_client.parser import text_string_to_metric_families
from starlette.testclient import TestClient

from partnergraph.configuration import settings
from partnergraph.graph import PartnerGraph
from partnergraph.settings import Limits
from partnergraph.web import create_app, logs
from partnergraph.workers import Asked

DEPLOY = Path(__file__).resolve().parents[2] / "docs" / "deploy"


@pytest.fixture
def client() -> Iterator[TestClient]:
    limits = Limits(workers=1, queue=1)
    with PartnerGraph.open() as graph, graph.workers(limits) as pool:
        yield TestClient(create_app(graph, limits=limits, pool=pool))


@pytest.fixture
def log(client: TestClient, monkeypatch: pytest.MonkeyPatch) -> Iterator[io.StringIO]:
    written = io.StringIO()
    monkeypatch.setattr("sys.stderr", written)
    root, ours = logging.getLogger(), logging.getLogger("partnergraph")
    before = (root.handlers[:], root.level, ours.level)
    logs.start("json", "info")
    yield written
    root.handlers[:], root.level, ours.level = before


def entries(log: io.StringIO) -> list[dict[str, object]]:
    return [json.loads(line) for line in log.getvalue().splitlines()]


def figures(client: TestClient) -> dict[tuple[str, ...], float]:
    text = client.get("/metrics").text
    return {
        (sample.name, *(value for _, value in sorted(sample.labels.items()))): sample.value
        for family in text_string_to_metric_families(text)
        for sample in family.samples
    }


def test_a_service_with_workers_is_ready_until_they_are_gone(client: TestClient) -> None:
    ready = client.get("/ready")
    assert ready.status_code == 200
    assert ready.json() == {"status": "ready", "workers": 1, "queries": 0}
    client.app.state.service.desk.pool.close()  # type: ignore[attr-defined]
    gone = client.get("/ready")
    assert gone.status_code == 503
    assert gone.headers["Retry-After"] == "1"
    assert client.get("/health").status_code == 200
    refused = client.get("/sparql", params={"query": "ASK {}"})
    assert (refused.status_code, refused.json()["limit"]) == (503, "ending")


def test_requests_are_counted_by_route_and_status(client: TestClient) -> None:
    client.get("/sparql", params={"query": "ASK {}"})
    client.get("/sparql", params={"query": "nonsense"})
    client.get("/questions/lookup/imports")
    client.get("/nothing/of/that/name/7")
    counted = figures(client)
    assert counted["partnergraph_requests_total", "GET", "/sparql", "200"] == 1
    assert counted["partnergraph_requests_total", "GET", "/sparql", "400"] == 1
    assert counted["partnergraph_requests_total", "GET", "/questions/{name:path}", "200"] == 1
    assert counted["partnergraph_requests_total", "GET", "other", "404"] == 1
    assert counted["partnergraph_request_seconds_count", "/sparql"] == 2


def test_workers_and_stopped_queries_are_counted(client: TestClient) -> None:
    pool = client.app.state.service.desk.pool  # type: ignore[attr-defined]
    client.get("/sparql", params={"query": "SELECT * { ?s ?p ?o }", "max-rows": "1"})
    run = pool.admit(Asked("ASK {}", {}, pool.bounds()))
    counted = figures(client)
    run.close()
    assert counted["partnergraph_workers",] == 1
    assert counted["partnergraph_queries", "waiting"] == 1
    assert counted["partnergraph_queries", "running"] == 0
    assert counted["partnergraph_queries_stopped_total", "rows"] == 1
    assert figures(client)["partnergraph_queries_stopped_total", "cancelled"] == 1
    assert counted["process_open_fds",] > 0


def test_a_request_keeps_its_id_or_gets_one(client: TestClient) -> None:
    assert client.get("/health", headers={"X-Request-Id": "trace-7"}).headers["X-Request-Id"] == "trace-7"
    for wrong in ("", "a b", "x" * 65, 'a"b'):
        given = client.get("/health", headers={"X-Request-Id": wrong}).headers["X-Request-Id"]
        assert re.fullmatch("[0-9a-f]{16}", given)
    assert client.get("/nowhere").headers["X-Request-Id"]


def test_the_log_tells_each_request_and_nothing_of_what_was_asked(client: TestClient, log: io.StringIO) -> None:
    secret = "SELECT * { ?s ?p 'a person' }"
    client.get("/sparql", params={"query": secret}, headers={"X-Request-Id": "seven"})
    query, request = entries(log)
    assert request["message"] == "request"
    assert (request["method"], request["route"], request["status"]) == ("GET", "/sparql", 200)
    assert (query["message"], query["rows"], query["limit"]) == ("query", 0, None)
    assert query["request"] == request["request"] == "seven"
    assert "person" not in log.getvalue()


def test_an_entry_of_an_unexpected_error_holds_its_trace(client: TestClient, log: io.StringIO) -> None:
    client.app.state.service = None  # type: ignore[attr-defined]
    assert client.get("/imports").status_code == 500
    error = next(each for each in entries(log) if each["level"] == "error")
    assert "Traceback" in str(error["trace"])


def test_text_for_a_person_is_one_line_to_an_entry() -> None:
    record = logging.makeLogRecord({"msg": "request", "levelname": "INFO", "facts": {"status": 200, "limit": None}})
    assert re.fullmatch(r"\S+ INFO request status=200", logs.TextLines().format(record))


@pytest.mark.parametrize("path", ["/health", "/nowhere", "/", "/sparql?query=nonsense"])
def test_every_answer_has_the_headers_that_keep_browsers_safe(client: TestClient, path: str) -> None:
    headers = client.get(path).headers
    assert headers["X-Content-Type-Options"] == "nosniff"
    assert headers["X-Frame-Options"] == "DENY"
    assert headers["Referrer-Policy"] == "no-referrer"
    assert headers["Cross-Origin-Resource-Policy"] == "same-origin"
    assert "default-src 'none'" in headers["Content-Security-Policy"]


@pytest.mark.parametrize("name", ["partnergraph.service", "Containerfile"])
def test_what_is_deployed_names_only_settings_that_there_are(name: str) -> None:
    text = (DEPLOY / name).read_text(encoding="utf-8")
    known = {each.variable for each in settings()} | {"PARTNERGRAPH_CONFIG"}
    assert set(re.findall(r"\bPARTNERGRAPH_[A-Z_]+", text)) <= known
    flags = set(re.findall(r"serve\s.*?(--[a-z-]+)", text))
    assert flags <= {each.flag for each in settings()} | {"--config"}
