from __future__ import annotations

import csv
import json
from collections.abc import Iterator, Mapping
from dataclasses import replace
from datetime import date
from fractions import Fraction
from pathlib import Path

import pytest
from starlette.testclient import TestClient

from partnergraph.cli import main
from partnergraph.errors import WrongUse
from partnergraph.graph import PartnerGraph
from partnergraph.score import Scores, plain
from partnergraph.score.points import Measure, metric_points, row_points
from partnergraph.score.rules import Qualification, ScoringRow, TrackChoice
from partnergraph.score.standing import Designation, Record, qualified_on, state
from partnergraph.score.tracks import tracks, used
from partnergraph.terms import PGV
from partnergraph.web import create_app

ROW = ScoringRow(
    iri="row",
    area="area",
    track=PGV + "Enterprise",
    metric="growth",
    option="",
    maximum=Fraction(30),
    metric_maximum=Fraction(30),
    threshold=Fraction(1000),
    formula=PGV + "Growth",
    combination=PGV + "OnlyOption",
    least_then=None,
    least_now=None,
)
EVALUATED = ["--pack", "2023-06", "--as-of", "2023-09"]
PERCENT = replace(ROW, formula=PGV + "PercentGrowth", threshold=Fraction(30))
DAY = date(2024, 3, 9)
NEEDED = Qualification(Fraction(70), Fraction(0), None, 5, PGV + "FromFirstOfMonth", 5)


def measured(now: int, then: int = 0) -> Measure:
    return Measure(Fraction(now), Fraction(then))


def option(name: str, threshold: int, combination: str = "BestOption") -> ScoringRow:
    return replace(ROW, iri=name, option=name, threshold=Fraction(threshold), combination=PGV + combination)


# --- figures and points ---


@pytest.mark.parametrize(("now", "actual", "points"), [(0, 0, 0), (500, 500, 15), (1000, 1000, 30), (1500, 1500, 30)])
def test_points_grow_with_the_figure_up_to_the_maximum(now: int, actual: int, points: int) -> None:
    found = row_points(ROW, measured(now))
    assert (found.actual, found.points) == (actual, points)


def test_a_loss_shows_in_the_figure_and_gives_no_points() -> None:
    found = row_points(ROW, measured(100, 250))
    assert (found.actual, found.points) == (-150, 0)


def test_points_are_exact_fractions() -> None:
    five_of_seven = replace(ROW, maximum=Fraction(15), threshold=Fraction(7), formula=PGV + "Level")
    assert row_points(five_of_seven, measured(5)).points == Fraction(75, 7)


def test_a_level_subtracts_nothing() -> None:
    assert row_points(replace(ROW, formula=PGV + "Level"), measured(6, 4)).actual == 6


@pytest.mark.parametrize(
    ("now", "then", "actual"), [(73200, 60000, 22), (60000, 60000, 0), (45000, 60000, -25), (5, 0, 100), (0, 0, 0)]
)
def test_growth_in_percent_is_of_the_year_before_and_from_nothing_it_is_a_hundred(
    now: int, then: int, actual: int
) -> None:
    assert row_points(PERCENT, measured(now, then)).actual == actual


@pytest.mark.parametrize(("then", "points"), [(49999, 0), (50000, 30)])
def test_growth_counts_only_from_a_base_of_the_year_before(then: int, points: int) -> None:
    found = row_points(replace(PERCENT, least_then=Fraction(50000)), measured(then * 2, then))
    assert (found.points, found.below_floor) == (points, points == 0)


@pytest.mark.parametrize(("now", "points"), [(999, 0), (1000, 30)])
def test_growth_counts_only_from_an_amount_now(now: int, points: int) -> None:
    assert row_points(replace(PERCENT, least_now=Fraction(1000)), measured(now)).points == points


def test_a_formula_that_nobody_knows_is_wrong_use() -> None:
    with pytest.raises(WrongUse, match="pgv:Guess where it can say: pgv:NetChange"):
        row_points(replace(ROW, formula=PGV + "Guess"), measured(1))


# --- options ---


