"""The service under everything at once: readers, importers, runaway queries, and the killing of its workers.

For `--seconds` it mixes them, then checks: no answer was a 500, every commit that was confirmed is in the store, also
after a restart, and neither memory nor open files of the service have grown. Exit status 1 where one of that is wrong.
"""

from __future__ import annotations

import argparse
import http.client
import json
import os
import random
import re
import signal
import subprocess
import sys
import tempfile
import threading
import time
import urllib.parse
from collections import Counter
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass, field
from pathlib import Path

_COMMAND = (sys.executable, "-m", "partnergraph")
_FLAGS = ("--query-seconds", "2", "--query-memory", "200 MiB", "--query-rows", "200000", "--queue", "4")
_RUNAWAYS = (
    "SELECT (COUNT(*) AS ?n) WHERE { ?a ?b ?c . ?d ?e ?f . ?g ?h ?i }",
    "SELECT * WHERE { ?a ?b ?c . ?d ?e ?f . ?g ?h ?i } ORDER BY ?a ?f",
    "SELECT * WHERE { ?a ?b ?c . ?d ?e ?f }",
    "CONSTRUCT { ?a ?e ?f } WHERE { ?a ?b ?c . ?d ?e ?f }",
)
_LOOKUPS = (
    "ASK { ?s ?p ?o }",
    "SELECT ?s WHERE { ?s a ?kind } LIMIT 50",
    "SELECT ?kind (COUNT(*) AS ?n) WHERE { ?s a ?kind } GROUP BY ?kind",
    "this is no query",
    "SELECT * { SERVICE <http://127.0.0.1:9/> { ?s ?p ?o } }",
)
_FORMATS = ("json", "xml", "csv", "tsv", "turtle", "ntriples", "rdfxml", "jsonld")


@dataclass
class Outcome:
    """What happened: answers by kind and status, commits that were confirmed, and the figures of the process."""

    answers: Counter[tuple[str, str]] = field(default_factory=Counter)
    commits: dict[str, int] = field(default_factory=dict)
    kills: int = 0
    figures: list[tuple[float, float, int]] = field(default_factory=list)
    lock: threading.Lock = field(default_factory=threading.Lock)

    def note(self, kind: str, status: object) -> None:
        with self.lock:
            self.answers[kind, str(status)] += 1


@contextmanager
def served(store: Path) -> Iterator[tuple[int, int]]:
    """Yield process id and port of a service over `store`."""
    with subprocess.Popen(
        [*_COMMAND, "serve", "--store", str(store), "--port", "0", *_FLAGS], stderr=subprocess.PIPE, text=True
    ) as process:
        assert process.stderr
        found = re.search(r":(\d+)\. Stop", process.stderr.readline())
        assert found
        drain = threading.Thread(target=_passed_on, args=(process,), daemon=True)
        drain.start()
        try:
            yield process.pid, int(found[1])
        finally:
            process.terminate()
            process.wait(timeout=60)
            drain.join(10)


def _passed_on(process: subprocess.Popen[str]) -> None:
    for line in process.stderr or ():
        sys.stderr.write(f"  service: {line}")


def asked(port: int, query: str, form: str = "json", leave_after: int | None = None) -> tuple[int, bytes]:
    """Return status and text of an answer; with `leave_after`, go away after so many bytes."""
    connection = http.client.HTTPConnection("127.0.0.1", port, timeout=120)
    try:
        connection.request("GET", "/sparql?" + urllib.parse.urlencode({"query": query, "format": form}))
        if leave_after == 0:
            time.sleep(random.random())
            return 0, b""
        answer = connection.getresponse()
        return answer.status, answer.read(leave_after)
    finally:
        connection.close()


def read(port: int, outcome: Outcome) -> None:
    status, _ = asked(port, random.choice(_LOOKUPS), random.choice(_FORMATS))
    outcome.note("reader", status)


def run_away(port: int, outcome: Outcome) -> None:
    status, _ = asked(port, random.choice(_RUNAWAYS), random.choice(_FORMATS), random.choice((None, 0, 1000, 100_000)))
    outcome.note("runaway", status)


def bring_in(port: int, outcome: Outcome) -> None:
    """Import a graph, new or in place of an older one, and keep what was confirmed of it."""
    name, number = f"soak-{random.randrange(8)}-{threading.get_ident()}", random.randrange(1, 1_000_000)
    body = "".join(f"<urn:{name}> <urn:soak> {number} . <urn:{name}:{n}> <urn:is> {n} .\n" for n in range(50))
    connection = http.client.HTTPConnection("127.0.0.1", port, timeout=300)
    connection.request("POST", f"/imports?name={name}", body, {"Content-Type": "text/turtle"})
    status = connection.getresponse().status
    connection.close()
    outcome.note("importer", status)
    if status == 201:
        outcome.commits[name] = number


def look_around(port: int, outcome: Outcome) -> None:
    for path in ("/health", "/ready", "/metrics", "/queries", "/imports"):
        connection = http.client.HTTPConnection("127.0.0.1", port, timeout=120)
        connection.request("GET", path)
        answer = connection.getresponse()
        content = answer.read()
        connection.close()
        outcome.note(path, answer.status)
        if path == "/queries" and random.random() < 0.3:
            for each in json.loads(content)["queries"][:1]:
                connection.request("DELETE", f"/queries/{each['id']}")
                outcome.note("cancel", connection.getresponse().status)
                connection.close()
    time.sleep(0.5)


