"""Shapes of the user's own on every way in: Python, the command line, HTTP."""

from __future__ import annotations

import json
from collections.abc import Iterator
from pathlib import Path

import pyoxigraph
import pytest
import rdflib
from rdflib import RDF, SH
from starlette.testclient import TestClient

import partnergraph
from partnergraph import PartnerGraph, Report, validate
from partnergraph.cli import main
from partnergraph.errors import ShapesFault, UnreadableInput, WrongUse
from partnergraph.web import create_app
from shacl_results import results

# So rdflib reads JSON-LD.
pytestmark = pytest.mark.filterwarnings("ignore:ConjunctiveGraph is deprecated")

PREFIXES = "@prefix ex: <http://ex.example/> .\n@prefix sh: <http://www.w3.org/ns/shacl#> .\n"
DATA = PREFIXES + 'ex:ada a ex:Person ; ex:age 36 . ex:bob a ex:Person ; ex:age "old" .'
SHAPES = (
    PREFIXES
    + """
ex:Aged a sh:NodeShape ; sh:targetClass ex:Person ; sh:property [
    sh:path ex:age ; sh:datatype <http://www.w3.org/2001/XMLSchema#integer> ; sh:message "An age is a number." ] .
"""
)
FOUND = {
    (
        "<http://ex.example/bob>",
        "<http://ex.example/age>",
        '"old"',
        "<http://www.w3.org/ns/shacl#DatatypeConstraintComponent>",
        "<http://www.w3.org/ns/shacl#Violation>",
        "[]",
    ): 1
}
ADVICE = SHAPES.replace("sh:path", "sh:severity sh:Warning ; sh:path")
AHEAD = SHAPES.replace("sh:datatype <http://www.w3.org/2001/XMLSchema#integer>", 'sh:pattern "^(?!old)"')
ROUND = PREFIXES + "ex:Loop a sh:NodeShape ; sh:targetClass ex:Person ; sh:node ex:Again . ex:Again sh:node ex:Loop ."


@pytest.fixture
def files(tmp_path: Path) -> tuple[str, str]:
    data, shapes = tmp_path / "data.ttl", tmp_path / "shapes.ttl"
    data.write_text(DATA, encoding="utf-8")
    shapes.write_text(SHAPES, encoding="utf-8")
    return str(data), str(shapes)


@pytest.fixture(scope="module")
def client() -> Iterator[TestClient]:
    with PartnerGraph.open() as graph, TestClient(create_app(graph)) as client:
        yield client


# --- Python ---


def store_of(text: str) -> pyoxigraph.Store:
    store = pyoxigraph.Store()
    store.load(text.encode(), format=pyoxigraph.RdfFormat.TURTLE)
    return store


def test_graphs_stores_and_paths_all_do(files: tuple[str, str]) -> None:
    data, shapes = files
    graphs = [rdflib.Graph().parse(data=text, format="turtle") for text in (DATA, SHAPES)]
    for given in (data, Path(data), [data], Path(data).with_suffix(".ttl"), graphs[0], store_of(DATA)):
        for rules in (shapes, Path(shapes), graphs[1], store_of(SHAPES)):
            report = validate(given, rules)
            assert isinstance(report, Report)
            assert report.conforms is False
            (finding,) = report.findings
            told = (finding.focus, finding.severity, finding.message, finding.value)
            assert told == ("http://ex.example/bob", "violation", "An age is a number.", "old")
            # The property shape has no name; the one around it has.
            assert finding.rule == "http://ex.example/Aged"
            assert results(report.to_rdflib()) == FOUND


def test_a_graph_that_keeps_its_shapes_conforms() -> None:
    report = validate(store_of(DATA.replace('"old"', "1")), store_of(SHAPES))
    assert (report.conforms, report.findings) == (True, ())
    graph = report.to_rdflib()
    assert list(graph.objects(None, SH.conforms)) == [rdflib.Literal(True)]
    assert len(list(graph.subjects(RDF.type, SH.ValidationReport))) == 1


def test_a_warning_does_not_conform_either_as_the_standard_has_it() -> None:
    report = validate(store_of(DATA), store_of(ADVICE))
    assert (report.conforms, report.violations) == (False, ())


def test_nothing_given_is_written_to() -> None:
    graphs = [rdflib.Graph().parse(data=text, format="turtle") for text in (DATA, AHEAD)]
    before = [set(graph) for graph in graphs]
    report = validate(*graphs)
    assert [str(each) for each in report.fallbacks]
    assert [set(graph) for graph in graphs] == before
    stores = [store_of(DATA), store_of(AHEAD)]
    quads = [set(store) for store in stores]
    validate(*stores)
    assert [set(store) for store in stores] == quads


