"""Explain: who is told what, through what, and which condition failed first."""

from __future__ import annotations

import json
import re
from collections.abc import Callable, Mapping
from pathlib import Path

import pytest

from partnergraph import PartnerGraph, catalogue
from partnergraph.errors import WrongUse
from partnergraph.explain import Answer, Explanation

ROOT = Path(__file__).resolve().parents[2]
SCENARIOS = ROOT / "tests" / "scenarios"
REASONS = """
violation not-approved not-in-force lag-not-elapsed account-inactive scope-ended subscription-not-active offer-not-paid
cloud-not-eligible no-access not-production not-attributed-user later-partner-attributed tpor-not-activated
not-reseller-of-record provider-not-credited channel-not-eligible product-not-eligible type-not-eligible
metric-not-eligible segment-not-eligible role-not-eligible below-threshold opted-out poe-missing no-designation
same-organisation dpor-takes-precedence pal-takes-precedence
""".split()
SCORE = ("deployments", "net_customer_adds", "usage_growth")
EVERY = (*SCORE, "incentive", "revenue")

Ask = Callable[..., Explanation]
Outcomes = dict[tuple[str, str, str], str]

PARTNERS = """\
partner_id,account_type,global_partner_id,name
own-global,global,,Own
own-place,location,own-global,Own Place
rival-global,global,,Rival Ltd
rival-place,location,rival-global,Rival Place
"""
CUSTOMERS = "customer_id\nc1\n"
TENANTS = "tenant_id,customer_id,cloud\nt1,c1,public\n"


@pytest.fixture(scope="module")
def asked() -> Ask:
    """Ask about a folder that is imported once, below `scenarios/` unless it is an absolute path."""
    graphs: dict[str, PartnerGraph] = {}

    def ask(
        folder: str, partner: str, as_of: str = "2023-09-30", switches: Mapping[str, str] | None = None, **narrowed: str
    ) -> Explanation:
        if folder not in graphs:
            graphs[folder] = PartnerGraph.open()
            graphs[folder].import_files([SCENARIOS / folder], validate=False)
        return graphs[folder].explain(partner, as_of=as_of, switches=switches, **narrowed)

    return ask


def bundle(folder: Path, files: Mapping[str, str]) -> str:
    """Write a bundle with the two partners, a customer and a tenant of these tests; `files` adds or replaces."""
    everything = {"partners": PARTNERS, "customers": CUSTOMERS, "tenants": TENANTS, **files}
    for name, text in everything.items():
        (folder / f"{name}.csv").write_text(text, encoding="utf-8")
    return str(folder)


def outcomes(explanation: Explanation) -> Outcomes:
    """Return by association, area and metric the reason, or `credited`."""
    return {
        (answer.association_id, answer.solution_area, answer.metric): reason(answer) for answer in explanation.answers
    }


def reason(answer: Answer) -> str:
    assert (answer.refusal is None) == answer.credited
    return answer.refusal.reason if answer.refusal else "credited"


def told(association: str, area: str, outcome: str, *metrics: str) -> Outcomes:
    return {(association, area, metric): outcome for metric in metrics}


# --- the worked scenarios (domain/scenarios.md), each as it says ---


def test_without_an_association_there_is_no_credit(asked: Ask) -> None:
    explanation = asked("SC01/facts", "p2", subscription="s1")
    (answer,) = explanation.answers
    assert answer.refusal is not None
    assert (answer.association_id, answer.refusal.reason, answer.refusal.rules) == ("", "no-association", ("R9",))
    assert answer.taken == ("The CSP_T1 slot of s1 is held by another partner since 2023-01-15.",)
    # On modern CSP nothing but selling it gives a partner anything on Dynamics 365 (R68).
    assert re.findall(r"[A-Z]+_?T?\d? \(", answer.refusal.hint) == ["CSP_T1 (", "CSP_T2 ("]


def test_a_usage_claim_on_modern_csp_violates_a_rule(asked: Ask) -> None:
    explanation = asked("SC02/facts", "p2")
    assert outcomes(explanation) == told("claim", "business_applications", "violation", *EVERY)
    refusal = explanation.answers[0].refusal
    assert refusal is not None
    assert "V-CPOR-CHANNEL" in refusal.because
    assert {"R27", "R38"} <= set(refusal.rules)


