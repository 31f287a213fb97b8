"""The command line: what it prints where, and with which exit status it ends."""

from __future__ import annotations

import csv
import errno
import io
import json
import os
import re
from pathlib import Path

import pytest

import partnergraph
from partnergraph.cli import main

FINDINGS = "code,rule,severity,focus,focus_type,other,value,message,source_file,source_row"
CREDITS = (
    "partner_id,global_partner_id,association_id,association_type,cpor_subtype,derived_from,solution_area,segment,"
    "metric,customer_id,tenant_id,subscription_id,workload,resource_id,from,until,pack,threshold,rules"
)
COUNT = "SELECT (COUNT(*) AS ?triples) WHERE { ?s ?p ?o }"


@pytest.fixture(scope="module")
def store(tmp_path_factory: pytest.TempPathFactory, examples: Path) -> Path:
    folder = tmp_path_factory.mktemp("stored") / "store"
    assert main(["import", str(examples / "good"), "--store", str(folder)]) == 0
    return folder


def rows(text: str) -> list[dict[str, str]]:
    return list(csv.DictReader(io.StringIO(text)))


def test_the_version_is_printed(capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["--version"]) == 0
    assert capsys.readouterr().out == f"partnergraph {partnergraph.__version__}\n"


@pytest.mark.parametrize(
    "arguments",
    [
        [],
        ["frobnicate"],
        ["validate"],
        ["validate", "--frobnicate"],
        ["validate", "x", "--format", "parquet"],
        ["validate", "x", "--store", "y"],
        ["import", "x"],
        ["explain", "x"],
        ["query", "--store", "x"],
        ["query", "--name", "lookup/imports", "--param", "nonsense", "x"],
        ["serve", "--port", "70000"],
        ["rules", "--show", "NoSuchRule"],
        ["queries", "--show", "no/such-query"],
    ],
    ids=" ".join,
)
def test_wrong_use_ends_with_2_and_prints_no_answer(arguments: list[str], capsys: pytest.CaptureFixture[str]) -> None:
    assert main(arguments) == 2
    printed = capsys.readouterr()
    assert printed.out == ""
    assert printed.err


@pytest.mark.parametrize("command", ["validate", "credit"])
def test_an_unknown_date_or_pack_is_wrong_use(command: str, examples: Path, capsys: pytest.CaptureFixture[str]) -> None:
    good = str(examples / "good")
    assert main([command, good, "--as-of", "2023-02-30"]) == 2
    assert main([command, good, "--pack", "1999-01"]) == 2
    printed = capsys.readouterr()
    assert printed.out == ""
    assert "2023-02-30" in printed.err
    assert "2023-06" in printed.err.partition("1999-01")[2], "the packs that there are"


