"""The second, plain reading of the rules comes to the same findings as the shapes."""

import csv
import re
from collections import Counter
from collections.abc import Callable
from pathlib import Path

import pytest

from oracle.finding import Finding
from oracle.findings import findings_of
from oracle.mischief import DAY, invent_faults
from oracle.wrong_rows import spelled
from partnergraph.cli import main

# What a rule without a code says of its focus; the second reading knows no rules, only kinds of faults.
_WORDS = {
    r".*RowsAgree|.*IsOfOne(Kind|Type)": "disagreement",
    r".*EndsAfterStart": "interval",
    r"SubscriptionPeriodsDoNotOverlap": "overlap",
    r"AccountHierarchyHasNoCycle": "cycle",
    r"GlobalAccountHasNoParent": "global with parent",
    r"AzureUsageNamesSubscription": "azure",
    r"(Product|ClaimedWorkload|MeasuredWorkload)IsKnown": "label",
    r".*(IsKnown)": "dangling",
    r".*(Is|Are)Recognised|StateFitsType": "code",
}
# Rules on what a row must name, of which the second reading has no word.
_SILENT = {
    "AssociationNamesPartner",
    "AssociationCoversSubscription",
    "AdminLinkCoversCredential",
    "ClaimCoversItsScope",
}
_FILES = {
    "partner": "partners.csv",
    "customer": "customers.csv",
    "tenant": "tenants.csv",
    "subscription": "subscriptions.csv",
    "association": "associations.csv",
    "resource": "resources.csv",
}
_DATES = ["2022-12-31", "2023-06-01", DAY]


def word(row: dict[str, str]) -> str:
    """Return the code of a finding, or the word for what its rule says."""
    return row["code"] or next((word for rule, word in _WORDS.items() if re.fullmatch(rule, row["rule"])), row["rule"])


def printed(findings: str) -> set[Finding]:
    """Return the findings of a CSV text in the words of the second reading; each rule speaks once of each pair."""
    rows = list(csv.DictReader(findings.splitlines()))
    assert max(Counter((row["rule"], row["focus"], row["other"]) for row in rows).values(), default=1) == 1
    return {
        Finding(word(row), row["severity"], spelled(row["focus"]), spelled(row["other"]))
        for row in rows
        if row["rule"] not in _SILENT
    }


@pytest.fixture
def judged(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> Callable[[int, str], str]:
    """Return what judges the bundle of a seed by a date and returns what is printed."""

    def judge(seed: int, date: str) -> str:
        invent_faults(seed, tmp_path)
        assert main(["validate", str(tmp_path), "--as-of", date, "--format", "csv"]) == 1
        return capsys.readouterr().out

    return judge


@pytest.mark.parametrize("seed", range(15))
def test_the_shapes_agree_with_the_second_reading(seed: int, judged: Callable[[int, str], str], tmp_path: Path) -> None:
    date = _DATES[seed % len(_DATES)]
    actual, expected = printed(judged(seed, date)), findings_of(tmp_path, date)
    assert len(expected) > 10
    assert sorted(expected - actual) == []
    assert sorted(actual - expected) == []


def test_a_finding_stands_at_a_row_of_its_focus(judged: Callable[[int, str], str], tmp_path: Path) -> None:
    rows = [row for row in csv.DictReader(judged(0, DAY).splitlines()) if row["focus_type"] in _FILES]
    for row in rows:
        with (tmp_path / _FILES[row["focus_type"]]).open(encoding="utf-8") as lines:
            stated = list(csv.DictReader(lines))[int(row["source_row"]) - 2]
        assert row["source_file"] == _FILES[row["focus_type"]]
        assert stated[f"{row['focus_type']}_id"] == row["focus"]
    assert len({row["focus_type"] for row in rows}) > 3
