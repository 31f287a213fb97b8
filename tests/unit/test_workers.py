"""Queries in worker processes: bounded, killable, and on the last commit."""

from __future__ import annotations

import contextlib
import json
import os
import signal
import threading
import time
from collections.abc import Iterator, Mapping
from dataclasses import replace
from pathlib import Path

import pytest

from partnergraph.errors import BadQuery, Busy, Stopped
from partnergraph.settings import MEBIBYTE, Limits
from partnergraph.store import Store
from partnergraph.store.snapshots import opened
from partnergraph.workers import Asked, Bounds, NotOffered, Pool, Run, Stop

LIMITS = Limits(query_seconds=20, query_memory=200 * MEBIBYTE, workers=1, queue=1)
FORMATS = {"rows": "json", "boolean": "json", "triples": "ntriples"}
ALL = "SELECT ?s WHERE { ?s <urn:p> ?o }"
ENDLESS = "SELECT (COUNT(*) AS ?n) WHERE { ?a ?b ?c . ?d ?e ?f . ?g ?h ?i }"
GREEDY = "SELECT * WHERE { ?a ?b ?c . ?d ?e ?f . ?g ?h ?i } ORDER BY ?a ?f"
THINGS = 2000


def filled(store: Store, things: int = THINGS, graph: str = "urn:graph") -> Store:
    with store.draft() as draft:
        draft.add_ntriples(lines(things), graph)
    return store


def lines(things: int) -> bytes:
    return "".join(f'<urn:thing:{number}> <urn:p> "{number}" .\n' for number in range(things)).encode()


