"""Answers about one partner from a folder store: credits, a score, and the explanation of one credit.

    python -m benchmarks.answers --tenants 22500 --partners 40 --full
    python -m benchmarks.answers --store FOLDER --partners 40

`cold` is the first answer of a new process, which opens the folder; the files are in the page cache. `next` is about
a partner (or for `explain` a tenant) that the process was not asked about before, `again` the same question twice.
With `--full` all credits are derived as well, which is what an answer would cost without slices.
"""

from __future__ import annotations

import argparse
import random
import tempfile
from collections.abc import Callable
from pathlib import Path
from statistics import median, quantiles
from time import perf_counter

from benchmarks.trial import Figures, Trial, run, table

from partnergraph import PartnerGraph, synth
from partnergraph.credit import Credit

_DAY, _PACK = "2023-09-30", "2023-06"
_SEED = 7
_GLOBAL_ACCOUNTS = (
    "SELECT DISTINCT ?id WHERE { ?period pg:hasParentAccount ?account . ?account pg:partnerId ?id } ORDER BY ?id"
)
Question = Callable[[PartnerGraph, str], object]


def made(tenants: int, scratch: str) -> Path:
    """Return a folder store with an ecosystem, imported as users do it."""
    source = synth.write(Path(scratch), tenants=tenants, seed=_SEED, violations=0)
    folder = Path(scratch) / "store"
    with PartnerGraph.open(folder) as graph:
        graph.import_files([source.path], name="ecosystem", as_of=_DAY)
    source.path.unlink()
    return folder


def chosen(folder: str, count: int) -> list[str]:
    """Return as many global accounts at random, the same for the same store."""
    with PartnerGraph.open(folder) as graph:
        ids = [str(row[0]) for row in graph.query(_GLOBAL_ACCOUNTS).table().rows]
    return random.Random(_SEED).sample(ids, min(count, len(ids)))


def credits_of(graph: PartnerGraph, partner: str) -> int:
    """Return how many credits a partner has."""
    return len(graph.credits(partner=partner, as_of=_DAY, pack=_PACK))


def score_of(graph: PartnerGraph, partner: str) -> int:
    """Return how many rows the score of a partner has."""
    return len(graph.scores(partner=partner, as_of=_DAY, pack=_PACK).metrics)


def explained(graph: PartnerGraph, credit: Credit) -> object:
    """Explain one credit."""
    return graph.explain(
        credit.partner_id,
        tenant=credit.tenant_id,
        workload=credit.workload or None,
        subscription=credit.subscription_id or None,
        metric=credit.metric,
        as_of=_DAY,
        pack=_PACK,
    )


def first(folder: str, partner: str, what: str) -> Figures:
    """Time the first answer of a process, from opening the folder."""
    credit = _one_credit(folder, partner) if what == "explain" else None
    start = perf_counter()
    with PartnerGraph.open(folder) as graph:
        opened = perf_counter()
        if credit is not None:
            explained(graph, credit)
        elif what == "credits":
            credits_of(graph, partner)
        else:
            score_of(graph, partner)
        return {"open": opened - start, "answer": perf_counter() - start}


def following(folder: str, *partners: str) -> Figures:
    """Time answers about one partner after the other; figures are seconds by kind and number."""
    figures: Figures = {}
    with PartnerGraph.open(folder) as graph:
        credits_of(graph, partners[0])
        for number, partner in enumerate(partners[1:]):
            figures[f"credits/{number}"] = _timed(lambda p=partner: credits_of(graph, p))
            figures[f"credits again/{number}"] = _timed(lambda p=partner: credits_of(graph, p))
            found = graph.credits(partner=partner, as_of=_DAY, pack=_PACK)
            figures[f"count/{number}"] = len(found)
            for credit in random.Random(number).sample(list(found), min(1, len(found))):
                figures[f"explain/{number}"] = _timed(lambda c=credit: explained(graph, c))
                figures[f"explain again/{number}"] = _timed(lambda c=credit: explained(graph, c))
            figures[f"score/{number}"] = _timed(lambda p=partner: score_of(graph, p))
            figures[f"score again/{number}"] = _timed(lambda p=partner: score_of(graph, p))
    return figures


def whole(folder: str) -> Figures:
    """Time the derivation of all credits."""
    start = perf_counter()
    with PartnerGraph.open(folder) as graph:
        count = len(graph.credits(as_of=_DAY, pack=_PACK))
        return {"answer": perf_counter() - start, "credits": count}


def _one_credit(folder: str, partner: str) -> Credit:
    with PartnerGraph.open(folder) as graph:
        found = graph.credits(partner=partner, as_of=_DAY, pack=_PACK)
        return random.Random(0).choice(list(found))


def _timed(work: Callable[[], object]) -> float:
    start = perf_counter()
    work()
    return perf_counter() - start


def main() -> None:
    """Measure and print."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--tenants", type=int, default=2_250, help="about 444 triples each")
    parser.add_argument("--store", type=Path, help="a folder store that is there already")
    parser.add_argument("--partners", type=int, default=20, help="how many partners are asked about")
    parser.add_argument("--full", action="store_true", help="derive the credits of all partners as well")
    parser.add_argument("--dir", type=Path, help="where to write; a temporary folder below it is removed at the end")
    asked = parser.parse_args()
    with tempfile.TemporaryDirectory(dir=asked.dir) as scratch:
        folder = str(asked.store or made(asked.tenants, scratch))
        partners = chosen(folder, asked.partners + 1)
        cold = {what: run(first, folder, partners[0], what) for what in ("credits", "score", "explain")}
        warm = run(following, folder, *partners)
        _say(cold, warm)
        if asked.full:
            trial = run(whole, folder)
            one = median(_of(warm, "credits"))
            row = [f"{trial.figures['answer']:.1f}", f"{int(trial.figures['credits']):,}"]
            times = f"{trial.figures['answer'] / one:.0f}"
            table(
                ["all partners s", "credits", "peak GB", "times one partner"],
                [[*row, f"{trial.peak_bytes / 1e9:.2f}", times]],
            )


def _of(trial: Trial, what: str) -> list[float]:
    return [figure for name, figure in trial.figures.items() if name.rpartition("/")[0] == what]


def _say(cold: dict[str, Trial], warm: Trial) -> None:
    rows = []
    for what, trial in cold.items():
        seconds, again = _of(warm, what), _of(warm, f"{what} again")
        spread = [median(seconds), quantiles(seconds, n=10)[-1], max(seconds), median(again)]
        rows.append([what, *(f"{1000 * figure:.0f}" for figure in (trial.figures["answer"], *spread))])
    table(["ms", "cold", "next, median", "9 of 10 within", "slowest", "again, median"], rows)
    counts = sorted(_of(warm, "count"))
    peak = f"{warm.peak_bytes / 1e9:.2f}"
    table(
        ["partners", "credits of one, median", "most", "peak GB"],
        [[f"{len(counts)}", f"{median(counts):.0f}", f"{counts[-1]:.0f}", peak]],
    )


if __name__ == "__main__":
    main()
