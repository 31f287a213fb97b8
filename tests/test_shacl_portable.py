"""The compiled queries of the shipped rules are plain SPARQL 1.1: another server finds by them what we find."""

from __future__ import annotations

import json
import shutil
import socket
import subprocess
import sys
import time
from collections import Counter
from collections.abc import Iterator
from contextlib import closing
from pathlib import Path
from urllib.error import URLError
from urllib.parse import urlencode
from urllib.request import Request, urlopen

import pytest

from partnergraph import validation
from partnergraph.cli import main
from partnergraph.store import View
from partnergraph.terms import WORKING_GRAPH
from test_rules import ASKED, CASE, CASES, world

CODES = "http://graph.example/vocabulary"
JUDGED = "http://graph.example/case"
Rows = Counter[frozenset[tuple[str, str]]]
# One case for each rule that finds something; the queries of all rules run on it.
FAILING = list({path.parent.name: path for path in reversed(CASES) if path.name.startswith("fail-")}.values())


class Server:
    """A SPARQL server that another process runs."""

    def __init__(self, address: str) -> None:
        self._address = address

    def put(self, graph: str, ntriples: bytes) -> None:
        """Let a named graph hold these triples and no others."""
        request = Request(f"{self._address}/store?{urlencode({'graph': graph})}", ntriples, method="PUT")
        request.add_header("Content-Type", "application/n-triples")
        with urlopen(request, timeout=60):
            pass

    def rows(self, query: str) -> Rows:
        """Return the solutions of a query over all graphs, blank nodes aside, as it says them itself."""
        request = Request(f"{self._address}/query", query.encode(), method="POST")
        request.add_header("Content-Type", "application/sparql-query")
        request.add_header("Accept", "application/sparql-results+json")
        with urlopen(request, timeout=60) as answer:
            solutions = json.load(answer)["results"]["bindings"]
        return Counter(frozenset((name, term["value"]) for name, term in each.items()) for each in solutions)


@pytest.fixture(scope="module")
def server() -> Iterator[Server]:
    program = shutil.which("oxigraph", path=str(Path(sys.executable).parent)) or shutil.which("oxigraph")
    if program is None:
        pytest.skip("the oxigraph server is not installed; it comes with the dev extra")
    with closing(socket.socket()) as free:
        free.bind(("127.0.0.1", 0))
        address = f"127.0.0.1:{free.getsockname()[1]}"
    command = [program, "serve", "--bind", address, "--union-default-graph"]
    with subprocess.Popen(command, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL) as process:
        try:
            wait_for(f"http://{address}/")
            yield Server(f"http://{address}")
        finally:
            process.terminate()


def wait_for(address: str) -> None:
    until = time.monotonic() + 30
    while True:
        try:
            with urlopen(address, timeout=5):
                return
        except (URLError, ConnectionError):
            if time.monotonic() > until:
                raise
            time.sleep(0.05)


def embedded(view: View, query: str) -> Rows:
    names, rows = view.rows(query)
    named = ([(name, cell) for name, cell in zip(names, row, strict=True) if cell is not None] for row in rows)
    return Counter(map(frozenset, named))


def test_another_server_finds_the_same_by_every_rule(server: Server) -> None:
    server.put(CODES, world().ntriples())
    findings = 0
    for path in FAILING:
        with world().draft(keep=False) as draft:
            draft.add_turtle(ASKED, CASE)
            draft.add_turtle(path.read_text(encoding="utf-8"), CASE)
            validation.prepare(draft)
            server.put(JUDGED, draft.ntriples([CASE, WORKING_GRAPH]))
            queries = validation.compiled_queries(draft, path.parent.name)
            found = [embedded(draft, query) for query in queries]
        assert queries
        assert [server.rows(query) for query in queries] == found, path
        assert any(found), path
        findings += sum(map(len, found))
    assert findings >= len(FAILING) == len(validation.rules())


def test_the_command_shows_the_queries(capsys: pytest.CaptureFixture[str]) -> None:
    rule = "AdminLinkCoversCredential"
    assert main(["rules", "--show", rule, "--compiled"]) == 0
    alone = capsys.readouterr().out
    assert alone == "".join(validation.compiled_queries(world(), rule))
    told = "# looked at again after a change of pg:PartnerAdminLink, pg:coversCredential\n"
    assert alone.startswith(f"{told}PREFIX pg: <https://w3id.org/partnergraph/ns#>\nSELECT DISTINCT ?this WHERE {{\n")
    assert main(["rules", "--show", rule]) == 0
    shown = capsys.readouterr().out
    assert shown.startswith(f"# shapes/structure.ttl\npgsh:{rule} a sh:PropertyShape ;\n")
    assert all(f"# {line}" in shown for line in alone.splitlines())
    assert main(["rules", "--compiled"]) == 2
    assert "--compiled goes with --show" in capsys.readouterr().err