def test_the_seller_of_an_agreement_earns_no_score(asked: Ask) -> None:
    assert outcomes(asked("SC04/facts", "p1")) == {
        **told("deal", "business_applications", "type-not-eligible", *SCORE),
        **told("deal", "business_applications", "credited", "incentive", "revenue"),
    }
    assert outcomes(asked("SC04/facts", "p2")) == {
        **told("claim", "business_applications", "credited", "deployments", "usage_growth", "incentive"),
        **told("claim", "business_applications", "metric-not-eligible", "net_customer_adds"),
        **told("claim", "business_applications", "type-not-eligible", "revenue"),
    }


def test_a_transacting_partner_is_no_eligible_association(asked: Ask) -> None:
    (answer,) = asked("SC11/facts", "p1", metric="net_customer_adds").answers
    assert answer.refusal is not None
    assert (answer.refusal.reason, answer.refusal.rules) == ("type-not-eligible", ("R71",))
    assert [ground.name for ground in answer.refusal.grounds] == ["Transacting-Any-Score"]
    assert "DPOR" in answer.refusal.hint


def test_the_record_earns_and_the_deal_gives_way(asked: Ask) -> None:
    explanation = asked("SC12/facts", "p1")
    assert outcomes(explanation) == {
        **told("record", "business_applications", "credited", *SCORE, "revenue"),
        **told("record", "business_applications", "type-not-eligible", "incentive"),
        **told("deal", "business_applications", "type-not-eligible", *SCORE),
        **told("deal", "business_applications", "credited", "revenue"),
        **told("deal", "business_applications", "dpor-takes-precedence", "incentive"),
    }
    taken = next(answer.refusal for answer in explanation.answers if reason(answer) == "dpor-takes-precedence")
    assert taken is not None
    assert taken.rules == ("R72",)


def test_a_usage_claim_gives_no_net_add(asked: Ask) -> None:
    by_key = outcomes(asked("SC14/facts", "p1"))
    assert by_key["claim", "business_applications", "net_customer_adds"] == "metric-not-eligible"
    assert by_key["claim", "business_applications", "deployments"] == "credited"
    assert by_key["claim", "business_applications", "usage_growth"] == "credited"


def test_an_advisor_waits_for_the_lag(asked: Ask) -> None:
    before = asked("SC20/before-the-lag/facts", "p1", as_of="2023-04-09")
    assert outcomes(before) == {
        **told("advice", "business_applications", "lag-not-elapsed", "net_customer_adds", "revenue"),
        **told("advice", "business_applications", "credited", "incentive"),
        **told("advice", "business_applications", "metric-not-eligible", "deployments", "usage_growth"),
    }
    waiting = next(answer.refusal for answer in before.answers if answer.metric == "revenue")
    assert waiting is not None
    assert "2023-04-10" in waiting.because
    assert waiting.rules == ("R24", "R80")


def test_after_the_lag_the_credit_names_the_association_that_was_brought(asked: Ask) -> None:
    (answer,) = asked("SC20/after-the-lag/facts", "p1", as_of="2023-04-10", metric="net_customer_adds").answers
    (unit,) = answer.units
    assert (answer.association_id, answer.cpor_subtype) == ("advice", "OSA")
    assert (unit.through, unit.cpor_subtype, unit.derived_from) == ("advice/revrec", "REVREC", "advice")
    assert unit.starts_on == "2023-04-10"


def test_an_advisor_on_a_wrong_channel_is_told_what_earns_there(asked: Ask) -> None:
    (mpsa,) = asked("SC21/facts", "p1", metric="net_customer_adds").answers
    (legacy,) = asked("SC21/facts", "p2", metric="net_customer_adds").answers
    assert (reason(mpsa), reason(legacy)) == ("violation", "violation")
    assert legacy.refusal is not None
    assert "CPOR REVREC" in legacy.refusal.hint
    assert "V-CPOR-CHANNEL" in legacy.refusal.because


