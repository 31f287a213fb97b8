"""What each association could be credited for: the cells of the matrix that fit it and what it reaches on a day."""

from collections.abc import Iterator
from dataclasses import dataclass

from oracle.bundle import EARLIEST, LATEST, Bundle, Row, Span, common, stretch
from oracle.edges import Edge, access, attributed_resources
from oracle.matrix import allowed
from oracle.products import AREAS, CODES, RATE, carried, codes_of
from oracle.programme import Evaluation

REPORTING = ("revenue", "incentive")
AZURE = ("AZURE_ALL", "AZURE_SEC")
_WORKLOAD = {"app": "Power Apps", "flow": "Power Automate", "dataset": "Power BI", "instance": "Customer Insights"}
_FIGURES = ("paid_available_units", "monthly_active_users", "revenue_usd", "acr_usd", "capacity")
_MAY_BE_PAID = {"Owner", "Contributor"}


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


def candidates_of(bundle: Bundle, edges: list[Edge], asked: Evaluation) -> Iterator[Candidate]:
    """Yield the candidates of edges."""
    for edge in edges:
        if edge.row["type"] == "PAL":
            yield from _of_azure(bundle, edge, asked)
            yield from _of_resources(bundle, edge, [e for e in edges if e.row["type"] == "PAL"], asked)
        elif edge.kind in ("OSU_M365", "USAGE_ONLY_M365"):
            yield from _of_workload(bundle, edge, asked)
        else:
            yield from _of_subscription(bundle, edge, asked)


Cell = tuple[str, str, str, tuple[str, ...]]


def _cells(edge: Edge, codes: set[str], channel: str, asked: Evaluation) -> Iterator[Cell]:
    for code in sorted(codes):
        metrics, segments = allowed(edge.kind, code, channel, asked)
        yield from ((code, area, metric, segments) for area in AREAS[code] for metric in metrics)


def _of_workload(bundle: Bundle, edge: Edge, asked: Evaluation) -> Iterator[Candidate]:
    tenant, workload, day = edge.row["tenant_id"], edge.row["workload"], asked.day
    carriers = [
        (period, bundle.creditable(subscription, day))
        for subscription in bundle.subscriptions
        if (period := bundle.period(subscription, day))
        and period["tenant_id"] == tenant
        and workload in carried(period["product"])
        and period["offer_type"] in ("paid", "")
    ]
    held = stretch([span for period, span in carriers if span and period["channel"] != "MPSA"], day)
    if held:
        for cell in _cells(edge, codes_of(workload, asked.pack), "EA", asked):
            yield Candidate(edge, *cell, tenant, common(edge.interval, held), workload=workload)


def _of_subscription(bundle: Bundle, edge: Edge, asked: Evaluation) -> Iterator[Candidate]:
    subscription, day = edge.row["subscription_id"], asked.day
    period, held = bundle.period(subscription, day), bundle.creditable(subscription, day)
    if not period or not held or period["offer_type"] not in ("paid", "") or not _is_live(bundle, edge, period, day):
        return
    is_unscored = edge.row["csp_role"] == "provider" and asked.option("tierTwoProviderCredit") == "off"
    for workload in carried(period["product"]):
        codes = _codes(bundle, workload, subscription, set(), asked)
        for cell in _cells(edge, codes, period["channel"], asked):
            code, _, metric, _ = cell
            if is_unscored and metric not in REPORTING:
                continue
            if code == "D365_CORE" and metric in ("deployments", "usage_growth") and workload not in RATE:
                continue
            per_subscription = metric in REPORTING and edge.row["type"] != "CPOR"
            unit = "" if code in AZURE or per_subscription else workload
            yield Candidate(
                edge, *cell, period["tenant_id"], common(edge.interval, held), subscription=subscription, workload=unit
            )


def _is_live(bundle: Bundle, edge: Edge, period: Row, day: str) -> bool:
    if edge.row["type"] == "CSP_T2" and edge.row["csp_role"] != "provider":
        return edge.is_restated or period["partner_id_on_record"] in ("", edge.row["partner_id"])
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


def _of_azure(bundle: Bundle, edge: Edge, asked: Evaluation) -> Iterator[Candidate]:
    for subscription in bundle.subscriptions:
        period, held = bundle.period(subscription, asked.day), bundle.creditable(subscription, asked.day)
        reach = access(bundle, edge, subscription, asked.day)
        if not period or not held or not reach or period["offer_type"] not in ("paid", ""):
            continue
        if "AZURE_ALL" not in CODES.get(period["product"], ()) or _is_cut_off(bundle, period["tenant_id"]):
            continue
        since, roles, scopes = reach
        may_be_paid = bool(roles & _MAY_BE_PAID)
        is_unscored = not may_be_paid and asked.option("adminLinkRoleForScore") == "earnedCredit"
        codes = _codes(bundle, period["product"], subscription, scopes, asked)
        for cell in _cells(edge, codes, period["channel"], asked):
            if is_unscored and cell[2] not in REPORTING:
                continue
            yield Candidate(
                edge,
                *cell,
                period["tenant_id"],
                common(edge.interval, held, since),
                subscription,
                scopes=frozenset(scopes),
                may_be_paid=may_be_paid,
            )


def _is_cut_off(bundle: Bundle, tenant: str) -> bool:
    """Tell whether a tenant is in a cloud without admin links."""
    return bundle.tenants[tenant]["cloud"] in ("china", "government")


def _codes(bundle: Bundle, product: str, subscription: str, scopes: set[str], asked: Evaluation) -> set[str]:
    """Return the codes of a product; that of the security services of Azure only where one of them is used."""
    codes = codes_of(product, asked.pack)
    if "AZURE_ALL" not in codes:
        return codes
    start = f"{int(asked.day[:4]) - 1}{asked.day[4:7]}"
    runs_security = any(
        row["subscription_id"] == subscription
        and "AZURE_SEC" in CODES.get(row["workload"], ())
        and start < row["month"] <= asked.day[:7]
        and (not scopes or any(row["resource_id"].startswith(scope) for scope in scopes))
        for row in bundle.usage
    )
    return {"AZURE_ALL", "AZURE_SEC"} if runs_security else {"AZURE_ALL"}


def _of_resources(bundle: Bundle, edge: Edge, links: list[Edge], asked: Evaluation) -> Iterator[Candidate]:
    day = asked.day
    for key in attributed_resources(bundle, edge, links, day):
        resource = bundle.resources[key]
        workload, subscription = _WORKLOAD[resource["kind"]], resource["subscription_id"]
        period = bundle.period(subscription, day) if subscription else None
        held = bundle.creditable(subscription, day) if subscription else (EARLIEST, LATEST)
        if not held or _is_cut_off(bundle, resource["tenant_id"]):
            continue
        if period and period["offer_type"] not in ("paid", ""):
            continue
        principal = bundle.principals.get((edge.row["tenant_id"], edge.row["principal_id"]), {})
        until = (EARLIEST, principal.get("disabled_on") or LATEST)
        for cell in _cells(edge, CODES[workload], period["channel"] if period else "", asked):
            interval = common(edge.interval, held, until)
            yield Candidate(edge, *cell, resource["tenant_id"], interval, subscription, workload, key)
