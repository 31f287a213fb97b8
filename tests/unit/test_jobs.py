"""Imports in the background: followed, in order, and done after a restart what was not done before it."""

from __future__ import annotations

import json
import re
import shutil
import signal
import subprocess
import sys
import threading
import time
import urllib.parse
import urllib.request
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import asdict
from pathlib import Path

import pytest
from starlette.testclient import TestClient

from partnergraph.graph import PartnerGraph
from partnergraph.jobs import DONE, ENDED, FAILED, REFUSED, RUNNING, WAITING, Job, Jobs, options_of
from partnergraph.web import create_app

TURTLE = "text/turtle"
LATER = {"Prefer": "respond-async", "Content-Type": TURTLE}


def until(fact: Callable[[], object], seconds: float = 60) -> None:
    end = time.monotonic() + seconds
    while not fact():
        assert time.monotonic() < end, "it did not come true"
        time.sleep(0.02)


def ended(jobs: Jobs, name: str) -> Job:
    until(lambda: (job := jobs.job(name)) is not None and job.state in ENDED)
    job = jobs.job(name)
    assert job is not None
    return job


def asked(jobs: Jobs, text: str | bytes, name: str = "mine", file: str = "data.ttl") -> Job:
    place = jobs.place()
    (place / file).write_bytes(text if isinstance(text, bytes) else text.encode())
    return jobs.add(place, options_of(name, "me", None, None, {}))


@pytest.fixture
def graph() -> Iterator[PartnerGraph]:
    with PartnerGraph.open() as opened:
        yield opened


@pytest.fixture
def jobs(graph: PartnerGraph, tmp_path: Path) -> Iterator[Jobs]:
    made = Jobs(graph, tmp_path / "jobs")
    yield made
    made.close()


@pytest.fixture
def client(graph: PartnerGraph, jobs: Jobs) -> TestClient:
    return TestClient(create_app(graph, jobs=jobs))


def test_an_import_can_be_followed_to_its_end(client: TestClient, jobs: Jobs, examples: Path) -> None:
    taken = client.post("/imports?name=mine", content=(examples / "good.ttl").read_bytes(), headers=LATER)
    assert taken.status_code == 202
    assert taken.json()["state"] in (WAITING, RUNNING, DONE)
    ended(jobs, taken.json()["id"])
    done = client.get(taken.headers["Location"]).json()
    assert (done["state"], done["ended"], done["name"]) == (DONE, True, "mine")
    assert done["outcome"]["triples"] > 0
    listed = client.get("/imports").json()
    assert [each["name"] for each in listed["imports"]] == ["mine"]
    assert [each["id"] for each in listed["jobs"]] == [done["id"]]


def test_its_end_is_an_event(client: TestClient, jobs: Jobs, examples: Path) -> None:
    job = asked(jobs, (examples / "good.ttl").read_bytes())
    with client.stream("GET", f"/imports/{job.id}", headers={"Accept": "text/event-stream"}) as answer:
        assert answer.headers["content-type"].startswith("text/event-stream")
        events = "".join(answer.iter_text()).strip().split("\n\n")
    assert events[-1].startswith("event: end\n")
    assert json.loads(events[-1].partition("data: ")[2])["state"] == DONE


def test_a_refused_import_says_why_and_stores_nothing(
    client: TestClient, jobs: Jobs, graph: PartnerGraph, examples: Path, tmp_path: Path
) -> None:
    archive = Path(shutil.make_archive(str(tmp_path / "bad"), "zip", examples / "bad" / "two-claims"))
    refused = ended(jobs, asked(jobs, archive.read_bytes(), file="bad.zip").id)
    assert refused.state == REFUSED
    assert refused.outcome is not None
    assert refused.outcome["committed"] is False
    assert client.get(f"/imports/{refused.id}").json()["outcome"]["report"]
    assert graph.imports() == ()


def test_the_mode_of_an_import_holds_in_the_background(
    client: TestClient, jobs: Jobs, graph: PartnerGraph, examples: Path, tmp_path: Path
) -> None:
    archive = Path(shutil.make_archive(str(tmp_path / "bad"), "zip", examples / "bad" / "two-claims"))
    taken = client.post(
        "/imports?name=bad&mode=record",
        content=archive.read_bytes(),
        headers={**LATER, "Content-Type": "application/zip"},
    )
    assert ended(jobs, taken.json()["id"]).state == DONE
    assert [made.name for made in graph.imports()] == ["bad"]
    assert graph.recorded().violations


def test_what_cannot_be_read_is_said(jobs: Jobs, graph: PartnerGraph) -> None:
    failed = ended(jobs, asked(jobs, "this is no Turtle").id)
    assert failed.state == FAILED
    assert "nothing was stored" in failed.problem
    assert "data.ttl" in failed.faults[0]
    assert graph.imports() == ()


