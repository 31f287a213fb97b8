"""The shipped words and rule packs: put into every store, and read as the codes that files may use."""

from __future__ import annotations

import hashlib
from functools import cache

from partnergraph import artifacts, catalogue
from partnergraph.importing import Codes
from partnergraph.store import Draft, Store
from partnergraph.terms import ONTOLOGY_GRAPH, PG, pack_graph

_UNLOADED = "ontology/prefixes.ttl"


def refresh(store: Store) -> None:
    """Make the store hold exactly the shipped ontology and packs; do nothing where it does."""
    digest = _digest()
    if store.holds(f'ASK {{ <{ONTOLOGY_GRAPH}> pg:contentDigest "{digest}" }}'):
        return
    texts = _texts()
    with store.draft(replaces=tuple(texts)) as draft:
        _write(draft, texts)
        fact = f'<{ONTOLOGY_GRAPH}> <{PG}contentDigest> "{digest}" .\n'
        draft.add_ntriples(fact.encode(), ONTOLOGY_GRAPH)


@cache
def codes() -> Codes:
    """Return the concepts, products and association kinds that files name by code or label."""
    store = Store.memory()
    with store.draft() as draft:
        _write(draft, _texts())
    return Codes(
        [(a, b, c) for a, b, c in catalogue.texts(store, "lookup/codes")],
        [(a, b) for a, b in catalogue.texts(store, "lookup/products")],
        [(a, b) for a, b in catalogue.texts(store, "lookup/kinds")],
    )


def _write(draft: Draft, texts: dict[str, list[str]]) -> None:
    for graph, parts in texts.items():
        for part in parts:
            draft.add_turtle(part, graph)


@cache
def _texts() -> dict[str, list[str]]:
    found: dict[str, list[str]] = {}
    for path in artifacts.names("ontology", ".ttl"):
        if path != _UNLOADED:
            parts = path.split("/")
            graph = pack_graph(parts[2]) if parts[1] == "packs" else ONTOLOGY_GRAPH
            found.setdefault(graph, []).append(artifacts.text(path))
    return found


@cache
def _digest() -> str:
    return hashlib.sha256("\0".join(part for parts in _texts().values() for part in parts).encode()).hexdigest()
