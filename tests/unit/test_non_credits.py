"""Non-credits: every association, area and metric is either credited or refused, once, for a reason of the bundle."""

from __future__ import annotations

import csv
import io
import json
import re
from collections.abc import Callable, Mapping
from pathlib import Path

import pytest

from partnergraph import PartnerGraph
from partnergraph.cli import main
from partnergraph.explain import NonCredit, NonCredits

SCENARIOS = Path(__file__).resolve().parents[1] / "scenarios"
HEADER = (
    "partner_id,global_partner_id,association_id,association_type,cpor_subtype,derived_from,solution_area,segment,metric,"
    "customer_id,tenant_id,subscription_id,workload,resource_id,from,until,pack,reason,rules,hint"
)
METRICS = {"net_customer_adds", "deployments", "usage_growth", "revenue", "incentive"}
RULES = re.compile(r"R\d+(\|R\d+)*")
PARTNERS = """\
partner_id,account_type,global_partner_id,name
own-global,global,,
own-place,location,own-global,
own-branch,location,own-global,
rival-global,global,,
rival-place,location,rival-global,
"""

Graphs = Callable[[str], PartnerGraph]
Cells = set[tuple[str, str, str]]


@pytest.fixture(scope="module")
def graphs() -> Graphs:
    """Give the graph of a folder, imported once, below `scenarios/` unless it is an absolute path."""
    opened: dict[str, PartnerGraph] = {}

    def graph(folder: str) -> PartnerGraph:
        if folder not in opened:
            opened[folder] = PartnerGraph.open()
            opened[folder].import_files([SCENARIOS / folder], validate=False)
        return opened[folder]

    return graph


def bundle(folder: Path, files: Mapping[str, str]) -> str:
    everything = {
        "partners": PARTNERS,
        "customers": "customer_id\nc1\n",
        "tenants": "tenant_id,customer_id,cloud\nt1,c1,public\nt2,c1,public\n",
        "subscriptions": "subscription_id,tenant_id,product,channel,status\ns1,t1,Customer Service,EA,active\n"
        "s2,t2,Customer Service,EA,active\n",
        **files,
    }
    for name, text in everything.items():
        (folder / f"{name}.csv").write_text(text, encoding="utf-8")
    return str(folder)


def refused(rows: NonCredits) -> Cells:
    return {(row.association_id, row.solution_area, row.metric) for row in rows}


def reasons(rows: NonCredits, association: str) -> dict[str, str]:
    return {row.metric: row.reason for row in rows if row.association_id == association}


@pytest.mark.parametrize(
    ("folder", "as_of"),
    [
        ("SC02/facts", "2023-09-30"),
        ("SC12/facts", "2023-09-30"),
        ("SC20/before-the-lag/facts", "2023-04-09"),
        ("SC20/after-the-lag/facts", "2023-04-10"),
        ("SC46/facts", "2023-09-30"),
        ("azure/security-services/facts", "2023-09-30"),
        ("power-platform/latest-active-owner/facts", "2023-09-30"),
        ("workloads/suite-on-csp/facts", "2023-09-30"),
        ("reading/unknown-product/facts", "2023-09-30"),
    ],
)
def test_each_association_area_and_metric_is_credited_or_refused_once(graphs: Graphs, folder: str, as_of: str) -> None:
    rows = graphs(folder).non_credits(as_of=as_of)
    credited = {
        (row.derived_from or row.association_id, row.solution_area, row.metric)
        for row in graphs(folder).credits(as_of=as_of)
    }
    assert len(refused(rows)) == len(rows)
    assert not refused(rows) & credited
    metrics: dict[tuple[str, str], set[str]] = {}
    for association, area, metric in refused(rows) | credited:
        metrics.setdefault((association, area), set()).add(metric)
    assert all(found == METRICS for found in metrics.values())


@pytest.mark.parametrize("folder", ["SC12/facts", "SC46/facts", "workloads/suite-on-csp/facts"])
def test_the_reasons_are_those_of_the_explanation(graphs: Graphs, folder: str) -> None:
    told = {
        (answer.association_id, answer.solution_area, answer.metric, answer.refusal.reason, answer.refusal.rules)
        for answer in graphs(folder).explain("g1", as_of="2023-09-30").answers
        if answer.refusal
    }
    rows = graphs(folder).non_credits(as_of="2023-09-30", partner="g1")
    assert {
        (row.association_id, row.solution_area, row.metric, row.reason, tuple(row.rules.split("|"))) for row in rows
    } == told


def test_a_row_has_the_ids_of_the_association_and_of_what_it_covers(graphs: Graphs) -> None:
    rows = graphs("SC12/facts").non_credits(as_of="2023-09-30")
    assert [row for row in rows if (row.association_id, row.metric) == ("deal", "incentive")] == [
        NonCredit(
            partner_id="p1",
            global_partner_id="g1",
            association_id="deal",
            association_type="TPOR",
            cpor_subtype="",
            derived_from="",
            solution_area="business_applications",
            segment="",
            metric="incentive",
            customer_id="c1",
            tenant_id="t1",
            subscription_id="s1",
            workload="Customer Service",
            resource_id="",
            starts_on="2023-01-15",
            ends_on="",
            pack="2023-06",
            reason="dpor-takes-precedence",
            rules="R72",
            hint="Nothing has to be done; the role of digital partner of record counts instead.",
        )
    ]


