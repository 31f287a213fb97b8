"""Changes as quads that come and go: made whole, in memory and in a folder."""

from __future__ import annotations

import subprocess
import sys
import time
from collections.abc import Iterator
from pathlib import Path

import pyoxigraph as ox
import pytest

from partnergraph.store import Delta, Draft, Store

GRAPH = "urn:g"
TEXTS = ["plain", 'a "quoted" \\ word', "two\nlines\r\t", "\u00fc \U0001f600", ""]


def draft(*lines: str) -> Draft:
    made = Draft.apart(b"")
    made.add_ntriples("".join(f"{line} .\n" for line in lines).encode(), GRAPH)
    return made


@pytest.fixture(params=["memory", "folder"])
def store(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[Store]:
    made = Store.memory() if request.param == "memory" else Store.open(tmp_path / "store")
    yield made
    made.close()


def replaced(store: Store, after: Draft, most: int = 100) -> Delta | None:
    return Delta.replacing(store, after, [GRAPH], most)


def test_a_graph_takes_the_place_of_another_whatever_stands_in_it(store: Store) -> None:
    for lines in ([f"<urn:s> <urn:p> {ox.Literal(text)}" for text in TEXTS], ["<urn:s> <urn:p> 'x'@en"], []):
        after = draft(*(line.replace("'", '"') for line in lines))
        delta = replaced(store, after)
        assert delta is not None
        version = store.version
        store.commit(delta)
        assert set(store.quads(GRAPH)) == set(after.quads(GRAPH))
        assert store.version == version + 1


def test_what_stays_is_no_part_of_the_change(store: Store) -> None:
    delta = replaced(store, draft("<urn:a> <urn:p> <urn:b>", "<urn:a> <urn:p> <urn:c>"))
    assert delta is not None
    store.commit(delta)
    change = replaced(store, draft("<urn:a> <urn:p> <urn:c>", "<urn:a> <urn:p> <urn:d>"))
    assert change is not None
    assert [quad.object.value for quad in change.added] == ["urn:d"]  # type: ignore[union-attr]
    assert [quad.object.value for quad in change.removed] == ["urn:b"]  # type: ignore[union-attr]
    assert len(delta + change) == 2


def test_there_is_no_small_change_of_many_quads_or_of_blank_nodes(store: Store) -> None:
    many = [f"<urn:s> <urn:p> <urn:{number}>" for number in range(5)]
    assert replaced(store, draft(*many), most=4) is None
    assert replaced(store, draft("_:b <urn:p> <urn:o>")) is None
    assert replaced(store, draft("<urn:s> <urn:p> _:b")) is None


WRITER = """
import sys
from pathlib import Path
from partnergraph.store import Delta, Draft, Store
store = Store.open(Path(sys.argv[1]))
for number in range(1, 100_000):
    made = Draft.apart(b"")
    for graph, count in (("urn:g", 200), ("urn:h", 1)):
        lines = (f'<urn:{place}> <urn:p> "{number}" .' for place in range(count))
        made.add_ntriples(chr(10).join(lines).encode(), graph)
    store.commit(Delta.replacing(store, made, ["urn:g", "urn:h"], 10_000))
    print(number, flush=True)
"""


def test_a_killed_writer_leaves_the_state_before_or_after(tmp_path: Path) -> None:
    for wait in (0.0, 0.05, 0.2):
        command = [sys.executable, "-c", WRITER, str(tmp_path / "store")]
        with subprocess.Popen(command, stdout=subprocess.PIPE, text=True) as writer:
            assert writer.stdout is not None
            first = writer.stdout.readline()
            time.sleep(wait)
            writer.kill()
            told = [int(line) for line in (first, *writer.stdout) if line.strip()]
        store = Store.open(tmp_path / "store")
        many, one = list(store.quads("urn:g")), list(store.quads("urn:h"))
        store.close()
        assert len(many) == 200
        (found,) = {quad.object.value for quad in (*many, *one)}  # type: ignore[union-attr]
        assert int(found) in (told[-1], told[-1] + 1)


def test_a_committed_change_is_there_when_the_folder_is_opened_again(tmp_path: Path) -> None:
    store = Store.open(tmp_path / "store")
    delta = replaced(store, draft("<urn:a> <urn:p> <urn:b>"))
    assert delta is not None
    store.commit(delta)
    held = set(store.quads(GRAPH))
    store.close()
    again = Store.open(tmp_path / "store")
    assert set(again.quads(GRAPH)) == held
    again.close()