def test_of_options_the_better_one_counts_and_not_the_sum() -> None:
    sale, claim = option("CSP", 2000), option("CPOR", 500)
    found = metric_points([row_points(claim, measured(1000)), row_points(sale, measured(1000))])
    assert ([each.row.option for each in found.used], found.points) == (["CPOR"], 30)


def test_of_equal_options_the_first_of_the_table_counts() -> None:
    found = metric_points([row_points(option(name, 1000), measured(100)) for name in ("CPOR", "DPOR")])
    assert [each.row.option for each in found.used] == ["CPOR"]


def test_options_that_are_added_are_capped_at_the_maximum_of_the_metric() -> None:
    parts = [replace(option(name, 2000, "SumOfOptions"), maximum=Fraction(20)) for name in ("AZURE", "M365")]
    rows = [row_points(replace(each, metric_maximum=Fraction(20)), measured(1500)) for each in parts]
    found = metric_points(rows)
    assert ([each.points for each in found.used], found.points) == ([15, 15], 20)


# --- tracks ---


def two_tracks(enterprise: int, smb: int) -> tuple[list[ScoringRow], dict[str, Measure]]:
    rows = [replace(ROW, iri="smb", track=PGV + "Smb"), replace(ROW, iri="enterprise")]
    return rows, {"enterprise": measured(enterprise), "smb": measured(smb)}


@pytest.mark.parametrize(
    ("method", "enterprise", "smb", "chosen"),
    [
        ("BetterTotal", 100, 200, "Smb"),
        ("BetterTotal", 200, 100, "Enterprise"),
        ("BetterTotal", 100, 100, "Enterprise"),
        ("AssignedTrack", 900, 100, "Smb"),
    ],
)
def test_the_track_is_chosen_as_the_rule_says(method: str, enterprise: int, smb: int, chosen: str) -> None:
    found = tracks(*two_tracks(enterprise, smb))
    choice = TrackChoice("rule", PGV + method, PGV + "Enterprise")
    assert used(found, choice, PGV + "Smb").iri == PGV + chosen


def test_a_track_qualifies_with_its_total_and_every_metric_above_zero() -> None:
    rows = [
        replace(ROW, iri="a", maximum=Fraction(70), metric_maximum=Fraction(70)),
        replace(ROW, iri="b", metric="adds", threshold=Fraction(3000)),
    ]

    def qualifies(first: int, second: int, needed: Qualification = NEEDED) -> bool:
        (track,) = tracks(rows, {"a": measured(first), "b": measured(second)})
        return track.qualifies(needed)

    assert qualifies(1000, 1)
    assert not qualifies(1000, 0)
    assert not qualifies(900, 600)
    assert qualifies(900, 700)
    one_point = replace(NEEDED, exceeds=None, least_points=Fraction(1))
    assert not qualifies(1000, 99, one_point)
    assert qualifies(1000, 100, one_point)


# --- window and states ---


@pytest.mark.parametrize(
    ("day", "start", "qualified"),
    [
        (date(2024, 8, 15), "FromFirstOfMonth", date(2024, 3, 9)),
        (date(2024, 8, 31), "FromFirstOfMonth", date(2024, 3, 9)),
        (date(2024, 9, 2), "FromFirstOfMonth", None),
        (date(2024, 3, 8), "FromFirstOfMonth", None),
        (date(2024, 8, 9), "FromSameDay", date(2024, 3, 9)),
        (date(2024, 8, 10), "FromSameDay", None),
    ],
)
def test_one_day_in_the_window_is_enough(day: date, start: str, qualified: date | None) -> None:
    needed = replace(NEEDED, window_start=PGV + start)
    assert qualified_on(day, [Record(DAY, None, Fraction(71))], needed, now=False) == qualified


def test_the_same_day_of_a_shorter_month_is_its_last() -> None:
    needed = replace(NEEDED, window_start=PGV + "FromSameDay")
    records = [Record(date(2024, 2, day), True, None) for day in (28, 29)]
    assert qualified_on(date(2024, 7, 31), records[1:], needed, now=False) == date(2024, 2, 29)
    assert qualified_on(date(2024, 7, 31), records[:1], needed, now=False) is None


