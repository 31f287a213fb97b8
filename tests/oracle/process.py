"""What is wrong with how associations came about: proof, the life of a claim, who acted, access, earning twice."""

from collections.abc import Iterator
from datetime import date, timedelta
from itertools import pairwise, product

from oracle.accounts import owners
from oracle.bundle import LATEST, Bundle, Row, span
from oracle.claims import Claim, events, holdings
from oracle.edges import is_refused_late
from oracle.finding import INFO, VIOLATION, WARNING, Finding, overlap
from oracle.products import CODES
from oracle.programme import Evaluation

_ROLES = {
    "incentives_admin",
    "incentives_user",
    "partner_user",
    "other_partner",
    "customer_owner",
    "customer_global_admin",
    "customer_account_admin",
    "customer_subscription_admin",
    "customer_service_admin",
    "customer_co_admin",
    "customer_admin",
    "partner_delegated_admin",
    "microsoft",
}
_SETTERS = {"customer_owner", "customer_global_admin"}
_MORE_SETTERS = {"customer_account_admin", "customer_subscription_admin"}
_RECOGNITION_ONLY = {"M365_MW_RECOG_ONLY", "M365_SEC_RECOG_ONLY"}
_DECIDED = {"approved", "rejected", "disputed", "rejected_final"}
_NEXT = {
    "draft": {"submitted", "under_review", "partner_action_required", "canceled"} | _DECIDED,
    "submitted": {"under_review", "partner_action_required", "canceled"} | _DECIDED,
    "under_review": {"partner_action_required", "canceled"} | _DECIDED,
    "partner_action_required": {"under_review", "canceled"} | _DECIDED,
    "rejected": {"disputed", "approved", "rejected_final"},
    "disputed": {"approved", "rejected_final"},
    "approved": {"rejected", "disputed", "rejected_final"},
    "rejected_final": set(),
    "canceled": set(),
}


def process_findings(bundle: Bundle, asked: Evaluation) -> Iterator[Finding]:
    """Yield what is wrong with how claims, records, links and transactions came about."""
    for row in bundle.rows("associations"):
        key = row["association_id"]
        if row["type"] == "CPOR" and (claim := Claim(bundle, row)).is_standing:
            yield from _of_claim(claim, asked)
        if row["type"] == "CPOR" and asked.option("optOutWindow") != "anyTime" and is_refused_late(bundle, row):
            yield Finding("V-CPOR-FLOW", INFO, key)
        if row["type"] == "DPOR" and row["set_by_role"] in _ROLES - _setters(asked):
            yield Finding("V-DPOR-ACTOR", VIOLATION, key)
        if row["type"] == "PAL" and row["changed_by_role"] in _ROLES - {"partner_user"}:
            yield Finding("V-PAL-ACTOR", VIOLATION, key)
        if row["type"] == "PAL" and not _has_access(bundle, row, asked.day):
            yield Finding("V-PAL-NOACCESS", WARNING, key)
    yield from _earning_twice(bundle, asked.day)


def _of_claim(claim: Claim, asked: Evaluation) -> Iterator[Finding]:
    history = events(claim.bundle, claim.row)
    if claim.row["poe"] == "false" and _needs_proof(claim, asked):
        yield Finding("V-CPOR-POE", VIOLATION, claim.id)
    if not _can_happen(history):
        yield Finding("V-CPOR-FLOW", VIOLATION, claim.id)
    made = [
        event["actor_role"]
        for event in claim.bundle.rows("claim_events")
        if event["association_id"] == claim.id and event["state"] in ("draft", "submitted")
    ]
    makers = {"incentives_admin"} | ({"incentives_user"} if asked.option("claimCreators") == "adminAndUser" else set())
    if {claim.row["set_by_role"], *made} & _ROLES - makers:
        yield Finding("V-CPOR-ACTOR", VIOLATION, claim.id)


def _needs_proof(claim: Claim, asked: Evaluation) -> bool:
    if asked.option("proofForRecognition", claim.pack(asked)) == "required":
        return True
    is_opted_out = claim.row["incentive_opt_out"] == "true" or CODES.get(claim.workload, set()) & _RECOGNITION_ONLY
    return claim.subtype in ("OSA", "OSU_BA") or (claim.subtype == "OSU_M365" and not is_opted_out)


def _can_happen(history: list[tuple[str, str]]) -> bool:
    """Tell whether the states of a claim can follow each other as they do."""
    states = [state for _, state in history]
    steps = all(later == earlier or later in _NEXT[earlier] for earlier, later in pairwise(states))
    disputes = sorted({on for on, state in history if state == "disputed"})
    return steps and len(disputes) < 2 and not any(_is_late(on, history) for on in disputes)


def _is_late(disputed: str, history: list[tuple[str, str]]) -> bool:
    refused = [on for on, state in history if state == "rejected" and on <= disputed]
    return bool(refused) and date.fromisoformat(disputed) - date.fromisoformat(refused[-1]) > timedelta(days=30)


def _setters(asked: Evaluation) -> set[str]:
    return _SETTERS | (_MORE_SETTERS if asked.option("dporSetters") == "withSubscriptionAdmins" else set())


def _has_access(bundle: Bundle, link: Row, day: str) -> bool:
    """Tell whether a link is not in force on a day, or its credential has a role somewhere in the tenant then."""
    if not any(start <= day < end for start, end in holdings(bundle, link)):
        return True
    credential = bundle.principals.get((link["tenant_id"], link["principal_id"]), {})
    if (credential.get("disabled_on") or LATEST) <= day:
        return False
    subscriptions = bundle.rows("subscriptions")
    anywhere = link["via_lighthouse"] == "true"
    scopes = {row["tenant_id"] for row in bundle.rows("tenants") if anywhere} | {link["tenant_id"]}
    inside = {row["subscription_id"] for row in subscriptions if anywhere or row["tenant_id"] in scopes}
    resources = {key for key, row in bundle.resources.items() if anywhere or row["tenant_id"] in scopes}
    return any(
        grant["principal_id"] == link["principal_id"]
        and span(grant)[0] <= day < span(grant)[1]
        and (grant["scope"] in scopes | inside | resources or _subscription(grant["scope"]) in inside)
        for grant in bundle.rows("role_assignments")
    ) or any(
        role["principal_id"] == link["principal_id"] and role["resource_id"] in resources
        for role in bundle.rows("resource_roles")
    )


def _subscription(scope: str) -> str:
    """Return the subscription in the path of a scope."""
    parts = scope.split("/")
    return parts[2] if scope.startswith("/subscriptions/") else ""


def _earning_twice(bundle: Bundle, day: str) -> Iterator[Finding]:
    rows = [row for row in bundle.rows("associations") if row["subscription_id"]]
    sold, recorded = ([row for row in rows if row["type"] == kind] for kind in ("TPOR", "DPOR"))
    for deal, record in product(sold, recorded):
        together = deal["subscription_id"] == record["subscription_id"]
        partners = deal["partner_id"], record["partner_id"]
        accounts = owners(bundle, partners[0], day) & owners(bundle, partners[1], day)
        is_one = accounts or partners[0] == partners[1] != ""
        if together and is_one and overlap(holdings(bundle, deal), holdings(bundle, record)):
            yield Finding("V-TPOR-DPOR", WARNING, deal["association_id"], record["association_id"])