def test_a_suspended_subscription_keeps_the_claim_from_credit(asked: Ask) -> None:
    explanation = asked("SC28/suspended-under-an-approved-claim/facts", "p1")
    assert outcomes(explanation) == told("claim", "business_applications", "subscription-not-active", *EVERY)
    assert outcomes(asked("SC28/in-grace/facts", "p1"))["claim", "business_applications", "deployments"] == "credited"


def test_a_recognition_only_claim_is_never_paid(asked: Ask) -> None:
    explanation = asked("SC30/facts", "p1")
    by_key = outcomes(explanation)
    assert all(by_key["claim", "modern_work", metric] == "credited" for metric in SCORE)
    assert by_key["claim", "modern_work", "incentive"] == "type-not-eligible"
    paid = next(answer.refusal for answer in explanation.answers if answer.metric == "incentive")
    assert paid is not None
    assert paid.rules == ("R22",)


def test_a_record_on_azure_earns_in_azure_and_not_in_security(asked: Ask) -> None:
    by_key = outcomes(asked("SC41/facts", "p1"))
    for area in ("data_ai", "digital_app_innovation", "infrastructure"):
        assert all(by_key["record", area, metric] == "credited" for metric in SCORE)
    assert all(by_key["record", "security", metric] == "type-not-eligible" for metric in EVERY)


def test_a_flow_counts_for_who_created_it(asked: Ask) -> None:
    explanation = asked("SC44/facts", "p2")
    assert outcomes(explanation) == told("link2", "business_applications", "not-attributed-user", *EVERY)
    assert explanation.answers[0].resource_id == "r1"
    assert outcomes(asked("SC44/facts", "p1"))["link1", "business_applications", "deployments"] == "credited"


def test_a_sandbox_counts_for_nobody(asked: Ask) -> None:
    for partner, link in (("p1", "link1"), ("p2", "link2")):
        by_key = outcomes(asked("SC45/facts", partner))
        assert by_key == told(link, "business_applications", "not-production", *EVERY)


def test_a_reader_scores_and_is_not_paid(asked: Ask) -> None:
    by_key = outcomes(asked("SC46/facts", "p1"))
    assert by_key["link", "infrastructure", "incentive"] == "role-not-eligible"
    assert all(by_key["link", "infrastructure", metric] == "credited" for metric in SCORE)


def test_a_link_in_a_government_cloud_violates_a_rule(asked: Ask) -> None:
    explanation = asked("SC50/facts", "p1")
    assert set(outcomes(explanation).values()) == {"violation"}
    assert {answer.refusal.rules for answer in explanation.answers if answer.refusal} == {("R13",)}


def test_a_provider_is_not_credited_for_the_score(asked: Ask) -> None:
    assert outcomes(asked("SC54/facts", "p1")) == {
        **told("supply", "business_applications", "provider-not-credited", *SCORE),
        **told("supply", "business_applications", "credited", "incentive", "revenue"),
    }
    assert set(outcomes(asked("SC54/facts", "p2")).values()) == {"credited"}


def test_a_seller_earns_nothing_in_security(asked: Ask) -> None:
    explanation = asked("SC58/facts", "p1")
    assert outcomes(explanation) == told("sale", "security", "type-not-eligible", *EVERY)
    score = next(answer.refusal for answer in explanation.answers if answer.metric == "deployments")
    assert score is not None
    assert score.rules == ("R66",)


# --- the reasons: one case each ---


