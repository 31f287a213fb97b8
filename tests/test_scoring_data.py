"""The data of the score: its rows are those of the published table; choices and rates are as the pages say."""

from __future__ import annotations

import csv
from fractions import Fraction
from pathlib import Path

import pytest

from pack_rules import DAYS, PG, Rule, nodes, rules, shown

TABLE = Path(__file__).resolve().parents[2] / "shared" / "domain" / "scoring.csv"


def _rows(pack: str) -> list[Rule]:
    return sorted(rules("ScoringRow", pack), key=lambda row: int(row.one("rowOrder")))


def _metrics(pack: str) -> dict[tuple[str, str, str], list[Rule]]:
    """Return the options of each metric of each track of each area."""
    metrics: dict[tuple[str, str, str], list[Rule]] = {}
    for row in _rows(pack):
        area, track, metric = (row.one(f"appliesTo{name}") for name in ("Area", "Segment", "Metric"))
        metrics.setdefault((area, track, metric), []).append(row)
    return metrics


every_pack = pytest.mark.parametrize("pack", DAYS)
needs_table = pytest.mark.skipif(not TABLE.is_file(), reason="the published table lies outside the repository")


# --- the rows ---


def _published() -> dict[int, tuple[Rule, dict[str, str]]]:
    """Return each row of our packs with the line of the published table at its place."""
    with TABLE.open(encoding="utf-8", newline="") as file:
        lines = dict(enumerate(csv.DictReader(file), start=1))
    rows = {int(row.one("rowOrder")): row for pack in DAYS for row in _rows(pack) if row.one("inPack") == pack}
    assert sorted(rows) == sorted(lines)
    return {order: (rows[order], line) for order, line in lines.items()}


@needs_table
def test_the_rows_are_those_of_the_published_table() -> None:
    for row, line in _published().values():
        most, threshold = row.number("maximumPoints"), row.number("thresholdForMaximum")
        cells = {
            "pack": row.one("inPack"),
            "solution_area": row.one("appliesToArea"),
            "track": row.one("appliesToSegment"),
            "category": row.one("category"),
            "metric": row.one("appliesToMetric"),
            "max_points": str(most),
            "option": row.one("optionLabel"),
            "threshold_for_max": str(threshold),
            "points_per_unit": f"{float(most / threshold):.6f}".rstrip("0").rstrip("."),
            "source": row.one("source"),
        }
        assert cells == {column: line[column] for column in cells}, row.name


@needs_table
def test_what_the_published_table_asks_beforehand_is_asked_by_the_rows() -> None:
    for row, line in _published().values():
        said, combined = line["precondition"], row.one("combinesOptions")
        asked = {
            "best of the options counts": combined == "BestOption",
            "added to the": combined == "SumOfOptions" and row.number("metricMaximum") == 20,
            "MCV 12 months ago >= 50000": row.one("minimumThen") == "50000",
            "MCV 12 months ago >= 25000": row.one("minimumThen") == "25000",
            "total ACR >= USD 1,000": row.one("minimumNow") == "1000",
            "a workload with 5 to 300 licences": row.one("appliesToMetric") == "net_customer_adds"
            and row.has("requiresTenantBand"),
        }
        assert {text for text in asked if text in said} == {text for text, holds in asked.items() if holds}, row.name


def test_there_are_43_rows_and_12_more_in_2026() -> None:
    assert [len(_rows(pack)) for pack in DAYS] == [43, 43, 43 - 5 + 12]


@every_pack
def test_the_metrics_of_an_area_and_track_bring_100_points(pack: str) -> None:
    totals: dict[tuple[str, str], Fraction] = {}
    for (area, track, _), options in _metrics(pack).items():
        totals[area, track] = totals.get((area, track), Fraction(0)) + options[0].number("metricMaximum")
    assert set(totals.values()) == {Fraction(100)}
    assert len(totals) == {"2023-06": 8, "2023-10": 8, "2026-08": 9}[pack]
    assert {area for area, _ in totals} == {shown(area) for area in nodes() if _is_area(area)}


def _is_area(node: str) -> bool:
    return PG + "SolutionArea" in nodes()[node].get("type", set())


