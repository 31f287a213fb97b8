"""The second, plain reading of the rules comes to the same credits as the scenarios and as the derivation."""

import csv
from collections import Counter
from pathlib import Path
from random import Random
from tempfile import TemporaryDirectory

import pytest

from agreement import Answers, asked_by, named_by_violations, on_invented_bundles
from oracle.credits import credits_of
from oracle.invention import invent
from oracle.reasons import reasons_of
from partnergraph.graph import PartnerGraph
from scenario import Expectation, expectation, folders, story


@pytest.mark.parametrize("folder", folders("expected-credits.csv"))
def test_the_second_reading_agrees_with_the_scenario(folder: Path) -> None:
    file = folder / "expected-findings.csv"
    findings = list(csv.DictReader(file.read_text(encoding="utf-8").splitlines())) if file.exists() else []
    actual = credits_of(folder / "facts", asked_by(folder), named_by_violations(findings))
    differences = expectation(folder / "expected-credits.csv").differences(actual)
    assert not differences, "\n".join([story(folder), *differences])


@pytest.fixture(scope="module")
def graph() -> PartnerGraph:
    return PartnerGraph.open()


@on_invented_bundles(25)
def test_the_derivation_agrees_with_the_second_reading(graph: PartnerGraph, seed: int) -> None:
    with TemporaryDirectory() as name:
        folder = Path(name)
        asked = invent(Random(seed), folder)
        answers = Answers(graph, folder, asked)
        rows = credits_of(folder, asked, named_by_violations(answers.findings()))
        expected = Counter(tuple(row.values()) for row in rows)
        columns = tuple(rows[0]) if rows else ()
        differences = Expectation(columns, expected).differences(answers.credits())
    assert not differences, "\n".join([str(asked), *differences])


@on_invented_bundles(10)
def test_the_first_reason_against_a_credit_is_that_of_the_second_reading(graph: PartnerGraph, seed: int) -> None:
    with TemporaryDirectory() as name:
        folder = Path(name)
        asked = invent(Random(seed), folder)
        answers = Answers(graph, folder, asked)
        expected = reasons_of(folder, asked, named_by_violations(answers.findings()))
        rows = answers.non_credits()
    given = {(row["association_id"], row["solution_area"], row["metric"]): row["reason"] for row in rows}
    assert len(given) == len(rows)
    differences = [f"{cell}: {reason}, not {given.get(cell)}" for cell, reason in expected.items()
                   if given.get(cell) != reason]  # fmt: skip
    assert not differences, "\n".join([str(asked), *differences])