@pytest.mark.parametrize(
    ("record", "expected"),
    [
        (Record(DAY, None, Fraction(70)), True),
        (Record(DAY, None, Fraction(69)), False),
        (Record(DAY, None, None), False),
        (Record(DAY, False, Fraction(80)), False),
        (Record(DAY, True, Fraction(0)), True),
    ],
)
def test_a_record_counts_by_its_word_and_else_by_its_total(record: Record, *, expected: bool) -> None:
    assert record.says_qualified(NEEDED) is expected


@pytest.mark.parametrize(
    ("day", "expected"),
    [
        (date(2023, 8, 14), "InProgress"),
        (date(2023, 8, 15), "Enrolled"),
        (date(2024, 2, 29), "Enrolled"),
        (date(2024, 3, 1), "RenewalDue"),
        (date(2024, 8, 14), "RenewalDue"),
        (date(2024, 8, 15), "InProgress"),
    ],
)
def test_an_enrolment_holds_until_its_anniversary_whatever_the_score(day: date, expected: str) -> None:
    designation = Designation(date(2023, 8, 15), date(2024, 8, 15))
    assert state(day, None, [designation], NEEDED) == PGV + expected


def test_who_qualified_and_is_not_enrolled_is_qualified() -> None:
    assert state(date(2024, 8, 15), date(2024, 3, 9), [], NEEDED) == PGV + "Qualified"


@pytest.mark.parametrize(
    ("number", "text"),
    [
        (Fraction(75, 7), "10.714286"),
        (Fraction(20, 3), "6.666667"),
        (Fraction(1000), "1000"),
        (Fraction(0), "0"),
        (Fraction(-3, 2), "-1.5"),
        (Fraction(1, 2_000_000), "0.000001"),
        (Fraction(-1, 10_000_000), "0"),
    ],
)
def test_a_number_shows_six_decimals_at_most(number: Fraction, text: str) -> None:
    assert plain(number) == text


# --- one small ecosystem, end to end ---

# p1 of g1 sells Exchange in t1 (200 seats, 100 active, 40 a year ago). In t2 it sold Teams until last December. In t3
# its claim of 2023-05-10 found 45 of 100 active. p2 of g2 holds a claim that p3 of g3 holds too.
FACTS: Mapping[str, str] = {
    "partners": "partner_id,account_type,global_partner_id\n"
    "g1,global,\np1,location,g1\ng2,global,\np2,location,g2\ng3,global,\np3,location,g3\n",
    "customers": "customer_id\nc1\n",
    "tenants": "tenant_id,customer_id\nt1,c1\nt2,c1\nt3,c1\nt4,c1\n",
    "subscriptions": "subscription_id,tenant_id,product,channel,status,starts_on\n"
    "s1,t1,Exchange,CSP_NCE,active,2022-01-01\n"
    "s2,t2,Exchange,CSP_NCE,active,2022-01-01\n"
    "s3,t3,Exchange,EA,active,2022-01-01\n"
    "s4,t4,Exchange,EA,active,2022-01-01\n",
    "associations": "association_id,type,cpor_subtype,partner_id,tenant_id,subscription_id,workload,state,starts_on,"
    "ends_on\n"
    "sale1,CSP_T1,,p1,,s1,,active,2022-01-01,\n"
    "sale2,CSP_T1,,p1,,s2,,active,2022-01-01,2022-12-01\n"
    "claim3,CPOR,OSU_M365,p1,t3,,Exchange,approved,2023-05-10,\n"
    "claim4,CPOR,OSU_M365,p2,t4,,Exchange,approved,2022-01-01,\n"
    "rival4,CPOR,OSU_M365,p3,t4,,Exchange,approved,2022-01-01,\n",
    "usage": "tenant_id,workload,month,paid_available_units,monthly_active_users\n"
    "t1,Exchange,2022-09,200,40\nt1,Exchange,2023-09,200,100\n"
    "t2,Exchange,2022-09,200,100\nt2,Exchange,2023-09,200,100\n"
    "t3,Exchange,2022-09,100,30\nt3,Exchange,2023-05,100,45\nt3,Exchange,2023-09,100,60\n"
    "t4,Exchange,2023-09,100,60\n",
    "certifications": "person_key,certification,global_partner_id,completed_on,expires_on\n"
    "ann,Teams Administrator Associate,g1,2023-01-01,\n"
    "ann,messaging administrator associate,g1,2023-01-01,\n"
    "bob,Teams Administrator Associate,g1,2022-01-01,2023-09-30\n",
}


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    made = tmp_path_factory.mktemp("facts")
    for name, text in FACTS.items():
        (made / f"{name}.csv").write_text(text, encoding="utf-8")
    return made


