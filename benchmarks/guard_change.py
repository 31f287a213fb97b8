"""A change to a large store, guarded and with credits derived again, in milliseconds.

    python -m benchmarks.guard_change --tenants 2250 22500
    python -m benchmarks.guard_change --store small large
    python -m benchmarks.guard_change --store small --whole

The stores are imported first, unless folders name some of earlier, which are copied. In each, all rules are checked and
the credits of all partners derived once; then come the changes: one association at a time on a subscription that has
no digital partner, a new customer in about 1,000 triples, and as many of associations, each for another customer.
`--whole` makes one of the changes in a store of which nothing is known, so that everything is looked at: the peer.
"""

from __future__ import annotations

import argparse
import shutil
import statistics
import sys
import tempfile
from collections.abc import Iterator, Sequence
from pathlib import Path
from time import perf_counter, process_time

from benchmarks.trial import Figures, run, table

from partnergraph import PartnerGraph, synth

_DAY = "2023-09-30"
_CHANGES = 20
_FREE = """
SELECT ?id WHERE {
  ?period pg:hasChannel pgv:EA ; pg:ofSubscription ?subscription ; pg:hasStatus pgv:SubscriptionActive .
  ?subscription pg:subscriptionId ?id .
  FILTER NOT EXISTS { ?any pg:coversSubscription ?subscription . FILTER EXISTS { ?any a pg:DigitalPartnerOfRecord } }
} ORDER BY ?id"""
_LOCATIONS = """
SELECT ?id WHERE { ?period pg:hasAccountType pgv:LocationAccountType ; pg:ofAccount ?p . ?p pg:partnerId ?id ;
  pg:hasStatus pgv:AccountActive } ORDER BY ?id LIMIT 1"""
_HEAD = "association_id,type,partner_id,subscription_id,state,starts_on\n"
_WORKLOADS = ("Exchange", "Teams", "SharePoint", "Intune", "Entra ID Premium")
_MONTHS = [f"2022-{month:02d}" for month in range(9, 13)] + [f"2023-{month:02d}" for month in range(1, 10)]


def changes(store: str, folder: str, whole: int) -> Figures:
    """Make the changes in the store, and return the median of each kind, in milliseconds, and how many were kept."""
    laps: dict[str, list[float]] = {}
    figures: Figures = {}
    with PartnerGraph.open(store) as graph:
        free = _evenly(_texts(graph, _FREE), _CHANGES + 1 + 125 * 3)
        partner = _texts(graph, _LOCATIONS)[0]
        begin = perf_counter()
        if not whole:
            graph.credits(as_of=_DAY)
        figures["known before, s"] = perf_counter() - begin
        for kind, bundle in _bundles(Path(folder), free, partner, 1 if whole else _CHANGES):
            begin, spent = perf_counter(), process_time()
            outcome = graph.import_files([bundle], name=bundle.name, as_of=_DAY)
            laps.setdefault(f"{kind}: ms", []).append((perf_counter() - begin) * 1000)
            laps.setdefault(f"{kind}: ms of CPU", []).append((process_time() - spent) * 1000)
            figures[f"{kind}: kept"] = figures.get(f"{kind}: kept", 0) + outcome.committed
            figures[f"{kind}: triples"] = outcome.triples
            if whole:
                break
    return {**figures, **{kind: statistics.median(times[1:] or times) for kind, times in laps.items()}}


def _bundles(folder: Path, free: Sequence[str], partner: str, count: int) -> Iterator[tuple[str, Path]]:
    for number in range(count + 1):
        yield "one association", _written(folder / f"one-{number}", associations=_claims(free[:1], partner, number))
        free = free[1:]
    for number in range(3):
        yield "a customer of 1,000 triples", _written(folder / f"customer-{number}", **_customer(number, partner))
    for number in range(3):
        some = free[number * 125 : number * 125 + 125]
        claims = _claims(some, partner, 1000 + number)
        yield "1,000 triples over 125 customers", _written(folder / f"spread-{number}", associations=claims)


def _claims(subscriptions: Sequence[str], partner: str, number: int) -> str:
    rows = (f"new-{number}-{i},DPOR,{partner},{each},active,2023-05-01\n" for i, each in enumerate(subscriptions))
    return _HEAD + "".join(rows)


def _customer(number: int, partner: str) -> dict[str, str]:
    tenants = [f"new-{number}-{place}" for place in range(3)]
    usage = (
        f"{tenant},{workload},{month},400,{200 + place}\n"
        for tenant in tenants
        for place, workload in enumerate(_WORKLOADS)
        for month in _MONTHS
    )
    periods = (f"{tenant}-s,{tenant},Microsoft 365 E3,EA,active,true,2022-01-01\n" for tenant in tenants)
    return {
        "customers": f"customer_id,name\nnew-{number},New {number}\n",
        "tenants": "tenant_id,customer_id\n" + "".join(f"{tenant},new-{number}\n" for tenant in tenants),
        "subscriptions": "subscription_id,tenant_id,product,channel,status,provisioned,starts_on\n" + "".join(periods),
        "associations": _claims([f"{tenant}-s" for tenant in tenants], partner, 2000 + number),
        "usage": "tenant_id,workload,month,paid_available_units,monthly_active_users\n" + "".join(usage),
    }


def _written(folder: Path, **files: str) -> Path:
    folder.mkdir(parents=True)
    for name, text in files.items():
        (folder / f"{name}.csv").write_text(text, encoding="utf-8")
    return folder


def _texts(graph: PartnerGraph, query: str) -> list[str]:
    return [str(row[0]) for row in graph.query(query).table().rows]


def _evenly(found: Sequence[str], count: int) -> list[str]:
    step = max(1, len(found) // count)
    return list(dict.fromkeys(found))[::step][:count]


def main() -> None:
    """Build the stores where none are named, change them, and print the table."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--tenants", type=int, nargs="+", default=[2250])
    parser.add_argument("--store", nargs="*", default=[], help="store folders that hold synthetic data already")
    parser.add_argument("--whole", action="store_true", help="look at everything once instead")
    parser.add_argument("--dir", help="the folder to work in")
    arguments = parser.parse_args()
    for source in arguments.store or arguments.tenants:
        with tempfile.TemporaryDirectory(dir=arguments.dir) as name:
            folder = Path(name)
            if isinstance(source, str):
                shutil.copytree(source, folder / "store")
            else:
                _build(folder, source)
            trial = run(changes, str(folder / "store"), str(folder / "changes"), int(arguments.whole))
        rows = [(name, f"{value:,.1f}") for name, value in trial.figures.items()]
        table((str(source), "median"), rows)
        sys.stdout.write(f"peak {trial.peak_bytes / 2**30:.2f} GB\n")


def _build(folder: Path, tenants: int) -> None:
    made = synth.write(folder / "data", tenants=tenants, seed=7, violations=0)
    with PartnerGraph.open(folder / "store") as graph:
        graph.import_files([made.path], name="ecosystem", validate=False, as_of=_DAY)


if __name__ == "__main__":
    main()