def test_what_a_violation_leaves_out_is_refused_for_it(graphs: Graphs, tmp_path: Path) -> None:
    folder = bundle(
        tmp_path,
        {
            "associations": "association_id,type,cpor_subtype,partner_id,tenant_id,subscription_id,state,starts_on\n"
            "own,CPOR,OSU_BA,own-place,t1,s1,approved,2023-01-01\n"
            "rival,CPOR,OSU_BA,rival-place,t1,s1,approved,2023-02-01\n"
            "strange,DPOR,,nobody,,s2,active,2023-02-01\n",
        },
    )
    rows = graphs(folder).non_credits(as_of="2023-09-30")
    for association in ("own", "rival", "strange"):
        assert reasons(rows, association) == dict.fromkeys(METRICS, "violation")
    assert {row.rules for row in rows if row.association_id == "own"} == {"R17"}
    assert {(row.partner_id, row.global_partner_id) for row in rows if row.association_id == "strange"} == {
        ("nobody", "")
    }
    assert {row.starts_on for row in rows if row.association_id == "rival"} == {"2023-02-01"}
    assert len(rows.left_out) == 3
    assert not [
        row for row in graphs(folder).non_credits(as_of="2023-09-30", partner="own-place") if "rival" in str(row)
    ]


def test_what_covers_no_known_product_is_refused_without_an_area(graphs: Graphs) -> None:
    rows = graphs("reading/unknown-product/facts").non_credits(as_of="2023-09-30")
    assert {(row.solution_area, row.reason) for row in rows if row.association_id == "sale"} == {
        ("", "product-not-eligible")
    }
    assert {row.metric for row in rows if row.association_id == "sale"} == METRICS


def test_a_derived_association_speaks_for_the_one_that_brings_it(graphs: Graphs) -> None:
    waiting = graphs("SC20/before-the-lag/facts").non_credits(as_of="2023-04-09")
    assert reasons(waiting, "advice") == {
        "net_customer_adds": "lag-not-elapsed",
        "revenue": "lag-not-elapsed",
        "deployments": "metric-not-eligible",
        "usage_growth": "metric-not-eligible",
    }
    brought = graphs("SC20/after-the-lag/facts").non_credits(as_of="2023-04-10")
    assert set(reasons(brought, "advice")) == {"deployments", "usage_growth"}
    assert {row.association_id for row in brought} == {"advice"}


def test_an_association_that_has_ended_has_no_interval(graphs: Graphs) -> None:
    rows = graphs("SC36/holder-changes/facts").non_credits(as_of="2023-09-30", partner="p1")
    assert {(row.association_id, row.reason, row.starts_on, row.ends_on) for row in rows} == {
        ("record1", "not-in-force", "", "")
    }


def test_rows_are_narrowed_by_partner_and_tenant(graphs: Graphs, tmp_path: Path) -> None:
    folder = bundle(
        tmp_path,
        {
            "associations": "association_id,type,partner_id,subscription_id,state,starts_on\n"
            "one,DPOR,own-place,s1,active,2023-01-01\ntwo,DPOR,own-branch,s2,active,2023-01-01\n"
        },
    )

    def asked(**narrowed: str) -> set[str]:
        return {row.association_id for row in graphs(folder).non_credits(as_of="2023-09-30", **narrowed)}

    assert asked() == asked(partner="own-global") == {"one", "two"}
    assert asked(partner="own-place") == asked(tenant="t1") == {"one"}
    assert asked(partner="own-place", tenant="t2") == set()
    assert asked(partner="rival-global") == asked(partner="nobody") == asked(tenant="nowhere") == set()


def test_each_row_names_rules_and_what_would_change_it(graphs: Graphs) -> None:
    rows = graphs("workloads/suite-on-csp/facts").non_credits(as_of="2023-09-30")
    assert len(rows)
    assert all(RULES.fullmatch(row.rules) and row.hint and "{" not in row.hint for row in rows)
    assert list(rows) == sorted(rows, key=lambda row: tuple(rows.table.rows[list(rows).index(row)]))


@pytest.mark.parametrize(
    ("folder", "as_of", "reason", "rules"),
    [
        ("in-september", "2023-09-30", "", ""),
        ("the-same-in-october", "2023-10-31", "channel-not-eligible", "R25"),
    ],
)
def test_a_later_pack_refuses_by_its_own_rows(graphs: Graphs, folder: str, as_of: str, reason: str, rules: str) -> None:
    rows = graphs(f"packs/revenue-claim-on-legacy-csp/{folder}/facts").non_credits(as_of=as_of)
    found = {(row.reason, row.rules) for row in rows if row.metric == "revenue"}
    assert found == ({(reason, rules)} if reason else set())


