"""A process that changes a store without end, one change after the other, until it is killed.

It writes a line before each change: the number of the change that comes. Change 0 is the first import.
"""

from __future__ import annotations

import sys
from pathlib import Path

from partnergraph import PartnerGraph

DAY = "2023-09"
BASE = {
    "partners.csv": "partner_id,account_type,global_partner_id\n0010,global,\n0011,location,0010\n0020,global,\n"
    "0021,location,0020\n",
    "customers.csv": "customer_id,name\nc1,Heron Foods\n",
    "tenants.csv": "tenant_id,customer_id,domain\nt1,c1,heron.example\n",
    "subscriptions.csv": "subscription_id,tenant_id,product,channel,status,starts_on\n"
    "s1,t1,Customer Service,EA,active,2023-01-01\ns2,t1,Customer Service,EA,active,2023-01-01\n",
}
HEADER = "association_id,type,cpor_subtype,partner_id,tenant_id,subscription_id,state,starts_on\n"
KINDS = ("import", "replace", "update", "quarantine", "close", "derive")


def claims(folder: Path, *lines: str, base: bool = False) -> Path:
    """Write a bundle and return its folder."""
    folder.mkdir(exist_ok=True)
    for name, text in (BASE if base else {}).items():
        (folder / name).write_text(text)
    (folder / "associations.csv").write_text(HEADER + "".join(f"{line}\n" for line in lines))
    return folder


def change(graph: PartnerGraph, number: int, scratch: Path) -> None:
    """Make the change of that number; which kind it is follows from the number."""
    kind = KINDS[number % len(KINDS)] if number else "import"
    if number == 0:
        graph.import_files(
            [claims(scratch / "base", "a1,CPOR,OSU_BA,0011,t1,s1,approved,2023-02-01", base=True)], as_of=DAY
        )
    elif kind == "import":
        claim = f"b{number},CPOR,OSU_BA,0011,t1,s1,approved,2023-03-01"
        graph.import_files([claims(scratch / f"import{number}", claim)], as_of=DAY)
    elif kind == "replace":
        claim = f"r{number},CPOR,OSU_BA,0011,t1,s1,approved,2023-03-01"
        graph.import_files([claims(scratch / "replaced", claim)], name="replaced", as_of=DAY, mode="record")
    elif kind == "update":
        triple = f"<urn:{number}> <urn:p> {number}"
        graph.update(f"INSERT DATA {{ GRAPH <urn:one> {{ {triple} }} GRAPH <urn:two> {{ {triple} }} }}")
    elif kind == "quarantine":
        rival, fine = (
            f"{name}{number},CPOR,OSU_BA,0021,t1,{on},approved,2023-03-01" for name, on in (("q", "s1"), ("f", "s2"))
        )
        graph.import_files([claims(scratch / f"held{number}", rival, fine)], as_of=DAY, mode="quarantine")
    elif kind == "close":
        graph.close_month(DAY, name=f"closed {number}")
    else:
        graph.scores(as_of=DAY)


def main() -> None:
    """Go on from the change that comes next."""
    store, scratch, number = Path(sys.argv[1]), Path(sys.argv[2]), int(sys.argv[3])
    with PartnerGraph.open(store) as graph:
        print("open", flush=True)
        while True:
            print(number, flush=True)
            change(graph, number, scratch)
            number += 1


if __name__ == "__main__":
    main()
