"""The associations of a synthetic ecosystem: who sells, advises, is linked and claims, all within the rules."""

from __future__ import annotations

from collections.abc import Generator, Iterator, Sequence

from partnergraph.synth.dice import Dice
from partnergraph.synth.market import Location, Market, Row
from partnergraph.synth.offers import APPS, RECOGNITION_ONLY
from partnergraph.synth.tenancy import Subscription, Tenant
from partnergraph.synth.usage import app_usage

_SERVICE = "servicing"
_RESELLER = "indirect_reseller"
_CLAIMANTS = ("incentives_admin", "incentives_user")
_CUSTOMERS = ("customer_owner", "customer_global_admin", "customer_account_admin", "customer_subscription_admin")
_PAID_USE = {"cpor_subtype": "OSU_M365", "poe": "true"}
_UNPAID_USE = {"cpor_subtype": "USAGE_ONLY_M365"}
_PENDING = ("submitted", "under_review", "partner_action_required")


class Register:
    """Hands out association ids and puts associations on record as rows."""

    def __init__(self) -> None:
        self._count = 0

    def enter(self, cells: dict[str, str]) -> Row:
        """Return the row of a new association."""
        self._count += 1
        return "associations", {"association_id": f"A{self._count:08d}", "incentive_opt_out": "false", **cells}


def sell(dice: Dice, tenant: Tenant, market: Market, register: Register) -> Iterator[Row]:
    """Yield the edges that arise by transaction: cloud solution providers of both tiers, transacting partners."""
    for subscription in tenant.subscriptions:
        place = {
            "tenant_id": tenant.tenant_id, "subscription_id": subscription.subscription_id,
            "starts_on": subscription.starts_on, "ends_on": subscription.ends_on,
            "state": "ended" if subscription.ends_on else "active",
        }  # fmt: skip
        if subscription.channel.sold_by:
            seller = dice.pick(subscription.channel.sold_by)
            sold = _SALES[seller](dice, tenant, subscription, market)
            yield from (register.enter({**place, **cells}) for cells in sold)
        if subscription.channel.transacted_by:
            agent = market.pick(dice, tenant.region, dice.pick(subscription.channel.transacted_by))
            yield register.enter({**place, "type": "TPOR", "partner_id": agent.partner_id})


def _direct(dice: Dice, tenant: Tenant, subscription: Subscription, market: Market) -> Iterator[dict[str, str]]:
    del subscription
    yield {"type": "CSP_T1", "partner_id": market.pick(dice, tenant.region, "direct_bill").partner_id}


def _indirect(dice: Dice, tenant: Tenant, subscription: Subscription, market: Market) -> Iterator[dict[str, str]]:
    """Yield provider and resellers of a tier 2 sale, and note the resellers of record on the subscription."""
    provider = market.pick(dice, tenant.region, "indirect_provider")
    reseller = market.pick(dice, tenant.region, _RESELLER)
    yield {"type": "CSP_T2", "csp_role": "provider", "partner_id": provider.partner_id}
    resold = {"type": "CSP_T2", "csp_role": "reseller", "partner_id": reseller.partner_id}
    subscription.sellers.append((subscription.starts_on, reseller))
    if subscription.ends_on or not dice.chance(0.06):
        yield resold
        return
    handover = dice.day("2023-01-15", "2023-06-30")
    heir = market.rival(dice, reseller, _RESELLER)
    subscription.sellers.append((handover, heir))
    yield {**resold, "ends_on": handover, "state": "ended"}
    yield {**resold, "partner_id": heir.partner_id, "starts_on": handover}


_SALES = {"direct_bill": _direct, _RESELLER: _indirect}


def advise(dice: Dice, tenant: Tenant, market: Market, register: Register) -> Iterator[Row]:
    """Yield the digital partners that the customer names on its own subscriptions, one at a time on each."""
    for subscription in tenant.subscriptions:
        if subscription.ends_on or not subscription.channel.takes_digital_partner or not dice.chance(0.22):
            continue
        adviser = market.pick(dice, tenant.region, _SERVICE)
        named_on = dice.day("2022-01-01", "2023-06-30")
        named = {
            "type": "DPOR", "tenant_id": tenant.tenant_id, "subscription_id": subscription.subscription_id,
            "set_by_role": dice.pick(_CUSTOMERS), "state": "active",
        }  # fmt: skip
        if dice.chance(0.15):
            predecessor = market.rival(dice, adviser, _SERVICE)
            yield register.enter({
                **named, "partner_id": predecessor.partner_id, "starts_on": "2021-12-15", "ends_on": named_on,
                "state": "ended",
            })  # fmt: skip
        yield register.enter({**named, "partner_id": adviser.partner_id, "starts_on": named_on})


def claim(dice: Dice, tenant: Tenant, market: Market, register: Register) -> Iterator[Row]:
    """Yield claims: usage of workloads in the tenant, and advice, revenue and use of business subscriptions."""
    for subscription in tenant.subscriptions:
        if subscription.ends_on:
            continue
        fitting = [code for code in subscription.offer.subtypes if code in subscription.channel.subtypes]
        if fitting and dice.chance(0.4):
            claimant = market.pick(dice, tenant.region, _SERVICE)
            place = {"tenant_id": tenant.tenant_id, "subscription_id": subscription.subscription_id}
            for code in dice.some(fitting, dice.between(1, 3)):
                yield from _claim(dice, claimant, {**place, "cpor_subtype": code, "poe": "true"}, register)
    yield from _usage_claims(dice, tenant, market, register)


