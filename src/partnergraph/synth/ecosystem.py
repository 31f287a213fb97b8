"""A synthetic ecosystem as a stream of bundle rows: the partners first, then one customer after the other."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from partnergraph.synth.dice import Dice
from partnergraph.synth.edges import Register, advise, claim, link, sell
from partnergraph.synth.faults import FAULTS, Planted, Scene
from partnergraph.synth.market import REGIONS, Market, Row, found
from partnergraph.synth.tenancy import customer, settle, shop, subscription_rows, tenant_row
from partnergraph.synth.usage import months, usage_rows


@dataclass(frozen=True, slots=True)
class Plan:
    """How large an ecosystem is to be, and the share of its tenants in which one violation is planted."""

    tenants: int
    seed: int
    violations: float
    usage_months: int


@dataclass(frozen=True, slots=True)
class _World:
    """What all tenants share while an ecosystem grows."""

    plan: Plan
    market: Market
    register: Register
    calendar: Sequence[str]
    planted: list[Planted]


def grow(plan: Plan, planted: list[Planted]) -> Iterator[Row]:
    """Yield the rows of the ecosystem that `plan` describes, and append what was planted to `planted`.

    Rows of one thing stand together, and each tenant draws from its own dice: a fault changes no other tenant.
    """
    world = _World(plan, Market(), Register(), months(plan.usage_months), planted)
    yield from found(Dice(f"{plan.seed}/market"), plan.tenants, world.market)
    number, customers = 0, 0
    while number < plan.tenants:
        customers += 1
        dice = Dice(f"{plan.seed}/customer/{customers}")
        region = dice.pick(tuple(REGIONS))
        row = customer(dice, customers, region, world.market)
        yield row
        for _ in range(min(2 if dice.chance(0.15) else 1, plan.tenants - number)):
            number += 1
            yield from _tenant(world, number, row[1]["customer_id"], region)


def _tenant(world: _World, number: int, customer_id: str, region: str) -> Iterator[Row]:
    """Yield everything of one tenant: subscriptions, associations, usage, and a fault where it is its turn."""
    plan, market, register = world.plan, world.market, world.register
    dice = Dice(f"{plan.seed}/tenant/{number}")
    turn = int(number * plan.violations)
    faulty = turn > int((number - 1) * plan.violations)
    fault, cloud = FAULTS[(turn + plan.seed) % len(FAULTS)]
    tenant = settle(dice, number, region, cloud if faulty else "")
    yield tenant_row(tenant, customer_id)
    shop(dice, tenant)
    sold = list(sell(dice, tenant, market, register))
    for subscription in tenant.subscriptions:
        yield from subscription_rows(dice, tenant, subscription)
    yield from sold
    yield from advise(dice, tenant, market, register)
    yield from claim(dice, tenant, market, register)
    yield from link(dice, tenant, market, register, world.calendar)
    yield from usage_rows(dice, tenant, world.calendar)
    if faulty:
        scene = Scene(Dice(f"{plan.seed}/fault/{number}"), tenant, market, register)
        fault(scene)
        yield from scene.rows
        world.planted.extend(scene.planted)
