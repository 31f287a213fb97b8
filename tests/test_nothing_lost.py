"""Nothing is lost: whenever a process is killed, its store holds the state before or after the change it was making.

By default a few moments are tried; PARTNERGRAPH_KILLS says how many (the issue's 200 take a quarter of an hour or so).
"""

from __future__ import annotations

import os
import random
import resource
import shutil
import signal
import subprocess
import sys
from pathlib import Path

import pytest

from changer import DAY, KINDS, change
from partnergraph import PartnerGraph
from partnergraph.errors import PartnerGraphError, StoreUnavailable
from partnergraph.safekeeping import back_up

ROOT = Path(__file__).resolve().parents[1]
KILLS = int(os.environ.get("PARTNERGRAPH_KILLS", "6"))
LONGEST = 0.6
"""A change of so small a store takes about as many seconds."""


def state(graph: PartnerGraph) -> set[str]:
    """Return what a store holds but for what is derived and for times."""
    query = "SELECT ?g ?s ?p ?o WHERE { GRAPH ?g { ?s ?p ?o } FILTER(!CONTAINS(STR(?g), '/derived/')) }"
    told = ("endedAtTime", "generatedAtTime", "quarantinedAt")
    rows = graph.query(query).table().rows
    return {"\t".join(map(str, row)) for row in rows if not str(row[2]).endswith(told)}


def started(store: Path, scratch: Path, number: int) -> subprocess.Popen[str]:
    command = [sys.executable, str(ROOT / "tests" / "changer.py"), str(store), str(scratch), str(number)]
    environment = {**os.environ, "PYTHONPATH": os.pathsep.join([str(ROOT / "src"), str(ROOT / "tests")])}
    return subprocess.Popen(command, stdout=subprocess.PIPE, text=True, env=environment)


def killed(process: subprocess.Popen[str], after: float, changes: int) -> int:
    """Kill the process some time into one of its changes, and return the number of the last change that it began."""
    assert process.stdout
    lines = [process.stdout.readline() for _ in range(1 + changes)]
    try:
        process.wait(after)
    except subprocess.TimeoutExpired:
        process.send_signal(signal.SIGKILL)
    lines += process.stdout.read().split()
    process.stdout.close()
    assert process.wait() == -signal.SIGKILL
    return int(lines[-1])


def test_a_killed_process_leaves_the_state_before_or_after_its_change(tmp_path: Path) -> None:
    chance = random.Random(4)
    number = 0
    store, scratch, model = tmp_path / "store", tmp_path / "scratch", tmp_path / "model"
    scratch.mkdir()
    done = 0  # changes that the model has seen
    with PartnerGraph.open(store), PartnerGraph.open(model):
        pass
    for _ in range(KILLS):
        process = started(store, scratch, number)
        last = killed(process, chance.uniform(0, LONGEST), chance.randint(1, len(KINDS)))
        with PartnerGraph.open(store) as graph, PartnerGraph.open(model) as expected:
            while done < last:
                change(expected, done, scratch)
                done += 1
            found = state(graph)
            if found != state(expected):
                change(expected, last, scratch)
                done = last + 1
                assert found == state(expected), f"in change {last}, {KINDS[last % len(KINDS)]}"
            examined = graph.check()
            assert examined.sound, examined.problems
        number = done


@pytest.mark.parametrize("most", [20_000, 200_000])
def test_a_full_disk_leaves_the_state_before(tmp_path: Path, most: int) -> None:
    store, scratch = tmp_path / "store", tmp_path / "scratch"
    scratch.mkdir()
    with PartnerGraph.open(store) as graph:
        change(graph, 0, scratch)
        before = state(graph)
    large = scratch / "large"
    large.mkdir()
    (large / "customers.csv").write_text("customer_id,name\n" + "".join(f"x{n},Customer {n}\n" for n in range(20_000)))
    usual = resource.getrlimit(resource.RLIMIT_FSIZE)
    ignored = signal.signal(signal.SIGXFSZ, signal.SIG_IGN)
    try:
        with PartnerGraph.open(store) as graph:
            resource.setrlimit(resource.RLIMIT_FSIZE, (most, usual[1]))
            try:
                with pytest.raises((PartnerGraphError, OSError)):
                    graph.import_files([large], as_of=DAY)
            finally:
                resource.setrlimit(resource.RLIMIT_FSIZE, usual)
            assert state(graph) == before
    finally:
        signal.signal(signal.SIGXFSZ, ignored)
    with PartnerGraph.open(store) as graph:
        assert state(graph) == before
        assert graph.check().sound
        assert graph.import_files([large], as_of=DAY).committed


def test_a_copy_that_breaks_off_leaves_no_store(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    with PartnerGraph.open(tmp_path / "store") as graph:
        change(graph, 0, tmp_path)

    def full(*_: object, **__: object) -> None:
        raise OSError(28, "No space left on device")

    monkeypatch.setattr(shutil, "copytree", full)
    with pytest.raises(StoreUnavailable, match="No space left"):
        back_up(tmp_path / "store", tmp_path / "copy")
    assert not (tmp_path / "copy").exists()
