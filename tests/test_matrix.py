"""The eligibility matrix: its rows, exploded into atomic cells, are the cells of the published table."""

from __future__ import annotations

import csv
import itertools
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path

import pyoxigraph
import pytest

ROOT = Path(__file__).resolve().parents[1]
PACK = "2023-06"
CELLS = {"2023-06": 2298, "2023-10": 16, "2026-08": 36}
"""How many cells each pack answers itself; the later packs answer some of the earlier cells anew."""
PACKS = ROOT / "ontology" / "packs"
TABLE = ROOT.parent / "shared" / "domain" / "eligibility.csv"
WORDS = [ROOT / "ontology" / name for name in ("associations.ttl", "core.ttl", "vocabulary.ttl")]

PG = "https://w3id.org/partnergraph/ns#"
NOTATION = "http://www.w3.org/2004/02/skos/core#notation"
SOURCE = "http://purl.org/dc/terms/source"
COMMENT = "http://www.w3.org/2000/01/rdf-schema#comment"
SETS = ("Kind", "Subtype", "Area", "Segment", "ProductCode", "Channel", "Metric")
COLUMNS = (
    "association_type",
    "cpor_subtype",
    "solution_area",
    "segment",
    "product_or_workload_scope",
    "licensing_channels",
    "metric",
)
CONDITIONS = {
    PG + name
    for name in (
        "creditedThrough",
        "excludesAdminLinkRoleName",
        "excludesDigitalPartnerOfRecord",
        "lagMonths",
        "minimumPaidUnits",
        "requiresAccess",
        "requiresActiveSubscription",
        "requiresAttributedUser",
        "requiresCspRole",
        "requiresDesignation",
        "requiresEnvironment",
        "requiresNotOptedOut",
        "requiresPaidBand",
        "requiresProof",
        "requiresRoleName",
    )
}

Cell = tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Answer:
    """What the matrix says of one cell."""

    eligible: str
    basis: str
    source: str
    rules: frozenset[str]
    exclusivity_scope: str


Row = dict[str, set[str]]


def _rows(pack: str = PACK) -> dict[str, Row]:
    """Return the rows of a pack: for each name its values by property, those with a notation as their notation."""
    store = pyoxigraph.Store()
    matrix = PACKS / pack / "eligibility.ttl"
    for path in [*WORDS, PACKS / pack / "pack.ttl", matrix]:
        store.load(path=path)
    notations: dict[pyoxigraph.NamedNode, str] = {}
    for quad in store.quads_for_pattern(None, pyoxigraph.NamedNode(NOTATION), None):
        assert isinstance(quad.subject, pyoxigraph.NamedNode)
        assert isinstance(quad.object, pyoxigraph.Literal)
        notations[quad.subject] = quad.object.value
    rows: dict[str, Row] = {}
    for row in pyoxigraph.parse(path=matrix):
        if row.subject.value.startswith("https://w3id.org/partnergraph/eligibility#"):
            value = notations.get(row.object, row.object.value)
            rows.setdefault(row.subject.value, {}).setdefault(row.predicate.value, set()).add(value)
    return rows


def _answers(cells: Iterable[tuple[Cell, Answer]]) -> Mapping[Cell, Answer]:
    """Return `cells` as a mapping; a cell that is answered twice fails the test."""
    answers: dict[Cell, Answer] = {}
    for cell, answer in cells:
        assert cell not in answers, f"{cell} is answered twice"
        answers[cell] = answer
    return answers


def _one(row: Row, iri: str) -> str:
    (value,) = row[iri]
    return value


def _turtle_cells(pack: str) -> Iterator[tuple[Cell, Answer]]:
    for row in _rows(pack).values():
        assert _one(row, PG + "inPack") == pack
        answer = Answer(
            eligible={"true": "yes", "false": "no"}[_one(row, PG + "eligible")],
            basis=_one(row, PG + "basis"),
            source=_one(row, SOURCE),
            rules=frozenset(row[PG + "rule"]),
            exclusivity_scope=_one(row, PG + "exclusivityScope"),
        )
        for cell in itertools.product(*(sorted(row.get(f"{PG}appliesTo{name}", {""})) for name in SETS)):
            yield cell, answer


