"""Credits and scores of all partners in memory, query by query, against other formulations and against rdflib.

    python -m benchmarks.derive_credit --tenants 2250 --rdflib-limit 300
    python -m benchmarks.derive_credit --tenants 22500
    python -m benchmarks.derive_credit --tenants 2250 22500

Several sizes are measured one after the other, and how time and memory grow from the first to the last is printed.
Each shipped query is timed apart. A text of the same name below benchmarks/hand/ is another formulation, which must
give the same triples. rdflib runs the shipped texts, and before each gets what the shipped engine derived until then,
so that one that runs into the limit does not spoil those behind it.
"""

from __future__ import annotations

import argparse
import signal
import sys
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from itertools import pairwise
from pathlib import Path
from time import perf_counter, process_time
from types import FrameType

import rdflib
from benchmarks.trial import Figures, Trial, run, table

from partnergraph import catalogue, synth, validation, vocabulary
from partnergraph.consequences import scored
from partnergraph.credit import derive, read
from partnergraph.evaluation import Evaluation, evaluation
from partnergraph.report import Report
from partnergraph.store import Draft, Store
from partnergraph.terms import PREFIXES, WORKING_GRAPH, asserted_graph, credit_graph, score_graph

_DAY, _PACK = "2023-09-30", "2023-06"
_CREDIT_GRAPH = credit_graph(_PACK)
_TARGETS = {"working": WORKING_GRAPH, "credit": _CREDIT_GRAPH}
_TRIAL_GRAPH = WORKING_GRAPH + "/trial"
_HAND = Path(__file__).parent / "hand"
_SHOWN = 12
Step = tuple[str, str, str]
"""A query's name, its text, and the graph that takes its triples."""


def steps() -> Iterator[Step]:
    """Yield the queries of a derivation in their order: what validation prepares, then credit."""
    for name in validation.PREPARATION:
        yield f"prepare/{name}", catalogue.query(f"prepare/{name}").text, WORKING_GRAPH
    for step in catalogue.queries("credit"):
        yield step.name, step.text, _TARGETS[step.returns.removeprefix("graph ")]


def whole(path: str) -> Figures:
    """Derive as the façade does, read the credits, and derive the scores."""
    store, judged_by = _loaded(path)
    with store.draft(keep=False) as draft:
        judged_by.write(draft)
        laps, used = [perf_counter()], process_time()
        validation.prepare(draft)
        laps.append(perf_counter())
        derive(draft, _PACK, ())
        laps.append(perf_counter())
        credited = len(read(draft, _PACK))
        laps.append(perf_counter())
        triples = sum(draft.ntriples([graph]).count(b"\n") for graph in _TARGETS.values())
        start = perf_counter()
        scores = scored(draft, judged_by, Report(()))
        spans = [after - before for before, after in pairwise(laps)] + [perf_counter() - start]
        used = process_time() - used
        written = draft.ntriples([score_graph(_PACK)]).count(b"\n")
    names = ("prepare", "derive", "read", "score")
    counts = {
        "cpu": used,
        "credits": credited,
        "triples": triples,
        "rows": len(scores.metrics),
        "score triples": written,
    }
    return {**dict(zip(names, spans, strict=True)), **counts}


def stepwise(path: str, record: str) -> Figures:
    """Time each shipped query, and the other formulation of those that have one; keep the state between below `record`.

    Figures are seconds by name; those of other formulations stand under `hand/` and the name.
    """
    store, judged_by = _loaded(path)
    figures: Figures = {}
    with store.draft(keep=False) as draft:
        judged_by.write(draft)
        (Path(record) / "start.nt").write_bytes(draft.ntriples())
        for number, (name, text, graph) in enumerate(steps()):
            other = _HAND / f"{name}.rq"
            if other.exists():
                figures[f"hand/{name}"] = _timed(draft, other.read_text(encoding="utf-8"), _TRIAL_GRAPH)
                written = set(draft.ntriples([_TRIAL_GRAPH]).splitlines())
                draft.clear(_TRIAL_GRAPH)
            before = set(draft.ntriples([graph]).splitlines())
            figures[name] = _timed(draft, text, graph)
            added = set(draft.ntriples([graph]).splitlines()) - before
            (Path(record) / f"{number}.nt").write_bytes(b"\n".join(sorted(added)) + b"\n")
            if other.exists() and written - before != added:
                raise RuntimeError(f"the other formulation of {name} gives other triples")
    return figures