def test_imports_are_done_in_the_order_in_which_they_came(jobs: Jobs, graph: PartnerGraph) -> None:
    names = [asked(jobs, f"<urn:{number}> <urn:p> 1 .", "same").id for number in range(3)]
    for name in names:
        assert ended(jobs, name).state == DONE
    assert graph.query("ASK { <urn:2> <urn:p> 1 }").boolean()
    assert not graph.query("ASK { <urn:0> <urn:p> 1 }").boolean()


def test_nobody_has_to_be_told(client: TestClient) -> None:
    assert client.get("/imports/nothing").status_code == 404


def test_a_service_without_jobs_does_the_import_at_once(graph: PartnerGraph, examples: Path) -> None:
    client = TestClient(create_app(graph))
    done = client.post("/imports", content=(examples / "good.ttl").read_bytes(), headers=LATER)
    assert done.status_code == 201
    assert client.get("/imports/nothing").status_code == 404


def left_behind(folder: Path, job: Job, text: str) -> None:
    """Write what a process leaves that was killed while it was at `job`."""
    (folder / job.id / "files").mkdir(parents=True)
    (folder / job.id / "files" / "data.ttl").write_text(text, encoding="utf-8")
    (folder / job.id / "job.json").write_text(json.dumps(asdict(job)), encoding="utf-8")


def test_what_was_not_done_is_done_at_the_next_start(graph: PartnerGraph, tmp_path: Path) -> None:
    folder = tmp_path / "jobs"
    options = options_of("mine", None, None, None, {})
    left_behind(folder, Job("a", "mine", RUNNING, attempts=1, options=options), "<urn:a> <urn:p> 1 .")
    left_behind(folder, Job("b", "mine", FAILED, options=options), "<urn:b> <urn:p> 1 .")
    (folder / "c" / "files").mkdir(parents=True)
    jobs = Jobs(graph, folder)
    assert ended(jobs, "a").state == DONE
    jobs.close()
    assert graph.query("ASK { <urn:a> <urn:p> 1 }").boolean()
    assert not graph.query("ASK { <urn:b> <urn:p> 1 }").boolean()
    assert not (folder / "c").exists()
    assert not (folder / "a" / "files").exists()


def test_what_ends_the_service_each_time_is_not_tried_for_ever(graph: PartnerGraph, tmp_path: Path) -> None:
    options = options_of("mine", None, None, None, {})
    left_behind(tmp_path / "jobs", Job("a", "mine", RUNNING, attempts=2, options=options), "<urn:a> <urn:p> 1 .")
    jobs = Jobs(graph, tmp_path / "jobs")
    assert ended(jobs, "a").state == FAILED
    jobs.close()
    assert graph.imports() == ()


@contextmanager
def served(store: Path) -> Iterator[tuple[subprocess.Popen[str], str]]:
    command = [sys.executable, "-m", "partnergraph", "serve", "--store", str(store), "--port", "0"]
    with subprocess.Popen(command, stderr=subprocess.PIPE, text=True) as process:
        assert process.stderr
        try:
            found = re.search(r"http://127\.0\.0\.1:\d+", process.stderr.readline())
            assert found
            yield process, found[0]
        finally:
            process.kill()


def told(address: str, job: str) -> dict[str, object]:
    with urllib.request.urlopen(f"{address}/imports/{job}", timeout=120) as answer:
        said = json.loads(answer.read())
    assert isinstance(said, dict)
    return said


@pytest.mark.parametrize("how", [signal.SIGKILL, signal.SIGTERM])
def test_an_import_outlasts_its_client_and_its_service(how: signal.Signals, tmp_path: Path) -> None:
    things = 60_000
    text = "".join(f'<urn:thing:{number}> <urn:says> "{number}" .\n' for number in range(things)).encode()
    with served(tmp_path / "store") as (process, address):
        request = urllib.request.Request(f"{address}/imports?name=mine", text, LATER)
        with urllib.request.urlopen(request, timeout=120) as answer:
            job = json.loads(answer.read())["id"]
        threading.Event().wait(0.2)
        process.send_signal(how)
        process.wait(timeout=60)
    with served(tmp_path / "store") as (_, address):
        until(lambda: told(address, job)["ended"], seconds=240)
        assert told(address, job)["state"] == DONE
        query = urllib.parse.urlencode({"query": "SELECT (COUNT(*) AS ?n) { ?s <urn:says> ?o }", "format": "csv"})
        with urllib.request.urlopen(f"{address}/sparql?{query}", timeout=120) as answer:
            assert answer.read().split() == [b"n", str(things).encode()]