def _usage_claims(dice: Dice, tenant: Tenant, market: Market, register: Register) -> Iterator[Row]:
    suite = next(subscription for subscription in tenant.subscriptions if not subscription.ends_on)
    if not suite.channel.takes_usage_claims or not dice.chance(0.3):
        return
    for workload in dice.some(suite.measured, dice.between(1, 3)):
        claimant = market.pick(dice, tenant.region, _SERVICE)
        paid = workload not in RECOGNITION_ONLY and dice.chance(0.8)
        place = {"tenant_id": tenant.tenant_id, "tenant_domain": tenant.domain, "workload": workload}
        terms = dict(_PAID_USE if paid else _UNPAID_USE)
        if paid and dice.chance(0.06):
            terms["incentive_opt_out"] = "true"
        if dice.chance(0.15):
            earlier = market.rival(dice, claimant, _SERVICE)
            yield register.enter({
                **place, **terms, "type": "CPOR", "partner_id": earlier.partner_id, "state": "rejected_final",
                "starts_on": "2021-12-20", "ends_on": "2022-01-01", "submitted_on": "2021-12-11",
                "decided_on": "2021-12-20", "set_by_role": "incentives_admin",
            })  # fmt: skip
        yield from _claim(dice, claimant, {**place, **terms}, register)
        if dice.chance(0.06):
            yield register.enter({
                **place, **terms, "type": "CPOR", "partner_id": market.rival(dice, claimant, _SERVICE).partner_id,
                "state": dice.pick(_PENDING), "submitted_on": "2023-09-18", "set_by_role": dice.pick(_CLAIMANTS),
            })  # fmt: skip


def _claim(dice: Dice, claimant: Location, place: dict[str, str], register: Register) -> Iterator[Row]:
    """Yield an approved claim, for some with the events of its life."""
    submitted_on = dice.day("2022-01-03", "2023-05-31")
    decided_on = dice.day(submitted_on, "2023-06-20")
    claimed = register.enter({
        **place, "type": "CPOR", "partner_id": claimant.partner_id, "state": "approved", "starts_on": decided_on,
        "submitted_on": submitted_on, "decided_on": decided_on, "set_by_role": dice.pick(_CLAIMANTS),
    })  # fmt: skip
    yield claimed
    if dice.chance(0.1):
        association_id = claimed[1]["association_id"]
        steps = ((submitted_on, "submitted", "incentives_admin"), (decided_on, "approved", "microsoft"))
        for on, state, actor in steps:
            yield "claim_events", {"association_id": association_id, "on": on, "state": state, "actor_role": actor}


def link(dice: Dice, tenant: Tenant, market: Market, register: Register, calendar: Sequence[str]) -> Iterator[Row]:
    """Yield partner admin links with their credentials and the access that makes them count."""
    for subscription in tenant.subscriptions:
        if subscription.ends_on or tenant.cloud != "public":
            continue
        app = APPS.get(subscription.offer.label)
        if subscription.offer.measure == "consumption" and dice.chance(0.5):
            yield from _link_azure(dice, tenant, subscription, market, register)
        if app is not None and dice.chance(0.5):
            resource_id = dice.guid()
            place = {"tenant_id": tenant.tenant_id, "resource_id": resource_id}
            yield "resources", {
                **place, "subscription_id": subscription.subscription_id, "kind": app.kind,
                "environment_type": dice.pick(("production", "production", "sandbox")),
            }  # fmt: skip
            principal_id = yield from _credential(dice, tenant, market, register, resource_id)
            yield "resource_roles", {
                "resource_id": resource_id, "principal_id": principal_id, "relation": app.relation,
                "last_active_on": dice.day("2023-07-01", "2023-09-30"),
            }  # fmt: skip
            yield from app_usage(dice, {**place, "workload": app.workload}, calendar)


def _link_azure(
    dice: Dice, tenant: Tenant, subscription: Subscription, market: Market, register: Register
) -> Iterator[Row]:
    root = f"/subscriptions/{subscription.subscription_id}"
    group = f"{root}/resourcegroups/main"
    machine = f"{group}/providers/microsoft.compute/virtualmachines/vm1"
    scope = dice.pick((subscription.subscription_id, root, group, tenant.tenant_id, machine))
    if scope == machine:
        yield "resources", {
            "resource_id": machine, "tenant_id": tenant.tenant_id,
            "subscription_id": subscription.subscription_id, "kind": "azure", "environment_type": "production",
        }  # fmt: skip
    for _ in range(dice.between(1, 2)):
        yield from _credential(dice, tenant, market, register, scope)


def _credential(
    dice: Dice, tenant: Tenant, market: Market, register: Register, scope: str
) -> Generator[Row, None, str]:
    """Yield a credential with its role and its link, and return its id.

    A few are of a partner's own tenant and reach the customer by delegation.
    """
    partner = market.pick(dice, tenant.region, _SERVICE)
    home = partner.csp_tenant if dice.chance(0.05) else tenant.tenant_id
    principal_id = dice.guid()
    linked_on = dice.day("2022-01-01", "2023-06-30")
    if home == tenant.tenant_id:
        kind = dice.pick(("user", "guest", "service_principal"))
        yield "principals", {"principal_id": principal_id, "tenant_id": home, "kind": kind}
    yield "role_assignments", {
        "principal_id": principal_id, "scope": scope, "starts_on": linked_on,
        "role": dice.pick(("Owner", "Contributor", "Contributor", "Reader")),
    }  # fmt: skip
    yield register.enter({
        "type": "PAL", "partner_id": partner.partner_id, "tenant_id": home, "principal_id": principal_id,
        "state": "active", "starts_on": linked_on, "changed_by_role": "partner_user",
        "via_lighthouse": "true" if home != tenant.tenant_id else "false",
    })  # fmt: skip
    return principal_id