def by_rdflib(path: str, record: str, limit: float) -> Figures:
    """Time the shipped queries on rdflib's memory store; one that takes longer than `limit` counts as the limit."""
    del path
    graph = rdflib.Graph()
    start = perf_counter()
    graph.parse(Path(record) / "start.nt", format="nt")
    figures: Figures = {"load": perf_counter() - start}
    for number, (name, text, _) in enumerate(steps()):
        start = perf_counter()
        try:
            with _alarm(limit):
                for _triple in graph.query(text, initNs=PREFIXES):
                    pass
            figures[name] = perf_counter() - start
        except TimeoutError:
            figures[name] = limit
        sys.stderr.write(f"rdflib {name}: {figures[name]:.1f} s\n")
        graph.parse(Path(record) / f"{number}.nt", format="nt")
    return figures


@contextmanager
def _alarm(seconds: float) -> Iterator[None]:
    def ring(_: int, __: FrameType | None) -> None:
        raise TimeoutError

    signal.signal(signal.SIGALRM, ring)
    signal.setitimer(signal.ITIMER_REAL, seconds)
    try:
        yield
    finally:
        signal.setitimer(signal.ITIMER_REAL, 0)


def _timed(draft: Draft, text: str, graph: str) -> float:
    start = perf_counter()
    draft.construct_into(text, graph)
    return perf_counter() - start


def _loaded(path: str) -> tuple[Store, Evaluation]:
    store = Store.memory()
    vocabulary.refresh(store)
    graph = asserted_graph("ecosystem")
    with store.draft(replaces=(graph,)) as draft, Path(path).open("rb") as file:
        draft.aim(graph, skolem="ecosystem")
        draft.bulk_load(file, "nquads")
    return store, evaluation(store, _DAY, _PACK)


def main() -> None:
    """Measure and print."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--tenants", type=int, nargs="+", default=[2_250], help="about 444 triples each")
    parser.add_argument("--steps", action="store_true", help="time each query and the formulations below hand/")
    parser.add_argument("--rdflib-limit", type=float, default=0, help="seconds that rdflib gets for each query")
    parser.add_argument("--dir", type=Path, help="where to write; a temporary folder below it is removed at the end")
    asked = parser.parse_args()
    trials: dict[int, Trial] = {}
    for tenants in asked.tenants:
        with tempfile.TemporaryDirectory(dir=asked.dir) as scratch:
            made = synth.write(Path(scratch), tenants=tenants, seed=7, violations=0)
            trials[made.statements] = run(whole, str(made.path))
            _say({made.statements: trials[made.statements]})
            if asked.steps or asked.rdflib_limit:
                _compare(run(stepwise, str(made.path), scratch).figures)
            if asked.rdflib_limit:
                ours = sum(trials[made.statements].figures[name] for name in ("prepare", "derive"))
                theirs = run(by_rdflib, str(made.path), scratch, asked.rdflib_limit).figures
                _compare_rdflib(theirs, asked.rdflib_limit, ours)
    if len(trials) > 1:
        _say(trials)


def _say(trials: dict[int, Trial]) -> None:
    spans, counts = ("prepare", "derive", "read", "score"), ("credits", "triples", "rows", "score triples")
    rows = []
    for statements, trial in trials.items():
        seconds = [f"{trial.figures[name]:.1f}" for name in (*spans, "cpu")]
        numbers = [f"{int(trial.figures[name]):,}" for name in counts]
        rows.append([f"{statements:,}", *seconds, *numbers, f"{trial.peak_bytes / 1e9:.2f}"])
    if len(trials) > 1:
        first, *_, last = trials.values()
        grown = [f"{last.figures[name] / first.figures[name]:.1f}" for name in (*spans, "cpu", *counts)]
        rows.append(["times", *grown, f"{last.peak_bytes / first.peak_bytes:.1f}"])
    names = ("credits", "derived triples", "score rows", "score triples")
    table(["triples", *(f"{name} s" for name in spans), "CPU s", *names, "peak GB"], rows)


def _compare(shipped: Figures) -> None:
    rows: list[list[str]] = []
    for name, seconds in sorted(shipped.items(), key=lambda figure: -figure[1]):
        if not name.startswith("hand/") and (len(rows) < _SHOWN or f"hand/{name}" in shipped):
            other = shipped.get(f"hand/{name}")
            rows.append([name, f"{seconds:.2f}", "" if other is None else f"{other:.2f}"])
    table(["slowest queries, each alone", "shipped s", "other formulation s"], rows)


def _compare_rdflib(theirs: Figures, limit: float, ours: float) -> None:
    queries = {name: seconds for name, seconds in theirs.items() if name != "load"}
    stopped = sorted(name for name, seconds in queries.items() if seconds >= limit)
    total = sum(queries.values())
    table(
        ["rdflib", "load s", "queries s", "times partnergraph", f"stopped after {limit:.0f} s"],
        [["", f"{theirs['load']:.1f}", f">= {total:.0f}", f">= {total / ours:.0f}", ", ".join(stopped) or "none"]],
    )


if __name__ == "__main__":
    main()
