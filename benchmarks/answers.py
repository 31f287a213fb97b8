"""Single answers of a large store, in milliseconds: one partner's credits and scores, and one explanation.

    python -m benchmarks.answers --tenants 2250 --full
    python -m benchmarks.answers --tenants 22500
    python -m benchmarks.answers --store store

The store is imported first, unless a folder names one of earlier. Partners and credits are taken evenly from those that
there are. An explanation is asked twice: the first reads the part of the store that bears on it, the second has it.
`--full` derives the credits of all partners in the same run: the peer that each single answer is compared with.
"""

from __future__ import annotations

import argparse
import statistics
import sys
import tempfile
from pathlib import Path
from time import perf_counter

from benchmarks.trial import Figures, run, table

from partnergraph import PartnerGraph, synth
from partnergraph.credit import Credit

_DAY = "2023-09-30"
_PARTNERS = (
    "SELECT ?id (COUNT(*) AS ?n) { ?p pg:partnerId ?id . ?a pg:isHeldBy ?p ; a pg:Association } "
    "GROUP BY ?id ORDER BY ?n ?id"
)
_QUESTIONS = 5
_MILLI = 1000


def answers(store: str, full: int) -> Figures:
    """Ask of each partner its credits, one explanation and its scores, and at the end, where wanted, all credits."""
    figures: Figures = {}
    laps: dict[str, list[float]] = {}
    with PartnerGraph.open(store) as graph:
        holders = [str(row[0]) for row in graph.query(_PARTNERS).table().rows]
        step = max(1, len(holders) // _QUESTIONS)
        chosen = [*holders[step // 2 :: step][:_QUESTIONS], holders[-1]]
        for place, partner in enumerate(chosen):
            kind = "largest" if place == len(chosen) - 1 else "median"
            begin = perf_counter()
            credited = graph.credits(as_of=_DAY, partner=partner)
            laps.setdefault(f"{kind}: credits of one partner", []).append(perf_counter() - begin)
            begin = perf_counter()
            graph.scores(as_of=_DAY, partner=partner)
            laps.setdefault(f"{kind}: scores of one partner", []).append(perf_counter() - begin)
            if len(credited):
                _explained(graph, partner, credited[len(credited) // 2], laps, kind)
        if full:
            begin = perf_counter()
            figures["all: credits of all partners"] = len(graph.credits(as_of=_DAY))
            laps["all: credits of all partners"] = [perf_counter() - begin]
    return {name: statistics.median(times) * _MILLI for name, times in laps.items()}


def _explained(graph: PartnerGraph, partner: str, one: Credit, laps: dict[str, list[float]], kind: str) -> None:
    for state in ("first", "again"):
        begin = perf_counter()
        graph.explain(partner, tenant=one.tenant_id, metric=one.metric, as_of=_DAY)
        laps.setdefault(f"{kind}: explanation of one credit, {state}", []).append(perf_counter() - begin)


def main() -> None:
    """Build the store where none is named, ask, and print the table."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--tenants", type=int, default=2250)
    parser.add_argument("--store", help="a store folder that holds synthetic data already")
    parser.add_argument("--full", action="store_true", help="also derive the credits of all partners")
    arguments = parser.parse_args()
    with tempfile.TemporaryDirectory() as folder:
        store = arguments.store or _built(Path(folder), arguments.tenants)
        trial = run(answers, store, int(arguments.full))
    rows = [(name, f"{value:,.0f} ms") for name, value in trial.figures.items()]
    table(("answer", "median"), rows)
    sys.stdout.write(f"peak {trial.peak_bytes / 2**30:.2f} GB\n")


def _built(folder: Path, tenants: int) -> str:
    made = synth.write(folder / "data", tenants=tenants, seed=7, violations=0)
    with PartnerGraph.open(folder / "store") as graph:
        graph.import_files([made.path], name="ecosystem", validate=False, as_of=_DAY)
    return str(folder / "store")


if __name__ == "__main__":
    main()
