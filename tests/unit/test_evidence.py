"""Evidence: the stated triples behind a finding, whom it concerns, what was looked at, and the stamp."""

from __future__ import annotations

import json
from collections.abc import Iterator
from pathlib import Path

import pytest

from partnergraph import catalogue, validation
from partnergraph.errors import UpdateRejected
from partnergraph.evidence import WITNESSED
from partnergraph.evidence.patterns import Pattern, speech
from partnergraph.graph import PartnerGraph
from partnergraph.report import Finding, Place, Report
from partnergraph.terms import PG, PGV, RDF_TYPE

EXAMPLES = Path(__file__).resolve().parents[2] / "examples"
DAY = "2023-09-30"
PGW = "https://w3id.org/partnergraph/working#"


def report_on(*paths: Path) -> Report:
    with PartnerGraph.open() as graph:
        graph.import_files(paths, validate=False)
        return graph.validate(as_of=DAY)


@pytest.fixture(scope="module")
def moved() -> Report:
    return report_on(EXAMPLES / "good", EXAMPLES / "bad" / "dpor-on-csp")


def bundle(folder: Path, **files: str) -> Path:
    folder.mkdir(exist_ok=True)
    for name, text in files.items():
        (folder / f"{name}.csv").write_text(text, encoding="utf-8")
    return folder


def of(report: Report, code: str) -> Finding:
    return next(each for each in report.findings if each.code == code)


def said(finding: Finding) -> Iterator[tuple[str, str, str, tuple[str, ...]]]:
    for witness in finding.witnesses:
        yield witness.thing, witness.says, witness.value, tuple(map(str, witness.stated))


def test_the_witnesses_are_the_stated_triples_that_make_it_so_with_their_rows(tmp_path: Path) -> None:
    files = bundle(
        tmp_path / "b",
        partners="partner_id,account_type,global_partner_id\nP1,location,G1\nP2,location,G2\nG1,global,\nG2,global,\n",
        customers="customer_id\nC1\n",
        tenants="tenant_id,customer_id\nt1,C1\n",
        subscriptions="subscription_id,tenant_id,product,channel\ns1,t1,Sales,EA\n",
        associations="association_id,type,partner_id,subscription_id,starts_on,ends_on\n"
        "A1,DPOR,P1,s1,2023-01-01,\nA2,DPOR,P2,s1,2023-03-15,2024-01-01\n",
    )
    finding = of(report_on(files), "V-DPOR-DUP")
    first, second = ("associations.csv row 2",), ("associations.csv row 3",)
    assert list(said(finding)) == [
        ("association A1", "type", "association", first),
        ("association A1", "type", "DPOR", first),
        ("association A1", "covers subscription", "s1", first),
        ("association A1", "is held by", "P1", first),
        ("association A1", "start date", "2023-01-01", first),
        ("association A2", "type", "association", second),
        ("association A2", "type", "DPOR", second),
        ("association A2", "covers subscription", "s1", second),
        ("association A2", "end date", "2024-01-01", second),
        ("association A2", "is held by", "P2", second),
        ("association A2", "start date", "2023-03-15", second),
    ]
    assert {witness.imported for witness in finding.witnesses} == {"b"}
    assert finding.witnesses[4].triple == (
        "<https://w3id.org/partnergraph/id/association/A1> <https://w3id.org/partnergraph/ns#startsOn> "
        '"2023-01-01"^^<http://www.w3.org/2001/XMLSchema#date> .'
    )
    assert (finding.focus, finding.other, finding.partner, finding.other_partner) == ("A1", "A2", "P1", "P2")
    assert finding.customer == "C1"
    assert [fix.says for fix in finding.fixes] == ["End A1 on 2023-03-15, when the other starts."]


def test_what_was_derived_is_told_by_what_it_was_derived_from(moved: Report) -> None:
    finding = of(moved, "V-DPOR-CSP")
    channels = [witness for witness in finding.witnesses if witness.says == "has channel"]
    assert [(witness.value, witness.stated) for witness in channels] == [("CSP_NCE", (Place("subscriptions.csv", 4),))]


def test_every_witness_is_a_stated_triple(moved: Report) -> None:
    with PartnerGraph.open() as graph:
        graph.import_files([EXAMPLES / "good", EXAMPLES / "bad" / "dpor-on-csp"], validate=False, name="x")
        for finding in moved.findings:
            assert finding.witnesses
            for witness in finding.witnesses:
                triple = witness.triple.removesuffix(" .")
                asked = f"ASK {{ GRAPH <https://w3id.org/partnergraph/graph/asserted/x> {{ {triple} }} }}"
                assert graph.query(asked).boolean, triple


def test_a_core_rule_has_its_value_as_witness(tmp_path: Path) -> None:
    files = bundle(
        tmp_path / "b",
        associations="association_id,type,partner_id,subscription_id,starts_on\nA1,DPOR,P1,s1,2023-01-01\n",
    )
    finding = next(each for each in report_on(files).findings if each.rule == "HolderIsKnown")
    assert ("association A1", "is held by", "P1", ("associations.csv row 2",)) in said(finding)
    assert finding.path == PG + "isHeldBy"