@every_pack
def test_the_options_of_a_metric_agree_on_how_they_combine(pack: str) -> None:
    for metric, options in _metrics(pack).items():
        (combined,) = {row.one("combinesOptions") for row in options}
        (most,) = {row.number("metricMaximum") for row in options}
        points = [row.number("maximumPoints") for row in options]
        assert (combined == "OnlyOption") == (len(options) == 1), metric
        assert sum(points) >= most if combined == "SumOfOptions" else set(points) == {most}, metric


@every_pack
def test_a_row_says_what_it_counts_and_how(pack: str) -> None:
    for row in _rows(pack):
        grows = row.one("hasFormula") in {"Growth", "PercentGrowth"}
        assert (row.one("appliesToMetric") == "usage_growth") == grows == row.has("measuresAmount"), row.name
        of_people = row.one("countsUnit") == "PersonUnit"
        assert (row.one("category") == "skilling") == of_people == row.has("countsStep"), row.name


def test_each_option_counts_the_kinds_that_it_names() -> None:
    names = {"CSP": {"CSP_T1", "CSP_T2"}}
    for pack in DAYS:
        for row in _rows(pack):
            label = row.one("optionLabel")
            if label and not label.startswith("STEP"):
                words = label.replace("AZURE", "").replace("M365", "").replace("(", "+").replace(")", "").split("+")
                kinds = {kind for word in words if word for kind in names.get(word, {word})}
                assert row.all("countsKind") == kinds, row.name
            else:
                assert not row.has("countsKind"), row.name


# --- the choices ---


def test_the_track_of_an_area_is_chosen_as_the_pages_say() -> None:
    first = dict.fromkeys(("security", "data_ai", "digital_app_innovation", "infrastructure"), "OnlyTrack")
    first |= {"modern_work": "BetterTotal", "business_applications": "AssignedTrack"}
    for pack in DAYS:
        later = {"security": "BetterTotal"} if pack == "2026-08" else {}
        chosen = [(choice.one("appliesToArea"), choice.one("choosesBy")) for choice in rules("TrackChoice", pack)]
        assert sorted(chosen) == sorted((first | later).items())


LINKS = ["PAL Owner", "PAL Contributor", "PAL", "CPOR", "derived CPOR", "TPOR", "DPOR"]
SALES = ["CSP_T1", "CSP_T2"]


@pytest.mark.parametrize(("option", "order"), [("", LINKS + SALES), ("Option-DedupeOrder-CspFirst", SALES + LINKS)])
def test_a_unit_is_shown_under_the_first_of_its_associations(option: str, order: list[str]) -> None:
    found = sorted(rules("PriorityRule", "2023-06", option=option), key=lambda rule: int(rule.one("testOrder")))
    told = {"true": "derived ", "false": ""}
    named = [f"{told[r.one('appliesToDerived')]}{r.one('appliesToKind')} {r.one('requiresRoleName')}" for r in found]
    assert [name.strip() for name in named] == order


@pytest.mark.parametrize(
    ("option", "asked"),
    [
        ("", {"minimumTotal": "70", "exceedsMetricPoints": "0", "windowStartsBy": "FromFirstOfMonth"}),
        ("Option-ZeroMetric-OnePoint", {"minimumTotal": "70", "minimumMetricPoints": "1", "renewalMonths": "5"}),
        ("Option-QualificationWindow-SameDay", {"windowStartsBy": "FromSameDay", "windowMonths": "5"}),
    ],
)
def test_an_area_qualifies_as_the_switches_say(option: str, asked: dict[str, str]) -> None:
    found = rules("QualificationRule", "2023-06", option=option)
    assert len(found) == 4
    for name, value in asked.items():
        assert [rule.one(name) for rule in found if rule.has(name)] == [value]


# --- rates ---


def test_the_rates_are_those_of_the_rate_card() -> None:
    rates = {rule.one("ofRateLine"): rule.number("monthlyValueRate") for rule in rules("RateRule", "2026-08")}
    by_rate = {
        "1000": "business_central core_hr guides remote_assist talent_attract talent_onboard",
        "200": "customer_engagement power_apps power_automate power_bi",
        "100": "finance_operations retail",
        "0.2": "customer_insights",
    }
    assert rates == {line: Fraction(rate) for rate, lines in by_rate.items() for line in lines.split()}