@pytest.mark.parametrize(
    ("given", "kind", "word"),
    [
        ("missing.ttl", UnreadableInput, "does not exist"),
        ("data.xyz", UnreadableInput, "no suffix of an RDF format"),
        ("broken.ttl", UnreadableInput, "broken.ttl, row 2"),
        (3, WrongUse, "int is no graph"),
    ],
)
def test_what_cannot_be_read_is_said(tmp_path: Path, given: str | int, kind: type[Exception], word: str) -> None:
    (tmp_path / "data.xyz").write_text("", encoding="utf-8")
    (tmp_path / "broken.ttl").write_text("@prefix a: <http://a.example/> .\na:b a:c .\n", encoding="utf-8")
    source = tmp_path / given if isinstance(given, str) else given
    with pytest.raises(kind, match=word):
        validate(source, store_of(SHAPES))  # type: ignore[arg-type]  # that is the point


def test_shapes_that_refer_to_themselves_are_refused_by_name() -> None:
    with pytest.raises(
        ShapesFault, match=r"http://ex\.example/Loop.*http://ex\.example/Again.*http://ex\.example/Loop"
    ):
        validate(store_of(DATA), store_of(ROUND))


def test_the_names_are_public() -> None:
    assert {"validate", "Report", "PartnerGraph"} <= set(partnergraph.__all__)


# --- the command line ---


def test_the_command_prints_a_report(files: tuple[str, str], capsys: pytest.CaptureFixture[str]) -> None:
    data, shapes = files
    assert main(["validate", data, "--shapes", shapes, "--format", "turtle"]) == 1
    said = capsys.readouterr()
    assert results(rdflib.Graph().parse(data=said.out, format="turtle")) == FOUND
    assert "Judged by 1 shape: 1 violation, 0 warnings, 0 info." in said.err


@pytest.mark.parametrize(("form", "parser"), [("jsonld", "json-ld"), ("ntriples", "nt")])
def test_the_command_writes_the_report_in_other_syntaxes(
    files: tuple[str, str], capsys: pytest.CaptureFixture[str], form: str, parser: str
) -> None:
    assert main(["validate", files[0], "--shapes", files[1], "--format", form]) == 1
    assert results(rdflib.Graph().parse(data=capsys.readouterr().out, format=parser)) == FOUND


def test_the_command_writes_rows(files: tuple[str, str], capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["validate", files[0], "--shapes", files[1], "--format", "csv"]) == 1
    header, row = capsys.readouterr().out.splitlines()
    assert header == "severity,focus,path,value,message,component,shape"
    assert row.startswith("violation,http://ex.example/bob,http://ex.example/age,old,An age is a number.,")
    assert main(["validate", files[0], "--shapes", files[1], "--format", "json"]) == 1
    told = json.loads(capsys.readouterr().out)
    assert (told["conforms"], told["fallbacks"], told["findings"][0]["value"]) == (False, [], "old")
    assert main(["validate", files[0], "--shapes", files[1]]) == 1
    assert "An age is a number." in capsys.readouterr().out


def test_warnings_alone_are_fine_for_the_exit_status(
    files: tuple[str, str], capsys: pytest.CaptureFixture[str]
) -> None:
    Path(files[1]).write_text(ADVICE, encoding="utf-8")
    assert main(["validate", files[0], "--shapes", files[1]]) == 0
    assert "0 violations, 1 warning, 0 info." in capsys.readouterr().err


def test_the_command_says_that_no_shape_looks_for_anything(
    files: tuple[str, str], capsys: pytest.CaptureFixture[str]
) -> None:
    assert main(["validate", files[0], "--shapes", files[0]]) == 0
    assert "note: no shape looks for anything." in capsys.readouterr().err


def test_the_command_says_what_another_engine_did(files: tuple[str, str], capsys: pytest.CaptureFixture[str]) -> None:
    Path(files[1]).write_text(AHEAD, encoding="utf-8")
    assert main(["validate", files[0], "--shapes", files[1]]) == 1
    said = capsys.readouterr().err
    assert "<http://ex.example/Aged> was carried out by pySHACL: the store does not understand" in said


@pytest.mark.parametrize(
    ("arguments", "status", "word"),
    [
        (["--shapes", "SHAPES", "--as-of", "2023-09-30"], 2, "--as-of does not go with --shapes"),
        (["--shapes", "nowhere.ttl"], 3, "does not exist"),
        (["--shapes", "ROUND"], 2, "refer to themselves"),
    ],
)
def test_the_command_refuses_what_cannot_be_meant(
    files: tuple[str, str], capsys: pytest.CaptureFixture[str], arguments: list[str], status: int, word: str
) -> None:
    around = Path(files[0]).with_name("round.ttl")
    around.write_text(ROUND, encoding="utf-8")
    named = {"SHAPES": files[1], "ROUND": str(around)}
    assert main(["validate", files[0], *(named.get(each, each) for each in arguments)]) == status
    assert word in capsys.readouterr().err