def kill(pid: int, outcome: Outcome) -> None:
    """Kill one of the processes that the service has started."""
    time.sleep(random.uniform(0.5, 3))
    workers = [pid for task in _tasks(pid) for pid in _children(task)]
    if workers:
        with suppress(ProcessLookupError):
            os.kill(random.choice(workers), signal.SIGKILL)
            outcome.kills += 1


def _tasks(pid: int) -> list[Path]:
    return list(Path(f"/proc/{pid}/task").iterdir())


def _children(task: Path) -> list[int]:
    try:
        return [int(each) for each in (task / "children").read_text(encoding="ascii").split()]
    except OSError:
        return []


def figures(pid: int) -> tuple[float, int]:
    """Return megabytes of resident memory and the number of open files."""
    text = Path(f"/proc/{pid}/status").read_text(encoding="ascii")
    found = re.search(r"VmRSS:\s+(\d+) kB", text)
    return (int(found[1]) / 1000 if found else 0.0), len(list(Path(f"/proc/{pid}/fd").iterdir()))


def again_and_again(work: Callable[[], None], until: float, kind: str, outcome: Outcome) -> None:
    while time.monotonic() < until:
        try:
            work()
        except (OSError, http.client.HTTPException) as fault:
            outcome.note(kind, type(fault).__name__)
            time.sleep(0.05)


def mixed(pid: int, port: int, seconds: float, outcome: Outcome) -> None:
    until = time.monotonic() + seconds
    works: list[tuple[str, Callable[[], None]]] = [
        *[("reader", lambda: read(port, outcome))] * 3,
        *[("importer", lambda: bring_in(port, outcome))] * 2,
        *[("runaway", lambda: run_away(port, outcome))] * 2,
        ("operator", lambda: look_around(port, outcome)),
        ("killer", lambda: kill(pid, outcome)),
    ]
    threads = [threading.Thread(target=again_and_again, args=(work, until, kind, outcome)) for kind, work in works]
    for thread in threads:
        thread.start()
    start = time.monotonic()
    while time.monotonic() < until:
        outcome.figures.append((time.monotonic() - start, *figures(pid)))
        time.sleep(max(0.5, seconds / 40))
    for thread in threads:
        thread.join()


def lost(port: int, commits: dict[str, int]) -> list[str]:
    """Return the imports whose confirmed number is not in the store."""
    query = "SELECT ?s ?n WHERE { ?s <urn:soak> ?n }"
    for _ in range(20):
        status, text = asked(port, query)
        if status == 200:
            break
        time.sleep(1)
    found = {(row["s"]["value"], int(row["n"]["value"])) for row in json.loads(text)["results"]["bindings"]}
    return [name for name, number in commits.items() if (f"urn:{name}", number) not in found]


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--seconds", type=float, default=600)
    parser.add_argument("--seed", type=int, default=7)
    parser.add_argument("--dir", type=Path)
    arguments = parser.parse_args()
    random.seed(arguments.seed)
    outcome = Outcome()
    with tempfile.TemporaryDirectory(dir=arguments.dir) as folder:
        store = Path(folder) / "store"
        with served(store) as (pid, port):
            mixed(pid, port, arguments.seconds, outcome)
            time.sleep(3)
            missing = lost(port, outcome.commits)
            at_rest = figures(pid)
            left = len(list((store / "snapshots").iterdir()))
        with served(store) as (_, port):
            missing += lost(port, outcome.commits)
    return _judged(outcome, missing, at_rest, left)


def _judged(outcome: Outcome, missing: list[str], at_rest: tuple[float, int], copies: int) -> int:
    for (kind, status), number in sorted(outcome.answers.items()):
        sys.stdout.write(f"{kind:10} {status:25} {number:>8,}\n")
    sys.stdout.write(f"workers killed: {outcome.kills}; commits confirmed and looked for: {len(outcome.commits)}\n")
    for seconds, memory, files in outcome.figures[:: max(1, len(outcome.figures) // 10)]:
        sys.stdout.write(f"after {seconds:5.0f} s: {memory:6.0f} MB, {files:4} open files\n")
    sys.stdout.write(f"at rest:       {at_rest[0]:6.0f} MB, {at_rest[1]:4} open files, {copies} copy of the store\n")
    middle = outcome.figures[len(outcome.figures) // 3 : len(outcome.figures) // 2] or outcome.figures
    usual = max(memory for _, memory, _ in middle)
    faults = {
        "an answer was a 500": any(status == "500" for _, status in outcome.answers),
        f"commits are lost: {missing}": bool(missing),
        "memory has grown": at_rest[0] > 1.3 * usual + 30,
        "open files have grown": at_rest[1] > min(files for _, _, files in outcome.figures) + 20,
        "copies of the store are left": copies > 1,
    }
    for fault, is_so in faults.items():
        if is_so:
            sys.stdout.write(f"WRONG: {fault}\n")
    return int(any(faults.values()))


if __name__ == "__main__":
    sys.exit(main())