@pytest.mark.parametrize(
    ("code", "folder", "partner", "association", "area", "metric"),
    [
        ("violation", "SC36/one-subscription/facts", "p1", "record1", "business_applications", "revenue"),
        ("not-in-force", "SC36/holder-changes/facts", "p1", "record1", "business_applications", "revenue"),
        ("account-inactive", "accounts/inactive-location/facts", "p1", "sale", "business_applications", "revenue"),
        ("scope-ended", "SC29/facts", "p1", "claim", "business_applications", "deployments"),
        ("subscription-not-active", "SC31/disabled-later/facts", "p1", "claim", "modern_work", "deployments"),
        ("offer-not-paid", "subscriptions/trial-offer/facts", "p1", "sale", "business_applications", "revenue"),
        ("no-access", "access/no-role/facts", "p1", "link", "data_ai", "net_customer_adds"),
        ("no-access", "access/disabled-credential/facts", "p1", "link", "data_ai", "net_customer_adds"),
        (
            "later-partner-attributed",
            "power-platform/latest-active-owner/facts",
            "p1",
            "link1",
            "business_applications",
            "deployments",
        ),
        ("tpor-not-activated", "SC61/no-activity-yet/facts", "p1", "deal", "business_applications", "revenue"),
        (
            "not-reseller-of-record",
            "accounts/reseller-not-on-record/facts",
            "p2",
            "resale",
            "business_applications",
            "revenue",
        ),
        (
            "channel-not-eligible",
            "chains/transacting-partner-on-the-web/facts",
            "p1",
            "deal",
            "business_applications",
            "incentive",
        ),
        (
            "product-not-eligible",
            "dynamics/usage-claim-on-power-bi/facts",
            "p1",
            "claim",
            "business_applications",
            "deployments",
        ),
        (
            "metric-not-eligible",
            "dynamics/usage-claim-on-power-bi/facts",
            "p1",
            "claim",
            "business_applications",
            "net_customer_adds",
        ),
        ("metric-not-eligible", "SC17/facts", "p1", "advice", "business_applications", "net_customer_adds"),
        ("product-not-eligible", "reading/unknown-product/facts", "p1", "sale", "", "revenue"),
        ("segment-not-eligible", "paid-units/301/facts", "p1", "sale", "modern_work", "deployments"),
        ("segment-not-eligible", "paid-units/10/facts", "p2", "claim", "modern_work", "deployments"),
        ("below-threshold", "SC06/facts", "p2", "claim", "modern_work", "incentive"),
        ("below-threshold", "active-share/security/facts", "p1", "claim4", "security", "deployments"),
        ("below-threshold", "azure/virtual-machines-only/facts", "p1", "link", "data_ai", "deployments"),
        (
            "opted-out",
            "workloads/opted-out-and-recognition-only/facts",
            "p1",
            "mail",
            "modern_work",
            "incentive",
        ),
        ("violation", "accounts/claim-without-proof/facts", "p1", "claim", "modern_work", "incentive"),
        ("no-designation", "accounts/designations/facts", "p1", "sale2", "modern_work", "incentive"),
        ("same-organisation", "SC86/azure/facts", "p1", "sale", "data_ai", "deployments"),
        ("same-organisation", "SC86/dynamics/facts", "p1", "sale", "business_applications", "incentive"),
        ("pal-takes-precedence", "SC51/one-partner-is-both/facts", "p1", "deal", "data_ai", "incentive"),
    ],
)
def test_the_first_condition_that_failed_is_named(
    asked: Ask, code: str, folder: str, partner: str, association: str, area: str, metric: str
) -> None:
    explanation = asked(folder, partner, metric=metric)
    assert outcomes(explanation)[association, area, metric] == code


def test_a_claim_under_review_is_not_approved_and_its_place_may_be_taken(asked: Ask, tmp_path: Path) -> None:
    folder = bundle(
        tmp_path,
        {
            "subscriptions": "subscription_id,tenant_id,product,channel,status\ns1,t1,Customer Service,EA,active\n",
            "associations": "association_id,type,cpor_subtype,partner_id,tenant_id,subscription_id,state,starts_on\n"
            "own-claim,CPOR,OSU_BA,own-place,t1,s1,under_review,\n"
            "rival-claim,CPOR,OSU_BA,rival-place,t1,s1,approved,2023-02-01\n",
        },
    )
    explanation = asked(folder, "own-global")
    assert outcomes(explanation) == told("own-claim", "business_applications", "not-approved", *EVERY)
    answer = explanation.answers[0]
    assert answer.refusal is not None
    assert answer.refusal.rules == ("R31",)
    assert "under_review" in answer.refusal.because
    assert answer.taken == ("The CPOR slot of s1 is held by another partner since 2023-02-01.",)
    assert "rival" not in explanation.to_text() + explanation.to_json()


