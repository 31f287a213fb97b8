"""The façade: what is committed, what is refused, what is asked."""

from collections.abc import Iterator
from pathlib import Path

import networkx
import pytest
import rdflib

from partnergraph import PartnerGraph
from partnergraph.errors import BadQuery, StoreUnavailable, UnreadableInput, UpdateRejected, WrongUse
from partnergraph.report import Severity

PARTNERS = """partner_id,account_type,global_partner_id
0010,global,
0011,location,0010
0020,global,
0021,location,0020
"""
CUSTOMERS = "customer_id,name\nc1,Heron Foods\n"
TENANTS = "tenant_id,customer_id,domain\nt1,c1,heron.example\n"
SUBSCRIPTIONS = """subscription_id,tenant_id,product,channel,status,starts_on
s1,t1,Customer Service,EA,active,2023-01-01
"""
HEADER = "association_id,type,cpor_subtype,partner_id,tenant_id,subscription_id,state,starts_on\n"
FIRST = "a1,CPOR,OSU_BA,0011,t1,s1,approved,2023-02-01\n"
SECOND = "a2,CPOR,OSU_BA,0021,t1,s1,approved,2023-03-01\n"


def bundle(folder: Path, associations: str, *, base: bool = True) -> Path:
    folder.mkdir()
    if base:
        (folder / "partners.csv").write_text(PARTNERS)
        (folder / "customers.csv").write_text(CUSTOMERS)
        (folder / "tenants.csv").write_text(TENANTS)
        (folder / "subscriptions.csv").write_text(SUBSCRIPTIONS)
    (folder / "associations.csv").write_text(HEADER + associations)
    return folder


