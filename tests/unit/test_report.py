"""Reports in every form: the same findings, told for a person, a program or a graph."""

from __future__ import annotations

import csv
import io
import json
import os
import re
import subprocess
import sys
from dataclasses import replace
from functools import cache
from pathlib import Path
from typing import Any

import pytest
import rdflib
import rdflib.compare

from partnergraph.errors import WrongUse
from partnergraph.graph import PartnerGraph
from partnergraph.report import COLUMNS, FORMS, Finding, Fix, Place, Report, Severity, Witness
from partnergraph.report.page import policy
from partnergraph.report.rdf import jsonld, ntriples, turtle
from partnergraph.shacl.validating import validate
from partnergraph.validation import RulesReport

# The JSON-LD reader of rdflib uses a class of its own that it means to drop.
pytestmark = pytest.mark.filterwarnings("ignore:ConjunctiveGraph is deprecated")

EXAMPLES = Path(__file__).resolve().parents[2] / "examples"
FILES = [EXAMPLES / "good", EXAMPLES / "bad" / "two-claims"]
SH = rdflib.Namespace("http://www.w3.org/ns/shacl#")
PGSH = rdflib.Namespace("https://w3id.org/partnergraph/shapes#")
ODD = "<b>\"quoted\" & 'odd' é\n\\</b>"


@cache
def two_claims() -> Report:
    """Return the report on two partners who claim one subscription: four violations, and two warnings besides."""
    with PartnerGraph.open() as graph:
        graph.import_files(FILES, validate=False)
        return graph.validate(as_of="2023-09-30")


def odd() -> Report:
    """Return a report whose every text holds what has a meaning in some form."""
    witness = Witness(f'<urn:a> <urn:b> "{1}" .', ODD, ODD, ODD, ODD, (Place(ODD, 7),))
    finding = Finding(
        ODD, ODD, Severity.VIOLATION, ODD, ODD, ODD, ODD, ODD, ODD, 7, rules=(ODD,), partner=ODD, customer=ODD,
        witnesses=(witness,), fixes=(Fix(ODD, ODD),),
    )  # fmt: skip
    return RulesReport((finding,), ODD, ODD)


def parsed(form: str, reader: str) -> rdflib.Graph:
    return rdflib.Graph().parse(data=two_claims().serialize(form), format=reader)


@pytest.mark.parametrize("form", FORMS)
def test_the_pieces_are_the_whole(form: str) -> None:
    pieces = list(two_claims().chunks(form))
    assert "".join(pieces) == two_claims().serialize(form)


def test_a_form_that_nobody_knows_is_refused_with_those_that_there_are() -> None:
    with pytest.raises(WrongUse, match=r"pdf.*table, csv"):
        two_claims().serialize("pdf")


def test_the_graph_is_the_same_in_every_syntax() -> None:
    graphs = [parsed("turtle", "turtle"), parsed("ntriples", "nt"), parsed("jsonld", "json-ld")]
    assert len(graphs[0]) > 50
    assert rdflib.compare.isomorphic(graphs[0], graphs[1])
    assert rdflib.compare.isomorphic(graphs[0], graphs[2])


def test_the_graph_is_a_validation_report_as_the_standard_has_it() -> None:
    graph = parsed("turtle", "turtle")
    report = graph.value(predicate=rdflib.RDF.type, object=SH.ValidationReport)
    assert graph.value(report, SH.conforms) == rdflib.Literal(False)
    results = list(graph.objects(report, SH.result))
    assert len(results) == 6
    for result in results:
        assert (result, rdflib.RDF.type, SH.ValidationResult) in graph
        for name in ("focusNode", "sourceConstraintComponent", "sourceShape", "resultSeverity", "resultMessage"):
            assert len(list(graph.objects(result, SH[name]))) == 1
    shapes = sorted(str(graph.value(result, SH.sourceShape)).rpartition("#")[2] for result in results)
    assert shapes == [
        "ClaimStaysOnUsableSubscription",
        "DigitalPartnerIsLocation",
        "OneClaimingPartnerAcrossSubtypes",
        "OneClaimingPartnerAcrossSubtypes",
        "OneClaimingPartnerPerScope",
        "OneClaimingPartnerPerScope",
    ]
    assert {graph.value(result, SH.sourceConstraintComponent) for result in results} == {SH.SPARQLConstraintComponent}


