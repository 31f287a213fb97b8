"""The monthly figures of a synthetic ecosystem: the bulk of its rows."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence

from partnergraph.synth.dice import Dice
from partnergraph.synth.market import Row
from partnergraph.synth.tenancy import Tenant

_NEWEST = 2023 * 12 + 8
Cells = dict[str, str]


def months(count: int) -> list[str]:
    """Return the `count` months that end with 2023-09, the newest month of every synthetic ecosystem."""
    return [f"{index // 12:04d}-{index % 12 + 1:02d}" for index in range(_NEWEST - count + 1, _NEWEST + 1)]


def usage_rows(dice: Dice, tenant: Tenant, calendar: Sequence[str]) -> Iterator[Row]:
    """Yield one row for each measured workload and month; Azure is measured per subscription and service."""
    seen: set[str] = set()
    for subscription in tenant.subscriptions:
        measure = _MEASURES[subscription.offer.measure]
        place = {"tenant_id": tenant.tenant_id}
        if measure is _consumption:
            place["subscription_id"] = subscription.subscription_id
        for workload in subscription.measured:
            if workload not in seen:
                seen.add(workload)
                yield from measure(dice, subscription.seats, {**place, "workload": workload}, calendar)


def app_usage(dice: Dice, place: Mapping[str, str], calendar: Sequence[str]) -> Iterator[Row]:
    """Yield the active users of one app, flow, dataset or instance in each month."""
    users = dice.between(3, 60)
    for month in calendar:
        yield "usage", {**place, "month": month, "monthly_active_users": str(users)}


def _seats(dice: Dice, seats: int, place: Cells, calendar: Sequence[str]) -> Iterator[Row]:
    share, drift = dice.between(15, 90), dice.between(-2, 6)
    for number, month in enumerate(calendar):
        paid = max(1, seats + seats * drift * number // 1200)
        active = paid * min(99, share + number // 3) // 100
        yield "usage", {
            **place, "month": month, "paid_available_units": str(paid), "monthly_active_users": str(active),
        }  # fmt: skip


def _revenue(dice: Dice, seats: int, place: Cells, calendar: Sequence[str]) -> Iterator[Row]:
    users, cents = max(1, seats * dice.between(5, 30) // 100), dice.between(600, 9_500)
    for number, month in enumerate(calendar):
        active = users + users * number // 50
        yield "usage", {
            **place, "month": month, "monthly_active_users": str(active), "revenue_usd": _dollars(active * cents),
        }  # fmt: skip


def _capacity(dice: Dice, seats: int, place: Cells, calendar: Sequence[str]) -> Iterator[Row]:
    profiles, cents = seats * dice.between(50, 900), dice.between(100_000, 400_000)
    for number, month in enumerate(calendar):
        yield "usage", {
            **place, "month": month, "capacity": str(profiles + 10 * number), "revenue_usd": _dollars(cents),
        }  # fmt: skip


def _consumption(dice: Dice, seats: int, place: Cells, calendar: Sequence[str]) -> Iterator[Row]:
    cents, drift = max(40, seats) * dice.between(40, 4_000), dice.between(-10, 40)
    for number, month in enumerate(calendar):
        yield "usage", {**place, "month": month, "acr_usd": _dollars(cents + cents * drift * number // 1000)}


def _dollars(cents: int) -> str:
    """Return an amount in the shortest form, so that it is one literal in every reading."""
    return f"{cents // 100}.{cents % 100:02d}".rstrip("0").rstrip(".")


_MEASURES: dict[str, Callable[[Dice, int, Cells, Sequence[str]], Iterator[Row]]] = {
    "seats": _seats,
    "revenue": _revenue,
    "capacity": _capacity,
    "consumption": _consumption,
}
