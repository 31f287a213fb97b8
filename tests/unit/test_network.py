"""Each view of the graph is a network whose attributes are plain values, so that GraphML holds all of it."""

from collections.abc import Iterator, Sequence
from pathlib import Path

import networkx as nx
import pyoxigraph
import pytest

from partnergraph import artifacts, network, synth
from partnergraph.errors import WrongUse
from partnergraph.network import Row, build


def edge(source: str, relation: str, target: str | None, target_kind: str = "tenant") -> Row:
    ends = {"source": source, "sourceKind": "customer", "sourceLabel": source.upper()}
    return {**ends, "relation": relation, "target": target, "targetKind": target_kind, "targetLabel": "Tenant Ø"}


def pair(source: str, target: str, weight: str) -> Row:
    ends = {"source": source, "sourceKind": "partner", "sourceLabel": source}
    return {**ends, "target": target, "targetKind": "partner", "targetLabel": target, "weight": weight}


def credit(partner: str, metric: str, channel: str | None) -> Row:
    return {
        "association_type": "CPOR", "partner_id": partner, "solution_area": "security", "metric": metric,
        "tenant_id": "t1", "channel": channel,
    }  # fmt: skip


def written_and_read(graph: nx.Graph, folder: Path) -> nx.Graph:
    path = folder / "network.graphml"
    nx.write_graphml(graph, path)
    return nx.read_graphml(path)


def the_same(one: nx.Graph, other: nx.Graph) -> bool:
    edges = nx.utils.edges_equal(one.edges(data=True), other.edges(data=True), directed=one.is_directed())
    return bool(edges and one.nodes(data=True) == other.nodes(data=True))


@pytest.fixture(scope="module")
def store(tmp_path_factory: pytest.TempPathFactory) -> pyoxigraph.Store:
    path = synth.write(tmp_path_factory.mktemp("ecosystem"), tenants=60, seed=4, usage_months=1).path
    graph = pyoxigraph.Store()
    graph.load(path=str(path), format=pyoxigraph.RdfFormat.N_QUADS)
    for name in artifacts.names("ontology", ".ttl"):
        graph.load(artifacts.text(name).encode(), pyoxigraph.RdfFormat.TURTLE)
    return graph


def asked(store: pyoxigraph.Store, view: str) -> Iterator[Row]:
    solutions = store.query(artifacts.text(f"queries/{network.QUERIES[view]}.rq"), use_default_graph_as_union=True)
    assert isinstance(solutions, pyoxigraph.QuerySolutions)
    names = [variable.value for variable in solutions.variables]
    for solution in solutions:
        yield {name: None if solution[name] is None else solution[name].value for name in names}


def test_tenancy_points_from_owner_to_owned(tmp_path: Path) -> None:
    graph = build("tenancy", [edge("c1", "has tenant", "t1"), edge("c1", "has tenant", "t2")])
    assert set(graph.edges) == {("c1", "t1"), ("c1", "t2")}
    assert graph.nodes["c1"] == {"kind": "customer", "label": "C1"}
    assert graph.edges["c1", "t2"] == {"relation": "has tenant"}
    assert the_same(graph, written_and_read(graph, tmp_path))


def test_an_owner_of_nothing_is_a_lonely_node() -> None:
    graph = build("tenancy", [edge("c1", "has tenant", None)])
    assert (list(graph.nodes), list(graph.edges)) == (["c1"], [])


def test_overlap_weighs_pairs_of_partners(tmp_path: Path) -> None:
    graph = build("overlap", [pair("p1", "p2", "3"), pair("p1", "p3", "1")])
    assert not graph.is_directed()
    assert graph.edges["p2", "p1"] == {"weight": 3}
    assert the_same(graph, written_and_read(graph, tmp_path))


def test_credit_flow_counts_credits_from_channel_to_metric(tmp_path: Path) -> None:
    graph = build(
        "credit-flow",
        [credit("p1", "deployments", "EA"), credit("p1", "revenue", "EA"), credit("p2", "revenue", None)],
    )
    flows = {(source, target): passed for source, target, passed in graph.edges(data="credits")}
    assert flows == {
        ("channel/EA", "association type/CPOR"): 2,
        ("association type/CPOR", "partner/p1"): 2,
        ("association type/CPOR", "partner/p2"): 1,
        ("partner/p1", "solution area/security"): 2,
        ("partner/p2", "solution area/security"): 1,
        ("solution area/security", "metric/deployments"): 1,
        ("solution area/security", "metric/revenue"): 2,
    }
    assert graph.nodes["partner/p1"] == {"kind": "partner", "label": "p1"}
    assert the_same(graph, written_and_read(graph, tmp_path))


@pytest.mark.parametrize("view", network.QUERIES)
def test_every_view_of_an_ecosystem_survives_graphml(store: pyoxigraph.Store, tmp_path: Path, view: str) -> None:
    graph = build(view, asked(store, view))
    assert graph.number_of_edges() > 60
    assert the_same(graph, written_and_read(graph, tmp_path))


@pytest.mark.parametrize(
    ("view", "kinds"),
    [
        ("tenancy", ["customer", "subscription", "tenant", "workload"]),
        ("associations", ["association", "credential", "partner", "subscription", "workload"]),
        ("overlap", ["partner"]),
    ],
)
def test_every_view_shows_its_kinds_of_things(store: pyoxigraph.Store, view: str, kinds: Sequence[str]) -> None:
    graph = build(view, asked(store, view))
    assert sorted({kind for _, kind in graph.nodes(data="kind")}) == kinds
    assert all(label for _, label in graph.nodes(data="label"))


def test_every_tenant_hangs_below_a_customer(store: pyoxigraph.Store) -> None:
    graph = build("tenancy", asked(store, "tenancy"))
    tenants = [node for node, kind in graph.nodes(data="kind") if kind == "tenant"]
    assert len(tenants) == 60
    assert all(graph.nodes[owner]["kind"] == "customer" for tenant in tenants for owner in graph.predecessors(tenant))


def test_an_unknown_view_is_refused() -> None:
    with pytest.raises(WrongUse, match="tenancy"):
        build("sideways", [])
