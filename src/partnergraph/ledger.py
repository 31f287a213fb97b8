"""The ledger: what is known of each graph that users say things in, kept up as they write."""

from __future__ import annotations

from dataclasses import dataclass

from partnergraph import catalogue
from partnergraph.provenance import now
from partnergraph.store import Draft, View
from partnergraph.terms import PG, PREFIXES, RDF_TYPE, UPDATES_GRAPH, instance, literal

_COUNT = "SELECT (COUNT(*) AS ?made) WHERE { ?update a pg:Update }"
_NEWEST = {"newestMonth": "gYearMonth", "newestStart": "date"}


@dataclass(frozen=True, slots=True)
class Update:
    """One act of writing that was no import: who, when (an ISO time in UTC), its text's digest and length, what it did.

    `graphs` are the named graphs that it changed, `added` and `removed` count triples.
    """

    name: str
    who: str
    at: str
    sha256: str
    byte_count: int
    graphs: tuple[str, ...]
    added: int
    removed: int


def record(draft: Draft, who: str, sha256: str, byte_count: int) -> Update:
    """Write into the draft who changed it as its `change` says, and what its graphs hold now; return the record."""
    change = draft.change
    graphs = change.graphs()
    came = draft.came()
    for graph, balance in graphs.items():
        _restate(draft, came, graph, balance)
    for graph in draft.repeats():
        node, place, _ = _known(draft, graph)
        draft.restate(node, {PG + "repeatsFacts": [literal("true", "boolean")]}, place)
    number = str(int(draft.rows(_COUNT)[1][0][0] or 0) + 1)
    made = Update(number, who, now(), sha256, byte_count, tuple(graphs), change.added, change.removed)
    draft.restate(instance("update", number), _facts(made), UPDATES_GRAPH)
    return made


def updates(view: View) -> tuple[Update, ...]:
    """Return the updates that were made, the first one first."""
    found: dict[str, Update] = {}
    for name, who, at, sha256, size, added, removed, graph in catalogue.texts(view, "lookup/updates"):
        held = found.get(name)
        graphs = (*held.graphs, graph) if held else (graph,) if graph else ()
        found[name] = Update(name, who, at, sha256, int(size), graphs, int(added), int(removed))
    return tuple(found.values())


def _facts(made: Update) -> dict[str, list[str]]:
    return {
        RDF_TYPE: [f"<{PG}Update>", f"<{PREFIXES['prov']}Activity>"],
        PG + "name": [literal(made.name, "integer")],
        PG + "who": [literal(made.who)],
        PREFIXES["prov"] + "endedAtTime": [literal(made.at, "dateTime")],
        PG + "sha256": [literal(made.sha256)],
        PG + "byteCount": [literal(str(made.byte_count), "integer")],
        PG + "addedCount": [literal(str(made.added), "integer")],
        PG + "removedCount": [literal(str(made.removed), "integer")],
        PG + "graph": [f"<{graph}>" for graph in made.graphs],
    }


def _restate(draft: Draft, came: Draft, graph: str, balance: int) -> None:
    """Say anew what a graph holds; its dates are looked for in all of it only where the newest of them went."""
    node, place, known = _known(draft, graph)
    triples = int(known.get("tripleCount") or 0) + balance
    gone = draft.change.gone_values().get(graph, set())
    fresh = _size(draft if any(known.get(name) in gone for name in _NEWEST) else came, graph)
    stale = {name for name in _NEWEST if known.get(name) in gone}
    facts: dict[str, list[str]] = {PG + "tripleCount": [literal(str(triples), "integer")]}
    if known.get("graphSum") or not known:
        facts[PG + "graphSum"] = [literal(draft.sum_after(graph, known.get("graphSum", "")))]
    for name, datatype in _NEWEST.items():
        newest = max(fresh.get(name) or "", "" if name in stale else known.get(name) or "")
        facts[PG + name] = [literal(newest, datatype)] if newest else []
    if node == graph:
        facts[RDF_TYPE] = [f"<{PG}WrittenGraph>"]
        if triples == 0:
            facts = {name: [] for name in (*facts, PG + "repeatsFacts")}
    draft.restate(node, facts, place)


def _known(draft: Draft, graph: str) -> tuple[str, str, dict[str, str]]:
    """Return the node that the ledger keeps for a graph, where it stands, and what it says."""
    rows = draft.rows(catalogue.query("lookup/ledger").text, {"graph": f"<{graph}>"})[1]
    for _, node, place, triples, total, month, start in rows:
        known = {"tripleCount": triples, "graphSum": total, "newestMonth": month, "newestStart": start}
        return node or "", place or "", {name: value or "" for name, value in known.items()}
    return graph, UPDATES_GRAPH, {}


def _size(view: View, graph: str) -> dict[str, str]:
    columns, rows = view.rows(catalogue.query("lookup/import-size").text, {"graph": f"<{graph}>"})
    return {name: value or "" for row in rows for name, value in zip(columns, row, strict=True)}