# --- HTTP ---


def rdf(answer_text: str, form: str = "turtle") -> rdflib.Graph:
    return rdflib.Graph().parse(data=answer_text, format=form)


def jsonld(text: str) -> str:
    return rdf(text).serialize(format="json-ld")


@pytest.mark.parametrize(
    "data",
    [
        ("d.ttl", DATA, "text/turtle"),
        ("d", jsonld(DATA), "application/ld+json"),
        ("d.nt", rdf(DATA).serialize(format="nt"), "application/octet-stream"),
        ("d", rdf(DATA).serialize(format="xml"), "application/rdf+xml; charset=utf-8"),
        (None, DATA, "text/turtle"),
        (None, jsonld(DATA), "application/ld+json"),
        (None, DATA),
        (None, jsonld(DATA)),
        (None, rdf(DATA).serialize(format="xml")),
    ],
)
def test_a_form_has_data_and_shapes_in_any_syntax(client: TestClient, data: tuple[str | None, ...]) -> None:
    parts = {"data": data, "shapes": ("s.ttl", SHAPES, "text/turtle")}
    answer = client.post("/validate", files=parts, headers={"Accept": "text/turtle"})
    assert answer.status_code == 200, answer.text
    assert results(rdf(answer.text)) == FOUND


def test_a_coded_form_does_too(client: TestClient) -> None:
    form = {"data": DATA, "shapes": SHAPES}
    answer = client.post("/validate", data=form)
    told = answer.json()
    assert (told["conforms"], len(told["findings"]), told["fallbacks"]) == (False, 1, [])
    answer = client.post("/validate", data=form, headers={"Accept": "application/ld+json"})
    assert results(rdf(answer.text, "json-ld")) == FOUND
    answer = client.post("/validate?format=csv", data=form)
    assert answer.text.splitlines()[1].startswith("violation,http://ex.example/bob")


def test_several_parts_are_one_graph(client: TestClient) -> None:
    parts = [
        ("data", ("a.ttl", DATA, "text/turtle")),
        ("data", ("b.ttl", PREFIXES + 'ex:eve a ex:Person ; ex:age "young" .', "text/turtle")),
        ("shapes", ("s.ttl", SHAPES, "text/turtle")),
    ]
    found = client.post("/validate", files=parts).json()["findings"]
    assert [each["focus"] for each in found] == ["http://ex.example/bob", "http://ex.example/eve"]


def test_relative_names_mean_the_same_in_data_and_shapes(client: TestClient) -> None:
    parts = {
        "data": (None, "<#a> a <#Thing> ."),
        "shapes": (None, PREFIXES + "<#S> sh:targetClass <#Thing> ; sh:nodeKind sh:BlankNode ."),
    }
    (found,) = client.post("/validate?base=http://ex.example/x", files=parts).json()["findings"]
    assert (found["focus"], found["shape"]) == ("http://ex.example/x#a", "http://ex.example/x#S")
    (found,) = client.post("/validate", files=parts).json()["findings"]
    assert found["focus"] == "http://testserver/validate#a"


@pytest.mark.parametrize(
    ("parts", "status", "kind", "word"),
    [
        ({"shapes": (None, SHAPES)}, 400, "missing-field", "'data'"),
        ({"data": (None, DATA), "shapes": (None, SHAPES), "x": (None, "y")}, 400, "unknown-field", "'x'"),
        ({"data": ("d", DATA, "text/csv"), "shapes": (None, SHAPES)}, 415, "unsupported-media-type", "text/csv"),
        ({"data": (None, DATA), "shapes": (None, "this is no Turtle")}, 400, "unreadable-input", "shapes-2.ttl"),
        ({"data": (None, "no Turtle"), "shapes": (None, SHAPES)}, 400, "unreadable-input", "data-1.ttl"),
        ({"data": (None, DATA), "shapes": (None, ROUND)}, 400, "shapes-fault", "http://ex.example/Loop"),
    ],
)
def test_a_form_that_cannot_be_meant_is_refused(
    client: TestClient, parts: dict[str, tuple[str | None, ...]], status: int, kind: str, word: str
) -> None:
    answer = client.post("/validate", files=parts)
    assert answer.status_code == status, answer.text
    assert answer.json()["type"].endswith(f"/problem/{kind}")
    assert word in answer.text
    assert "partnergraph-" not in answer.text


def test_shapes_are_not_imported_as_such(client: TestClient) -> None:
    answer = client.post("/imports", data={"data": DATA, "shapes": SHAPES})
    assert answer.status_code == 415
