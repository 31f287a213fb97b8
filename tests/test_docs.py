"""The rule book: R1 to R91 each have their place, C1 to C46 their sides and decisions, and the page tells the truth."""

from __future__ import annotations

from functools import cache
from pathlib import Path

import pytest

from partnergraph import catalogue, rulebook, vocabulary
from partnergraph.cli import main
from partnergraph.evaluation import evaluation
from partnergraph.store import Store
from partnergraph.terms import PGM

ROOT = Path(__file__).resolve().parents[1]
PAGE = ROOT / "docs" / "rules.md"
RULES = [f"R{number}" for number in range(1, 92)]
CONFLICTS = [f"C{number}" for number in range(1, 47)]


@cache
def world() -> Store:
    store = Store.memory()
    vocabulary.refresh(store)
    return store


@cache
def book() -> tuple[rulebook.Entry, ...]:
    return rulebook.entries(world())


def rows(query: str) -> list[dict[str, str]]:
    return [{name: str(cell or "") for name, cell in row.items()} for row in catalogue.run(world(), query, {}).dicts()]


def disputes(as_of: str, pack: str | None = None) -> dict[str, tuple[str, ...]]:
    with world().draft(keep=False) as draft:
        evaluation(draft, as_of, pack).write(draft)
        return {row.removeprefix(PGM): codes for row, codes in rulebook.disputes(draft).items()}


# --- the rules of the programme ---


def test_the_page_is_what_the_command_line_writes(capsysbinary: pytest.CaptureFixture[bytes]) -> None:
    assert main(["rules", "--doc"]) == 0
    assert capsysbinary.readouterr().out.decode() == PAGE.read_text(encoding="utf-8"), (
        "docs/rules.md is stale: partnergraph rules --doc > docs/rules.md"
    )


def test_the_book_holds_every_number() -> None:
    assert [entry.number for entry in book()] == RULES


def test_every_rule_has_a_place_or_a_reason_to_have_none() -> None:
    assert [entry.number for entry in book() if not entry.is_placed] == []


def test_a_rule_that_only_informs_says_why() -> None:
    informing = {row["rule"] for row in rows("rules/programme") if "I" in row["kinds"].split("|")}
    assert informing == {"R3"}
    assert [entry.number for entry in book() if entry.number in informing and not entry.reason] == []


def test_a_file_that_carries_out_a_rule_is_there() -> None:
    assert [file for entry in book() for file in entry.files if not (ROOT / file).is_file()] == []


def test_only_known_rules_are_named() -> None:
    named = {row["rule"] for row in rows("lookup/rule-places")}
    assert named - {*RULES, *CONFLICTS} == set()


def test_a_span_of_numbers_names_each_of_them() -> None:
    (entry,) = (each for each in book() if each.number == "R26")
    assert "credit/62-business-workloads" in entry.queries


def test_confidence_is_that_of_the_catalogue() -> None:
    confidence = {row["rule"]: row["confidence"] for row in rows("rules/programme")}
    lows = [rule for rule, grade in confidence.items() if "L" in grade]
    mixed = [rule for rule, grade in confidence.items() if "|" in grade]
    assert lows == ["R26"]
    assert mixed == ["R2", "R14", "R23"]
    assert [rule for rule, grade in confidence.items() if grade == "M"] == (
        "R11 R16 R18 R21 R22 R24 R29 R30 R43 R47 R55 R61 R67 R70 R71 R72 R90".split()
    )


# --- conflicts ---


def test_every_conflict_stands_in_the_graph() -> None:
    told = rows("rules/conflicts")
    assert list(dict.fromkeys(row["conflict"] for row in told)) == CONFLICTS
    for row in told:
        assert all(row[column] for column in ("title", "rules", "statement", "sources", "decision")), row
        assert all("(" in source for source in row["sources"].split("; ")), row
    sides = [row["conflict"] for row in told]
    assert [conflict for conflict in CONFLICTS if sides.count(conflict) < 2] == []


def test_a_conflict_tells_both_sides_and_its_switch() -> None:
    told = [row for row in rows("rules/conflicts") if row["conflict"] == "C41"]
    assert [(row["rules"], row["sources"], row["switch"]) for row in told] == [
        ("R18", "S000 (2024-04 / 2025-02); S003 (FY23)", "exclusivityAcrossSubtypes"),
        ("R18", "P-CPOR1 (2023-10-10)", "exclusivityAcrossSubtypes"),
    ]


def test_a_statement_of_its_own_date_tells_that_date() -> None:
    sources = [row["sources"] for row in rows("rules/conflicts") if row["conflict"] == "C9"]
    assert sources == ["S000 (2024-04)", "S002 (2023-08); S003 (FY23)", "S000 (2025-02)"]


def test_the_conflicts_that_a_run_can_decide_have_a_switch() -> None:
    switched = {row["conflict"] for row in rows("rules/conflicts") if row["switch"]}
    assert switched == set("C5 C12 C16 C21 C22 C23 C24 C25 C26 C27 C30 C41 C42 C43".split())


# --- credit on disputed ground ---


def test_a_row_is_disputed_by_its_conflict_its_basis_or_a_doubtful_rule() -> None:
    found = disputes("2023-09-30")
    assert found["Claim-Advisor-Adds"] == ("C4",)
    assert found["Claim-Advisor-DeploymentsAndGrowth"] == ("C4", "basis disputed")
    assert found["DigitalPartner-Dynamics-Score-OnOnlineChannels"] == ("basis inferred",)
    assert found["Claim-RevenuePerformance-AddsAndRevenue"] == ("R26 low confidence", "basis seed+inferred")


def test_a_row_that_the_sources_agree_on_is_not_disputed() -> None:
    found = disputes("2023-09-30")
    for row in ("Claim-UsageM365-ModernWork-Score", "Claim-Revenue-AddsAndRevenue", "Claim-Advisor-Revenue"):
        assert row not in found


@pytest.mark.parametrize(
    ("as_of", "pack", "codes"),
    [
        ("2023-09-30", None, ()),
        ("2023-10-31", None, ("C5",)),
        ("2026-08-31", None, ("C5",)),
        ("2023-10-31", "2023-06", ()),
        ("2023-09-30", "2023-10", ("C5",)),
    ],
)
def test_revenue_through_an_advisor_claim_is_disputed_from_the_second_pack_on(
    as_of: str, pack: str | None, codes: tuple[str, ...]
) -> None:
    assert disputes(as_of, pack).get("Claim-Advisor-Revenue", ()) == codes


def test_the_list_of_disputed_rows_says_from_which_pack_on() -> None:
    listed = [row for row in rows("rules/disputed-rows") if row["row"] == PGM + "Claim-Advisor-Revenue"]
    assert [(row["pack"], row["dispute"], row["eligible"]) for row in listed] == [("2023-10", "C5", "true")]
    assert len({(row["pack"], row["row"], row["dispute"]) for row in rows("rules/disputed-rows")}) == len(
        rows("rules/disputed-rows")
    )
