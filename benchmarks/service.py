"""The service under one client: a small query again and again, and an answer of ten million rows.

The rows are the pairs of two sets of things, so that the store is small and all that is measured is the way of an
answer from a worker to the client. Memory is the peak of the service's own process, without its workers.
"""

from __future__ import annotations

import argparse
import http.client
import re
import statistics
import subprocess
import sys
import tempfile
import time
import urllib.parse
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

from benchmarks.trial import table

_PAIRS = "SELECT ?a ?b WHERE { ?a <urn:left> 1 . ?b <urn:right> 1 } LIMIT "
_LOOKUP = "SELECT ?o WHERE { <urn:thing:7> <urn:left> ?o }"
_PIECE = 1 << 20


@dataclass(frozen=True)
class Served:
    """A service that runs: its process and where it listens."""

    pid: int
    port: int

    def connection(self) -> http.client.HTTPConnection:
        return http.client.HTTPConnection("127.0.0.1", self.port, timeout=900)

    def memory(self, field: str = "VmHWM") -> float:
        """Return megabytes of resident memory, the highest that there were (VmHWM) or those now (VmRSS)."""
        text = Path(f"/proc/{self.pid}/status").read_text(encoding="ascii")
        found = re.search(rf"{field}:\s+(\d+) kB", text)
        return int(found[1]) / 1000 if found else 0.0


@contextmanager
def served(folder: Path, things: int) -> Iterator[Served]:
    data = folder / "pairs.ttl"
    with data.open("w", encoding="utf-8") as out:
        out.writelines(f"<urn:thing:{n}> <urn:left> 1 ; <urn:right> 1 .\n" for n in range(things))
    command = (sys.executable, "-m", "partnergraph")
    store = str(folder / "store")
    subprocess.run([*command, "import", str(data), "--store", store, "--no-validate"], check=True, capture_output=True)
    flags = ("--query-seconds", "900", "--query-rows", "100000000")
    with subprocess.Popen(
        [*command, "serve", "--store", store, "--port", "0", *flags], stderr=subprocess.PIPE, text=True
    ) as process:
        assert process.stderr
        try:
            found = re.search(r":(\d+)\. Stop", process.stderr.readline())
            assert found
            yield Served(process.pid, int(found[1]))
        finally:
            process.terminate()


def ask(connection: http.client.HTTPConnection, query: str, form: str) -> http.client.HTTPResponse:
    connection.request("GET", "/sparql?" + urllib.parse.urlencode({"query": query, "format": form}))
    return connection.getresponse()


def lookups(service: Served, times: int) -> list[float]:
    """Return the milliseconds that each of `times` small queries took, after some that do not count."""
    connection = service.connection()
    took: list[float] = []
    for number in range(times + 50):
        start = time.perf_counter()
        ask(connection, _LOOKUP, "json").read()
        if number >= 50:
            took.append(1000 * (time.perf_counter() - start))
    return took


def download(service: Served, rows: int, form: str) -> tuple[int, int, float]:
    """Return (rows, bytes, seconds) of an answer that is read and dropped."""
    start = time.perf_counter()
    answer = ask(service.connection(), f"{_PAIRS}{rows}", form)
    lines = size = 0
    while piece := answer.read(_PIECE):
        size += len(piece)
        lines += piece.count(b"\n")
    return lines - 1, size, time.perf_counter() - start


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--rows", type=int, default=10_000_000)
    parser.add_argument("--times", type=int, default=1000)
    parser.add_argument("--dir", type=Path)
    arguments = parser.parse_args()
    with tempfile.TemporaryDirectory(dir=arguments.dir) as folder:
        with served(Path(folder), int(arguments.rows**0.5) + 1) as service:
            took = sorted(lookups(service, arguments.times))
            idle = service.memory("VmRSS")
            found = [(form, *download(service, arguments.rows, form), service.memory()) for form in ("csv", "tsv")]
        middle, worst = statistics.median(took), took[int(len(took) * 0.99)]
        table(("lookups", "median ms", "p99 ms"), [(str(len(took)), f"{middle:.1f}", f"{worst:.1f}")])
        sys.stdout.write("\n")
        table(
            ("download", "rows", "MB", "s", "MB/s", "service at rest, MB", "service at its peak, MB"),
            [
                (
                    form,
                    f"{rows:,}",
                    f"{size / 1e6:.0f}",
                    f"{s:.1f}",
                    f"{size / 1e6 / s:.0f}",
                    f"{idle:.0f}",
                    f"{peak:.0f}",
                )
                for form, rows, size, s, peak in found
            ],
        )


if __name__ == "__main__":
    main()