def test_each_rule_says_how_many_nodes_it_looked_at(tmp_path: Path) -> None:
    files = bundle(
        tmp_path / "b",
        partners="partner_id,account_type\nG1,global\nG2,global\n",
        customers="customer_id\nC1\n",
        tenants="tenant_id,customer_id\nt1,C1\nt2,C1\nt3,C1\n",
    )
    report = report_on(files)
    nodes = {each.rule: each.nodes for each in report.looked}
    assert set(nodes) == {rule.id for rule in validation.rules()}
    assert nodes["TenantRowsAgree"] == 3
    assert nodes["PartnerRowsAgree"] == 2
    assert nodes["CustomerOfTenantIsKnown"] == 3
    assert nodes["OneDigitalPartnerPerSubscription"] == 0
    assert report.unseen == ()


def test_a_node_that_no_rule_looked_at_is_named(tmp_path: Path) -> None:
    path = tmp_path / "x.ttl"
    path.write_text(
        f"<urn:a> a <{PG}Tennant> . <urn:b> <{PG}name> 'nameless' . <urn:c> a <{PG}Tennant> . <urn:d> a <{PG}Tenant> .",
        encoding="utf-8",
    )
    unseen = report_on(path).unseen
    assert [(each.kind, each.nodes, each.example) for each in unseen] == [
        ("", 1, "urn:b"),
        (PG + "Tennant", 2, "urn:a"),
    ]


def test_findings_are_counted_with_their_rule(moved: Report) -> None:
    counted = {each.rule: each.findings for each in moved.looked if each.findings}
    assert counted == {"DigitalPartnerOffCsp": 1, "ClaimStaysOnUsableSubscription": 1, "DigitalPartnerIsLocation": 1}


def test_the_stamp_changes_with_data_shapes_and_configuration_and_with_nothing_else(tmp_path: Path) -> None:
    one = bundle(tmp_path / "b", customers="customer_id\nC1\n")
    with PartnerGraph.open() as graph:
        graph.import_files([one], validate=False, who="Ada")
        first = graph.validate(as_of=DAY).stamp
        switched = graph.validate(as_of=DAY, switches={"tierTwoProviderCredit": "on"}).stamp
        later = graph.validate(as_of="2023-10-31").stamp
    bundle(tmp_path / "b", customers="customer_id\nC2\n")
    with PartnerGraph.open() as graph:
        graph.import_files([one], validate=False, who="Grace")
        other = graph.validate(as_of=DAY).stamp
    bundle(tmp_path / "b", customers="customer_id\nC1\n")
    with PartnerGraph.open() as graph:
        graph.import_files([one], validate=False, who="Grace")
        same = graph.validate(as_of=DAY).stamp
    assert first is not None
    assert same == first
    assert other is not None
    assert (other.shapes, other.configuration) == (first.shapes, first.configuration)
    assert other.data != first.data
    assert switched is not None
    assert switched.data == first.data
    assert switched.configuration != first.configuration
    assert switched.switches == (("tierTwoProviderCredit", "on"),)
    assert later is not None
    assert later.configuration != first.configuration
    assert dict(first.versions)["partnergraph"]
    assert all(len(digest) == 64 for digest in (first.data, first.shapes, first.configuration))


def test_a_refused_import_comes_with_evidence_and_stamp() -> None:
    with PartnerGraph.open() as graph:
        graph.import_files([EXAMPLES / "good"])
        outcome = graph.import_files([EXAMPLES / "bad" / "dpor-on-csp"], as_of=DAY)
    assert not outcome.committed
    assert outcome.report.violations[0].witnesses
    assert outcome.report.stamp is not None


def test_a_report_in_json_carries_witnesses_fixes_summary_and_stamp(moved: Report) -> None:
    told = json.loads(moved.serialize("json"))
    finding = next(each for each in told["findings"] if each["code"] == "V-DPOR-CSP")
    assert {"triple", "import", "stated"} == set(finding["witnesses"][0])
    assert finding["rules"] == ["R41"]
    assert {each["rule"]: each["nodes"] for each in told["looked"]}["DigitalPartnerOffCsp"] == 4
    assert set(told["stamp"]) == {"data", "shapes", "configuration", "switches", "versions"}


def test_beyond_a_number_findings_come_without_their_evidence(tmp_path: Path) -> None:
    rows = "".join(f"t{number:05},nobody\n" for number in range(WITNESSED + 1))
    report = report_on(bundle(tmp_path / "b", tenants="tenant_id,customer_id\n" + rows))
    found = [bool(finding.witnesses) for finding in report.findings]
    assert found == [True] * WITNESSED + [False]


