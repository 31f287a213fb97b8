"""Checks, backups and restorations: of a store at rest, and of one that is being written to."""

from __future__ import annotations

import json
import shutil
import subprocess
import sys
import threading
import time
import urllib.request
from pathlib import Path

import pyoxigraph
import pytest
from test_guard_modes import DAY, associations, bundle, claim, triples

from partnergraph import PartnerGraph
from partnergraph.cli import main
from partnergraph.errors import StoreUnavailable
from partnergraph.safekeeping import back_up, check, restore

COUNTED = "https://w3id.org/partnergraph/graph/asserted/base"


@pytest.fixture(scope="module")
def used(tmp_path_factory: pytest.TempPathFactory, examples: Path) -> Path:
    folder = tmp_path_factory.mktemp("used") / "store"
    with PartnerGraph.open(folder) as graph:
        graph.import_files([examples / "good"], name="base")
        graph.close_month("2023-09")
        graph.import_files([examples / "bad" / "dpor-on-csp"], mode="quarantine")
        graph.scores()
    return folder


@pytest.fixture
def store(tmp_path: Path, used: Path) -> Path:
    return Path(shutil.copytree(used, tmp_path / "store"))


def generation(store: Path) -> Path:
    return store / (store / "CURRENT").read_text().strip()


def found(store: Path) -> list[tuple[str, str]]:
    return [(each.about.rpartition("/graph/")[2], each.problem) for each in check(store).problems]


def test_a_store_that_was_used_is_sound(store: Path) -> None:
    examined = check(store)
    assert examined.sound, examined.problems
    assert dict(examined.looked_at) | {"triples": 0} == {
        "triples": 0, "imports": 2, "snapshots": 1, "things in quarantine": 1, "derived graphs": 2,
    }  # fmt: skip


def test_a_store_stays_sound_under_every_kind_of_change(store: Path, tmp_path: Path, examples: Path) -> None:
    with PartnerGraph.open(store) as graph:
        graph.validate()
        graph.credits()
        text = "association_id,type,partner_id,tenant_id,subscription_id,state,starts_on\n"
        (tmp_path / "small").mkdir()
        (tmp_path / "small" / "associations.csv").write_text(
            text + "meadow-record,DPOR,5000002,,harbour-service,active,2022-08-01\n"
        )
        assert graph.import_files([tmp_path / "small"]).committed
        assert graph.check().sound, graph.check().problems
        graph.update("INSERT DATA { GRAPH <urn:mine> { <urn:a> <urn:p> 1 , 2 } }")
        graph.update("DELETE DATA { GRAPH <urn:mine> { <urn:a> <urn:p> 2 } }")
        graph.update("INSERT DATA { GRAPH <" + COUNTED + "> { <urn:a> pg:name 'a \\u00e9 \\\" name' } }")
        graph.update("DELETE WHERE { GRAPH ?g { ?s pg:domain ?o } }", validate=False)
        assert graph.check().sound, graph.check().problems
        graph.import_files([examples / "good"], name="base")
        graph.release()
        assert graph.check().sound, graph.check().problems


def test_a_triple_that_is_lost_or_came_from_nowhere_is_found(store: Path) -> None:
    quads = pyoxigraph.Store(str(generation(store)))
    graph = pyoxigraph.NamedNode(COUNTED)
    lost = next(
        quads.quads_for_pattern(None, pyoxigraph.NamedNode("https://w3id.org/partnergraph/ns#domain"), None, graph)
    )
    quads.remove(lost)
    quads.flush()
    del quads
    assert found(store)[0] == ("asserted/base", "It holds 1,130 triples, and 1,131 are on record.")
    quads = pyoxigraph.Store(str(generation(store)))
    quads.add(pyoxigraph.Quad(lost.subject, lost.predicate, pyoxigraph.Literal("elsewhere.example"), graph))
    quads.flush()
    del quads
    assert "sum is another" in found(store)[0][1]


@pytest.mark.parametrize(
    ("graph", "problem"),
    [
        ("derived/credit/2023-06", "It is not what follows from the store."),
        ("closed/2023-09", "Its rows are not those that were closed: their digest differs."),
        ("asserted/nobody", "It is in the store, and nothing is on record of it."),
    ],
)
def test_what_does_not_agree_is_found(store: Path, graph: str, problem: str) -> None:
    quads = pyoxigraph.Store(str(generation(store)))
    place = pyoxigraph.NamedNode("https://w3id.org/partnergraph/graph/" + graph)
    rows = pyoxigraph.NamedNode("https://w3id.org/partnergraph/ns#creditRows")
    for quad in list(quads.quads_for_pattern(None, rows, None, place)):
        quads.remove(quad)
        quads.add(pyoxigraph.Quad(quad.subject, rows, pyoxigraph.Literal("another"), place))
    quads.add(pyoxigraph.Quad(place, rows, pyoxigraph.Literal("another"), place))
    quads.flush()
    del quads
    assert [said for _, said in found(store)] == [problem]


