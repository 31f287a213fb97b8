"""The second, plain reading of the rules comes to the same credits as the scenarios and as the derivation."""

import csv
from collections import Counter
from pathlib import Path
from random import Random
from tempfile import TemporaryDirectory

import pytest
from hypothesis import given, settings, strategies

from agreement import Answers, asked_by, examples, named_by_violations
from oracle.credits import credits_of
from oracle.invention import invent
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


@settings(max_examples=examples(25))
@given(random=strategies.randoms())
def test_the_derivation_agrees_with_the_second_reading(graph: PartnerGraph, random: Random) -> None:
    with TemporaryDirectory() as name:
        folder = Path(name)
        asked = invent(random, folder)
        answers = Answers(graph, folder, asked)
        rows = credits_of(folder, asked, named_by_violations(answers.findings()))
        expected = Counter(tuple(row.values()) for row in rows)
        columns = tuple(rows[0]) if rows else ()
        differences = Expectation(columns, expected).differences(answers.credits())
    assert not differences, "\n".join([str(asked), *differences])
