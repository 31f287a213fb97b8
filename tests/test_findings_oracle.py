"""The second, plain reading of the rules comes to the same findings as the shapes."""

import csv
import re
from collections import Counter
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
    r".*(Is|Are)Recognised": "code",
}
_SILENT = {"AssociationNamesPartner", "AssociationCoversSubscription", "AdminLinkCoversCredential", "ClaimCoversItsScope"}


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


@pytest.mark.parametrize("seed", range(15))
def test_the_shapes_agree_with_the_second_reading(
    seed: int, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    invent_faults(seed, tmp_path)
    assert main(["validate", str(tmp_path), "--as-of", DAY, "--format", "csv"]) == 1
    actual, expected = printed(capsys.readouterr().out), findings_of(tmp_path, DAY)
    assert len(expected) > 10
    assert sorted(expected - actual) == []
    assert sorted(actual - expected) == []