@pytest.mark.parametrize(
    ("query", "patterns"),
    [
        (
            "SELECT ?a WHERE { ?a a pg:A ; pg:x ?b , 'y'@en . FILTER NOT EXISTS { ?b pg:of <urn:c> } }",
            [
                ("?a", RDF_TYPE, f"<{PG}A>"),
                ("?a", PG + "x", "?b"),
                ("?a", PG + "x", ""),
                ("?b", PG + "of", "<urn:c>"),
            ],
        ),
        (
            (
                "SELECT * { { SELECT ?a (MIN(?d) AS ?e) { ?a pg:x ?d } GROUP BY ?a ?d } ?a pg:y ?e "
                "FILTER (?e > 5 && EXISTS { ?a pg:z pgv:Z }) }"
            ),
            [("?a", PG + "x", "?d"), ("?a", PG + "y", "?e"), ("?a", PG + "z", f"<{PGV}Z>")],
        ),
        (
            "ASK { ?a ^pg:x ?b . VALUES ?a { pg:c } BIND (STR(?b) AS ?d) ?a ?p ?d }",
            [("?b", PG + "x", "?a"), ("?a", "?p", "?d")],
        ),
    ],
)
def test_the_patterns_of_a_query_are_read(query: str, patterns: list[tuple[str, str, str]]) -> None:
    assert [(each.subject, each.properties[0], each.value) for each in speech(query).looks_at] == patterns


def test_a_path_of_several_steps_is_read_as_one_that_wanders() -> None:
    (found,) = speech("ASK { ?a (pg:x|^pg:y)*/pg:z ?b }").looks_at
    assert found == Pattern("?a", (PG + "x", PG + "y", PG + "z"), "?b", wanders=True)


def test_every_query_of_the_rules_and_of_their_preparation_is_read() -> None:
    for rule in validation.rules():
        assert all(speech(text).looks_at for text in rule.statements.get("http://www.w3.org/ns/shacl#sparql", ()))
    made = {
        name
        for step in validation.PREPARATION
        for pattern in speech(catalogue.query(f"prepare/{step}").text).makes
        for name in pattern.properties
    }
    assert {PGW + "meetsChannel", PGW + "occupies", PG + "ofAssociation"} <= made


def test_a_fix_goes_through_the_guard_and_clears_what_it_was_offered_for(tmp_path: Path) -> None:
    bad = EXAMPLES / "bad" / "dpor-on-csp" / "associations.csv"
    late = bundle(tmp_path / "late", associations=bad.read_text("utf-8").replace("2023-05-02", "2022-01-03"))
    with PartnerGraph.open() as graph:
        graph.import_files([EXAMPLES / "good", late], validate=False, name="all")
        finding = of(graph.validate(as_of=DAY), "V-DPOR-CSP")
        assert [fix.says for fix in finding.fixes] == [
            "End meadow-record on 2022-03-01, when the subscription moves to CSP_NCE."
        ]
        assert graph.update(finding.fixes[0].update, as_of=DAY).added == 1
        assert graph.validate(as_of=DAY).conforms


def test_the_fix_of_what_was_not_kept_does_nothing(tmp_path: Path) -> None:
    bad = EXAMPLES / "bad" / "dpor-on-csp" / "associations.csv"
    late = bundle(tmp_path / "late", associations=bad.read_text("utf-8").replace("2023-05-02", "2022-01-03"))
    with PartnerGraph.open() as graph:
        graph.import_files([EXAMPLES / "good"], as_of=DAY)
        outcome = graph.import_files([late], as_of=DAY)
        (fix,) = of(outcome.report, "V-DPOR-CSP").fixes
        assert fix.update.endswith("association/meadow-record> ?property ?value .\n  }\n}")
        assert not graph.update(fix.update, as_of=DAY).changed


def test_a_refused_update_comes_with_evidence_and_stamp() -> None:
    with PartnerGraph.open() as graph:
        graph.import_files([EXAMPLES / "good"])
        with pytest.raises(UpdateRejected) as refusal:
            graph.update(
                "INSERT DATA { GRAPH <https://w3id.org/partnergraph/graph/asserted/x> { "
                "<https://w3id.org/partnergraph/id/association/x> a pg:Association, pg:DigitalPartnerOfRecord } }",
                as_of=DAY,
            )
    report = refusal.value.report
    assert isinstance(report, Report)
    assert report.violations[0].witnesses
    assert report.stamp is not None


def test_a_small_import_that_is_refused_comes_with_evidence_and_stamp() -> None:
    with PartnerGraph.open() as graph:
        graph.import_files([EXAMPLES / "good"], as_of=DAY)
        graph.validate(as_of=DAY)
        outcome = graph.import_files([EXAMPLES / "bad" / "dpor-on-csp"], as_of=DAY)
        assert not outcome.committed
        assert outcome.report.violations[0].witnesses
        graph.import_files([EXAMPLES / "bad" / "dpor-on-csp"], as_of=DAY, validate=False)
        whole = graph.validate(as_of=DAY)
    assert outcome.report.stamp is not None
    assert outcome.report.stamp == whole.stamp
    assert outcome.report.violations[0].witnesses == whole.violations[0].witnesses
