"""The service as a process: bounds, cancelling, clients that leave, floods, and what stays behind when it ends."""

from __future__ import annotations

import contextlib
import json
import os
import re
import signal
import socket
import subprocess
import sys
import threading
import time
import urllib.error
import urllib.parse
import urllib.request
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from http.client import HTTPMessage, IncompleteRead
from pathlib import Path

import pytest

COMMAND = (sys.executable, "-m", "partnergraph")
ENDLESS = "SELECT (COUNT(*) AS ?n) WHERE { ?a ?b ?c . ?d ?e ?f . ?g ?h ?i }"
LONG = "SELECT * WHERE { ?a ?b ?c . ?d ?e ?f }"
COUNT = "SELECT (COUNT(*) AS ?n) WHERE { ?s ?p ?o }"


@dataclass(frozen=True)
class Answer:
    """What the service answered."""

    status: int
    headers: HTTPMessage
    text: str

    def json(self) -> dict[str, object]:
        said = json.loads(self.text)
        assert isinstance(said, dict)
        return said


@dataclass
class Service:
    """A running service."""

    process: subprocess.Popen[str]
    address: str

    def ask(self, path: str, method: str = "GET", headers: dict[str, str] | None = None, **values: str) -> Answer:
        url = self.address + path + ("?" + urllib.parse.urlencode(values) if values else "")
        request = urllib.request.Request(url, method=method, headers=headers or {})
        try:
            with urllib.request.urlopen(request, timeout=60) as answer:
                return Answer(answer.status, answer.headers, answer.read().decode())
        except urllib.error.HTTPError as refused:
            return Answer(refused.code, refused.headers, refused.read().decode())

    def query(self, query: str, **values: str) -> Answer:
        return self.ask("/sparql", query=query, **values)

    def in_flight(self) -> list[dict[str, object]]:
        listed = self.ask("/queries").json()["queries"]
        assert isinstance(listed, list)
        return listed

    def connection(self, query: str) -> socket.socket:
        host, _, port = self.address.removeprefix("http://").partition(":")
        opened = socket.create_connection((host, int(port)))
        target = "/sparql?" + urllib.parse.urlencode({"query": query, "format": "csv"})
        opened.sendall(f"GET {target} HTTP/1.1\r\nHost: {host}\r\n\r\n".encode())
        return opened


@contextlib.contextmanager
def served(*arguments: str) -> Iterator[Service]:
    with subprocess.Popen([*COMMAND, "serve", *arguments, "--port", "0"], stderr=subprocess.PIPE, text=True) as process:
        assert process.stderr
        try:
            line = process.stderr.readline()
            found = re.search(r"http://127\.0\.0\.1:\d+", line)
            assert found, line + process.stderr.read()
            yield Service(process, found[0])
        finally:
            process.terminate()


@pytest.fixture(scope="module")
def service(examples: Path) -> Iterator[Service]:
    flags = ("--query-seconds", "20", "--query-memory", "200 MiB", "--workers", "1", "--queue", "2")
    with served(str(examples / "good.ttl"), *flags) as running:
        yield running


def until(fact: object, seconds: float = 20) -> None:
    assert callable(fact)
    end = time.monotonic() + seconds
    while not fact():
        assert time.monotonic() < end, "it did not come true"
        time.sleep(0.02)


def descendants(pid: int) -> set[int]:
    tasks = Path(f"/proc/{pid}/task").iterdir()
    return {int(each) for task in tasks for each in (task / "children").read_text(encoding="ascii").split()}


def gone(pids: Sequence[int]) -> bool:
    return not any(Path(f"/proc/{pid}").exists() for pid in pids)


def test_a_runaway_query_is_stopped_and_the_next_one_answered(service: Service) -> None:
    stopped = service.query(ENDLESS, timeout="0.3")
    assert stopped.status == 422
    assert stopped.headers["content-type"] == "application/problem+json"
    assert stopped.json()["limit"] == "seconds"
    assert "0.3 seconds" in str(stopped.json()["detail"])
    assert "--query-seconds" in str(stopped.json()["detail"])
    assert service.query("ASK {}").json()["boolean"] is True


def test_a_query_that_needs_too_much_memory_is_stopped(service: Service) -> None:
    stopped = service.query("SELECT * WHERE { ?a ?b ?c . ?d ?e ?f . ?g ?h ?i } ORDER BY ?a ?f")
    assert stopped.status == 422
    assert stopped.json()["limit"] == "memory"


def test_an_answer_that_is_cut_says_so(service: Service) -> None:
    short = service.query("SELECT * WHERE { ?s ?p ?o }", **{"max-rows": "2"})
    assert short.status == 200
    assert short.headers["Truncated"] == "rows"
    assert short.json()["truncated"]
    long = service.query(LONG, **{"max-rows": "200000", "format": "tsv"})
    assert long.text.splitlines()[-1].startswith("# truncated: The answer has more than 200000 rows.")
    assert len(long.text.splitlines()) == 200_002