@pytest.fixture(scope="module")
def graph(folder: Path) -> Iterator[PartnerGraph]:
    with PartnerGraph.open() as opened:
        opened.import_files([folder], validate=False)
        yield opened


@pytest.fixture(scope="module")
def scores(graph: PartnerGraph) -> Scores:
    return graph.scores(as_of="2023-09", pack="2023-06")


def figure(scores: Scores, account: str, metric: str, option: str = "") -> Fraction:
    (row,) = [
        each
        for each in scores.metrics
        if (each.global_partner_id, each.solution_area, each.track, each.metric, each.option)
        == (account, "modern_work", "smb", metric, option)
    ]
    return row.actual


def test_net_adds_are_tenants_now_less_tenants_then(scores: Scores) -> None:
    assert figure(scores, "g1", "net_customer_adds") == 2 - 2


def test_growth_starts_with_the_association(scores: Scores) -> None:
    assert figure(scores, "g1", "usage_growth", "CPOR") == 60 - 45
    assert figure(scores, "g1", "usage_growth", "CSP") == 100 - 40 - 100


def test_what_was_deployed_when_it_was_claimed_is_no_deployment(scores: Scores) -> None:
    assert figure(scores, "g1", "deployments", "CPOR") == 0
    assert figure(scores, "g1", "deployments", "CSP") == 1 - 1


def test_a_person_counts_once_and_not_after_the_certification_expired(scores: Scores) -> None:
    assert figure(scores, "g1", "intermediate_certs") == 1


def test_what_a_violation_names_counts_nothing_now_and_then(scores: Scores) -> None:
    assert figure(scores, "g2", "net_customer_adds") == 0
    assert {finding.focus for finding in scores.of(partner="g2").left_out} == {"claim4"}
    assert not scores.of(partner="g1").left_out


def test_every_figure_is_the_sum_of_its_units(scores: Scores) -> None:
    for row in scores.metrics:
        mine = [
            unit
            for unit in scores.units
            if unit.counted
            and (unit.global_partner_id, unit.solution_area, unit.track, unit.metric, unit.option)
            == (row.global_partner_id, row.solution_area, row.track, row.metric, row.option)
        ]
        now = sum((unit.amount for unit in mine if unit.moment == "now"), Fraction(0))
        then = sum((unit.amount if unit.moment == "then" else unit.base for unit in mine), Fraction(0))
        assert (now, then) == (row.now, row.then)


def test_the_units_say_through_what_and_why_not(scores: Scores) -> None:
    units = scores.of(partner="p1", area="modern_work").units
    told = {
        (unit.metric, unit.option, unit.moment, unit.tenant_id or unit.person, unit.association_id, unit.reason)
        for unit in units
        if unit.track == "smb"
    }
    assert ("net_customer_adds", "", "then", "t2", "sale2", "") in told
    assert ("deployments", "CPOR", "now", "t3", "claim3", "reached-before") in told
    (growth,) = [unit for unit in units if (unit.metric, unit.association_id) == ("usage_growth", "claim3")]
    assert (growth.amount, growth.base, growth.rules) == (60, 45, "R20|R60|R79|R83|R85|R90")
    people = [unit for unit in units if unit.metric == "intermediate_certs" and unit.track == "smb"]
    assert sorted(unit.reason for unit in people) == ["", "already-counted", "certification-expired"]
    assert not any("ann" in unit.person or "bob" in unit.person for unit in people)


def test_a_location_is_asked_about_as_its_global_account(scores: Scores) -> None:
    assert {row.global_partner_id for row in scores.of(partner="p1").metrics} == {"g1"}


