"""The second, plain reading of the rules comes to the same findings as the shapes."""

import csv
import re
from collections import Counter
from collections.abc import Callable
from pathlib import Path
from random import Random
from tempfile import TemporaryDirectory

import pytest

from agreement import Answers, asked_by, on_invented_bundles
from oracle.bundle import Bundle
from oracle.finding import Finding
from oracle.findings import findings_of
from oracle.invention import invent
from oracle.mischief import invent_faults
from oracle.programme import Evaluation
from oracle.wrong_rows import spelled
from partnergraph.graph import PartnerGraph
from scenario import Expectation, folders, story

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
    "partner": {"partners.csv"},
    "customer": {"customers.csv"},
    "tenant": {"tenants.csv"},
    "subscription": {"subscriptions.csv"},
    "association": {"associations.csv", "claim_events.csv"},
    "resource": {"resources.csv"},
}


def word(row: dict[str, str]) -> str:
    """Return the code of a finding, or the word for what its rule says."""
    return row["code"] or next((word for rule, word in _WORDS.items() if re.fullmatch(rule, row["rule"])), row["rule"])


def said(rows: list[dict[str, str]]) -> set[Finding]:
    """Return findings in the words of the second reading; each rule speaks once of each pair."""
    assert max(Counter((row["rule"], row["focus"], row["other"]) for row in rows).values(), default=1) == 1
    return {
        Finding(word(row), row["severity"], spelled(row["focus"]), spelled(row["other"]))
        for row in rows
        if row["rule"] not in _SILENT
    }


@pytest.fixture(scope="module")
def graph() -> PartnerGraph:
    return PartnerGraph.open()


@pytest.mark.parametrize("invention", [invent_faults, invent])
@on_invented_bundles(40)
def test_the_shapes_agree_with_the_second_reading(
    graph: PartnerGraph, seed: int, invention: Callable[[Random, Path], Evaluation]
) -> None:
    with TemporaryDirectory() as name:
        folder = Path(name)
        asked = invention(Random(seed), folder)
        actual, expected = said(Answers(graph, folder, asked).findings()), findings_of(folder, asked)
    assert (sorted(expected - actual), sorted(actual - expected)) == ([], []), asked


@pytest.mark.parametrize("folder", folders("expected-findings.csv"))
def test_the_second_reading_agrees_with_the_scenario(folder: Path) -> None:
    expected = csv.DictReader((folder / "expected-findings.csv").read_text(encoding="utf-8").splitlines())
    columns = [column for column in Finding._fields if column in (expected.fieldnames or ())]
    coded = Counter(tuple(row[column] for column in columns) for row in expected if row.get("code"))
    asked = asked_by(folder)
    asked = asked.on(Bundle(folder / "facts").last_day(asked.day))
    found = [finding._asdict() for finding in findings_of(folder / "facts", asked) if finding.code.startswith("V-")]
    spelt = Counter(
        tuple(
            spelled(cell) if column in ("focus", "other") else cell for column, cell in zip(columns, row, strict=True)
        )
        for row in coded.elements()
    )
    differences = Expectation(tuple(columns), spelt).differences(found)
    assert not differences, "\n".join([story(folder), *differences])


def test_a_finding_stands_at_a_row_of_its_focus(graph: PartnerGraph, tmp_path: Path) -> None:
    seen = set()
    for seed in range(5):
        folder = tmp_path / str(seed)
        folder.mkdir()
        answers = Answers(graph, folder, invent_faults(Random(seed), folder))
        for row in [row for row in answers.findings() if row["focus_type"] in _FILES]:
            assert row["source_file"] in _FILES[row["focus_type"]]
            with (folder / row["source_file"]).open(encoding="utf-8") as lines:
                stated = list(csv.DictReader(lines))[int(row["source_row"]) - 2]
            assert stated[f"{row['focus_type']}_id"] == row["focus"]
            seen.add(row["focus_type"])
    assert len(seen) > 3