def test_what_a_later_pack_gives_is_not_refused_by_an_earlier_row(graphs: Graphs) -> None:
    graph = graphs("SC58/facts")
    before = graph.non_credits(as_of="2023-09-30")
    assert {row.rules for row in before if row.metric == "deployments"} == {"R66"}
    after = graph.explain("p1", as_of="2023-09-30", pack="2026-08", metric="deployments")
    assert [answer.credited for answer in after.answers] == [True]


@pytest.mark.parametrize(
    ("folder", "switch", "metric", "reason", "rules"),
    [
        ("SC46/facts", "adminLinkRoleForScore=earnedCredit", "deployments", "role-not-eligible", "R55"),
        ("SC20/after-the-lag/facts", "advisorBringsRevenue=off", "revenue", "type-not-eligible", "R24"),
        (
            "switches/tpor-blocked-by-any-dpor/facts",
            "tporBlockedByAnyDpor=on",
            "incentive",
            "dpor-takes-precedence",
            "R72",
        ),
        (
            "switches/incentive-seat-floor/facts",
            "incentiveSeatFloor=301",
            "incentive",
            "below-threshold",
            "R20|R21|R34",
        ),
    ],
)
def test_a_switch_refuses_by_the_rule_of_its_option(
    graphs: Graphs, folder: str, switch: str, metric: str, reason: str, rules: str
) -> None:
    name, _, option = switch.partition("=")
    rows = graphs(folder).non_credits(as_of="2023-09-30", switches={name: option}, partner="p1")
    assert {(row.reason, row.rules) for row in rows if row.metric == metric} == {(reason, rules)}


def test_a_switch_that_credits_the_provider_leaves_no_refusal(graphs: Graphs) -> None:
    graph = graphs("SC54/facts")
    default = graph.non_credits(as_of="2023-09-30", partner="p1")
    assert {row.reason for row in default} == {"provider-not-credited"}
    assert len(graph.non_credits(as_of="2023-09-30", partner="p1", switches={"tierTwoProviderCredit": "on"})) == 0


def test_the_command_prints_the_columns_of_the_bundle(capsys: pytest.CaptureFixture[str]) -> None:
    asked = ["credit", str(SCENARIOS / "SC12/facts"), "--as-of", "2023-09-30", "--why-not"]
    assert main([*asked, "--format", "csv"]) == 0
    text = capsys.readouterr().out
    assert text.splitlines()[0] == HEADER
    rows = list(csv.DictReader(io.StringIO(text)))
    assert main([*asked, "--format", "json"]) == 0
    assert json.loads(capsys.readouterr().out) == rows
    assert main(asked) == 0
    assert "dpor-takes-precedence" in capsys.readouterr().out


def test_the_command_says_that_violations_leave_something_out(capsys: pytest.CaptureFixture[str]) -> None:
    asked = ["credit", str(SCENARIOS / "SC02/facts"), "--as-of", "2023-09-30", "--why-not", "--format", "csv"]
    assert main(asked) == 1
    assert "Left out by 1 violation" in capsys.readouterr().err


def test_refusals_are_not_printed_as_turtle(capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["credit", str(SCENARIOS / "SC12/facts"), "--why-not", "--format", "turtle"]) == 2
    assert "table, csv or json" in capsys.readouterr().err


# --- what credit rests on a dispute ---


def test_a_credit_says_what_makes_its_rule_disputed(graphs: Graphs) -> None:
    graph = graphs("SC20/after-the-lag/facts")
    sure = graph.credits(as_of="2023-04-10")
    doubtful = graph.credits(as_of="2023-10-31")
    brought = [credit for credit in doubtful if credit.derived_from]
    assert {credit.metric: credit.disputed for credit in brought} == {
        "net_customer_adds": ("C4", "C5"),
        "revenue": ("C5",),
    }
    assert doubtful.disputes["C5"] == 2
    assert "C5" not in sure.disputes
    assert doubtful.table.columns == sure.table.columns
    assert [row["disputed"] for row in doubtful.marked.dicts() if row["derived_from"]] == ["C4|C5", "C5"]
    told = json.loads(doubtful.to_json())
    assert [row["disputed"] for row in told if row["derived_from"]] == [["C4", "C5"], ["C5"]]


def test_an_explanation_says_what_makes_its_rule_disputed(graphs: Graphs) -> None:
    explanation = graphs("SC20/after-the-lag/facts").explain("p1", as_of="2023-10-31", metric="revenue")
    assert [answer.disputed for answer in explanation.answers] == [("C5",)]
    assert "Disputed or little sure: C5." in explanation.to_text()
    assert "Disputed or little sure: C5." in explanation.to_html()
    assert json.loads(explanation.to_json())["answers"][0]["disputed"] == ["C5"]


def test_the_command_says_how_many_rows_rest_on_disputes(capsys: pytest.CaptureFixture[str]) -> None:
    asked = ["credit", str(SCENARIOS / "SC20/after-the-lag/facts"), "--as-of", "2023-10-31"]
    main([*asked, "--format", "table"])
    printed = capsys.readouterr()
    assert re.search(r"rows? rests? on disputed or low-confidence rules: .*C5 \(2\)", printed.err)
    assert "disputed" in printed.out.splitlines()[0]
    main([*asked, "--format", "csv"])
    assert "disputed" not in capsys.readouterr().out.splitlines()[0]