def test_one_partner_alone_comes_to_the_same(graph: PartnerGraph, scores: Scores, folder: Path) -> None:
    with PartnerGraph.open() as fresh:
        fresh.import_files([folder], validate=False)
        alone = fresh.scores("g1", as_of="2023-09", pack="2023-06")
    assert alone.table == scores.of(partner="g1").table
    assert alone.units_table == scores.of(partner="g1").units_table


def test_every_row_of_the_table_is_there_in_its_order(scores: Scores) -> None:
    assert scores.table.columns[:5] == ("global_partner_id", "solution_area", "track", "metric", "option")
    assert [sum(row.global_partner_id == account for row in scores.metrics) for account in ("g1", "g2", "g3")] == [
        43
    ] * 3
    areas = [state.solution_area for state in scores.states if state.global_partner_id == "g1"]
    assert areas[:3] == ["modern_work", "business_applications", "security"]


def test_the_scores_can_be_asked_in_sparql(graph: PartnerGraph, scores: Scores) -> None:
    answer = graph.query(
        "SELECT ?points WHERE { ?metric a pg:MetricScore ; pg:ofScore ?score ; pg:points ?points ; pg:isUsed true ;"
        " pg:hasMetric pgv:IntermediateCerts . ?score pg:isAwardedTo ?account ; pg:inSolutionArea pgv:ModernWork ."
        " ?account pg:partnerId 'g1' }"
    ).table()
    (used_row,) = [
        row
        for row in scores.metrics
        if row.counts
        and (row.global_partner_id, row.solution_area, row.metric) == ("g1", "modern_work", "intermediate_certs")
    ]
    assert answer.rows == ((float(used_row.points),),)


def test_the_credits_stay_those_of_the_day(graph: PartnerGraph, scores: Scores) -> None:
    kept = graph.query("SELECT (COUNT(DISTINCT ?credit) AS ?credits) WHERE { ?credit a pg:Credit }").table()
    assert kept.rows == ((len(graph.credits(as_of="2023-09", pack="2023-06")),),)


# --- the command and the service ---


def test_the_command_prints_scores_states_and_units(folder: Path, capsys: pytest.CaptureFixture[str]) -> None:
    asked = [
        "score",
        str(folder),
        "--partner",
        "g1",
        "--area",
        "modern_work",
        "--pack",
        "2023-06",
        "--as-of",
        "2023-09",
    ]
    assert main([*asked, "--format", "csv"]) == 0
    rows = list(csv.DictReader(capsys.readouterr().out.splitlines()))
    assert len(rows) == 14
    assert main([*asked, "--units", "--format", "json"]) == 0
    answer = json.loads(capsys.readouterr().out)
    assert [area["state"] for area in answer["states"]] == ["In progress"]
    assert {unit["reason"] for unit in answer["units"]} >= {"", "reached-before", "already-counted"}
    assert main([*asked, "--units"]) == 0
    assert "reached-before" in capsys.readouterr().out


def test_the_command_says_who_and_what_it_does_not_know(folder: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["score", str(folder), "--partner", "g9", *EVALUATED]) == 0
    assert "No global account with the id g9" in capsys.readouterr().err
    assert main(["score", str(folder), "--area", "azure", *EVALUATED]) == 2
    assert "There is no solution area azure. Known are: modern_work, " in capsys.readouterr().err


def test_the_command_tells_of_what_was_left_out(folder: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["score", str(folder), "--partner", "g2", *EVALUATED]) == 1
    assert "V-CPOR-DUP" in capsys.readouterr().err


def test_the_service_answers_in_json_and_csv(graph: PartnerGraph, scores: Scores) -> None:
    asked = {"partner": "g1", "as_of": "2023-09", "pack": "2023-06"}
    with TestClient(create_app(graph)) as client:
        answer = client.get("/scores", params=asked)
        assert (answer.status_code, answer.headers["left-out"]) == (200, "0")
        assert (len(answer.json()["scores"]), len(answer.json()["states"])) == (43, 6)
        assert "units" not in answer.json()
        assert client.get("/scores", params={**asked, "units": "true"}).json()["units"]
        table = client.get("/scores", params={**asked, "format": "csv"}).text
    assert table == scores.of(partner="g1").to_csv()
