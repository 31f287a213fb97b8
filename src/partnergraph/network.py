"""The graph as networks to look at and measure. The only module that knows networkx."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Iterable, Mapping
from itertools import pairwise

import networkx as nx

from partnergraph.errors import WrongUse

Cell = str | int | float | bool | None
Row = Mapping[str, Cell]

QUERIES = {
    "tenancy": "lookup/network-tenancy",
    "associations": "lookup/network-associations",
    "overlap": "lookup/network-overlap",
}
"""The question whose rows each view is built from; the rows of "credit-flow" are the credits."""

_FLOW = (
    ("channel", "channel"),
    ("association type", "association_type"),
    ("partner", "partner_id"),
    ("solution area", "solution_area"),
    ("metric", "metric"),
)


def build(view: str, rows: Iterable[Row]) -> nx.Graph | nx.DiGraph:
    """Return the network of `view`: "tenancy", "associations", "credit-flow" or "overlap".

    The first two are directed from the owner to the owned; "credit-flow" is directed from channel to metric, each edge
    with the number of `credits` that pass; "overlap" is undirected, each edge with the `weight` of its tenants. Every
    node has `kind` and `label`, every attribute is a str or an int. Raise WrongUse for another view.
    """
    if view not in VIEWS:
        raise WrongUse(f"There is no network called {view}. Choose one of: {', '.join(VIEWS)}.")
    return VIEWS[view](rows)


def _directed(rows: Iterable[Row]) -> nx.DiGraph:
    graph = nx.DiGraph()
    for row in rows:
        _add_node(graph, row, "source")
        if row["target"]:
            _add_node(graph, row, "target")
            graph.add_edge(row["source"], row["target"], relation=str(row["relation"]))
    return graph


def _weighted(rows: Iterable[Row]) -> nx.Graph:
    graph = nx.Graph()
    for row in rows:
        _add_node(graph, row, "source")
        _add_node(graph, row, "target")
        graph.add_edge(row["source"], row["target"], weight=int(row["weight"] or 0))
    return graph


def _add_node(graph: nx.Graph, row: Row, end: str) -> None:
    graph.add_node(str(row[end]), kind=str(row[f"{end}Kind"]), label=str(row[f"{end}Label"]))


def _flow(rows: Iterable[Row]) -> nx.DiGraph:
    """Return how many credits pass from station to station; a station that a credit does not name is left out."""
    graph = nx.DiGraph()
    passing: Counter[tuple[str, str]] = Counter()
    for row in rows:
        stations = [(kind, str(row[column])) for kind, column in _FLOW if row.get(column)]
        for kind, label in stations:
            graph.add_node(f"{kind}/{label}", kind=kind, label=label)
        passing.update(pairwise(f"{kind}/{label}" for kind, label in stations))
    for (source, target), credited in passing.items():
        graph.add_edge(source, target, credits=credited)
    return graph


VIEWS: dict[str, Callable[[Iterable[Row]], nx.Graph]] = {
    "tenancy": _directed,
    "associations": _directed,
    "credit-flow": _flow,
    "overlap": _weighted,
}
"""Every view with the function that builds it."""
