"""Credit rows of a bundle on a day: the candidates of each edge, then the floors over what is attributed."""

from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

from oracle.bundle import EARLIEST, LATEST, Bundle, Row, Span, common, stretch
from oracle.edges import Edge, access, attributed_resources, edges_in_force
from oracle.floors import Floors
from oracle.matrix import allowed
from oracle.products import AREAS, CODES, RATE, carried

_REPORTING = ("revenue", "incentive")
_WORKLOAD = {"app": "Power Apps", "flow": "Power Automate", "dataset": "Power BI", "instance": "Customer Insights"}


@dataclass(frozen=True)
class Candidate:
    """A cell of the matrix that fits an edge and a unit; the floors have not been looked at."""

    edge: Edge
    code: str
    area: str
    metric: str
    segments: tuple[str, ...]
    tenant: str
    interval: Span
    subscription: str = ""
    workload: str = ""
    resource: str = ""
    scopes: frozenset[str] = frozenset()
    may_be_paid: bool = True


def credits_of(folder: Path, date: str, left_out: set[str]) -> list[dict[str, str]]:
    """Return the credit rows of a bundle on a date, in no order, without `rules`; a month is its last day."""
    bundle = Bundle(folder)
    day = bundle.last_day(date)
    edges = edges_in_force(bundle, day, left_out)
    candidates = [c for edge in edges for c in _candidates(bundle, edge, edges, day) if _stands(bundle, c, edges, day)]
    floors = Floors(bundle, candidates, day)
    rows = [_row(bundle, c, segment, word) for c in candidates for segment, word in floors.outcomes(c)]
    return list({tuple(row.items()): row for row in rows}.values())


def _candidates(bundle: Bundle, edge: Edge, edges: list[Edge], day: str) -> Iterator[Candidate]:
    if edge.row["type"] == "PAL":
        yield from _of_azure(bundle, edge, day)
        yield from _of_resources(bundle, edge, [e for e in edges if e.row["type"] == "PAL"], day)
    elif edge.kind in ("OSU_M365", "USAGE_ONLY_M365"):
        yield from _of_workload(bundle, edge, day)
    else:
        yield from _of_subscription(bundle, edge, day)


def _cells(edge: Edge, code: str, channel: str) -> Iterator[tuple[str, str, tuple[str, ...]]]:
    metrics, segments = allowed(edge.kind, code, channel)
    return ((area, metric, segments) for area in AREAS[code] for metric in metrics)


def _of_workload(bundle: Bundle, edge: Edge, day: str) -> Iterator[Candidate]:
    tenant, workload = edge.row["tenant_id"], edge.row["workload"]
    carriers = [
        (period, bundle.creditable(subscription, day))
        for subscription in bundle.subscriptions
        if (period := bundle.period(subscription, day))
        and period["tenant_id"] == tenant
        and workload in carried(period["product"])
        and period["offer_type"] in ("paid", "")
    ]
    held = stretch([span for period, span in carriers if span and period["channel"] != "MPSA"], day)
    if not held:
        return
    for code in CODES.get(workload, ()):
        for area, metric, segments in _cells(edge, code, "EA"):
            yield Candidate(edge, code, area, metric, segments, tenant, common(edge.interval, held), workload=workload)


def _of_subscription(bundle: Bundle, edge: Edge, day: str) -> Iterator[Candidate]:
    subscription = edge.row["subscription_id"]
    period, held = bundle.period(subscription, day), bundle.creditable(subscription, day)
    if not period or not held or period["offer_type"] not in ("paid", "") or not _is_live(bundle, edge, period, day):
        return
    for workload in carried(period["product"]):
        codes = CODES[workload] | ({"AZURE_SEC"} if _runs_security(bundle, subscription, set(), day) else set())
        for code in sorted(codes):
            for area, metric, segments in _cells(edge, code, period["channel"]):
                if edge.row["csp_role"] == "provider" and metric not in _REPORTING:
                    continue
                if code == "D365_CORE" and metric in ("deployments", "usage_growth") and workload not in RATE:
                    continue
                unit = "" if code == "AZURE_ALL" or (metric in _REPORTING and edge.row["type"] != "CPOR") else workload
                yield Candidate(
                    edge,
                    code,
                    area,
                    metric,
                    segments,
                    period["tenant_id"],
                    common(edge.interval, held),
                    subscription,
                    unit,
                )


def _is_live(bundle: Bundle, edge: Edge, period: Row, day: str) -> bool:
    if edge.row["type"] == "CSP_T2" and edge.row["csp_role"] != "provider":
        return period["partner_id_on_record"] in ("", edge.row["partner_id"])
    if edge.row["type"] != "TPOR" or not bundle.has("subscriptions", "first_activity_on"):
        return True
    siblings = {
        row["subscription_id"]
        for row in bundle.rows("subscriptions")
        if row["subscription_id"] == period["subscription_id"]
        or (row["agreement_id"] and row["agreement_id"] == period["agreement_id"])
    }
    first = [r["first_activity_on"] for r in bundle.rows("subscriptions") if r["subscription_id"] in siblings]
    used = any(
        row["subscription_id"] in siblings and row["month"] <= day[:7] and any(float(row[f] or 0) > 0 for f in _FIGURES)
        for row in bundle.usage
    )
    return used or any(on and on <= day for on in first)