@pytest.mark.parametrize("command", ["validate", "credit"])
def test_what_is_not_there_cannot_be_read(command: str, tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert main([command, str(tmp_path / "one"), str(tmp_path / "two")]) == 3
    assert main([command, "--store", str(tmp_path / "three")]) == 3
    printed = capsys.readouterr()
    assert printed.out == ""
    assert all(name in printed.err for name in ("one", "two", "three"))
    assert not (tmp_path / "three").exists(), "reading makes no store"


def test_a_store_that_is_a_file_cannot_be_used(
    tmp_path: Path, examples: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    file = tmp_path / "store"
    file.write_text("mine", encoding="utf-8")
    assert main(["import", str(examples / "good"), "--store", str(file)]) == 3
    assert "is a file" in capsys.readouterr().err
    assert file.read_text(encoding="utf-8") == "mine"


def test_good_files_are_imported(store: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["query", "--store", str(store), COUNT, "--format", "csv"]) == 0
    assert int(rows(capsys.readouterr().out)[0]["triples"]) > 500


@pytest.mark.parametrize("case", ["two-claims", "dpor-on-csp", "unknown-partner"])
def test_a_violation_refuses_an_import_and_leaves_the_store_as_it_was(
    case: str, store: Path, examples: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    main(["query", "--store", str(store), COUNT, "--format", "csv"])
    before = capsys.readouterr().out
    assert main(["import", str(examples / "bad" / case), "--store", str(store), "--format", "csv"]) == 1
    refused = capsys.readouterr()
    assert refused.out.splitlines()[0] == FINDINGS
    assert any(row["severity"] == "violation" and row["source_file"] for row in rows(refused.out))
    assert f"Refused {case}" in refused.err
    main(["query", "--store", str(store), COUNT, "--format", "csv"])
    assert capsys.readouterr().out == before


def test_files_that_cannot_be_read_name_every_fault(
    store: Path, examples: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    assert main(["import", str(examples / "bad" / "broken-dates"), "--store", str(store)]) == 3
    printed = capsys.readouterr()
    assert printed.out == ""
    for fault in ("2023-02-30", "03/05/2023", "2023-13-01", "perhaps", "2023-9", "many"):
        assert fault in printed.err
    assert re.search(r"associations\.csv, row 2, column starts_on: ", printed.err)


def test_a_named_import_is_replaced_and_remembers_who(
    tmp_path: Path, examples: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    folder = str(tmp_path / "store")
    for _ in range(2):
        sources = ["import", str(examples / "good.ttl"), "--store", folder]
        assert main([*sources, "--name", "press", "--who", "Ada", "--as-of", "2023-09"]) == 0
    capsys.readouterr()
    assert main(["query", "--store", folder, "SELECT ?name ?who { ?i a pg:Import ; pg:name ?name ; pg:who ?who }"]) == 0
    assert capsys.readouterr().out.split() == ["name", "who", "-----", "---", "press", "Ada"]


def test_an_import_can_be_kept_unjudged(tmp_path: Path, examples: Path, capsys: pytest.CaptureFixture[str]) -> None:
    folder = str(tmp_path / "store")
    bad = str(examples / "bad" / "dpor-on-csp")
    assert main(["import", str(examples / "good"), bad, "--store", folder, "--no-validate"]) == 0
    assert main(["validate", "--store", folder]) == 1
    assert "V-DPOR-CSP" in capsys.readouterr().out


def test_findings_are_printed_as_csv_and_nothing_else(examples: Path, capsys: pytest.CaptureFixture[str]) -> None:
    bad = str(examples / "bad" / "two-claims")
    arguments = [str(examples / "good"), bad, "--as-of", "2023-09-30", "--pack", "2023-06", "--format", "csv"]
    assert main(["validate", *arguments]) == 1
    printed = capsys.readouterr()
    assert printed.out.splitlines()[0] == FINDINGS
    found = rows(printed.out)
    assert {row["code"] for row in found if row["severity"] == "violation"} == {"V-CPOR-DUP", "V-CPOR-XSUB"}
    assert "4 violations" in printed.err


def test_warnings_alone_are_fine(examples: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["validate", str(examples / "good"), "--format", "json"]) == 0
    found = json.loads(capsys.readouterr().out)
    assert found["conforms"] is True
    assert {row["severity"] for row in found["findings"]} == {"warning"}


def test_a_report_goes_to_a_file_and_says_what_was_looked_at(
    tmp_path: Path, examples: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    page = tmp_path / "findings.html"
    arguments = ["validate", str(examples / "good"), "--format", "html", "--output", str(page)]
    assert main(arguments) == 0
    printed = capsys.readouterr()
    assert printed.out == ""
    assert page.read_text(encoding="utf-8").startswith("<!DOCTYPE html>")
    assert f"Wrote 2 findings to {page}." in printed.err
    assert "rules looked at the data, and 1 found nothing there to look at." in printed.err
    assert main([*arguments[:-1], str(tmp_path / "nowhere" / "x.html")]) == 3


def test_a_limit_cuts_politely(examples: Path, capsys: pytest.CaptureFixture[str]) -> None:
    bad = str(examples / "bad" / "two-claims")
    assert main(["validate", str(examples / "good"), bad, "--as-of", "2023-09", "--format", "csv", "--limit", "1"]) == 1
    printed = capsys.readouterr()
    assert len(rows(printed.out)) == 1
    assert "4 violations, 2 warnings" in printed.err
    assert "5 more are not shown. Leave out --limit for all." in printed.err
    assert main(["validate", str(examples / "good"), "--limit", "-1"]) == 2


def test_a_refused_update_gives_its_report_in_any_form(
    tmp_path: Path, examples: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    folder = str(tmp_path / "store")
    assert main(["import", str(examples / "good"), "--store", folder, "--as-of", "2023-09"]) == 0
    capsys.readouterr()
    text = "INSERT DATA { <https://w3id.org/partnergraph/id/association/x> a pg:Association }"
    assert main(["update", text, "--store", folder, "--as-of", "2023-09", "--format", "sarif"]) == 1
    (run,) = json.loads(capsys.readouterr().out)["runs"]
    assert "AssociationNamesPartner" in {result["ruleId"] for result in run["results"]}


def test_findings_as_turtle_are_a_validation_report(examples: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["validate", str(examples / "good"), "--format", "turtle"]) == 0
    text = capsys.readouterr().out
    assert "sh:ValidationReport" in text
    assert "sh:resultSeverity sh:Warning" in text


def test_credits_are_printed_as_csv_and_nothing_else(examples: Path, capsys: pytest.CaptureFixture[str]) -> None:
    arguments = [str(examples / "good"), "--as-of", "2023-09-30", "--pack", "2023-06", "--format", "csv"]
    assert main(["credit", *arguments]) == 0
    printed = capsys.readouterr()
    assert printed.out.splitlines()[0] == CREDITS
    assert {row["pack"] for row in rows(printed.out)} == {"2023-06"}


def test_the_date_chosen_is_said_on_standard_error(examples: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["credit", str(examples / "good"), "--format", "csv"]) == 0
    assert "2023-09-30" in capsys.readouterr().err


def test_a_month_means_its_last_day(examples: Path, capsys: pytest.CaptureFixture[str]) -> None:
    printed = []
    for day in ("2023-09", "2023-09-30"):
        main(["credit", str(examples / "good"), "--as-of", day, "--format", "csv"])
        printed.append(capsys.readouterr().out)
    assert printed[0] == printed[1]


def test_a_store_and_its_files_give_the_same_credits(
    store: Path, examples: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    main(["credit", str(examples / "good"), "--format", "csv"])
    from_files = capsys.readouterr().out
    main(["credit", "--store", str(store), "--format", "csv"])
    assert capsys.readouterr().out == from_files


def test_credits_can_be_narrowed(store: Path, capsys: pytest.CaptureFixture[str]) -> None:
    narrow = ["--partner", "5000001", "--tenant", "harbour", "--format", "csv"]
    assert main(["credit", "--store", str(store), *narrow]) == 0
    found = rows(capsys.readouterr().out)
    assert {(row["partner_id"], row["tenant_id"]) for row in found} == {("5000001", "harbour")}


def test_what_a_violation_names_earns_nothing_and_is_said(examples: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["credit", str(examples / "good"), str(examples / "bad" / "two-claims"), "--format", "csv"]) == 1
    printed = capsys.readouterr()
    assert "harbour-service-second-usage" in printed.err
    assert "harbour-service-second-usage" not in printed.out
    assert rows(printed.out), "the others keep their credit"


def test_credits_as_turtle_name_what_they_come_from(examples: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["credit", str(examples / "good"), "--format", "turtle"]) == 0
    assert "prov:wasDerivedFrom" in capsys.readouterr().out


def test_a_credit_is_explained(store: Path, capsys: pytest.CaptureFixture[str]) -> None:
    asked = ["--partner", "5000001", "--tenant", "harbour", "--workload", "Exchange"]
    assert main(["explain", "--store", str(store), *asked]) == 0
    text = capsys.readouterr().out
    assert "harbour-exchange" in text
    assert "associations.csv" in text
    assert main(["explain", "--store", str(store), *asked, "--format", "json"]) == 0
    assert json.loads(capsys.readouterr().out)


@pytest.mark.parametrize(
    ("sparql", "form", "start"),
    [
        ("SELECT ?s WHERE { ?s a pg:Tenant } LIMIT 1", "json", "{"),
        ("SELECT ?s WHERE { ?s a pg:Tenant } LIMIT 1", "xml", "<?xml"),
        ("SELECT ?s WHERE { ?s a pg:Tenant } LIMIT 1", "tsv", "?s"),
        ("ASK { ?s a pg:Tenant }", "table", "true"),
        ("CONSTRUCT WHERE { ?s a pg:Tenant }", "table", "@prefix"),
        ("CONSTRUCT WHERE { ?s a pg:Tenant }", "ntriples", "<https://"),
    ],
)
def test_answers_come_in_the_form_asked_for(
    sparql: str, form: str, start: str, store: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    assert main(["query", "--store", str(store), sparql, "--format", form]) == 0
    assert capsys.readouterr().out.startswith(start)


@pytest.mark.parametrize(
    "sparql",
    [
        "SELECT ?s WHERE { ?s a }",
        "DELETE WHERE { ?s ?p ?o }",
        "SELECT ?s WHERE { SERVICE <http://example.org/> { ?s ?p ?o } }",
    ],
)
def test_sparql_that_cannot_be_run_is_wrong_use(sparql: str, store: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["query", "--store", str(store), sparql]) == 2
    printed = capsys.readouterr()
    assert printed.out == ""
    assert "Traceback" not in printed.err


def test_a_query_may_stand_in_a_file_or_be_a_shipped_one(
    store: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    file = tmp_path / "question.rq"
    file.write_text(COUNT, encoding="utf-8")
    assert main(["query", "--store", str(store), "-f", str(file), "--format", "csv"]) == 0
    assert main(["query", "--store", str(store), "--name", "lookup/imports", "--format", "csv"]) == 0
    assert "good" in capsys.readouterr().out


def test_paths_may_stand_after_options(examples: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["query", COUNT, "--format", "csv", str(examples / "good.ttl")]) == 0
    assert rows(capsys.readouterr().out)


def test_every_rule_and_query_listed_can_be_shown(capsys: pytest.CaptureFixture[str]) -> None:
    for command, column in (("rules", "rule"), ("queries", "query")):
        assert main([command, "--format", "csv"]) == 0
        listed = rows(capsys.readouterr().out)
        assert listed
        for row in listed:
            assert main([command, "--show", row[column]]) == 0
            assert row[column].rpartition("/")[2] in capsys.readouterr().out or command == "queries"


def test_a_made_up_ecosystem_is_written_and_imported(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    out = tmp_path / "sample"
    assert main(["synth", "--tenants", "5", "--violations", "0", "--usage-months", "2", "--out", str(out)]) == 0
    assert capsys.readouterr().out == ""
    assert main(["import", str(out / "ecosystem.nq"), "--store", str(tmp_path / "store")]) == 0


def test_a_disk_without_room_is_said(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    def full(*_: object, **__: object) -> None:
        raise OSError(errno.ENOSPC, os.strerror(errno.ENOSPC), "somewhere")

    monkeypatch.setattr("partnergraph.synth.write", full)
    assert main(["synth", "--out", str(tmp_path)]) == 3
    assert "no room" in capsys.readouterr().err


def test_an_interruption_ends_with_130(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    def interrupted(*_: object, **__: object) -> None:
        raise KeyboardInterrupt

    monkeypatch.setattr("partnergraph.synth.write", interrupted)
    assert main(["synth", "--out", str(tmp_path)]) == 130


def test_the_demo_tells_the_story(capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["demo", "--no-serve"]) == 0
    told = capsys.readouterr().out
    for heading in ("Imported: examples/good", "Refused: examples/bad/two-claims", "Credited on 2023-09-30", "Why"):
        assert f"== {heading}" in told