def _table_cells(pack: str) -> Iterator[tuple[Cell, Answer]]:
    with TABLE.open(encoding="utf-8", newline="") as file:
        for line in csv.DictReader(file):
            if line["pack"] != pack:
                continue
            answer = Answer(
                eligible=line["eligible"],
                basis=line["basis"],
                source=line["source"],
                rules=frozenset(line["rules"].split("|")),
                exclusivity_scope=line["exclusivity_scope"],
            )
            for cell in itertools.product(*(line[column].split("|") for column in COLUMNS)):
                yield cell, answer


def _conditions(pack: str = PACK, **wanted: str) -> set[tuple[str, str]]:
    """Return the conditions, as (local name, value), of the one row of a pack that stands for the cell `wanted`."""
    found = [
        row
        for row in _rows(pack).values()
        if all(value in row.get(f"{PG}appliesTo{name}", set()) for name, value in wanted.items())
    ]
    assert len(found) == 1, f"{wanted} is answered by {len(found)} rows"
    local = {iri: values for iri, values in found[0].items() if iri in CONDITIONS}
    return {(iri.removeprefix(PG), value) for iri, values in local.items() for value in values}


needs_table = pytest.mark.skipif(not TABLE.is_file(), reason="the published table lies outside the repository")


every_pack = pytest.mark.parametrize("pack", CELLS)


@needs_table
@every_pack
def test_the_rows_are_the_cells_of_the_published_table(pack: str) -> None:
    turtle, table = _answers(_turtle_cells(pack)), _answers(_table_cells(pack))
    missing = sorted(set(table) - set(turtle))
    extra = sorted(set(turtle) - set(table))
    different = sorted(cell for cell in set(turtle) & set(table) if turtle[cell] != table[cell])
    assert (missing, extra, different) == ([], [], [])


@needs_table
def test_the_published_table_has_no_other_pack() -> None:
    with TABLE.open(encoding="utf-8", newline="") as file:
        assert {line["pack"] for line in csv.DictReader(file)} == set(CELLS)


@every_pack
def test_a_pack_has_its_cells_and_none_twice(pack: str) -> None:
    assert len(_answers(_turtle_cells(pack))) == CELLS[pack]


def test_the_packs_have_2350_cells() -> None:
    assert sum(len(_answers(_turtle_cells(pack))) for pack in CELLS) == 2350


@pytest.mark.parametrize("pack", ["2023-10", "2026-08"])
def test_a_later_pack_answers_cells_of_the_first_otherwise(pack: str) -> None:
    later, first = _answers(_turtle_cells(pack)), _answers(_turtle_cells(PACK))
    assert {cell for cell in later if cell not in first or first[cell].eligible == later[cell].eligible} == set()


@every_pack
def test_only_rows_that_say_yes_have_conditions(pack: str) -> None:
    refusing = [row for row in _rows(pack).values() if _one(row, PG + "eligible") == "false"]
    assert not [row for row in refusing if CONDITIONS & set(row)]


@every_pack
def test_every_row_has_a_reading_for_people(pack: str) -> None:
    assert not [name for name, row in _rows(pack).items() if COMMENT not in row]


def test_a_paid_usage_claim_of_modern_work_needs_300_seats_and_one_of_security_none() -> None:
    claim = {"Subtype": "OSU_M365", "Metric": "incentive", "Channel": "EA"}
    both = {("requiresNotOptedOut", "true"), ("requiresProof", "true")}
    assert _conditions(Area="modern_work", **claim) == {*both, ("minimumPaidUnits", "300")}
    assert _conditions(Area="security", **claim) == both


