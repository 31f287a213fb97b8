"""SPARQL Update through the guard: what comes and goes, what is refused, and that a refusal leaves nothing behind."""

from __future__ import annotations

import hashlib
from collections.abc import Iterator
from pathlib import Path

import pytest

from partnergraph import PartnerGraph
from partnergraph.errors import BadQuery, ParseFault, ProtectedGraph, UpdateRejected, WrongUse
from partnergraph.store import Document
from partnergraph.terms import CONTEXT_GRAPH, DEFAULT_GRAPH, ONTOLOGY_GRAPH, asserted_graph, pack_graph

GOOD = Path(__file__).resolve().parents[2] / "examples" / "good"
DEAL = "https://w3id.org/partnergraph/id/association/harbour-e5-deal"
IMPORTED = asserted_graph("good")
FIRST, SECOND = "urn:g:1", "urn:g:2"


@pytest.fixture(params=["memory", "folder"])
def either(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[PartnerGraph]:
    with PartnerGraph.open(tmp_path / "store" if request.param == "folder" else None) as opened:
        yield opened


@pytest.fixture
def graph() -> Iterator[PartnerGraph]:
    with PartnerGraph.open() as opened:
        yield opened


def held(graph: PartnerGraph, *graphs: str) -> set[str]:
    """Return the triples of the graphs (the default graph, where none is named) as N-Triples lines."""
    found = set()
    for each in graphs or (DEFAULT_GRAPH,):
        found |= set((graph.graph_text("ntriples", each) or b"").decode().splitlines())
    return found


def turtle(text: str) -> Document:
    return Document(text.encode(), "turtle")


def everything(graph: PartnerGraph) -> set[str]:
    query = "SELECT * { GRAPH ?g { ?s ?p ?o } FILTER(!STRSTARTS(STR(?g), 'https://w3id.org/partnergraph/graph/pack')) }"
    return set(graph.query(query).serialize("csv").decode().splitlines())


def test_every_form_of_update_changes_what_the_standard_says(either: PartnerGraph) -> None:
    graph = either
    graph.update("INSERT DATA { <urn:a> <urn:p> 1 . GRAPH <urn:g:1> { <urn:a> <urn:p> 2 , 3 } }")
    assert held(graph) == {'<urn:a> <urn:p> "1"^^<http://www.w3.org/2001/XMLSchema#integer> .'}
    assert len(held(graph, FIRST)) == 2
    graph.update("DELETE DATA { GRAPH <urn:g:1> { <urn:a> <urn:p> 3 } }")
    assert len(held(graph, FIRST)) == 1
    graph.update("COPY DEFAULT TO <urn:g:2>")
    assert held(graph, SECOND) == held(graph)
    graph.update("ADD <urn:g:1> TO <urn:g:2>")
    assert held(graph, SECOND) == held(graph) | held(graph, FIRST)
    graph.update("MOVE <urn:g:2> TO <urn:g:3>")
    assert graph.graph_text("ntriples", SECOND) is None
    assert len(held(graph, "urn:g:3")) == 2
    graph.update("DELETE WHERE { GRAPH ?g { ?s <urn:p> 2 } }")
    assert (held(graph, FIRST), len(held(graph, "urn:g:3"))) == (set(), 1)
    graph.update("WITH <urn:g:3> DELETE { ?s ?p 1 } INSERT { ?s ?p 'one' } WHERE { ?s ?p 1 }")
    assert held(graph, "urn:g:3") == {'<urn:a> <urn:p> "one" .'}
    graph.update("INSERT { ?s <urn:q> ?o } USING <urn:g:3> WHERE { ?s <urn:p> ?o }")
    assert '<urn:a> <urn:q> "one" .' in held(graph)
    graph.update("INSERT { ?s <urn:r> ?o } USING NAMED <urn:g:3> WHERE { GRAPH ?g { ?s <urn:p> ?o } }")
    assert '<urn:a> <urn:r> "one" .' in held(graph)
    graph.update("CREATE GRAPH <urn:g:4> ; CLEAR GRAPH <urn:g:3> ; DROP GRAPH <urn:g:1>")
    assert (graph.graph_text("ntriples", "urn:g:4"), graph.graph_text("ntriples", "urn:g:3")) == (b"", b"")
    assert graph.graph_text("ntriples", FIRST) is None
    graph.update("CLEAR DEFAULT")
    assert held(graph) == set()


def test_deleting_some_of_what_is_found_leaves_the_rest(graph: PartnerGraph) -> None:
    graph.update("INSERT DATA { <urn:a> <urn:knows> <urn:b> . <urn:b> <urn:name> 'B' }")
    graph.update("DELETE { ?b ?p ?o } WHERE { <urn:a> <urn:knows> ?b . ?b ?p ?o }")
    assert held(graph) == {"<urn:a> <urn:knows> <urn:b> ."}


def test_operations_see_what_those_before_them_did(graph: PartnerGraph) -> None:
    text = """PREFIX ex: <urn:ex:> # a brace } in a comment
        INSERT DATA { ex:a ex:p "a } ; { in a text" } ;
        PREFIX other: <urn:other:>
        INSERT { ?s other:copy ?o } WHERE { ?s ex:p ?o } ;
        DELETE WHERE { ?s ex:p ?o }"""
    outcome = graph.update(text)
    assert held(graph) == {'<urn:ex:a> <urn:other:copy> "a } ; { in a text" .'}
    assert (outcome.added, outcome.removed) == (1, 0)


def test_blank_nodes_are_new_for_every_solution_and_shared_within_one(graph: PartnerGraph) -> None:
    graph.update("INSERT DATA { <urn:a> <urn:p> 1 , 2 }")
    graph.update("INSERT { ?s <urn:to> _:x . _:x <urn:value> ?o } WHERE { ?s <urn:p> ?o }")
    rows = graph.query("SELECT ?x ?o { <urn:a> <urn:to> ?x . ?x <urn:value> ?o }").table().rows
    assert len({row[0] for row in rows}) == len(rows) == 2


def test_what_a_solution_leaves_open_is_not_written(graph: PartnerGraph) -> None:
    graph.update("INSERT DATA { <urn:a> <urn:p> 1 }")
    graph.update("INSERT { ?o <urn:q> 1 . ?s <urn:r> ?none . ?s ?o 1 . ?s <urn:s> 1 } WHERE { ?s <urn:p> ?o }")
    assert len(held(graph)) == 2


def test_triples_about_triples_pass_through(graph: PartnerGraph) -> None:
    graph.update("INSERT DATA { <urn:a> <urn:said> <<( <urn:b> <urn:p> 1 )>> }")
    graph.update("INSERT { ?s <urn:again> <<( ?x <urn:p> ?y )>> } WHERE { ?s <urn:said> <<( ?x <urn:p> ?y )>> }")
    assert graph.query("ASK { <urn:a> <urn:again> <<( <urn:b> <urn:p> 1 )>> }").boolean()
    graph.update("INSERT DATA { <urn:a> <urn:p> 'one <<( that looks like it' }")
    assert len(graph.to_rdflib()) == 1


HOLDER = "<https://w3id.org/partnergraph/id/partner/5000002>"
AGAIN = f'<{DEAL}> pg:startsOn "2020-01-01"^^xsd:date'
VIOLATING: dict[str, str] = {
    "INSERT DATA": f"INSERT DATA {{ {AGAIN} }}",
    "DELETE DATA": f"DELETE DATA {{ GRAPH <{IMPORTED}> {{ <{DEAL}> pg:isHeldBy {HOLDER} }} }}",
    "DELETE WHERE": f"DELETE WHERE {{ GRAPH ?g {{ <{DEAL}> pg:isHeldBy ?partner }} }}",
    "INSERT WHERE": 'INSERT { ?a pg:startsOn "2020-01-01"^^xsd:date } WHERE { GRAPH ?g { ?a pg:startsOn ?day } }',
    "WITH": f"WITH <{IMPORTED}> DELETE {{ ?a pg:isHeldBy ?p }} WHERE {{ ?a pg:isHeldBy ?p }}",
    "USING": f'INSERT {{ ?a pg:startsOn "2020-01-01"^^xsd:date }} USING <{IMPORTED}> WHERE {{ ?a pg:isHeldBy ?p }}',
    "COPY": f"INSERT DATA {{ GRAPH <urn:x> {{ {AGAIN} }} }} ; COPY <urn:x> TO <urn:y>",
    "foreign too": f"INSERT DATA {{ <urn:a> <urn:p> 1 }} ; INSERT DATA {{ {AGAIN} }}",
}


@pytest.mark.parametrize("form", sorted(VIOLATING))
def test_a_violating_update_is_rolled_back_whole_with_the_report(graph: PartnerGraph, form: str) -> None:
    graph.import_files([GOOD])
    graph.update("INSERT DATA { <urn:note> <urn:p> 1 }")
    before, updates, imports = everything(graph), graph.updates(), graph.imports()
    with pytest.raises(UpdateRejected) as refused:
        graph.update(VIOLATING[form])
    assert not refused.value.report.conforms
    assert any("harbour-e5-deal" in finding.focus for finding in refused.value.report.violations)
    assert everything(graph) == before
    assert (graph.updates(), graph.imports()) == (updates, imports)


def test_clearing_what_associations_refer_to_is_refused(either: PartnerGraph) -> None:
    graph = either
    graph.import_files([GOOD])
    partners = "DELETE { GRAPH ?g { ?p ?x ?y } } WHERE { GRAPH ?g { ?p a pg:PartnerAccount ; ?x ?y } }"
    before = everything(graph)
    with pytest.raises(UpdateRejected):
        graph.update(partners)
    assert everything(graph) == before


def test_what_is_written_is_judged_and_credited_like_what_is_imported(either: PartnerGraph) -> None:
    graph = either
    with PartnerGraph.open() as imported:
        imported.import_files([GOOD])
        triples = (imported.graph_text("ntriples", IMPORTED) or b"").decode()
        expected = imported.credits().table.rows
        report = imported.validate()
        holder = str(next(iter(imported.credits().table.dicts()))["partner_id"])
        explained = imported.credits(partner=holder).table.rows
    half = triples.splitlines()
    graph.update(
        f"INSERT DATA {{ {' '.join(half[::2])} GRAPH <urn:mine> {{ {' '.join(half[1::2])} }} }}", validate=False
    )
    assert graph.credits().table.rows == expected
    assert [finding.message for finding in graph.validate().findings] == [each.message for each in report.findings]
    with PartnerGraph.open() as fresh:  # without the credits of all at hand those of one come from a slice
        fresh.update(f"INSERT DATA {{ {triples} }}")
        assert fresh.credits(partner=holder).table.rows == explained
        assert len(fresh.to_rdflib()) == len(half)


@pytest.mark.parametrize(
    "kept", [ONTOLOGY_GRAPH, pack_graph("2023-06"), CONTEXT_GRAPH, "https://w3id.org/partnergraph/graph/imports/good"]
)
@pytest.mark.parametrize(
    "text",
    [
        "INSERT DATA {{ GRAPH <{0}> {{ <urn:a> <urn:p> 1 }} }}",
        "CLEAR SILENT GRAPH <{0}>",
        "DROP SILENT GRAPH <{0}>",
        "CREATE SILENT GRAPH <{0}>",
        "COPY DEFAULT TO <{0}>",
        "WITH <{0}> INSERT {{ <urn:a> <urn:p> 1 }} WHERE {{}}",
    ],
)
def test_graphs_that_we_keep_cannot_be_written(text: str, kept: str) -> None:
    with PartnerGraph.open() as graph:
        graph.import_files([GOOD])
        before = everything(graph)
        with pytest.raises(ProtectedGraph, match="kept by partnergraph itself") as refused:
            graph.update("INSERT DATA { <urn:b> <urn:p> 1 } ; " + text.format(kept))
        assert refused.value.graph == kept
        assert everything(graph) == before


def test_deleting_everywhere_stops_at_graphs_that_we_keep() -> None:
    with PartnerGraph.open() as graph, pytest.raises(ProtectedGraph):
        graph.update("DELETE WHERE { GRAPH ?g { ?s ?p ?o } }")


def test_clearing_all_leaves_what_we_keep(either: PartnerGraph) -> None:
    graph = either
    before = everything(graph)
    graph.update("INSERT DATA { <urn:a> <urn:p> 1 . GRAPH <urn:g:1> { <urn:a> <urn:p> 2 } }")
    graph.update("DROP ALL")
    assert (held(graph), graph.graph_text("ntriples", FIRST)) == (set(), None)
    kept = ("imports/updates", "graph/state,")
    assert {line for line in everything(graph) if not any(name in line for name in kept)} == {
        line for line in before if kept[1] not in line
    }


@pytest.mark.parametrize(
    ("text", "line", "column"),
    [
        ("CLEAR XYZ", 1, 10),
        ("INSERT DATA { <urn:a> <urn:p> 1 } ;\n\n  DELETE DATA { _:x <urn:p> 1 }", 3, 32),
        ("SELECT * {}", 1, 7),
        ("INSERT DATA { <urn:a> <urn:p> 1 } ; ;", 1, 38),
        ("INSERT DATA { <urn:a> <urn:p> ?x }", 1, 35),
    ],
)
def test_what_is_no_update_is_refused_with_the_place_where_reading_stopped(text: str, line: int, column: int) -> None:
    with PartnerGraph.open() as graph, pytest.raises(BadQuery) as refused:
        graph.update(text)
    assert (refused.value.line, refused.value.column) == (line, column)


def test_a_blank_node_label_belongs_to_one_operation() -> None:
    with PartnerGraph.open() as graph, pytest.raises(BadQuery, match="_:x stands in two operations"):
        graph.update("INSERT DATA { _:x <urn:p> 1 } ; INSERT DATA { _:x <urn:p> 2 }")


@pytest.mark.parametrize(
    "text", ["LOAD <http://127.0.0.1:1/x>", "INSERT { ?s ?p ?o } WHERE { SERVICE <http://127.0.0.1:1/> { ?s ?p ?o } }"]
)
def test_nothing_is_fetched(text: str) -> None:
    with PartnerGraph.open() as graph, pytest.raises((BadQuery, WrongUse), match="switched off"):
        graph.update(text)


def test_a_text_cannot_smuggle_in_another_operation() -> None:
    with PartnerGraph.open() as graph:
        graph.update(r'INSERT DATA { <urn:a> <urn:p> "\u0022 } ; LOAD <http://127.0.0.1:1/x> ; INSERT DATA { \u0022" }')
        assert len(held(graph)) == 1


@pytest.mark.parametrize(
    "text", ["CLEAR GRAPH <urn:no>", "DROP GRAPH <urn:no>", "COPY <urn:no> TO <urn:b>", "MOVE <urn:no> TO DEFAULT"]
)
def test_a_missing_graph_is_wrong_use_unless_silent(text: str) -> None:
    with PartnerGraph.open() as graph:
        with pytest.raises(WrongUse, match="SILENT"):
            graph.update(text)
        first, rest = text.split(" ", 1)
        assert not graph.update(f"{first} SILENT {rest}").changed


def test_what_changes_nothing_says_where_to_look(graph: PartnerGraph) -> None:
    graph.import_files([GOOD])
    outcome = graph.update(f"DELETE WHERE {{ <{DEAL}> pg:startsOn ?day }}")
    assert (outcome.changed, graph.updates()) == (False, ())
    assert "GRAPH ?graph" in outcome.notes[0]


def test_an_update_is_an_activity_with_the_digest_of_its_text(either: PartnerGraph) -> None:
    graph = either
    graph.import_files([GOOD])
    triples = graph.imports()[0].triples
    text = f'INSERT DATA {{ GRAPH <{IMPORTED}> {{ <{DEAL}> <urn:note> "asked" }} <urn:a> <urn:p> 1 }}'
    graph.update(text, who="Partner operations")
    made = graph.updates()[0]
    assert (made.who, made.added, made.removed) == ("Partner operations", 2, 0)
    assert (made.sha256, made.byte_count) == (hashlib.sha256(text.encode()).hexdigest(), len(text))
    assert made.graphs == (IMPORTED, DEFAULT_GRAPH)
    assert graph.imports()[0].triples == triples + 1
    assert graph.query("ASK { ?update a prov:Activity, pg:Update ; pg:who 'Partner operations' }").boolean()


def test_what_no_rule_reads_is_not_judged(graph: PartnerGraph) -> None:
    graph.import_files([GOOD])
    assert not graph.update("INSERT DATA { <urn:a> a <urn:Thing> ; dcterms:title 'x' }").judged
    assert graph.update("INSERT DATA { <urn:a> a pg:Note }").judged


def newest(graph: PartnerGraph) -> object:
    return graph.run("lookup/newest-month").rows[0][0]


def test_the_newest_month_follows_what_is_written(graph: PartnerGraph) -> None:
    graph.import_files([GOOD])
    assert newest(graph) == "2023-09"
    graph.update('INSERT DATA { <urn:u> pg:month "2023-11"^^xsd:gYearMonth }', validate=False)
    assert newest(graph) == "2023-11"
    graph.update('INSERT DATA { <urn:v> pg:month "2023-10"^^xsd:gYearMonth }', validate=False)
    assert newest(graph) == "2023-11"
    graph.update("DELETE WHERE { <urn:u> pg:month ?month }", validate=False)
    assert newest(graph) == "2023-10"
    graph.update("CLEAR DEFAULT", validate=False)
    assert newest(graph) == "2023-09"


def test_a_fact_that_is_written_again_elsewhere_is_answered_once(either: PartnerGraph) -> None:
    graph = either
    graph.import_files([GOOD])
    graph.update(f"INSERT {{ <{DEAL}> ?p ?o }} WHERE {{ GRAPH ?g {{ <{DEAL}> ?p ?o }} }}")
    assert len(graph.query(f"SELECT ?day {{ <{DEAL}> pg:startsOn ?day }}").table().rows) == 1


def test_a_graph_is_put_posted_and_deleted_through_the_guard(either: PartnerGraph) -> None:
    graph = either
    graph.import_files([GOOD])
    outcome = graph.put_graph(turtle("<urn:a> <urn:p> 1 , 2 ."), graph=FIRST)
    assert (outcome.added, outcome.removed) == (2, 0)
    assert graph.put_graph(turtle("<urn:a> <urn:p> 2 , 3 ."), graph=FIRST).added == 1
    assert graph.post_graph(turtle("<urn:a> <urn:p> 4 ."), graph=FIRST).added == 1
    assert len(held(graph, FIRST)) == 3
    before = everything(graph)
    violating = f'<{DEAL}> <https://w3id.org/partnergraph/ns#startsOn> "2020-01-01" .'
    for write in (graph.put_graph, graph.post_graph):
        with pytest.raises(UpdateRejected):
            write(turtle(violating), graph=FIRST)
        with pytest.raises(ProtectedGraph):
            write(turtle(""), graph=ONTOLOGY_GRAPH)
        with pytest.raises(ParseFault):
            write(turtle("<urn:a> nonsense"), graph=FIRST)
    with pytest.raises(ProtectedGraph):
        graph.delete_graph(ONTOLOGY_GRAPH)
    assert everything(graph) == before
    assert graph.delete_graph(FIRST).removed == 3
    assert graph.graph_text("ntriples", FIRST) is None


def test_an_update_outlives_the_process_that_made_it(tmp_path: Path) -> None:
    with PartnerGraph.open(tmp_path / "store") as graph:
        graph.update("INSERT DATA { <urn:a> <urn:p> 1 }")
    with PartnerGraph.open(tmp_path / "store") as graph:
        assert (len(held(graph)), len(graph.updates())) == (1, 1)