@pytest.fixture(params=["in memory", "in a folder"])
def store(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[Store]:
    made = filled(Store.memory() if request.param == "in memory" else Store.open(tmp_path / "store"))
    yield made
    made.close()


@pytest.fixture
def pool(store: Store) -> Iterator[Pool]:
    with Pool(store, LIMITS) as made:
        yield made


def start(pool: Pool, query: str, bounds: Bounds | None = None, formats: Mapping[str, str] | None = None) -> Run:
    return pool.admit(Asked(query, formats or FORMATS, bounds or pool.bounds()))


def answer(pool: Pool, query: str, bounds: Bounds | None = None, formats: Mapping[str, str] | None = None) -> bytes:
    run = start(pool, query, bounds, formats)
    try:
        run.begin()
        return b"".join(run.pieces())
    finally:
        run.close()


def truth(pool: Pool, query: str = "ASK { ?s ?p ?o }") -> bool:
    said = json.loads(answer(pool, query))["boolean"]
    assert isinstance(said, bool)
    return said


def until(fact: object, seconds: float = 20) -> None:
    """Wait until `fact()` is true."""
    assert callable(fact)
    end = time.monotonic() + seconds
    while not fact():
        assert time.monotonic() < end, "it did not come true"
        time.sleep(0.01)


def gone(pid: int) -> bool:
    try:
        os.kill(pid, 0)
    except ProcessLookupError:
        return True
    return False


def test_answers_come_as_the_store_gives_them(pool: Pool, store: Store) -> None:
    for query in ("ASK {}", f"{ALL} ORDER BY ?s LIMIT 3", "CONSTRUCT { ?s ?p 1 } WHERE { ?s ?p '7' }"):
        expected = store.answer(query)
        assert answer(pool, query) == expected.serialize(FORMATS[expected.form])
    assert pool.running() == ()


def test_the_default_graph_is_the_union_unless_the_query_says_otherwise(pool: Pool) -> None:
    named = Asked("ASK { ?s ?p ?o }", FORMATS, pool.bounds(), default_graphs=("urn:nothing",))
    run = pool.admit(named)
    run.begin()
    assert not json.loads(b"".join(run.pieces()))["boolean"]
    run.close()
    assert truth(pool)
    assert truth(pool, "ASK FROM <urn:graph> { ?s ?p ?o }")
    assert not truth(pool, "ASK FROM <urn:nothing> { ?s ?p ?o }")


def test_a_wrong_query_is_refused_where_it_is_wrong(pool: Pool) -> None:
    with pytest.raises(BadQuery) as refused:
        answer(pool, "SELECT *\nWHERE { ?s ?p }")
    assert refused.value.line == 2
    with pytest.raises(BadQuery, match="SERVICE"):
        answer(pool, "SELECT * { SERVICE <http://127.0.0.1:9/> { ?s ?p ?o } }")
    assert truth(pool)


def test_an_answer_without_an_accepted_format_is_not_given(pool: Pool) -> None:
    with pytest.raises(NotOffered) as raised:
        answer(pool, "ASK {}", formats={"rows": "csv"})
    assert raised.value.form == "boolean"
    assert truth(pool)


def test_a_query_past_its_time_is_killed_and_the_next_one_answered(pool: Pool) -> None:
    before = time.monotonic()
    with pytest.raises(Stopped, match=r"ran for its 0.3 seconds.*--query-seconds") as stopped:
        answer(pool, ENDLESS, pool.bounds(0.3))
    assert stopped.value.limit == "seconds"
    assert time.monotonic() - before < 10
    assert truth(pool)
    assert pool.stops["seconds"] == 1


def test_a_query_past_its_memory_is_killed_and_the_next_one_answered(pool: Pool) -> None:
    with pytest.raises(Stopped, match=r"more than 50 MiB.*--query-memory") as stopped:
        answer(pool, GREEDY, replace(pool.bounds(), memory=50 * MEBIBYTE))
    assert stopped.value.limit == "memory"
    assert truth(pool)


def test_an_answer_past_its_rows_is_whole_up_to_there_and_says_so(pool: Pool) -> None:
    said = json.loads(answer(pool, ALL, pool.bounds(rows=5)))
    assert len(said["results"]["bindings"]) == 5
    assert said["truncated"]["limit"] == "rows"
    assert "truncated" not in json.loads(answer(pool, ALL, pool.bounds(rows=THINGS)))


@pytest.mark.parametrize("form", ["turtle", "ntriples", "rdfxml", "jsonld"])
def test_triples_past_their_number_are_well_formed_and_say_so(pool: Pool, form: str) -> None:
    query = "CONSTRUCT WHERE { ?s <urn:p> ?o }"
    text = answer(pool, query, pool.bounds(rows=5), {"triples": form})
    assert text.count(b"urn:thing:") == 5
    assert b"truncated" in text
    assert b"truncated" not in answer(pool, query, pool.bounds(rows=THINGS), {"triples": form})
    if form == "jsonld":
        assert json.loads(text)[-1].keys() == {"truncated"}


def test_a_caller_gets_no_more_than_the_service_gives(pool: Pool) -> None:
    assert pool.bounds(seconds=500, rows=10**12) == pool.bounds()


def test_a_worker_that_is_killed_while_idle_is_not_noticed(pool: Pool) -> None:
    for pid in pool.processes():
        os.kill(pid, signal.SIGKILL)
    assert truth(pool)


def test_a_worker_that_is_killed_at_work_is_replaced_and_asked_again(pool: Pool) -> None:
    (pid,) = pool.processes()
    os.kill(pid, signal.SIGSTOP)
    asking = threading.Timer(0.3, os.kill, (pid, signal.SIGKILL))
    asking.start()
    assert truth(pool)
    asking.join()


def test_a_query_that_ends_its_worker_each_time_is_told_so(pool: Pool) -> None:
    killer = threading.Event()

    def kill() -> None:
        while not killer.wait(0.02):
            for each in tuple(pool._runs.values()):  # noqa: SLF001 - which process it is, nobody else needs
                if each._worker is not None:  # noqa: SLF001
                    with contextlib.suppress(ProcessLookupError):
                        os.kill(each._worker.pid, signal.SIGKILL)  # noqa: SLF001

    thread = threading.Thread(target=kill)
    thread.start()
    with pytest.raises(Stopped) as stopped:
        answer(pool, ENDLESS)
    killer.set()
    thread.join()
    assert stopped.value.limit == "lost"
    assert truth(pool)


def test_queries_in_flight_are_listed_and_can_be_cancelled(pool: Pool) -> None:
    run = start(pool, ENDLESS)
    outcome: list[Stopped] = []

    def ask() -> None:
        try:
            run.begin()
        except Stopped as stopped:
            outcome.append(stopped)
        finally:
            run.close()

    asking = threading.Thread(target=ask)
    asking.start()
    until(lambda: pool.running()[0].state == "running")
    assert [each.query for each in pool.running()] == [ENDLESS]
    assert pool.cancel(run.id)
    asking.join(10)
    assert outcome[0].limit == "cancelled"
    assert pool.running() == ()
    assert not pool.cancel(run.id)
    assert truth(pool)


def test_a_reader_that_leaves_ends_its_query(pool: Pool) -> None:
    run = start(pool, "SELECT * WHERE { ?a ?b ?c . ?d ?e ?f }", formats={"rows": "csv"})
    run.begin()
    assert next(run.pieces())
    worker = run._worker  # noqa: SLF001
    assert worker is not None
    run.close()
    until(lambda: gone(worker.pid))
    assert truth(pool)


def test_who_comes_when_too_many_wait_is_sent_away(pool: Pool) -> None:
    runs = [start(pool, ENDLESS), start(pool, ENDLESS)]
    with pytest.raises(Busy) as busy:
        start(pool, "ASK {}")
    assert busy.value.retry_after >= 1
    for run in runs:
        run.close()
    assert truth(pool)


def test_readers_see_the_commit_before_or_after_and_do_not_wait_for_the_writer(pool: Pool, store: Store) -> None:
    count = "SELECT (COUNT(*) AS ?n) WHERE { ?s <urn:p> ?o }"

    def counted() -> int:
        return int(json.loads(answer(pool, count))["results"]["bindings"][0]["n"]["value"])

    assert counted() == THINGS
    with store.draft() as draft:
        draft.add_ntriples(lines(THINGS + 500)[-20000:].partition(b"\n")[2], "urn:more")
        outcome: list[int] = []
        reading = threading.Thread(target=lambda: outcome.append(counted()))
        reading.start()
        reading.join(20)
        assert outcome == [THINGS]
    assert counted() > THINGS


def test_a_long_answer_is_of_one_commit(pool: Pool, store: Store) -> None:
    run = start(pool, "SELECT ?a ?d WHERE { ?a ?b ?c . ?d ?e ?f }", pool.bounds(rows=100_000), {"rows": "csv"})
    run.begin()
    with store.draft(replaces=["urn:graph"]) as draft:
        draft.add_ntriples(b'<urn:new> <urn:p> "1" .\n', "urn:graph")
    text = b"".join(run.pieces())
    run.close()
    assert text.count(b"\n") == 100_002
    assert b"urn:new" not in text
    assert truth(pool, "ASK { <urn:new> ?p ?o }")


def test_facts_that_stand_in_two_imports_are_answered_once(tmp_path: Path) -> None:
    store = filled(filled(Store.memory(), 3, "urn:one"), 3, "urn:two")
    boolean = b"http://www.w3.org/2001/XMLSchema#boolean"
    repeats = b'<urn:import> <https://w3id.org/partnergraph/ns#repeatsFacts> "true"^^<%b> .' % boolean
    with store.draft() as draft:
        draft.add_ntriples(repeats, "urn:imports")
    with Pool(store, LIMITS) as pool:
        said = json.loads(answer(pool, "SELECT ?o WHERE { <urn:thing:1> <urn:p> ?o }"))
    assert said["results"]["bindings"] == [{"o": {"type": "literal", "value": "1"}}]
    store.close()


def test_old_copies_go_and_nothing_is_left_behind(tmp_path: Path) -> None:
    store = filled(Store.open(tmp_path / "store"))
    copies = tmp_path / "store" / "snapshots"
    pool = Pool(store, LIMITS)
    pids = pool.processes()
    assert truth(pool)
    for number in range(3):
        filled(store, 10, f"urn:more:{number}")
        assert truth(pool)
        assert len(list(copies.iterdir())) == 1
    pool.close()
    store.close()
    assert not copies.exists()
    assert all(gone(pid) for pid in pids)


def test_a_copy_that_is_being_removed_is_gone(tmp_path: Path) -> None:
    """A worker that is started may be told of a copy that goes while it opens it."""
    store = filled(Store.open(tmp_path / "store"))
    store.publish()
    with store.snapshot() as copy:
        for table in (*copy.glob("*.sst"), *copy.glob("MANIFEST*")):
            table.unlink()
        with pytest.raises(OSError, match=str(copy)):
            opened(copy)
    store.close()


def test_workers_end_with_the_service_however_it_ends(tmp_path: Path) -> None:
    store = filled(Store.memory())
    pool = Pool(store, LIMITS)
    (pid,) = pool.processes()
    worker = pool._idle[0]  # noqa: SLF001
    assert worker._process.stdin is not None  # noqa: SLF001
    worker._process.stdin.close()  # noqa: SLF001 - what the system does when the service is killed
    until(lambda: worker._process.poll() is not None)  # noqa: SLF001
    pool.close()
    store.close()
    assert gone(pid)


def test_a_stop_says_why_in_words() -> None:
    bounds = Bounds(1.5, 100 * MEBIBYTE, 1000, 10_000)
    for stop in Stop:
        assert bounds.told(stop).endswith((".", ")."))