_FIGURES = ("paid_available_units", "monthly_active_users", "revenue_usd", "acr_usd", "capacity")


def _of_azure(bundle: Bundle, edge: Edge, day: str) -> Iterator[Candidate]:
    for subscription in bundle.subscriptions:
        period, held = bundle.period(subscription, day), bundle.creditable(subscription, day)
        reach = access(bundle, edge, subscription, day)
        if not period or not held or not reach or period["offer_type"] not in ("paid", ""):
            continue
        if "AZURE_ALL" not in CODES.get(period["product"], ()):
            continue
        since, roles, scopes = reach
        codes = ["AZURE_ALL", *(["AZURE_SEC"] if _runs_security(bundle, subscription, scopes, day) else [])]
        for code in codes:
            for area, metric, segments in _cells(edge, code, period["channel"]):
                yield Candidate(
                    edge,
                    code,
                    area,
                    metric,
                    segments,
                    period["tenant_id"],
                    common(edge.interval, held, since),
                    subscription,
                    scopes=frozenset(scopes),
                    may_be_paid=bool(roles & {"Owner", "Contributor"}),
                )


def _runs_security(bundle: Bundle, subscription: str, scopes: set[str], day: str) -> bool:
    start = f"{int(day[:4]) - 1}{day[4:7]}"
    return any(
        row["subscription_id"] == subscription
        and "AZURE_SEC" in CODES.get(row["workload"], ())
        and start < row["month"] <= day[:7]
        and (not scopes or any(row["resource_id"].startswith(scope) for scope in scopes))
        for row in bundle.usage
    )


def _of_resources(bundle: Bundle, edge: Edge, links: list[Edge], day: str) -> Iterator[Candidate]:
    for key in attributed_resources(bundle, edge, links, day):
        resource = bundle.resources[key]
        workload, subscription = _WORKLOAD[resource["kind"]], resource["subscription_id"]
        period = bundle.period(subscription, day) if subscription else None
        held = bundle.creditable(subscription, day) if subscription else (EARLIEST, LATEST)
        if not held:
            continue
        principal = bundle.principals.get((edge.row["tenant_id"], edge.row["principal_id"]), {})
        until = (EARLIEST, principal.get("disabled_on") or LATEST)
        for code in CODES[workload]:
            for area, metric, segments in _cells(edge, code, period["channel"] if period else ""):
                yield Candidate(
                    edge,
                    code,
                    area,
                    metric,
                    segments,
                    resource["tenant_id"],
                    common(edge.interval, held, until),
                    subscription,
                    workload,
                    key,
                )


def _stands(bundle: Bundle, candidate: Candidate, edges: list[Edge], day: str) -> bool:
    edge = candidate.edge
    customer = bundle.customers[bundle.tenants[candidate.tenant]["customer_id"]]
    itself = customer["same_organisation_as"] == edge.account
    if itself and (candidate.metric == "incentive" or candidate.code.startswith("AZURE")):
        return False
    if candidate.metric != "incentive":
        return True
    if edge.row["poe"] == "false" or edge.row["incentive_opt_out"] == "true" or not candidate.may_be_paid:
        return False
    if edge.kind == "CSP" and bundle.has("designations", "solution_area"):
        return any(
            row["global_partner_id"] == edge.account
            and row["solution_area"] == candidate.area
            and (row["enrolled_on"] or EARLIEST) <= day < (row["anniversary_on"] or LATEST)
            for row in bundle.rows("designations")
        )
    return edge.kind != "TPOR" or not any(
        other.account == edge.account and _takes_precedence(bundle, other, candidate.subscription, day)
        for other in edges
    )


def _takes_precedence(bundle: Bundle, other: Edge, subscription: str, day: str) -> bool:
    if other.kind == "PAL":
        reach = access(bundle, other, subscription, day)
        return bool(reach and reach[1] & {"Owner", "Contributor"})
    return other.kind == "DPOR" and other.row["subscription_id"] == subscription


def _row(bundle: Bundle, c: Candidate, segment: str, threshold: str) -> dict[str, str]:
    per_subscription = c.metric in _REPORTING and c.edge.row["type"] not in ("CPOR", "PAL")
    return {
        "partner_id": c.edge.row["partner_id"],
        "global_partner_id": c.edge.account,
        "association_id": c.edge.id,
        "association_type": c.edge.row["type"],
        "cpor_subtype": c.edge.subtype,
        "derived_from": c.edge.derived_from,
        "solution_area": c.area,
        "segment": "" if per_subscription else segment,
        "metric": c.metric,
        "customer_id": bundle.tenants[c.tenant]["customer_id"],
        "tenant_id": c.tenant,
        "subscription_id": c.subscription,
        "workload": _spelled(bundle, c),
        "resource_id": c.resource,
        "from": c.interval[0].replace(EARLIEST, ""),
        "until": c.interval[1].replace(LATEST, ""),
        "pack": "2023-06",
        "threshold": threshold,
    }


def _spelled(bundle: Bundle, c: Candidate) -> str:
    """Return the workload as the subscription spells it, where it is the product itself."""
    labels = {row["product"]: row["label"] for row in bundle.subscriptions.get(c.subscription, ())}
    return labels.get(c.workload, c.workload)