def test_the_graph_says_where_a_thing_is_stated() -> None:
    graph = parsed("ntriples", "nt")
    (result,) = graph.subjects(SH.sourceShape, PGSH.DigitalPartnerIsLocation)
    assert str(graph.value(result, rdflib.URIRef("https://w3id.org/partnergraph/ns#statedAt"))) == "associations.csv:21"


def test_warnings_alone_conform_for_us_and_not_for_the_standard() -> None:
    with PartnerGraph.open() as graph:
        graph.import_files([EXAMPLES / "good"], validate=False)
        report = graph.validate(as_of="2023-09-30")
    assert report.conforms
    found = rdflib.Graph().parse(data=report.serialize("turtle"), format="turtle")
    assert found.value(predicate=SH.conforms, object=rdflib.Literal(False))


def test_a_core_constraint_names_its_path_value_and_component(tmp_path: Path) -> None:
    path = tmp_path / "associations.csv"
    path.write_text("association_id,type,partner_id,subscription_id,starts_on\nA1,DPOR,P1,S1,2023-01-01\n", "utf-8")
    with PartnerGraph.open() as graph:
        graph.import_files([tmp_path], validate=False)
        report = graph.validate(as_of="2023-09-30")
    found = rdflib.Graph().parse(data=report.serialize("ntriples"), format="nt")
    result = found.value(predicate=SH.sourceShape, object=PGSH.HolderIsKnown)
    assert found.value(result, SH.sourceConstraintComponent) == SH.ClassConstraintComponent
    assert found.value(result, SH.resultPath) == rdflib.URIRef("https://w3id.org/partnergraph/ns#isHeldBy")
    assert found.value(result, SH.value) == rdflib.URIRef("https://w3id.org/partnergraph/id/partner/P1")


def test_csv_and_json_hold_the_same_findings() -> None:
    rows = list(csv.DictReader(io.StringIO(two_claims().serialize("csv"))))
    told = json.loads(two_claims().serialize("json"))
    assert tuple(rows[0]) == COLUMNS
    assert [{name: str(each[name]) for name in COLUMNS} for each in told["findings"]] == rows
    assert told["conforms"] is False
    assert told["counts"] == {"violation": 4, "warning": 2, "info": 0}


def test_a_finding_says_what_to_do_apart_from_what_is_wrong() -> None:
    finding = next(each for each in two_claims().findings if each.code == "V-CPOR-DUP")
    assert finding.advice == "End one of them before the other starts, as Microsoft decided."
    assert finding.fault.endswith("stand on harbour-service at the same time.")
    assert finding.rules == ("R17",)


def test_a_limit_keeps_the_gravest_and_counts_the_rest() -> None:
    report = two_claims().first(3)
    assert [finding.severity for finding in report.findings] == [Severity.VIOLATION] * 3
    assert report.counts == two_claims().counts
    assert not report.conforms
    assert report.cut == 3
    assert "… and 3 more." in report.serialize("table")
    assert json.loads(report.serialize("json"))["withheld"] == 3
    assert "The first 3 are shown; 3 more are not." in report.serialize("html")
    assert json.loads(report.serialize("sarif"))["runs"][0]["properties"]["withheld"] == 3
    graph = rdflib.Graph().parse(data=report.serialize("turtle"), format="turtle")
    assert len(list(graph.objects(None, SH.result))) == 3
    assert [str(each) for each in graph.objects(None, rdflib.RDFS.comment)] == [
        "3 more results were cut off by a limit."
    ]


def test_a_limit_of_nothing_still_gives_the_verdict() -> None:
    report = two_claims().first(0)
    assert not report.conforms
    assert not report.findings
    assert (
        rdflib.Graph()
        .parse(data=report.serialize("turtle"), format="turtle")
        .value(predicate=SH.conforms, object=rdflib.Literal(False))
    )


