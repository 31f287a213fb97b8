"""The associations that are in force on a day, each with its interval, its global account and what it reaches."""

import calendar
from collections.abc import Iterator
from dataclasses import dataclass, replace

from oracle.bundle import EARLIEST, LATEST, Bundle, Row, Span, common, span, stretch
from oracle.claims import holdings
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


def edges_in_force(bundle: Bundle, asked: Evaluation, left_out: set[str]) -> list[Edge]:
    """Return the edges in force on a day, those derived from an OSA included."""
    found = []
    for row in bundle.rows("associations"):
        account, works = bundle.account(row["partner_id"], asked.accounts_day)
        interval = stretch(holdings(bundle, row), asked.day)
        if works and account and interval and not _is_left_out(row, left_out):
            interval = common(interval, (EARLIEST, bundle.deletion(row["partner_id"])))
            counts_from = EARLIEST if _is_transferred(bundle, row, interval) else interval[0][:7]
            found.append(
                Edge(row, row["association_id"], _kind(row), row["cpor_subtype"], account, interval, counts_from)
            )
    return found + list(_brought(bundle, found, asked))


def _is_left_out(row: Row, left_out: set[str]) -> bool:
    """Tell whether a violation names an association, its partner, or the subscription that it sells."""
    is_sold = row["type"].startswith("CSP") and row["subscription_id"] in left_out
    return is_sold or row["association_id"] in left_out or row["partner_id"] in left_out


def _is_transferred(bundle: Bundle, row: Row, interval: Span) -> bool:
    """Tell whether another partner sold the subscription before."""
    return row["type"].startswith("CSP") and any(
        other["type"].startswith("CSP")
        and other["subscription_id"] == row["subscription_id"]
        and other["partner_id"] != row["partner_id"]
        and other["csp_role"] in ("", row["csp_role"] or other["csp_role"])
        and any(end <= interval[0] for _, end in holdings(bundle, other))
        for other in bundle.rows("associations")
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
