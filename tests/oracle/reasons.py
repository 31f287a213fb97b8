"""Why an association with one unit earns nothing for a metric, where no doubt is left which condition fails first."""

from collections.abc import Iterator
from pathlib import Path

from oracle.bundle import Bundle, Row
from oracle.candidates import AZURE, REPORTING, Candidate, candidates_of
from oracle.claims import events, holdings
from oracle.credits import Derivation
from oracle.edges import edges_in_force
from oracle.products import AREAS, carried, codes_of
from oracle.programme import Evaluation

_SCORE = ("net_customer_adds", "deployments", "usage_growth")
_UNUSABLE = {"suspended", "disabled", "deleted", "expired", "pending"}
Cell = tuple[str, str, str]


def reasons_of(folder: Path, asked: Evaluation, left_out: set[str]) -> dict[Cell, str]:
    """Return the reason for each association, area and metric without credit of which there is no doubt."""
    bundle = Bundle(folder)
    derivation = Derivation(bundle, asked, left_out)
    credited = {(one.of.edge.id, one.of.area, one.of.metric) for one in derivation.credits}
    candidates = list(candidates_of(bundle, edges_in_force(bundle, asked, left_out), asked))
    found: dict[Cell, str] = {}
    for row in bundle.rows("associations"):
        if len(products := _products(bundle, row)) == 1:
            for area, metric in _cells(products[0], asked):
                cell = row["association_id"], area, metric
                fitting = [c for c in candidates if (c.edge.id, c.area, c.metric) == cell]
                reason = _early(bundle, row, asked, left_out, metric) or _late(bundle, fitting, asked)
                found |= {cell: reason} if reason and cell not in credited and not _is_lent(row, metric) else {}
    return found


def _products(bundle: Bundle, row: Row) -> list[str]:
    """Return the products of an association on a subscription or workload; of links nothing is said."""
    if row["workload"]:
        return [row["workload"]]
    periods = bundle.subscriptions.get(row["subscription_id"], [])
    return carried(periods[0]["product"]) if periods else []


def _cells(product: str, asked: Evaluation) -> Iterator[tuple[str, str]]:
    codes = codes_of(product, asked.pack)
    areas = dict.fromkeys(area for code in sorted(codes - set(AZURE)) for area in AREAS[code])
    yield from ((area, metric) for area in areas for metric in (*_SCORE, *REPORTING))


def _is_lent(row: Row, metric: str) -> bool:
    """Tell whether an association has a metric only through the one that it brings."""
    return row["cpor_subtype"] == "OSA" and metric in ("net_customer_adds", "revenue")


def _early(bundle: Bundle, row: Row, asked: Evaluation, left_out: set[str], metric: str) -> str:
    """Return the reason that lies in the association, its holder or its subscription."""
    day, key = asked.day, row["association_id"]
    if {key, row["partner_id"]} & left_out or (row["type"].startswith("CSP") and row["subscription_id"] in left_out):
        return "violation"
    held = holdings(bundle, row)
    if row["type"] == "CPOR" and (events(bundle, row) or row["state"].startswith("rejected")):
        if not any(start <= day < end for start, end in held):
            return ""
    elif not held and row["type"] == "CPOR":
        return "not-approved"
    elif not any(start <= day < end for start, end in held):
        return "not-in-force"
    account, works = bundle.account(row["partner_id"], asked.accounts_day)
    if not works or not account:
        return "account-inactive"
    if row["workload"]:
        return ""
    return _of_subscription(bundle, row, day) or (
        "provider-not-credited"
        if row["csp_role"] == "provider" and metric in _SCORE and asked.option("tierTwoProviderCredit") == "off"
        else ""
    )


def _of_subscription(bundle: Bundle, row: Row, day: str) -> str:
    periods, now = bundle.subscriptions[row["subscription_id"]], bundle.period(row["subscription_id"], day)
    if all(period["ends_on"] and period["ends_on"] <= day for period in periods):
        return "scope-ended"
    if now and now["status"] in _UNUSABLE:
        return "subscription-not-active"
    return "offer-not-paid" if now and now["offer_type"] not in ("paid", "") else ""


def _late(bundle: Bundle, fitting: list[Candidate], asked: Evaluation) -> str:
    """Return the reason that lies in a figure or in the incentive, where the matrix allows the metric."""
    if not fitting or fitting[0].area == "modern_work":
        return ""
    first = fitting[0]
    if first.metric in _SCORE:
        return "below-threshold"
    if first.metric != "incentive":
        return ""
    if first.edge.row["incentive_opt_out"] == "true":
        return "opted-out"
    if first.edge.row["poe"] == "false":
        return "poe-missing"
    is_listed = first.edge.kind == "CSP" and bundle.has("designations", "solution_area")
    mine = [
        row for row in bundle.rows("designations")
        if (row["global_partner_id"], row["solution_area"]) == (first.edge.account, first.area)
        and row["enrolled_on"] <= asked.day < (row["anniversary_on"] or "9999")
    ]  # fmt: skip
    return "no-designation" if is_listed and not mine else ""
