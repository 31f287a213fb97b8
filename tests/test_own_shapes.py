"""Shapes of one's own: kept in the store, and a guard like the shipped rules."""

from __future__ import annotations

from pathlib import Path

import pytest

from partnergraph import PartnerGraph
from partnergraph.cli import main
from partnergraph.errors import ShapesFault, UnreadableInput, UpdateRejected, WrongUse
from partnergraph.report import Severity

SHAPES = """
@prefix sh: <http://www.w3.org/ns/shacl#> .
@prefix pg: <https://w3id.org/partnergraph/ns#> .
@prefix ex: <https://shapes.example/> .
ex:NamedTenant a sh:NodeShape ; sh:targetClass pg:Tenant ; sh:property ex:NamedTenant-name .
ex:NamedTenant-name sh:path pg:name ; sh:minLength 13 ; sh:severity sh:SEVERITY ;
  sh:message "A name has thirteen letters." .
"""
NEW_TENANT = """PREFIX pg: <https://w3id.org/partnergraph/ns#>
INSERT DATA { GRAPH <urn:more> {
  <https://w3id.org/partnergraph/id/tenant/zzz> a pg:Tenant ; pg:tenantId "zzz" ; pg:name "NAME" ;
    pg:belongsToCustomer <https://w3id.org/partnergraph/id/customer/C-MEADOW> } }"""


def written(folder: Path, severity: str = "Violation") -> Path:
    path = folder / "house.ttl"
    path.write_text(SHAPES.replace("SEVERITY", severity), encoding="utf-8")
    return path


def found(graph: PartnerGraph) -> set[tuple[str, str, Severity]]:
    report = graph.validate(as_of="2023-09-30")
    return {(each.rule, each.focus, each.severity) for each in report.findings if "shapes.example" in each.rule}


def test_what_own_shapes_find_is_in_every_report(tmp_path: Path, examples: Path) -> None:
    """Of the tenants in examples/good/tenants.csv only Quarry Works, in row 4, has a name of twelve letters."""
    with PartnerGraph.open(shapes=[written(tmp_path, "Warning")]) as graph:
        outcome = graph.import_files([examples / "good"])
        assert outcome.committed
        assert found(graph) == {("https://shapes.example/NamedTenant-name", "quarry", Severity.WARNING)}
        assert {each.focus for each in outcome.report.findings if "shapes.example" in each.rule} == {"quarry"}
        told = next(each for each in graph.validate(as_of="2023-09-30").findings if "shapes.example" in each.rule)
        assert told.message == "A name has thirteen letters."
        assert (told.source_file, told.source_row) == ("tenants.csv", 4)
        assert "<https://shapes.example/NamedTenant-name>" in graph.validate().serialize("ntriples")


def test_own_shapes_refuse_what_they_find(tmp_path: Path, examples: Path) -> None:
    store = tmp_path / "store"
    with PartnerGraph.open(store) as graph:
        graph.import_files([examples / "good"])
        before = graph.credits(as_of="2023-09-30").table
        graph.add_shapes([written(tmp_path)])
        with pytest.raises(UpdateRejected) as rejected:
            graph.update(NEW_TENANT.replace("NAME", "Tiny"), as_of="2023-09-30")
        assert "zzz" in {each.focus for each in rejected.value.report.violations}
        assert not graph.query("ASK { ?t pg:tenantId 'zzz' }").boolean()
        assert not graph.import_files([examples / "good"], name="again", as_of="2023-09-30").committed
        assert graph.credits(as_of="2023-09-30").table == before, "credits follow the programme's rules alone"
    with PartnerGraph.open(store) as graph:
        (kept,) = graph.shapes()
        assert (kept.name, kept.shapes) == ("house", 1)
        assert found(graph)
        asked = "SELECT ?m { GRAPH ?g { <https://shapes.example/NamedTenant-name> sh:message ?m } }"
        assert graph.query(asked).table().rows == (("A name has thirteen letters.",),)
        graph.remove_shapes("house")
        assert not graph.shapes()
        assert not found(graph)
        assert graph.update(NEW_TENANT.replace("NAME", "Tiny"), as_of="2023-09-30").added == 4


def test_a_set_is_replaced_by_one_of_its_name(tmp_path: Path) -> None:
    with PartnerGraph.open() as graph:
        first = graph.add_shapes([written(tmp_path, "Warning")])
        second = graph.add_shapes([written(tmp_path)])
        assert first.sha256 != second.sha256
        assert graph.shapes() == (second,)
        assert graph.add_shapes([written(tmp_path)]) == second, "the same shapes have the same digest"


def test_the_shipped_rules_may_be_left_out(tmp_path: Path, examples: Path) -> None:
    bad = [examples / "good", examples / "bad" / "dpor-on-csp"]
    with PartnerGraph.open(tmp_path / "store", shapes=[written(tmp_path, "Info")], shipped_shapes=False) as graph:
        outcome = graph.import_files(bad, name="both", as_of="2023-09-30")
        assert outcome.committed
        assert {each.severity for each in outcome.report.findings} == {Severity.INFO}
    with PartnerGraph.open(tmp_path / "store") as graph:
        assert "DigitalPartnerOffCsp" in {each.rule for each in graph.validate(as_of="2023-09-30").findings}


@pytest.mark.parametrize(
    ("text", "fault"),
    [
        ("@prefix sh: <http://www.w3.org/ns/shacl#> .\n<urn:a> sh:path", UnreadableInput),
        ("<urn:a> <urn:b> <urn:c> .", WrongUse),
        (SHAPES.replace("a sh:NodeShape ;", "a sh:NodeShape ; sh:node ex:NamedTenant ;"), ShapesFault),
    ],
)
def test_what_are_no_shapes_is_refused(tmp_path: Path, text: str, fault: type[Exception]) -> None:
    path = written(tmp_path)
    path.write_text(text, encoding="utf-8")
    with PartnerGraph.open() as graph:
        with pytest.raises(fault):
            graph.add_shapes([path])
        assert not graph.shapes()
        with pytest.raises(WrongUse, match="no shapes called house"):
            graph.remove_shapes("house")


def test_the_command_adds_lists_and_removes(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    store = str(tmp_path / "store")
    with PartnerGraph.open(store):
        pass
    assert main(["shapes", "add", str(written(tmp_path)), "--store", store, "--format", "csv"]) == 0
    said = capsys.readouterr()
    assert said.out.splitlines()[1].startswith("house,1,")
    assert "house guards this store from now on" in said.err
    assert main(["shapes", "remove", "house", "--store", store, "--format", "csv"]) == 0
    assert capsys.readouterr().out.splitlines() == ["name,shapes,triples,sha256,graph"]
    assert main(["shapes", "remove", "house", "--store", store]) == 2
