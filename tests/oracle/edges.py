"""The associations that are in force on a day, each with its interval, its global account and what it reaches."""

import calendar
from collections.abc import Iterator
from dataclasses import dataclass, replace
from datetime import date, timedelta

from oracle.bundle import EARLIEST, LATEST, Bundle, Row, Span, common, span, stretch
from oracle.claims import events, holdings
from oracle.products import CODES
from oracle.programme import Evaluation

_RECOGNITION_ONLY = {"M365_MW_RECOG_ONLY", "M365_SEC_RECOG_ONLY"}
_ATTRIBUTED = {
    "app": ("owner", "co_owner"),
    "flow": ("creator",),
    "dataset": ("publisher",),
    "instance": ("active_user",),
}


@dataclass(frozen=True)
class Edge:
    """An association in force, as one that the matrix knows."""

    row: Row
    id: str
    kind: str
    """The name under which the matrix knows it: a sub-type, DPOR, PAL, CSP or TPOR."""
    subtype: str
    account: str
    interval: Span
    counts_from: str
    """The first month of which consumption counts for it."""
    derived_from: str = ""
    is_restated: bool = False
    """Whether somebody else sold then what this partner sells since."""


def edges_in_force(bundle: Bundle, asked: Evaluation, left_out: set[str]) -> list[Edge]:
    """Return the edges in force on a day, those derived from an OSA included."""
    found = [edge for row in bundle.rows("associations") for edge in _present(bundle, row, asked, left_out)]
    return found + list(_brought(bundle, found, asked))


def _present(bundle: Bundle, row: Row, asked: Evaluation, left_out: set[str]) -> Iterator[Edge]:
    interval = stretch(_held(bundle, row, asked), asked.day)
    sellers = successions(bundle, row, asked.accounts_day) if asked.accounts_on else []
    row = sellers[-1] if sellers else row
    account, works = bundle.account(row["partner_id"], asked.accounts_day)
    if works and account and interval and not _is_left_out(row, left_out):
        interval = common(interval, (EARLIEST, bundle.deletion(row["partner_id"])))
        is_transferred = bool(sellers) or _is_transferred(bundle, row, interval)
        counts_from = EARLIEST if is_transferred else interval[0][:7]
        key, kind, restated = row["association_id"], _kind(row), bool(sellers)
        yield Edge(row, key, kind, row["cpor_subtype"], account, interval, counts_from, is_restated=restated)


def _held(bundle: Bundle, row: Row, asked: Evaluation) -> list[Span]:
    """Return when an association is in force; where refusals have a window, a late one does not end a claim."""
    if asked.option("optOutWindow") == "anyTime" or not is_refused_late(bundle, row):
        return holdings(bundle, row)
    return [(events(bundle, row)[-2][0], row["ends_on"] or LATEST)]


def is_refused_late(bundle: Bundle, row: Row) -> bool:
    """Tell whether the last word on a claim is a customer's refusal more than five working days after its approval."""
    history = events(bundle, row)
    if [state for _, state in history[-2:]] != ["approved", "rejected"]:
        return False
    (approved, _), (refused, _) = history[-2:]
    actors = {event["actor_role"] for event in bundle.rows("claim_events")
              if (event["association_id"], event["on"]) == (row["association_id"], refused)}  # fmt: skip
    return any(actor.startswith("customer") for actor in actors) and _working_days(approved, refused) > 5


def _working_days(start: str, end: str) -> int:
    first, days = date.fromisoformat(start), (date.fromisoformat(end) - date.fromisoformat(start)).days
    return sum((first + timedelta(days=n)).weekday() < 5 for n in range(1, days + 1))


def successions(bundle: Bundle, row: Row, day: str) -> list[Row]:
    """Return who took over an Azure subscription in CSP from a seller by a day, one after the other."""
    products = {period["product"] for period in bundle.subscriptions.get(row["subscription_id"], [])}
    if not row["type"].startswith("CSP") or not any("AZURE_ALL" in CODES.get(product, ()) for product in products):
        return []
    ends = max((end for _, end in holdings(bundle, row)), default=LATEST)
    later = [
        (start, other["association_id"], other)
        for other in bundle.rows("associations")
        for start, _ in holdings(bundle, other)
        if _sells_after(other, row) and ends <= start <= day
    ]
    return [other for _, _, other in sorted(later, key=lambda each: each[:2])]


def _sells_after(other: Row, row: Row) -> bool:
    """Tell whether two partners sell one subscription in the same place of the chain."""
    return (
        other["type"].startswith("CSP")
        and other["subscription_id"] == row["subscription_id"]
        and other["partner_id"] != row["partner_id"]
        and (other["csp_role"] == "provider") == (row["csp_role"] == "provider")
    )