@pytest.mark.parametrize("form", [form for form in FORMS if form != "table"])
def test_a_large_report_comes_in_small_pieces(form: str) -> None:
    few = two_claims()
    assert isinstance(few, RulesReport)
    many = replace(few, findings=few.findings * 500, grounds=few.grounds * 500)
    sizes = [len(piece) for piece in many.chunks(form)]
    assert sum(sizes) > 900_000
    assert max(sizes) < 60_000


# What the published schema of SARIF 2.1.0 requires and allows of the objects that we write.
SARIF: dict[str, tuple[set[str], set[str]]] = {
    "sarifLog": ({"version", "runs"}, {"$schema", "inlineExternalProperties", "properties"}),
    "run": ({"tool"}, {"results", "columnKind", "properties", "artifacts", "invocations"}),
    "tool": ({"driver"}, {"extensions", "properties"}),
    "toolComponent": ({"name"}, {"version", "semanticVersion", "informationUri", "rules", "properties"}),
    "reportingDescriptor": (
        {"id"},
        {"name", "shortDescription", "fullDescription", "defaultConfiguration", "help", "helpUri", "properties"},
    ),
    "result": (
        {"message"},
        {"ruleId", "ruleIndex", "level", "kind", "locations", "relatedLocations", "partialFingerprints", "properties"},
    ),
    "location": (set(), {"id", "physicalLocation", "logicalLocations", "message", "properties"}),
    "physicalLocation": (set(), {"artifactLocation", "region", "contextRegion", "properties"}),
    "artifactLocation": (set(), {"uri", "uriBaseId", "index", "description", "properties"}),
    "region": (set(), {"startLine", "startColumn", "endLine", "endColumn", "message", "properties"}),
    "logicalLocation": (set(), {"name", "fullyQualifiedName", "decoratedName", "kind", "index", "properties"}),
    "message": (set(), {"text", "markdown", "id", "arguments", "properties"}),
}


def fits(kind: str, thing: dict[str, Any]) -> dict[str, Any]:
    """Return the object after holding it against what the schema says of its kind."""
    required, optional = SARIF[kind]
    assert required <= set(thing), kind
    assert set(thing) <= required | optional, kind
    return thing


@pytest.mark.parametrize("report", [two_claims(), odd()], ids=["two claims", "odd texts"])
def test_sarif_is_as_its_schema_says(report: Report) -> None:
    log = fits("sarifLog", json.loads(report.serialize("sarif")))
    assert log["version"] == "2.1.0"
    (run,) = (fits("run", each) for each in log["runs"])
    assert run["columnKind"] == "unicodeCodePoints"
    driver = fits("toolComponent", fits("tool", run["tool"])["driver"])
    rules = [fits("reportingDescriptor", rule) for rule in driver["rules"]]
    assert len({rule["id"] for rule in rules}) == len(rules)
    assert len(run["results"]) == len(report.findings)
    for result in run["results"]:
        fits("result", result)
        assert result["message"]["text"]
        assert result["level"] in {"error", "warning", "note"}
        assert rules[result["ruleIndex"]]["id"] == result["ruleId"]
        for location in (*result["locations"], *result["relatedLocations"]):
            fits("location", location)
            if "physicalLocation" in location:
                fits("physicalLocation", location["physicalLocation"])
                uri = fits("artifactLocation", location["physicalLocation"]["artifactLocation"])["uri"]
                assert re.fullmatch(r"[\w.~/%-]+", uri)
                assert fits("region", location["physicalLocation"].get("region", {"startLine": 1}))["startLine"] >= 1
            for thing in location.get("logicalLocations", ()):
                fits("logicalLocation", thing)


def test_sarif_shows_the_file_and_row() -> None:
    log = json.loads(two_claims().serialize("sarif"))
    places = {
        (each["locations"][0]["physicalLocation"]["artifactLocation"]["uri"])
        + f":{each['locations'][0]['physicalLocation']['region']['startLine']}"
        for each in log["runs"][0]["results"]
        if each["ruleId"] == "OneClaimingPartnerPerScope"
    }
    assert places == {"associations.csv:8", "associations.csv%20%282%29:2"}


