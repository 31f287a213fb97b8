"""Credits of a bundle on a day: the candidates of each edge that stand, with what the floors say of them."""

from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

from oracle.bundle import EARLIEST, LATEST, Bundle
from oracle.candidates import REPORTING, Candidate, candidates_of
from oracle.edges import Edge, access, edges_in_force
from oracle.floors import Floors
from oracle.programme import Evaluation


@dataclass(frozen=True)
class Credit:
    """A candidate that qualifies in a segment, or of which nobody knows whether it does."""

    of: Candidate
    segment: str
    threshold: str


def credits_of(folder: Path, asked: Evaluation, left_out: set[str]) -> list[dict[str, str]]:
    """Return the credit rows of a bundle, in no order, without `rules`; a month is its last day."""
    bundle = Bundle(folder)
    dated = asked.on(bundle.last_day(asked.day))
    rows = [_row(bundle, credit, dated.pack) for credit in Derivation(bundle, dated, left_out).credits]
    return list({tuple(row.items()): row for row in rows}.values())


class Derivation:
    """The credits of everybody on a day, with the tracks of that day or of another."""

    def __init__(
        self, bundle: Bundle, asked: Evaluation, left_out: set[str], tracks: Mapping[str, str] | None = None
    ) -> None:
        edges = edges_in_force(bundle, asked, left_out)
        candidates = [c for c in candidates_of(bundle, edges, asked) if _stands(bundle, c, edges, asked)]
        self.floors = Floors(bundle, candidates, asked, tracks)
        self.credits = [Credit(c, segment, word) for c in candidates for segment, word in self.floors.outcomes(c)]


def _stands(bundle: Bundle, candidate: Candidate, edges: list[Edge], asked: Evaluation) -> bool:
    edge, day = candidate.edge, asked.day
    customer = bundle.customers[bundle.tenants[candidate.tenant]["customer_id"]]
    same = customer["same_organisation_as"]
    itself = edge.account in {same, bundle.account(same, asked.accounts_day)[0]} if same else False
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
    by_anyone = asked.option("tporBlockedByAnyDpor") == "on"
    return edge.kind != "TPOR" or not any(
        _takes_precedence(bundle, other, candidate.subscription, day)
        for other in edges
        if other.account == edge.account or (by_anyone and other.kind == "DPOR")
    )


def _takes_precedence(bundle: Bundle, other: Edge, subscription: str, day: str) -> bool:
    if other.kind == "PAL":
        reach = access(bundle, other, subscription, day)
        return bool(reach and reach[1] & {"Owner", "Contributor"})
    return other.kind == "DPOR" and other.row["subscription_id"] == subscription


def _row(bundle: Bundle, credit: Credit, pack: str) -> dict[str, str]:
    c = credit.of
    per_subscription = c.metric in REPORTING and c.edge.row["type"] not in ("CPOR", "PAL")
    return {
        "partner_id": c.edge.row["partner_id"],
        "global_partner_id": c.edge.account,
        "association_id": c.edge.id,
        "association_type": c.edge.row["type"],
        "cpor_subtype": c.edge.subtype,
        "derived_from": c.edge.derived_from,
        "solution_area": c.area,
        "segment": "" if per_subscription else credit.segment,
        "metric": c.metric,
        "customer_id": bundle.tenants[c.tenant]["customer_id"],
        "tenant_id": c.tenant,
        "subscription_id": c.subscription,
        "workload": _spelled(bundle, c),
        "resource_id": c.resource,
        "from": c.interval[0].replace(EARLIEST, ""),
        "until": c.interval[1].replace(LATEST, ""),
        "pack": pack,
        "threshold": credit.threshold,
    }


def _spelled(bundle: Bundle, c: Candidate) -> str:
    """Return the workload as the subscription spells it, where it is the product itself."""
    labels = {row["product"]: row["label"] for row in bundle.subscriptions.get(c.subscription, ())}
    return labels.get(c.workload, c.workload)