@pytest.mark.parametrize("value", ["0", "-1", "nan", "inf", "soon"])
@pytest.mark.parametrize("name", ["timeout", "max-rows"])
def test_a_bound_that_is_no_number_is_refused(service: Service, name: str, value: str) -> None:
    assert service.query("ASK {}", **{name: value}).status == 400


def test_queries_in_flight_are_listed_and_can_be_stopped(service: Service) -> None:
    answers: list[Answer] = []
    asking = threading.Thread(target=lambda: answers.append(service.query(ENDLESS)))
    asking.start()
    until(lambda: service.in_flight())
    (running,) = service.in_flight()
    assert ENDLESS in str(running["query"])
    assert service.ask(f"/queries/{running['id']}", method="DELETE").status == 204
    asking.join()
    assert answers[0].status == 503
    assert answers[0].json()["limit"] == "cancelled"
    assert service.in_flight() == []
    assert service.ask("/queries/nothing", method="DELETE").status == 404


def test_a_client_that_leaves_before_the_answer_ends_its_query(service: Service) -> None:
    leaving = service.connection(ENDLESS)
    until(lambda: service.in_flight())
    leaving.close()
    until(lambda: not service.in_flight(), seconds=5)


def test_a_client_that_leaves_within_the_answer_ends_its_query(service: Service) -> None:
    leaving = service.connection("SELECT * WHERE { ?a ?b ?c . ?d ?e ?f . ?g ?h ?i }")
    assert b"200 OK" in leaving.recv(65536)
    assert service.in_flight()
    leaving.close()
    until(lambda: not service.in_flight(), seconds=5)


def test_too_many_queries_at_once_are_sent_away_and_told_when_to_come_back(service: Service) -> None:
    waiting = [service.connection(ENDLESS) for _ in range(3)]
    until(lambda: len(service.in_flight()) == 3)
    busy = service.query("ASK {}")
    assert busy.status == 503
    assert int(busy.headers["Retry-After"]) >= 1
    for each in waiting:
        each.close()
    until(lambda: not service.in_flight())
    assert service.query("ASK {}").status == 200


def test_a_worker_that_is_killed_is_not_noticed(service: Service) -> None:
    for pid in descendants(service.process.pid):
        os.kill(pid, signal.SIGKILL)
    assert service.query("ASK {}").status == 200


def test_triples_that_break_off_break_the_connection(service: Service) -> None:
    query = "CONSTRUCT { ?a ?e ?f } WHERE { ?a ?b ?c . ?d ?e ?f }"
    url = f"{service.address}/sparql?{urllib.parse.urlencode({'query': query, 'format': 'ntriples'})}"
    with urllib.request.urlopen(url, timeout=60) as answer:
        assert answer.read(100)
        for pid in descendants(service.process.pid):
            os.kill(pid, signal.SIGKILL)
        with pytest.raises(IncompleteRead):
            answer.read()
    assert service.query("ASK {}").status == 200


def test_wrong_queries_are_told_where_they_are_wrong(service: Service) -> None:
    wrong = service.query("SELECT ?s WHERE { ?s ?p }")
    assert wrong.status == 400
    assert (wrong.json()["line"], wrong.json()["column"]) == (1, 26)
    assert service.query("ASK {}", format="turtle").status == 406
    assert service.query("CONSTRUCT WHERE { ?s ?p ?o }", format="json").status == 200


@pytest.mark.parametrize("how", [signal.SIGINT, signal.SIGTERM])
def test_nothing_is_left_behind_when_the_service_is_stopped(
    how: signal.Signals, examples: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    scratch = tmp_path / "scratch"
    scratch.mkdir()
    monkeypatch.setenv("TMPDIR", str(scratch))
    with served(str(examples / "good.ttl"), "--workers", "2", "--stop-seconds", "1") as running:
        assert running.query("ASK {}").status == 200
        workers = tuple(descendants(running.process.pid))
        assert len(workers) == 2
        busy = running.connection(ENDLESS)
        until(lambda: running.in_flight())
        running.process.send_signal(how)
        assert running.process.wait(timeout=30) == 0
        busy.close()
    until(lambda: gone(workers))
    assert list(scratch.iterdir()) == []


def test_workers_end_when_the_service_is_killed(tmp_path: Path) -> None:
    store = tmp_path / "store"
    with served("--store", str(store), "--workers", "2") as running:
        busy = running.connection(ENDLESS)
        workers = tuple(descendants(running.process.pid))
        assert len(workers) == 2
        running.process.kill()
        running.process.wait()
        busy.close()
    until(lambda: gone(workers))
    with served("--store", str(store)) as running:
        assert running.query("ASK {}").status == 200