def test_a_lighthouse_link_reaches_no_cloud_without_links(asked: Ask, tmp_path: Path) -> None:
    folder = bundle(
        tmp_path,
        {
            "tenants": "tenant_id,customer_id,cloud\nt1,c1,government\n",
            "subscriptions": "subscription_id,tenant_id,product,channel,status\ns1,t1,Azure,EA,active\n",
            "associations": "association_id,type,partner_id,tenant_id,principal_id,state,starts_on,via_lighthouse\n"
            "link,PAL,own-place,own-tenant,u1,active,2023-02-01,true\n",
            "role_assignments": "principal_id,scope,role\nu1,s1,Contributor\n",
        },
    )
    assert set(outcomes(asked(folder, "own-place")).values()) == {"cloud-not-eligible"}


def test_a_link_without_anything_to_reach_has_no_access(asked: Ask, tmp_path: Path) -> None:
    folder = bundle(
        tmp_path,
        {
            "associations": "association_id,type,partner_id,tenant_id,principal_id,state,starts_on\n"
            "link,PAL,own-place,t1,u1,active,2023-02-01\n"
        },
    )
    by_key = outcomes(asked(folder, "own-place", metric="deployments"))
    assert by_key == {
        key: "no-access"
        for area in ("data_ai", "digital_app_innovation", "infrastructure")
        for key in told("link", area, "", "deployments")
    }


def test_a_seat_floor_comes_before_an_opt_out(asked: Ask, tmp_path: Path) -> None:
    folder = bundle(
        tmp_path,
        {
            "subscriptions": "subscription_id,tenant_id,product,channel,status\ns1,t1,Exchange,EA,active\n",
            "associations": "association_id,type,cpor_subtype,partner_id,tenant_id,workload,state,starts_on,"
            "incentive_opt_out\nmail,CPOR,OSU_M365,own-place,t1,Exchange,approved,2023-02-01,true\n",
            "usage": "tenant_id,workload,month,paid_available_units,monthly_active_users\n"
            "t1,Exchange,2023-09,250,200\n",
        },
    )
    (answer,) = asked(folder, "own-place", metric="incentive").answers
    assert answer.refusal is not None
    assert answer.refusal.reason == "below-threshold"
    assert "300" in answer.refusal.because
    assert "250" in answer.refusal.because


def test_a_rejected_claim_without_proof_earns_no_incentive_while_it_was_in_force(asked: Ask, tmp_path: Path) -> None:
    folder = bundle(
        tmp_path,
        {
            "subscriptions": "subscription_id,tenant_id,product,channel,status\ns1,t1,Exchange,EA,active\n",
            "associations": "association_id,type,cpor_subtype,partner_id,tenant_id,workload,state,starts_on,ends_on,"
            "poe\n"
            "mail,CPOR,OSU_M365,own-place,t1,Exchange,rejected,2023-02-01,2023-12-01,false\n",
        },
    )
    (answer,) = asked(folder, "own-place", metric="incentive").answers
    assert reason(answer) == "poe-missing"


def test_a_share_that_rounds_up_to_the_floor_is_below_it(asked: Ask, tmp_path: Path) -> None:
    folder = bundle(
        tmp_path,
        {
            "subscriptions": "subscription_id,tenant_id,product,channel,status\ns1,t1,Exchange,EA,active\n",
            "associations": "association_id,type,cpor_subtype,partner_id,tenant_id,workload,state,starts_on\n"
            "mail,CPOR,OSU_M365,own-place,t1,Exchange,approved,2023-02-01\n",
            "usage": "tenant_id,workload,month,paid_available_units,monthly_active_users\n"
            "t1,Exchange,2023-09,1981,792\n",
        },
    )
    (answer,) = asked(folder, "own-place", metric="deployments").answers
    assert answer.refusal is not None
    assert answer.refusal.reason == "below-threshold"
    assert "known: 0.3997" in answer.refusal.because


