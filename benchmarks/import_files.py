"""Import of an N-Quads file into a folder store, against pyoxigraph's bulk_load of the same file on the same disk.

python -m benchmarks.import_files --tenants 2250 --repeat 3
python -m benchmarks.import_files --tenants 22500 --repeat 1
"""

from __future__ import annotations

import argparse
import tempfile
from pathlib import Path
from statistics import median
from time import perf_counter

import pyoxigraph
from benchmarks.trial import Figures, Trial, run, table

from partnergraph import PartnerGraph, synth

_DAY = "2023-09-30"


def bulk_load(path: str, folder: str) -> Figures:
    """Load the file with pyoxigraph alone."""
    start = perf_counter()
    store = pyoxigraph.Store(folder)
    store.bulk_load(path=path, format=pyoxigraph.RdfFormat.N_QUADS)
    store.flush()
    return {"seconds": perf_counter() - start}


def import_unjudged(path: str, folder: str) -> Figures:
    """Import the file without validation."""
    return _import(path, folder, validate=False)


def import_judged(path: str, folder: str) -> Figures:
    """Import the file with all rules."""
    return _import(path, folder, validate=True)


def _import(path: str, folder: str, *, validate: bool) -> Figures:
    start = perf_counter()
    with PartnerGraph.open(folder) as graph:
        opened = perf_counter()
        outcome = graph.import_files([path], name="ecosystem", validate=validate, as_of=_DAY)
    if not outcome.committed:
        raise RuntimeError(f"{len(outcome.report.findings)} findings in an ecosystem that should have none")
    return {"seconds": perf_counter() - start, "open": opened - start, "triples": float(outcome.triples)}


_WORKS = {
    "bulk_load": bulk_load,
    "import without validation": import_unjudged,
    "import with validation": import_judged,
}


def main() -> None:
    """Measure and print."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--tenants", type=int, default=2_250, help="about 444 triples each")
    parser.add_argument("--repeat", type=int, default=3, help="runs of each kind, in turn; the median counts")
    parser.add_argument("--skip-validation", action="store_true", help="leave out the import with validation")
    parser.add_argument("--dir", type=Path, help="where to write; a temporary folder below it is removed at the end")
    asked = parser.parse_args()
    works = {name: work for name, work in _WORKS.items() if not (asked.skip_validation and work is import_judged)}
    trials: dict[str, list[Trial]] = {name: [] for name in works}
    with tempfile.TemporaryDirectory(dir=asked.dir) as scratch:
        made = synth.write(Path(scratch), tenants=asked.tenants, seed=7, violations=0)
        with made.path.open("rb") as file:  # the first reader must not be the one who warms the cache
            while file.read(1 << 24):
                pass
        for _ in range(asked.repeat):
            for name, work in works.items():
                with tempfile.TemporaryDirectory(dir=scratch) as folder:
                    trials[name].append(run(work, str(made.path), str(Path(folder) / "store")))
    base = median(trial.figures["seconds"] for trial in trials["bulk_load"])
    rows = []
    for name, runs in trials.items():
        seconds = [trial.figures["seconds"] for trial in runs]
        peak = max(trial.peak_bytes for trial in runs) / 1e9
        spread = f"{min(seconds):.1f} to {max(seconds):.1f}"
        rows.append([name, f"{median(seconds):.1f}", spread, f"{median(seconds) / base:.2f}", f"{peak:.2f}"])
    table([f"{made.statements:,} triples", "s", "range", "times bulk_load", "peak GB"], rows)


if __name__ == "__main__":
    main()
