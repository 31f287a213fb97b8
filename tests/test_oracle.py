"""The second, plain reading of the rules comes to the same credits as the scenarios and as the derivation."""

import csv
from collections import Counter
from pathlib import Path

import pytest

from oracle.credits import credits_of
from oracle.invention import invent
from partnergraph.cli import main
from scenario import Expectation, evaluation, expectation, folders, story

DAY = "2023-09-30"


def _named_by_violations(findings: str) -> set[str]:
    rows = list(csv.DictReader(findings.splitlines()))
    return {row[end] for row in rows if row["severity"] == "violation" for end in ("focus", "other") if row.get(end)}


@pytest.mark.parametrize("folder", folders("expected-credits.csv"))
def test_the_second_reading_agrees_with_the_scenario(folder: Path) -> None:
    date, _ = evaluation(folder)
    file = folder / "expected-findings.csv"
    findings = file.read_text(encoding="utf-8") if file.exists() else ""
    actual = credits_of(folder / "facts", date, _named_by_violations(findings))
    differences = expectation(folder / "expected-credits.csv").differences(actual)
    assert not differences, "\n".join([story(folder), *differences])


@pytest.mark.parametrize("seed", range(10))
def test_the_derivation_agrees_with_the_second_reading(
    seed: int, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    invent(seed, tmp_path)
    options = [str(tmp_path), "--as-of", DAY, "--pack", "2023-06", "--format", "csv"]
    main(["validate", *options])
    findings = capsys.readouterr().out
    main(["credit", *options])
    printed = list(csv.DictReader(capsys.readouterr().out.splitlines()))
    rows = credits_of(tmp_path, DAY, _named_by_violations(findings))
    assert rows
    expected = Expectation(tuple(rows[0]), Counter(tuple(row.values()) for row in rows))
    assert not expected.differences(printed)