def test_a_partner_without_an_association_is_told_what_is_open_in_each_area_of_a_tenant(
    asked: Ask, tmp_path: Path
) -> None:
    folder = bundle(
        tmp_path,
        {
            "subscriptions": "subscription_id,tenant_id,product,channel,status\n"
            "s1,t1,Customer Service,EA,active\ns2,t1,Exchange,EA,active\n",
            "associations": "association_id,type,cpor_subtype,partner_id,tenant_id,subscription_id,workload,state,"
            "starts_on\n"
            "rival-claim,CPOR,OSU_M365,rival-place,t1,,Exchange,approved,2023-02-01\n"
            "rival-record,DPOR,,rival-place,,s1,,active,2023-03-01\n",
            "usage": "tenant_id,workload,month,paid_available_units,monthly_active_users\n"
            "t1,Exchange,2023-09,100,90\nt1,Sentinel,2023-09,,20\n",
        },
    )
    explanation = asked(folder, "own-place", tenant="t1")
    by_area = {answer.solution_area: answer for answer in explanation.answers}
    assert {"business_applications", "modern_work"} <= set(by_area)
    assert {reason(answer) for answer in explanation.answers} == {"no-association"}
    assert by_area["modern_work"].taken == ("The CPOR slot of Exchange is held by another partner since 2023-02-01.",)
    assert by_area["business_applications"].taken == (
        "The DPOR slot of Customer Service is held by another partner since 2023-03-01.",
    )
    hint = by_area["business_applications"].refusal
    assert hint is not None
    assert "CPOR OSU_BA (deployments, incentive, usage_growth)" in hint.hint
    assert "rival" not in explanation.to_text() + explanation.to_json() + explanation.to_html()


def test_reasons_are_those_of_the_bundle_in_its_order(asked: Ask) -> None:
    asked("SC01/facts", "p1")
    graph = PartnerGraph.open()
    rows = graph.run("lookup/reasons").dicts()
    assert [row["code"] for row in rows if row["place"] != "0"] == REASONS


def test_each_reason_has_one_query_and_each_query_one_reason() -> None:
    names = {query.name.removeprefix("explain/") for query in catalogue.queries("explain")}
    assert {name for name in names if "/" not in name} == set(REASONS)


@pytest.mark.parametrize(
    "folder",
    [
        "SC05/facts",
        "SC09/one-global-account/facts",
        "SC56/facts",
        "azure/security-services/facts",
        "dynamics/product-without-a-rate/facts",
        "power-platform/customer-insights/facts",
        "workloads/digital-partner-of-a-suite/facts",
        "workloads/intune-in-two-areas/facts",
        "workloads/suite-through-an-lsp/facts",
    ],
)
def test_what_is_not_credited_always_has_a_reason_and_what_is_agrees_with_the_credits(asked: Ask, folder: str) -> None:
    graph = PartnerGraph.open()
    graph.import_files([SCENARIOS / folder], validate=False)
    credits = graph.credits(as_of="2023-09-30").of(partner="p1")
    expected = {(one.association_id, one.solution_area, one.metric, one.segment, one.workload) for one in credits}
    explanation = asked(folder, "p1")
    units = [(unit, answer) for answer in explanation.answers for unit in answer.units]
    found = [(unit.through, answer.solution_area, answer.metric, unit.segment, unit.workload) for unit, answer in units]
    assert set(found) == expected
    assert len(found) == len(credits)
    assert {answer.refusal.reason for answer in explanation.answers if answer.refusal} <= set(REASONS)


# --- what is asked ---


@pytest.mark.parametrize(
    ("narrowed", "message"),
    [
        ({"partner": "nobody"}, "Partner nobody is not in the data"),
        ({"tenant": "nowhere"}, "Tenant nowhere is not in the data"),
        ({"subscription": "none"}, "Subscription none is not in the data"),
        ({"workload": "Abacus"}, "There is no workload Abacus"),
        ({"metric": "fame"}, "deployments, incentive, net_customer_adds, revenue, usage_growth"),
    ],
)
def test_what_is_unknown_cannot_be_asked_about(asked: Ask, narrowed: dict[str, str], message: str) -> None:
    with pytest.raises(WrongUse, match=re.escape(message)):
        asked("SC01/facts", **{"partner": "p1", **narrowed})


