"""Invented usage: seats, users, revenue, capacity and consumption of the month, the year before, and in between."""

from random import Random

from oracle.almanac import Almanac
from oracle.invented_access import GROUPS, resource
from oracle.products import RATE, carried

Row = dict[str, object]
_SERVICES = ["SQL Database", "Virtual Machines", "Sentinel", "Key Vault"]
_UNITS = [4, 5, 8, 11, 24, 25, 250, 300, 301, 900]
_SHARES = [10, 14, 15, 39, 40, 41, 80]
_USERS = [4, 10, 24, 25, 50, 60, 125, 250, 400]
_REVENUE = ["100", "249.99", "250", "499.99", "500", "1499", "1500", "5000", "5000.01", "9000"]
_SPENT = [50, 99, 400, 600, 1000, 5000]


def use(random: Random, time: Almanac, subscriptions: list[Row], measured: list[str]) -> list[Row]:
    """Return rows of usage of the tenants and subscriptions of an ecosystem."""
    tenants = sorted({str(row["tenant_id"]) for row in subscriptions})
    rows = [row for tenant in tenants for row in _seats(random, time, tenant, subscriptions, measured)]
    for row in subscriptions:
        place = {"tenant_id": row["tenant_id"], "subscription_id": row["subscription_id"]}
        if str(row["product"]).startswith("Azure"):
            group = random.choice(["", "", *GROUPS])
            parts = {"resource_id": resource(row["subscription_id"], group)} if group else {}
            rows += _consumption(random, time, {**place, **parts})
        elif row["product"] in RATE or row["product"] == "Supply Chain":
            rows += _business(random, time, {**place, "workload": row["product"]})
    return rows


def _seats(random: Random, time: Almanac, tenant: str, subscriptions: list[Row], measured: list[str]) -> list[Row]:
    rows: list[Row] = []
    for workload in random.sample(measured, random.choice([0, 2, 4])):
        carriers = [row["subscription_id"] for row in subscriptions
                    if row["tenant_id"] == tenant and workload in carried(str(row["product"]))]  # fmt: skip
        parts = carriers[:2] if random.randrange(5) == 1 else [""]
        units = random.choice(_UNITS)
        for month in [0, 12, *random.sample([1, 5, 8, 11], 2)]:
            if random.randrange(6) != 1:
                units = units if random.randrange(2) else random.choice(_UNITS)
                for part in parts:
                    cells = {
                        "paid_available_units": units,
                        "monthly_active_users": units * random.choice(_SHARES) // 100,
                    }
                    if random.randrange(10) == 1:
                        del cells[random.choice(list(cells))]
                    place = {"tenant_id": tenant, "subscription_id": part, "workload": workload}
                    rows.append({**place, "month": time.month(month), **cells})
    workload = random.choice(["Power Apps", "Power Automate", "Power BI"])
    place = {"tenant_id": tenant, "resource_id": f"r-{tenant}", "workload": workload}
    rows += [
        {**place, "month": time.month(month), "monthly_active_users": random.choice(_USERS)}
        for month in random.choice([[0], [0, 12]])
    ]
    return rows


def _business(random: Random, time: Almanac, place: Row) -> list[Row]:
    rows = [
        {
            **place,
            "month": time.month(month),
            "monthly_active_users": random.choice(_USERS),
            "revenue_usd": random.choice(_REVENUE),
            "capacity": random.choice([10000, 30000, 200000]),
        }
        for month in random.choice([[], [0], [0, 12], [0, 12], [0, 12], [12]])
    ]
    for row in rows[:]:
        if random.randrange(8) == 1:
            rows.append({**row, "metric_type": "trial", "monthly_active_users": 900})
        if random.randrange(8) == 1:
            del row["revenue_usd"]
    return rows


def _consumption(random: Random, time: Almanac, place: Row) -> list[Row]:
    months = [0, 1, 2, 5, 11, 12, 13, 17, 23]
    return [
        {**place, "workload": service, "month": time.month(month), "acr_usd": random.choice(_SPENT)}
        for service in random.sample(_SERVICES, random.choice([0, 1, 2, 3]))
        for month in [
            *random.choice([[], [0], [0, 12]]),
            *random.sample(months[1:5] + months[6:], random.choice([0, 2, 4])),
        ]
    ]