def _is_left_out(row: Row, left_out: set[str]) -> bool:
    """Tell whether a violation names an association, its partner, or the subscription that it sells."""
    is_sold = row["type"].startswith("CSP") and row["subscription_id"] in left_out
    return is_sold or row["association_id"] in left_out or row["partner_id"] in left_out


def _is_transferred(bundle: Bundle, row: Row, interval: Span) -> bool:
    """Tell whether another partner sold the subscription before."""
    return any(
        _sells_after(row, other) and end <= interval[0]
        for other in bundle.rows("associations")
        for _, end in holdings(bundle, other)
    )


def _kind(row: Row) -> str:
    if row["type"].startswith("CSP"):
        return "CSP"
    if row["cpor_subtype"] == "OSU_M365":
        unpaid = CODES.get(row["workload"], set()) & _RECOGNITION_ONLY or row["incentive_opt_out"] == "true"
        return "USAGE_ONLY_M365" if unpaid else "OSU_M365"
    return row["cpor_subtype"] or row["type"]


def _brought(bundle: Bundle, edges: list[Edge], asked: Evaluation) -> Iterator[Edge]:
    """Yield the revenue association of each OSA, while the same account holds no claimed one on the subscription."""
    day = asked.day
    for edge in edges:
        if edge.kind != "OSA" or asked.option("advisorBringsRevenue") == "off":
            continue
        claimed = [
            one
            for row in bundle.rows("associations")
            if row["cpor_subtype"] == "REVREC"
            and row["subscription_id"] == edge.row["subscription_id"]
            and bundle.account(row["partner_id"], asked.accounts_day)[0] == edge.account
            for one in holdings(bundle, row)
        ]
        lagged = _month_after(edge.interval[0]), edge.interval[1]
        free = max([lagged[0], *(end for _, end in claimed if end <= day)])
        busy = any(start <= day < end for start, end in claimed)
        if not busy and free <= day < lagged[1]:
            interval = free, min([lagged[1], *(start for start, _ in claimed if start > day)])
            yield replace(
                edge, id=f"{edge.id}/revrec", kind="REVREC", subtype="REVREC", interval=interval, derived_from=edge.id
            )


def _month_after(day: str) -> str:
    if day == EARLIEST:
        return day
    year, month, date = map(int, day.split("-"))
    year, month = (year + month // 12, month % 12 + 1)
    return f"{year}-{month:02}-{min(date, calendar.monthrange(year, month)[1]):02}"


def access(bundle: Bundle, edge: Edge, subscription: str, day: str) -> tuple[Span, set[str], set[str]] | None:
    """Return since when a link reaches a subscription, with which roles, and the resource scopes if not all of it."""
    tenant = bundle.subscriptions[subscription][0]["tenant_id"]
    if edge.row["via_lighthouse"] != "true" and tenant != edge.row["tenant_id"]:
        return None
    whole = {tenant, subscription, f"/subscriptions/{subscription}"}
    grants = [
        g
        for g in bundle.rows("role_assignments")
        if g["principal_id"] == edge.row["principal_id"]
        and (g["scope"] in whole or g["scope"].startswith(f"/subscriptions/{subscription}/"))
    ]
    held = stretch([span(g) for g in grants], day)
    live = [g for g in grants if span(g)[0] <= day < span(g)[1]]
    principal = bundle.principals.get((edge.row["tenant_id"], edge.row["principal_id"]), {})
    disabled = principal.get("disabled_on") or LATEST
    if not held or day >= disabled:
        return None
    parts = set() if any(g["scope"] in whole for g in live) else {g["scope"] for g in live}
    return common(held, (EARLIEST, disabled)), {g["role"] for g in live}, parts


def attributed_resources(bundle: Bundle, edge: Edge, links: list[Edge], day: str) -> list[str]:
    """Return the resources of which the linked account is the attributed user."""
    holders = {(e.row["tenant_id"], e.row["principal_id"]): e.id for e in links if _enabled(bundle, e, day)}
    mine = []
    for resource in bundle.resources.values():
        relations = _ATTRIBUTED.get(resource["kind"], ())
        roles = [
            (role["last_active_on"], holders[resource["tenant_id"], role["principal_id"]])
            for role in bundle.rows("resource_roles")
            if role["resource_id"] == resource["resource_id"]
            and role["relation"] in relations
            and (resource["tenant_id"], role["principal_id"]) in holders
        ]
        if roles and max(roles)[1] == edge.id and resource["environment_type"] in ("production", ""):
            mine.append(resource["resource_id"])
    return mine


def _enabled(bundle: Bundle, edge: Edge, day: str) -> bool:
    principal = bundle.principals.get((edge.row["tenant_id"], edge.row["principal_id"]), {})
    return day < (principal.get("disabled_on") or LATEST)