@pytest.fixture(params=["memory", "folder"])
def graph(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[PartnerGraph]:
    with PartnerGraph.open(None if request.param == "memory" else tmp_path / "store") as opened:
        yield opened


def triples(graph: PartnerGraph) -> set[tuple[str, ...]]:
    answer = graph.query("SELECT ?g ?s ?p ?o WHERE { GRAPH ?g { ?s ?p ?o } }")
    return {tuple(str(cell) for cell in row) for row in answer.table().rows}


def test_a_good_bundle_is_committed_with_its_provenance(graph: PartnerGraph, tmp_path: Path) -> None:
    outcome = graph.import_files([bundle(tmp_path / "good", FIRST)], who="Partner operations")
    assert outcome.committed
    assert not outcome.report.findings
    (made,) = graph.imports()
    assert (made.name, made.who, made.triples) == ("good", "Partner operations", outcome.triples)
    assert {file.name for file in made.files} == {
        "associations.csv",
        "customers.csv",
        "partners.csv",
        "subscriptions.csv",
        "tenants.csv",
    }
    assert all(len(file.sha256) == 64 and file.byte_count for file in made.files)


def test_a_violation_with_what_is_stored_refuses_the_import_whole(graph: PartnerGraph, tmp_path: Path) -> None:
    graph.import_files([bundle(tmp_path / "good", FIRST)])
    before = triples(graph)
    outcome = graph.import_files([bundle(tmp_path / "rival", SECOND, base=False)])
    assert not outcome.committed
    found = {(finding.code, finding.focus, finding.other) for finding in outcome.report.violations}
    assert found == {("V-CPOR-DUP", "a1", "a2"), ("V-CPOR-DUP", "a2", "a1")}
    assert triples(graph) == before


def test_what_cannot_be_read_leaves_the_store_as_it_was(graph: PartnerGraph, tmp_path: Path) -> None:
    graph.import_files([bundle(tmp_path / "good", FIRST)])
    before = triples(graph)
    broken = bundle(tmp_path / "good2", "a3,CPOR,OSU_BA,0011,t1,s1,approved,2023-02-30\n")
    with pytest.raises(UnreadableInput) as caught:
        graph.import_files([broken], name="good")
    (fault,) = caught.value.faults
    assert (fault.file, fault.row, fault.column) == ("associations.csv", 2, "starts_on")
    assert triples(graph) == before


def test_the_same_name_replaces_the_import(graph: PartnerGraph, tmp_path: Path) -> None:
    graph.import_files([bundle(tmp_path / "one", FIRST)], name="claims")
    outcome = graph.import_files([bundle(tmp_path / "two", SECOND)], name="claims")
    assert outcome.committed
    assert [made.name for made in graph.imports()] == ["claims"]
    held = graph.query("SELECT ?id WHERE { ?a a pg:Association ; pg:associationId ?id }").table().rows
    assert held == (("a2",),)


def test_a_refused_replacement_keeps_the_old_import(graph: PartnerGraph, tmp_path: Path) -> None:
    graph.import_files([bundle(tmp_path / "one", FIRST)], name="claims")
    before = triples(graph)
    assert not graph.import_files([bundle(tmp_path / "two", FIRST + SECOND)], name="claims").committed
    assert triples(graph) == before


def test_a_folder_keeps_what_was_committed(tmp_path: Path) -> None:
    with PartnerGraph.open(tmp_path / "store") as graph:
        graph.import_files([bundle(tmp_path / "good", FIRST)])
        before = triples(graph)
    with PartnerGraph.open(tmp_path / "store") as graph:
        assert triples(graph) == before


def test_a_folder_open_elsewhere_is_refused_and_unharmed(tmp_path: Path) -> None:
    with PartnerGraph.open(tmp_path / "store") as graph:
        graph.import_files([bundle(tmp_path / "good", FIRST)])
        with pytest.raises(StoreUnavailable, match="open in another process"):
            PartnerGraph.open(tmp_path / "store")
        assert graph.imports()


def test_a_folder_of_other_files_is_no_store(tmp_path: Path) -> None:
    (tmp_path / "notes.txt").write_text("mine")
    with pytest.raises(StoreUnavailable, match="other files"):
        PartnerGraph.open(tmp_path)
    assert [path.name for path in tmp_path.iterdir()] == ["notes.txt"]


def test_the_day_is_the_newest_association_where_no_usage_is(graph: PartnerGraph, tmp_path: Path) -> None:
    graph.import_files([bundle(tmp_path / "good", FIRST)])
    assert graph.credits().as_of == "2023-02-28"
    assert graph.validate().as_of == "2023-02-28"


def test_without_any_date_the_day_must_be_given(graph: PartnerGraph, tmp_path: Path) -> None:
    assert graph.import_files([bundle(tmp_path / "good", "")]).committed
    with pytest.raises(WrongUse, match="--as-of"):
        graph.validate()
    assert graph.validate(as_of="2023-09").as_of == "2023-09-30"


def test_unknown_packs_and_days_are_wrong_use(graph: PartnerGraph, tmp_path: Path) -> None:
    graph.import_files([bundle(tmp_path / "good", FIRST)])
    with pytest.raises(WrongUse, match="2023-06"):
        graph.credits(pack="1999-01")
    with pytest.raises(WrongUse, match="no date"):
        graph.credits(as_of="2023-02-30")


def test_credit_leaves_out_what_a_violation_names(graph: PartnerGraph, tmp_path: Path) -> None:
    graph.import_files([bundle(tmp_path / "bad", FIRST + SECOND)], validate=False)
    credits_ = graph.credits(as_of="2023-09-30")
    assert len(credits_) == 0
    assert {finding.focus for finding in credits_.left_out} == {"a1", "a2"}
    assert len(graph.credits(as_of="2023-02-28")) == 0


def test_credits_stand_in_the_derived_graph_with_what_they_derive_from(graph: PartnerGraph, tmp_path: Path) -> None:
    graph.import_files([bundle(tmp_path / "good", FIRST)])
    credits_ = graph.credits(as_of="2023-09-30")
    assert {(credit.metric, credit.threshold) for credit in credits_} == {
        ("deployments", "unknown"),
        ("usage_growth", "unknown"),
        ("incentive", "met"),
    }
    derived = graph.query(
        """SELECT ?metric WHERE {
          GRAPH <https://w3id.org/partnergraph/graph/derived/credit/2023-06> {
            ?credit prov:wasDerivedFrom <https://w3id.org/partnergraph/id/association/a1> ; pg:hasMetric ?node }
          ?credit prov:wasDerivedFrom ?row . ?row a pg:EligibilityRow . ?node skos:notation ?metric }"""
    )
    assert {row[0] for row in derived.table().rows} == {credit.metric for credit in credits_}


def test_the_same_question_gets_the_same_bytes(tmp_path: Path) -> None:
    answers = set()
    for name in ("one", "two"):
        with PartnerGraph.open() as graph:
            graph.import_files([bundle(tmp_path / name, FIRST)], name="same")
            answers.add((graph.credits(as_of="2023-09-30").to_csv(), graph.validate(as_of="2023-09-30").to_csv()))
    assert len(answers) == 1


def test_rdf_comes_in_with_one_kind_of_string_and_no_blank_nodes(graph: PartnerGraph, tmp_path: Path) -> None:
    turtle = tmp_path / "notes.ttl"
    turtle.write_text(
        """@prefix xsd: <http://www.w3.org/2001/XMLSchema#> . @prefix e: <http://e.example/> .
        e:a e:says "hello" , "hello"^^xsd:string ; e:has [ e:says "blank" ] .\n"""
    )
    assert graph.import_files([turtle]).triples == 3
    nodes = graph.query("SELECT ?o WHERE { <http://e.example/a> <http://e.example/has> ?o }").table().rows
    assert str(nodes[0][0]).startswith("https://w3id.org/partnergraph/id/node/notes/")
    assert not graph.query("ASK { ?s ?p ?o FILTER(isBlank(?s) || isBlank(?o)) }").boolean()


def test_remote_contexts_are_not_fetched(graph: PartnerGraph, tmp_path: Path) -> None:
    document = tmp_path / "remote.jsonld"
    document.write_text('{"@context": "http://127.0.0.1:9/context", "@id": "http://e.example/a", "name": "b"}')
    with pytest.raises(UnreadableInput):
        graph.import_files([document])
    assert not graph.imports()


def test_queries_read_only_and_ask_nobody_else(graph: PartnerGraph) -> None:
    for text in (
        "INSERT DATA { <http://e.example/a> <http://e.example/b> 1 }",
        "SELECT * WHERE { SERVICE <http://127.0.0.1:9/sparql> { ?s ?p ?o } }",
        "SELECT nothing",
    ):
        with pytest.raises(BadQuery):
            graph.query(text)


def test_rdflib_goes_in_and_comes_out(graph: PartnerGraph) -> None:
    given = rdflib.Graph()
    given.add((rdflib.URIRef("http://e.example/a"), rdflib.URIRef("http://e.example/b"), rdflib.Literal("c")))
    assert graph.import_rdflib(given, name="given").committed
    assert set(graph.to_rdflib()) == set(given)


@pytest.mark.parametrize("view", ["tenancy", "associations", "credit-flow", "overlap"])
def test_networks_survive_graphml(graph: PartnerGraph, tmp_path: Path, view: str) -> None:
    graph.import_files([bundle(tmp_path / "good", FIRST)])
    drawn = graph.network(view)
    networkx.write_graphml(drawn, tmp_path / "drawn.graphml")
    back = networkx.read_graphml(tmp_path / "drawn.graphml")
    assert dict(back.nodes(data=True)) == dict(drawn.nodes(data=True))
    assert back.number_of_edges() == drawn.number_of_edges()
    if view != "overlap":
        assert drawn.number_of_nodes()


def test_results_are_also_tables(graph: PartnerGraph, tmp_path: Path) -> None:
    graph.import_files([bundle(tmp_path / "good", FIRST)])
    credits_ = graph.credits(as_of="2023-09-30")
    assert list(credits_.to_pandas()["metric"]) == [credit.metric for credit in credits_]
    assert credits_.to_arrow().num_rows == len(credits_)
    assert graph.validate(as_of="2023-09-30").to_pandas().empty


def test_the_same_fact_in_two_imports_is_one_fact(graph: PartnerGraph, tmp_path: Path) -> None:
    graph.import_files([bundle(tmp_path / "good", FIRST)])
    once = graph.credits(as_of="2023-09-30").to_csv()
    again = bundle(tmp_path / "again", FIRST)
    assert graph.import_files([again]).committed
    assert graph.credits(as_of="2023-09-30").to_csv() == once
    assert not [f for f in graph.validate(as_of="2023-09-30").findings if f.severity is Severity.VIOLATION]


def test_a_fact_in_two_imports_is_counted_once(graph: PartnerGraph, tmp_path: Path) -> None:
    count = "SELECT (COUNT(*) AS ?n) WHERE { ?subscription a pg:Subscription ; pg:productName ?name }"
    graph.import_files([bundle(tmp_path / "good", FIRST)])
    assert graph.query(count).table().rows == ((1,),)
    graph.import_files([bundle(tmp_path / "again", FIRST)])
    assert graph.query(count).table().rows == ((1,),)
    graphs = "SELECT (COUNT(*) AS ?n) WHERE { GRAPH ?graph { ?subscription a pg:Subscription } }"
    assert graph.query(graphs).table().rows == ((2,),)
    assert graph.query("ASK { ?s pg:repeatsFacts true }").boolean()


def test_scores_stay_for_questions_when_credits_are_asked_in_between(graph: PartnerGraph, tmp_path: Path) -> None:
    graph.import_files([bundle(tmp_path / "good", FIRST)])
    asked = {"partner": "0010"}
    first = graph.run("questions/area-scores", asked, as_of="2023-09")
    graph.credits(as_of="2023-09")
    assert graph.run("questions/area-scores", asked, as_of="2023-09") == first
    graph.credits(as_of="2023-08")
    assert graph.run("questions/area-scores", asked, as_of="2023-09") == first
    assert len(first) > 0


def test_a_fault_that_is_held_on_to_stands_in_nobodys_way(tmp_path: Path, examples: Path) -> None:
    """The fault of a refused change holds, through its frames, what was to be the next state of the store."""
    refused = "INSERT DATA { GRAPH <urn:g> { <urn:a> a pg:Association, pg:DigitalPartnerOfRecord } }"
    with PartnerGraph.open(tmp_path / "store") as graph:
        graph.import_files([examples / "good"])
        try:
            graph.update(refused, as_of="2023-09-30")
        except UpdateRejected as fault:
            held = fault
        assert graph.update("INSERT DATA { <urn:a> <urn:b> <urn:c> }").added == 1
        assert held.report.violations