@pytest.mark.parametrize("metric", ["net_customer_adds", "deployments", "usage_growth"])
@pytest.mark.parametrize("subtype", ["OSU_M365", "USAGE_ONLY_M365"])
def test_a_microsoft_365_claim_needs_a_subscription_and_in_modern_work_the_band(subtype: str, metric: str) -> None:
    claim = {"Subtype": subtype, "Metric": metric, "Channel": "EA"}
    active = {("requiresActiveSubscription", "true")}
    assert _conditions(Area="modern_work", Segment="smb", **claim) == {*active, ("requiresPaidBand", "true")}
    assert _conditions(Area="security", **claim) == active


def test_an_advisor_is_credited_through_the_revenue_claim_a_month_later() -> None:
    active = ("requiresActiveSubscription", "true")
    through = {active, ("creditedThrough", "REVREC"), ("lagMonths", "1")}
    advisor = {"Subtype": "OSA", "ProductCode": "D365_CORE", "Channel": "EA"}
    assert _conditions(Metric="net_customer_adds", **advisor) == through
    assert _conditions(Metric="revenue", **advisor) == through
    assert _conditions(Metric="incentive", **advisor) == {
        active,
        ("requiresNotOptedOut", "true"),
        ("requiresProof", "true"),
    }


def test_an_admin_link_needs_access_and_for_the_incentive_a_writing_role() -> None:
    link = {"Kind": "PAL", "Area": "data_ai", "Channel": "CSP_NCE"}
    access = {("requiresAccess", "true")}
    assert _conditions(Metric="deployments", **link) == access
    assert _conditions(Metric="incentive", **link) == {
        *access,
        ("requiresRoleName", "Contributor"),
        ("requiresRoleName", "Owner"),
    }


def test_an_admin_link_on_the_power_platform_needs_production_and_the_attributed_user() -> None:
    link = {"Kind": "PAL", "ProductCode": "POWER_PLATFORM", "Channel": "EA"}
    needed = {("requiresAttributedUser", "true"), ("requiresEnvironment", "production")}
    assert _conditions(Metric="usage_growth", **link) == needed
    assert _conditions(Metric="incentive", **link) == needed
    assert _conditions(Metric="net_customer_adds", **link) == set()


def test_of_a_chain_the_reseller_is_credited_and_its_revenue_is_that_of_both() -> None:
    chain = {"Area": "modern_work", "Channel": "CSP_NCE"}
    band = ("requiresPaidBand", "true")
    assert _conditions(Kind="CSP_T1", Segment="smb", Metric="deployments", **chain) == {band}
    assert _conditions(Kind="CSP_T2", Segment="smb", Metric="deployments", **chain) == {
        band,
        ("requiresCspRole", "reseller"),
    }
    assert _conditions(Kind="CSP_T2", Metric="revenue", **chain) == set()
    assert _conditions(Kind="CSP_T2", Metric="incentive", **chain) == {("requiresDesignation", "true")}


def test_a_transacting_partner_is_paid_where_it_is_neither_digital_partner_nor_linked() -> None:
    assert _conditions(Kind="TPOR", Metric="incentive", Area="infrastructure", Channel="EA") == {
        ("excludesAdminLinkRoleName", "Contributor"),
        ("excludesAdminLinkRoleName", "Owner"),
        ("excludesDigitalPartnerOfRecord", "true"),
    }


def test_from_october_2023_a_usage_claim_on_web_direct_needs_an_active_subscription() -> None:
    claim = {"Subtype": "OSU_BA", "Channel": "WEB_DIRECT"}
    assert _conditions("2023-10", Metric="deployments", **claim) == {("requiresActiveSubscription", "true")}


def test_in_2026_the_reseller_of_a_chain_is_credited_for_security() -> None:
    sale = {"Area": "security", "Metric": "deployments", "Channel": "CSP_NCE"}
    assert _conditions("2026-08", Kind="CSP_T1", **sale) == set()
    assert _conditions("2026-08", Kind="CSP_T2", **sale) == {("requiresCspRole", "reseller")}