def test_damaged_files_are_found(store: Path, capsys: pytest.CaptureFixture[str]) -> None:
    for file in generation(store).glob("*.sst"):
        content = bytearray(file.read_bytes())
        content[len(content) // 4] ^= 255
        file.write_bytes(content)
    assert main(["check", "--store", str(store)]) == 3
    assert "damaged" in capsys.readouterr().err


def test_a_backup_is_a_store_and_brings_everything_back(store: Path, tmp_path: Path) -> None:
    with PartnerGraph.open(store) as graph:
        before = triples(graph)
    back_up(store, tmp_path / "copy")
    with PartnerGraph.open(store) as graph:
        graph.update(f"DELETE WHERE {{ GRAPH <{COUNTED}> {{ ?s pg:domain ?o }} }}", validate=False)
    assert restore(store, tmp_path / "copy")
    assert restore(tmp_path / "new", tmp_path / "copy")
    for folder in (store, tmp_path / "new", tmp_path / "copy"):
        with PartnerGraph.open(folder) as graph:
            assert triples(graph) == before
        assert check(folder).sound


def test_a_backup_overwrites_nothing_and_an_unsound_one_is_not_restored(store: Path, tmp_path: Path) -> None:
    back_up(store, tmp_path / "copy")
    with pytest.raises(StoreUnavailable, match="there already"):
        back_up(store, tmp_path / "copy")
    quads = pyoxigraph.Store(str(generation(tmp_path / "copy")))
    quads.remove_graph(pyoxigraph.NamedNode(COUNTED))
    quads.flush()
    del quads
    with pytest.raises(StoreUnavailable, match="not sound"):
        restore(store, tmp_path / "copy")
    assert check(store).sound
    with pytest.raises(StoreUnavailable, match="no store"):
        back_up(tmp_path / "nowhere", tmp_path / "copy2")


def test_backups_of_a_store_that_is_written_to_are_each_one_moment_of_it(tmp_path: Path) -> None:
    folder = tmp_path / "store"
    stop = threading.Event()
    with PartnerGraph.open(folder) as graph:
        graph.import_files([bundle(tmp_path / "base", claim("a1", "0011", "s1"), base=True)], as_of=DAY)
        graph.validate(as_of=DAY)

        def write() -> None:
            number = 0
            while not stop.is_set():
                number += 1
                triple = f"<urn:{number}> <urn:p> {number}"
                graph.update(f"INSERT DATA {{ GRAPH <urn:a> {{ {triple} }} GRAPH <urn:b> {{ {triple} }} }}")

        writer = threading.Thread(target=write)
        writer.start()
        try:
            for number in range(5):
                back_up(folder, tmp_path / f"copy{number}")
        finally:
            stop.set()
            writer.join()
    sizes = []
    for number in range(5):
        assert check(tmp_path / f"copy{number}").sound
        with PartnerGraph.open(tmp_path / f"copy{number}") as graph:
            one, two = (len(graph.query(f"SELECT ?s {{ GRAPH <urn:{name}> {{ ?s ?p ?o }} }}").table()) for name in "ab")
            assert one == two
            sizes.append(one)
    assert sizes == sorted(sizes)
    assert not list(folder.glob("pin-*"))


def test_a_service_goes_on_while_it_is_backed_up_checked_and_restored(tmp_path: Path) -> None:
    store = tmp_path / "store"
    with PartnerGraph.open(store) as graph:
        graph.import_files([bundle(tmp_path / "base", claim("a1", "0011", "s1"), base=True)], as_of=DAY)
    command = [sys.executable, "-m", "partnergraph", "serve", "--store", str(store), "--port", "0"]
    with subprocess.Popen(command, stderr=subprocess.PIPE, text=True) as server:
        try:
            assert server.stderr
            url = server.stderr.readline().split()[2].rstrip(".")

            def count() -> int:
                query = "SELECT+?a+%7B+?a+a+pg:Association+%7D"
                with urllib.request.urlopen(f"{url}/sparql?format=json&query={query}") as answer:
                    return len(json.load(answer)["results"]["bindings"])

            assert count() == 1
            assert main(["backup", "--store", str(store), str(tmp_path / "copy")]) == 0
            sent = urllib.request.Request(
                f"{url}/imports?name=more&as_of={DAY}",
                data=shutil_zip(bundle(tmp_path / "more", claim("a3", "0021", "s2"))),
                headers={"Content-Type": "application/zip"},
            )
            urllib.request.urlopen(sent).close()
            assert count() == 2
            assert main(["check", "--store", str(store)]) == 0
            assert main(["restore", "--store", str(store), str(tmp_path / "copy")]) == 0
            until = time.monotonic() + 20
            while count() != 1 and time.monotonic() < until:
                time.sleep(0.2)
            assert count() == 1
        finally:
            server.terminate()
    with PartnerGraph.open(store) as graph:
        assert associations(graph) == {"a1"}
        assert graph.check().sound


def shutil_zip(folder: Path) -> bytes:
    return Path(shutil.make_archive(str(folder), "zip", folder)).read_bytes()