def test_a_global_account_asks_for_all_its_locations(asked: Ask) -> None:
    together = asked("SC20/claimed-by-a-sibling/facts", "g1")
    apart = [asked("SC20/claimed-by-a-sibling/facts", partner) for partner in ("p1", "p2")]
    assert {answer.partner_id for answer in together.answers} == {"p1", "p2"}
    assert outcomes(together) == {**outcomes(apart[0]), **outcomes(apart[1])}


def test_a_sibling_is_not_another_partner(asked: Ask) -> None:
    answers = asked("SC27/facts", "p1").answers
    assert {reason(answer) for answer in answers} == {"not-in-force"}
    assert [answer.taken for answer in answers if answer.taken] == []


def test_a_workload_narrows_a_suite(asked: Ask) -> None:
    explanation = asked(
        "workloads/suite-on-csp/facts", "p1", tenant="t1", workload="yammer", metric="net_customer_adds"
    )
    (answer,) = explanation.answers
    assert answer.solution_area == "modern_work"
    assert {unit.workload for unit in answer.units} == {"Yammer"}


def test_a_service_stands_for_the_subscription_it_is_used_on(asked: Ask) -> None:
    areas = {answer.solution_area for answer in asked("SC41/facts", "p1", workload="Sentinel").answers}
    assert areas == {"data_ai", "digital_app_innovation", "infrastructure", "security"}
    (nothing,) = asked("SC41/facts", "p1", workload="Exchange").answers
    assert reason(nothing) == "no-association"


def test_a_link_asked_about_a_product_that_it_earns_nothing_on_is_told_so(asked: Ask) -> None:
    by_key = outcomes(asked("SC05/facts", "p2", workload="Power Apps"))
    assert by_key["link", "business_applications", "deployments"] == "credited"
    assert by_key["link", "business_applications", "net_customer_adds"] == "metric-not-eligible"


# --- what is told ---


def test_no_answer_tells_of_another_partner(asked: Ask, tmp_path: Path) -> None:
    folder = bundle(
        tmp_path,
        {
            "subscriptions": "subscription_id,tenant_id,product,channel,status,partner_id_on_record\n"
            "s1,t1,Customer Service,EA,active,\ns2,t1,Field Service,EA,active,\n"
            "s3,t1,Business Central,CSP_NCE,active,rival-place\ns4,t1,Sales,EA,active,\n"
            "s5,t1,Customer Service,CSP_NCE,active,rival-place\ns6,t1,Field Service,EA,active,\n"
            "s7,t1,Business Central,CSP_NCE,active,rival-stranger\n",
            "associations": "association_id,type,cpor_subtype,partner_id,tenant_id,subscription_id,principal_id,"
            "csp_role,state,starts_on\n"
            "own-claim,CPOR,OSU_BA,own-place,t1,s1,,,approved,2023-01-01\n"
            "rival-claim,CPOR,OSU_BA,rival-place,t1,s1,,,approved,2023-02-01\n"
            "own-record,DPOR,,own-place,,s2,,,active,2023-01-01\n"
            "rival-record,DPOR,,rival-place,,s2,,,active,2023-02-01\n"
            "own-resale,CSP_T2,,own-place,,s3,,reseller,active,2023-01-01\n"
            "rival-resale,CSP_T2,,rival-place,,s3,,reseller,active,2023-01-01\n"
            "own-link,PAL,,own-place,t1,,u1,,active,2023-01-01\n"
            "rival-link,PAL,,rival-place,t1,,u2,,active,2023-01-01\n"
            "rival-advice,CPOR,OSA,rival-place,t1,s4,,,approved,2023-02-01\n"
            "own-sale,CSP_T1,,own-place,,s5,,,active,2023-01-01\n"
            "own-deal,TPOR,,own-place,,s6,,,active,2023-01-01\n"
            "rival-record-too,DPOR,,rival-place,,s6,,,active,2023-01-01\n"
            "own-resale-too,CSP_T2,,own-place,,s7,,reseller,active,2023-01-01\n",
            "resources": "resource_id,tenant_id,kind,environment_type\napp,t1,app,production\n",
            "resource_roles": "resource_id,principal_id,relation,last_active_on\n"
            "app,u1,owner,2023-08-01\napp,u2,owner,2023-09-01\n",
            "usage": "tenant_id,subscription_id,resource_id,workload,month,monthly_active_users,revenue_usd\n"
            "t1,s4,,Sales,2023-09,31313,41414\nt1,,app,Power Apps,2023-09,51515,61616\n",
        },
    )
    explanation = asked(folder, "own-place")
    assert {answer.refusal.reason for answer in explanation.answers if answer.refusal} == {
        "violation",
        "later-partner-attributed",
        "type-not-eligible",
    }
    otherwise = {"tporBlockedByAnyDpor": "on", "exclusivityAcrossSubtypes": "lenient"}
    sides = [
        explanation,
        asked(folder, "own-place", subscription="s4"),
        asked(folder, "own-global", tenant="t1"),
        asked(folder, "own-place", pack="2023-10"),
        asked(folder, "own-place", pack="2026-08"),
        asked(folder, "own-global", switches=otherwise),
    ]
    for side in sides:
        everything = (side.to_text() + side.to_json() + side.to_html() + side.table.to_csv()).casefold()
        assert "rival" not in everything
        assert [amount for amount in ("31313", "41414", "51515", "61616") if amount in everything] == []
    assert any("held by another partner" in line for answer in explanation.answers for line in answer.taken)


