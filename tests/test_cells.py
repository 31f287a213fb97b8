"""What each rule pack credits, after later packs have overridden earlier ones, is what the published table says."""

from __future__ import annotations

import csv
import itertools
from pathlib import Path

import pytest

from partnergraph import catalogue, validation, vocabulary
from partnergraph.evaluation import evaluation
from partnergraph.store import Store
from partnergraph.terms import WORKING_GRAPH

TABLE = Path(__file__).resolve().parents[2] / "shared" / "domain" / "eligibility.csv"
PACKS = ("2023-06", "2023-10", "2026-08")
SETS = ("cpor_subtype", "solution_area", "segment", "product_or_workload_scope", "licensing_channels", "metric")
AREAS = {
    "M365_MW": {"modern_work"},
    "M365_MW_RECOG_ONLY": {"modern_work"},
    "M365_SEC": {"security"},
    "M365_SEC_RECOG_ONLY": {"security"},
    "AZURE_SEC": {"security"},
    "D365_CORE": {"business_applications"},
    "D365_CI": {"business_applications"},
    "POWER_PLATFORM": {"business_applications"},
    "AZURE_ALL": {"data_ai", "digital_app_innovation", "infrastructure"},
}
"""rules.md 3: a product fixes its areas."""
CELLS = """
SELECT DISTINCT ?type ?subtype ?area ?segment ?code ?channel ?metric
WHERE {
  ?cell pgw:kind ?kind ; pgw:subtype ?sub ; pgw:area ?a ; pgw:segment ?s ; pgw:code ?c .
  ?cell pgw:channel ?ch ; pgw:metric ?m .
  ?kind skos:notation ?type . ?a skos:notation ?area . ?s skos:notation ?segment . ?c skos:notation ?code .
  ?ch skos:notation ?channel . ?m skos:notation ?metric .
  OPTIONAL { ?sub a pg:ClaimSubtype ; skos:notation ?named }
  BIND(COALESCE(?named, "") AS ?subtype)
}
"""

Cell = tuple[str, ...]


def published(pack: str) -> set[Cell]:
    """Return the cells that the table credits in a pack: a later pack overrides the same cell of an earlier one.

    A row for any product yields to a more specific row.
    """
    answers: dict[Cell, bool] = {}
    for known in PACKS[: PACKS.index(pack) + 1]:
        with TABLE.open(encoding="utf-8", newline="") as file:
            for row in csv.DictReader(file):
                if row["pack"] == known:
                    for cell in itertools.product(*(row[name].split("|") for name in SETS)):
                        answers[row["association_type"], *cell] = row["eligible"] == "yes"
    named = {(cell[0], cell[2], *cell[4:]) for cell in answers}
    for cell, eligible in [*answers.items()]:
        if cell[4] == "ANY":
            for code in AREAS:
                if (cell[0], cell[2], code, *cell[5:]) not in named:
                    answers[(*cell[:4], code, *cell[5:])] = eligible
    return {cell for cell, eligible in answers.items() if eligible and cell[2] in AREAS.get(cell[4], set())}


def derived(pack: str, options: dict[str, str] | None = None) -> set[Cell]:
    """Return the cells that the derivation of credit works with."""
    store = Store.memory()
    vocabulary.refresh(store)
    with store.evaluation() as draft:
        evaluation(draft, "2023-09-30", pack, options).write(draft)
        validation.prepare(draft)
        for name in ("credit/04-later-cells", "credit/05-cells"):
            draft.construct_into(catalogue.query(name).text, WORKING_GRAPH)
        return {tuple(str(value) for value in row) for row in draft.rows(CELLS)[1]}


@pytest.mark.skipif(not TABLE.exists(), reason="needs ../shared/domain/eligibility.csv")
@pytest.mark.parametrize("pack", PACKS)
def test_a_pack_credits_what_the_published_table_says(pack: str) -> None:
    assert derived(pack) == published(pack)


@pytest.mark.parametrize(
    ("earlier", "later", "gone", "new"),
    [
        # R25, R27: REVREC and its twin leave legacy CSP (3 products, 2 metrics), OSU_BA is paid on 2 channels no more
        # and scores on web direct in 2 metrics.
        ("2023-06", "2023-10", 2 * 3 * 2 + 2, 2),
        # R66, C34: two kinds, three product codes, two channels, three metrics.
        ("2023-10", "2026-08", 0, 2 * 3 * 2 * 3),
    ],
)
def test_a_later_pack_changes_what_it_says_and_nothing_else(earlier: str, later: str, gone: int, new: int) -> None:
    before, after = derived(earlier), derived(later)
    assert (len(before - after), len(after - before)) == (gone, new)


@pytest.mark.parametrize(
    ("switch", "option", "lost", "won"),
    [
        # C25: 3 areas of Azure x 2 channels x 4 metrics, Modern Work Enterprise 2 codes x 2 x 4, Dynamics 2 x 3,
        # Power Platform and Customer Insights 2 codes x 2 x 1, revenue of Business Applications 3 codes x 2.
        ("dporChannels", "enterpriseAgreementOnly", 3 * 2 * 4 + 2 * 2 * 4 + 2 * 3 + 2 * 2 + 3 * 2, 0),
        # C5: net adds and revenue of an advisor claim, 3 codes x 3 channels.
        ("advisorBringsRevenue", "off", 2 * 3 * 3, 0),
        # C42: the row is the same cell with another floor.
        ("incentiveSeatFloor", "301", 0, 0),
    ],
)
def test_an_option_changes_the_cells_it_is_about(switch: str, option: str, lost: int, won: int) -> None:
    usual, chosen = derived("2023-06"), derived("2023-06", {switch: option})
    assert (len(usual - chosen), len(chosen - usual)) == (lost, won)
