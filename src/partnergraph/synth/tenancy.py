"""The demand side of a synthetic ecosystem: customers, tenants, and subscriptions with their periods."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field

from partnergraph.synth.dice import Dice
from partnergraph.synth.market import REGIONS, Location, Market, Row
from partnergraph.synth.offers import (
    AZURE_PLAN,
    DYNAMICS,
    INSIGHTS,
    PLATFORM,
    PROFILES,
    SINGLES,
    SUITES,
    Channel,
    Offer,
    Profile,
)

_LADDER = tuple(profile for profile in PROFILES for _ in range(profile.weight))
_NAMES = ("Adatum", "Blåbær", "Cedar", "Dune", "Ember", "Fennel", "Gale", "Heron", "Isar", "Jasper", "Kestrel", "Loch")
_TRADES = ("Bakeries", "Clinics", "Freight", "Insurance", "Mills", "Power", "Retail", "Schools", "Tools", "Water")
_FIRST_SALE, _LAST_SALE = "2019-01-01", "2021-10-31"
_MEASURED = 5
_PAUSED_ON, _RESUMED_ON = "2021-11-10", "2021-12-10"


@dataclass(slots=True)
class Subscription:
    """A subscription while its tenant is being built.

    `sellers` gives each reseller of record with its first day, `measured` the workloads whose usage is reported.
    """

    subscription_id: str
    offer: Offer
    channel: Channel
    seats: int
    starts_on: str
    ends_on: str = ""
    status: str = "active"
    replaces: str = ""
    sellers: list[tuple[str, Location]] = field(default_factory=list)
    measured: list[str] = field(default_factory=list)


@dataclass(slots=True)
class Tenant:
    """A tenant while it is being built, with the subscriptions that associations can stand on."""

    tenant_id: str
    domain: str
    country: str
    region: str
    cloud: str
    profile: Profile
    seats: int
    subscriptions: list[Subscription] = field(default_factory=list)


def customer(dice: Dice, number: int, region: str, market: Market) -> Row:
    """Return the row of customer `number`; a few are the same organisation as a partner of another region."""
    cells = {"customer_id": f"C{number:07d}", "name": _name(dice, number)}
    if dice.chance(0.01):
        stranger = next(organisation for place, organisation in _strangers(dice, market) if place != region)
        cells["same_organisation_as"] = stranger
    return "customers", cells


def _strangers(dice: Dice, market: Market) -> Iterator[tuple[str, str]]:
    """Yield (region, organisation) of random partners, without end."""
    while True:
        region = dice.pick(tuple(REGIONS))
        yield region, market.pick(dice, region, "servicing").organisation


def _name(dice: Dice, number: int) -> str:
    return f"{dice.pick(_NAMES)} {dice.pick(_TRADES)} {number}"


def settle(dice: Dice, number: int, region: str, cloud: str) -> Tenant:
    """Return tenant `number` of the ecosystem, still without subscriptions; `cloud` may be empty for any."""
    profile = dice.pick(_LADDER)
    country = dice.pick(REGIONS[region])
    drawn = dice.pick(("china", "government")) if dice.chance(0.02) else "public"
    return Tenant(
        tenant_id=dice.guid(),
        domain=f"tenant{number}.example",
        country=country,
        region=region,
        cloud=cloud or drawn,
        profile=profile,
        seats=dice.skewed(*profile.seats),
    )


def tenant_row(tenant: Tenant, customer_id: str) -> Row:
    """Return the row of a tenant."""
    return "tenants", {
        "tenant_id": tenant.tenant_id, "customer_id": customer_id, "name": f"Tenant of {customer_id}",
        "domain": tenant.domain, "country": tenant.country, "cloud": tenant.cloud,
    }  # fmt: skip


def shop(dice: Dice, tenant: Tenant) -> None:
    """Give a tenant its subscriptions."""
    profile = tenant.profile
    buy(dice, tenant, dice.pick(SUITES), profile.suite)
    if dice.chance(0.12):
        buy(dice, tenant, dice.pick(SINGLES), profile.suite)
    if dice.chance(0.2):
        buy(dice, tenant, dice.pick(DYNAMICS), profile.business)
    if dice.chance(0.02):
        buy(dice, tenant, INSIGHTS, profile.business)
    if dice.chance(0.15):
        buy(dice, tenant, dice.pick(PLATFORM), profile.business)
    if dice.chance(0.2):
        buy(dice, tenant, profile.azure.azure, profile.azure)


def buy(dice: Dice, tenant: Tenant, offer: Offer, channel: Channel) -> Subscription:
    """Return a new subscription of `tenant`; a few replace an earlier one that ended the day before."""
    seats = max(1, tenant.seats * dice.between(40, 100) // 100)
    subscription = Subscription(dice.guid(), offer, channel, seats, dice.day(_FIRST_SALE, _LAST_SALE))
    if dice.chance(0.05):
        earlier = Subscription(dice.guid(), offer, channel, seats, "2017-04-01", subscription.starts_on, "expired")
        tenant.subscriptions.append(earlier)
        subscription.replaces = earlier.subscription_id
    subscription.measured = dice.some(offer.workloads, _MEASURED)
    tenant.subscriptions.append(subscription)
    return subscription


def subscription_rows(dice: Dice, tenant: Tenant, subscription: Subscription) -> Iterator[Row]:
    """Yield one row for each period in which status, seats and reseller of record stayed as they were."""
    first = {
        "subscription_id": subscription.subscription_id, "tenant_id": tenant.tenant_id,
        "product": subscription.offer.label, "channel": subscription.channel.code,
        "agreement_id": f"AG-{subscription.subscription_id[:8]}", "provisioned": "true", "offer_type": "paid",
        "azure_plan": "true" if subscription.offer is AZURE_PLAN else "false",
        "replaces_subscription_id": subscription.replaces, "first_activity_on": subscription.starts_on,
    }  # fmt: skip
    turns = [(subscription.starts_on, "active", 0)]
    if not subscription.ends_on and dice.chance(0.06):
        turns += [(_PAUSED_ON, "suspended", 0), (_RESUMED_ON, "active", 0)]
    if not subscription.ends_on and dice.chance(0.2):
        turns.append((dice.day("2022-01-01", "2022-12-31"), subscription.status, dice.between(1, 9)))
    turns += [(day, turns[-1][1], turns[-1][2]) for day, _ in subscription.sellers if day > turns[-1][0]]
    closing = [day for day, _, _ in turns[1:]] + [subscription.ends_on]
    for (starts_on, status, extra), ends_on in zip(turns, closing, strict=True):
        yield "subscriptions", {
            **first, "status": status, "starts_on": starts_on, "ends_on": ends_on,
            "seats": str(subscription.seats + extra), "partner_id_on_record": _on_record(subscription, starts_on),
        }  # fmt: skip


def _on_record(subscription: Subscription, day: str) -> str:
    """Return the id of the reseller of record on `day`; empty where there is none."""
    return next((seller.partner_id for since, seller in reversed(subscription.sellers) if since <= day), "")