def test_a_credit_tells_where_its_association_was_stated_and_on_what_it_rests(asked: Ask) -> None:
    (answer,) = asked("SC06/facts", "p2", metric="deployments").answers
    (unit,) = answer.units
    (place,) = answer.stated
    lines = (SCENARIOS / "SC06/facts/associations.csv").read_text(encoding="utf-8").splitlines()
    assert place.file == "associations.csv"
    assert place.row is not None
    assert lines[place.row - 1].startswith("claim,")
    assert place.import_name == "facts"
    assert (unit.row.name, unit.row.rules) == ("Claim-UsageM365-ModernWork-Score", ("R20", "R60"))
    assert unit.row.source
    assert unit.row.comment
    assert (unit.segment, unit.threshold, unit.tenant_id, unit.workload) == ("smb", "met", "t1", "Exchange")


def test_the_text_tells_what_agrees_once(asked: Ask) -> None:
    text = asked("SC46/facts", "p1").to_text()
    assert text.startswith("Partner p1, on 2023-09-30 under pack 2023-06:\n")
    assert text.count("not credited, role-not-eligible") == 1
    assert "incentive in data_ai, digital_app_innovation, infrastructure: not credited, role-not-eligible (R54)" in text
    assert "link (PAL) of p1, global account g1, stated in associations.csv row 2 of import facts" in text


def test_the_json_holds_every_answer(asked: Ask) -> None:
    explanation = asked("SC54/facts", "p1")
    whole = json.loads(explanation.to_json())
    assert (whole["as_of"], whole["pack"], whole["asked"]["partner"]) == ("2023-09-30", "2023-06", "p1")
    assert len(whole["answers"]) == len(explanation.answers)
    refused = next(answer for answer in whole["answers"] if not answer["credited"])
    assert refused["refusal"]["reason"] == "provider-not-credited"
    assert refused["refusal"]["rules"] == ["R66"]
    earned = next(answer for answer in whole["answers"] if answer["credited"])
    assert earned["units"][0]["row"]["rules"] == ["R67"]


def test_the_table_has_one_row_for_each_unit_and_each_refusal(asked: Ask) -> None:
    table = asked("SC54/facts", "p1").table
    rows = list(table.dicts())
    assert [row["reason"] for row in rows if not row["credited"]] == ["provider-not-credited"] * 3
    assert {row["pack"] for row in rows} == {"2023-06"}
    assert {row["subscription_id"] for row in rows} == {"s1"}
    assert [row["rules"] for row in rows if row["metric"] == "revenue"] == ["R67"]
