"""The lists of certifications: each step has one, and each entry counts to its last day."""

from __future__ import annotations

import pytest

from pack_rules import DAYS, PG, Rule, nodes, rules

every_pack = pytest.mark.parametrize("pack", DAYS)


def _lists(pack: str, day: str = "") -> dict[tuple[str, str, str, str], Rule]:
    """Return the lists by area, track, metric and step; a second list for the same fails the test."""
    lists: dict[tuple[str, str, str, str], Rule] = {}
    for rule in rules("CertificationList", pack, day):
        for track in rule.all("appliesToSegment"):
            key = (rule.one("appliesToArea"), track, rule.one("appliesToMetric"), rule.one("stepNumber"))
            assert key not in lists, key
            lists[key] = rule
    return lists


@every_pack
def test_every_row_that_counts_people_has_a_list(pack: str) -> None:
    names = ("appliesToArea", "appliesToSegment", "appliesToMetric", "countsStep")
    counting = [row for row in rules("ScoringRow", pack) if row.has("countsStep")]
    giving = {key for key, rule in _lists(pack).items() if not rule.has("minimumPeople")}
    assert giving == {tuple(row.one(name) for name in names) for row in counting}


def _security(pack: str, day: str, track: str = "single") -> tuple[str, str, bool]:
    """Return how many people the first two steps need, and whether an operations analyst counts in the third."""
    lists = _lists(pack, day)
    steps = [lists["security", track, "intermediate_certs", step] for step in "123"]
    analyst = "Listing-Security-Intermediate-Step3-SecurityOperationsAnalyst"
    return steps[0].one("minimumPeople"), steps[1].one("minimumPeople"), analyst in steps[2].all("listsCertification")


def test_security_needs_two_people_for_each_step_from_december_2023_on() -> None:
    assert _security("2023-06", "2023-09-30") == ("1", "1", True)
    assert _security("2023-10", "2023-11-30") == ("1", "1", True)
    assert _security("2023-10", "2023-12-01") == ("2", "2", False)
    assert _security("2026-08", "2026-08-01", "enterprise") == ("2", "2", False)
    assert _security("2026-08", "2026-08-01", "smb") == ("", "", False)


@pytest.mark.parametrize(
    ("certification", "last", "first_without"),
    [
        ("DynamicsPowerPlatformArchitect", "2023-06-30", "2023-07-01"),
        ("PowerPlatformAppMaker", "2023-11-30", "2023-12-01"),
        ("CustomerServiceConsultant", "2024-06-30", "2024-07-01"),
        ("Microsoft365SecurityAdministrator", "2024-06-30", "2024-07-01"),
        ("StackHubOperator", "2024-07-31", "2024-08-01"),
        ("IotDeveloper", "2024-07-31", "2024-08-01"),
    ],
)
def test_a_retired_certification_counts_to_its_last_day(certification: str, last: str, first_without: str) -> None:
    def counts(day: str) -> bool:
        listings = rules("CertificationListing", "2023-06", day)
        return f"Certification{certification}" in {listing.one("ofCertification") for listing in listings}

    assert (counts(last), counts(first_without)) == (True, False)


def test_a_name_of_a_certification_names_one_only() -> None:
    named: dict[str, set[str]] = {}
    for node, values in nodes().items():
        if PG + "Certification" in values.get("type", set()):
            for name in values["prefLabel"] | values.get("altLabel", set()):
                named.setdefault(name.casefold(), set()).add(node)
    assert {name for name, nodes in named.items() if len(nodes) > 1} == set()
    assert {"azure administrator associate", "microsoft certified: azure administrator associate"} <= set(named)