def test_the_page_fetches_nothing_and_runs_only_its_own_script() -> None:
    page = two_claims().serialize("html")
    assert not re.search(r"(?i)(src|href|action)\s*=|url\(|@import|\son\w+\s*=", page)
    assert policy().startswith("default-src 'none'; style-src 'sha256-")
    assert "unsafe" not in policy()
    assert page.count("<script>") == 1
    assert page.count("<article") == 6
    assert page.count('<p class="why">') == 4


def test_a_report_of_shapes_of_ones_own_can_be_had_in_every_form(tmp_path: Path) -> None:
    data, shapes = tmp_path / "data.ttl", tmp_path / "shapes.ttl"
    data.write_text("<urn:a> a <urn:P> . <urn:b> a <urn:P> .", encoding="utf-8")
    shapes.write_text(
        "@prefix sh: <http://www.w3.org/ns/shacl#> . <urn:S> a sh:NodeShape ; sh:targetClass <urn:P> ; "
        "sh:property <urn:Named> . <urn:Named> sh:path <urn:name> ; sh:minCount 1 ; sh:message 'No <name>.' .",
        encoding="utf-8",
    )
    report = validate(data, shapes).first(1)
    assert not report.conforms
    page = report.serialize("html")
    assert page.count("<article") == 1
    assert "No &lt;name&gt;." in page
    assert "<dd>urn:name</dd>" in page
    (run,) = json.loads(report.serialize("sarif"))["runs"]
    assert [result["ruleId"] for result in run["results"]] == ["urn:Named"]
    assert run["properties"]["withheld"] == 1
    assert len(list(csv.DictReader(io.StringIO(report.serialize("csv"))))) == 1
    graph = rdflib.Graph().parse(data=report.serialize("turtle"), format="turtle")
    assert len(list(graph.objects(None, SH.result))) == 1


def test_no_text_of_the_data_becomes_markup() -> None:
    page = odd().serialize("html")
    assert "<b>&quot;" not in page
    assert '<b>"' not in page
    assert "&lt;b&gt;&quot;quoted&quot; &amp; &#x27;odd&#x27;" in page


def test_triples_of_every_kind_are_written_so_that_they_can_be_read() -> None:
    triples = [
        ("_:a", "<urn:p>", '"tab\\tquote\\" \\u00E9 \\U0001F600 back\\\\slash"'),
        ("_:a", "<urn:p>", '"chat"@fr'),
        ("_:a", "<urn:p>", '"2023-01-01"^^<http://www.w3.org/2001/XMLSchema#date>'),
        ("_:a", "<urn:p>", '"x"^^<urn:t>'),
        ("<https://w3id.org/partnergraph/ns#odd/one.>", "<urn:q>", "_:a"),
        ("<https://w3id.org/partnergraph/ns#plain>", "<http://www.w3.org/1999/02/22-rdf-syntax-ns#type>", "<urn:c>"),
    ]
    read = [
        rdflib.Graph().parse(data="".join(write(triples)), format=reader)
        for write, reader in ((ntriples, "nt"), (turtle, "turtle"), (jsonld, "json-ld"))
    ]
    assert len(read[0]) == 6
    assert rdflib.compare.isomorphic(read[0], read[1])
    assert rdflib.compare.isomorphic(read[0], read[2])


def test_the_same_input_gives_the_same_bytes_in_any_process() -> None:
    script = (
        "import sys; from partnergraph.graph import PartnerGraph\n"
        "with PartnerGraph.open() as graph:\n"
        "    graph.import_files(sys.argv[1:], validate=False)\n"
        "    report = graph.validate(as_of='2023-09-30')\n"
        "    sys.stdout.buffer.write(''.join(report.serialize(form) for form in "
        "('table', 'csv', 'json', 'turtle', 'ntriples', 'jsonld', 'html', 'sarif')).encode())\n"
    )
    texts = {
        subprocess.run(
            [sys.executable, "-c", script, *map(str, FILES)],
            env={**os.environ, "PYTHONHASHSEED": seed},
            capture_output=True,
            check=True,
        ).stdout
        for seed in ("1", "2")
    }
    assert len(texts) == 1
    assert len(texts.pop()) > 10_000
