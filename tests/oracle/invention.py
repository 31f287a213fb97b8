"""Small invented bundles, the same for the same seed: odd enough for the corners, with one reading each."""

import csv
from pathlib import Path
from random import Random

PARTNERS = {"p1": "g1", "p2": "g1", "p3": "g2", "p4": "g3", "p5": "g4"}
_RIVALS = ["p1", "p3", "p4", "p5"]  # of different global accounts: between siblings the rules name no winner
TENANTS = {"t1": "c1", "t2": "c1", "t3": "c2"}
_SEATS = ["Exchange", "Teams", "Intune", "Entra ID Premium", "Office 365 E3", "Microsoft 365 E5"]
_BUSINESS = ["Customer Service", "Field Service", "Business Central", "Power Apps", "Supply Chain", "Customer Insights"]
_SERVICES = ["SQL Database", "Virtual Machines", "Sentinel", "Key Vault"]
_MEASURED = ["Exchange", "Teams", "Intune", "Entra ID Premium", "SharePoint"]
_CHANNELS = ["EA", "EA", "CSP_NCE", "CSP_NCE", "WEB_DIRECT", "CASA_EES", "CSP_LEGACY"]
_DAYS = ["2022-11-20", "2023-01-15", "2023-04-01", "2023-08-10", "2023-09-12"]
_MONTHS = ["2022-11", "2023-04", "2023-07", "2023-08", "2023-09"]
_STATUS = ["active", "active", "active", "in_grace", "suspended"]
_CLAIMED_TOGETHER = [[], ["OSA"], ["OSA", "REVREC"], ["OSU_BA", "REVREC_PERFORMANCE"], ["OSA", "OSU_BA"]]

Row = dict[str, object]


def invent(seed: int, folder: Path) -> None:
    """Write the bundle of a seed into a folder."""
    random = Random(seed)
    subscriptions = [_subscription(random, number) for number in range(8)]
    edges = [edge for row in subscriptions for edge in _edges(random, row)]
    files = {
        "partners": _partners(random),
        "customers": [{"customer_id": c, "same_organisation_as": random.choice(["", "", "g1"])} for c in ("c1", "c2")],
        "tenants": [{"tenant_id": tenant, "customer_id": customer} for tenant, customer in TENANTS.items()],
        "subscriptions": [period for row in subscriptions for period in _periods(random, row)],
        "associations": edges + _claims(random) + _links(random),
        "role_assignments": _roles(random, subscriptions),
        "resources": _resources(random),
        "resource_roles": _resource_roles(random),
        "usage": _usage(random, subscriptions),
    }
    if random.random() < 0.5:
        files["designations"] = _designations(random)
    for name, rows in files.items():
        write(folder / f"{name}.csv", rows)


def _partners(random: Random) -> list[Row]:
    tracks = {"g1": "smb", "g2": "enterprise", "g3": "", "g4": "smb"}
    accounts: list[Row] = [
        {"partner_id": g, "account_type": "global", "status": "active", "business_applications_track": track}
        for g, track in tracks.items()
    ]
    for partner, account in PARTNERS.items():
        status = random.choice(["active"] * 9 + ["inactive"])
        accounts.append(
            {"partner_id": partner, "account_type": "location", "global_partner_id": account, "status": status}
        )
    return accounts


def _subscription(random: Random, number: int) -> Row:
    return {
        "subscription_id": f"s{number}",
        "tenant_id": random.choice(list(TENANTS)),
        "product": random.choice(random.choice([_SEATS, _BUSINESS, ["Azure"]])),
        "channel": random.choice(_CHANNELS),
        "status": "active",
        "starts_on": "2022-10-01",
        "ends_on": "",
        "offer_type": random.choice(["paid"] * 9 + ["trial"]),
        "partner_id_on_record": "",
    }


def _periods(random: Random, row: Row) -> list[Row]:
    if random.random() < 0.6:
        return [row]
    turn = random.choice(["2023-06-05", "2023-09-10", "2023-10-05"])
    return [{**row, "ends_on": turn}, {**row, "status": random.choice(_STATUS), "starts_on": turn}]


def _edge(random: Random, kind: str, partner: str, **cells: object) -> Row:
    starts = random.choice(_DAYS)
    ends = random.choice([""] * 6 + ["2023-09-30", "2023-10-01"])
    key = f"{kind}-{partner}-{'-'.join(str(cell) for cell in cells.values())}".lower().replace(" ", "_")
    state = "approved" if kind == "CPOR" else "active"
    return {
        "association_id": key,
        "type": kind,
        "partner_id": partner,
        "state": state,
        "starts_on": starts,
        "ends_on": ends,
        **cells,
    }


def _edges(random: Random, row: Row) -> list[Row]:
    subscription, channel, made = row["subscription_id"], str(row["channel"]), []
    partners = random.sample(list(PARTNERS), 5)
    if channel.startswith("CSP"):
        if random.random() < 0.5:
            made.append(_edge(random, "CSP_T1", partners[0], subscription_id=subscription))
        else:
            row["partner_id_on_record"] = partners[1]
            made.append(_edge(random, "CSP_T2", partners[0], subscription_id=subscription, csp_role="provider"))
            made.append(_edge(random, "CSP_T2", partners[1], subscription_id=subscription, csp_role="reseller"))
    else:
        if channel == "EA":
            made.append(_edge(random, "TPOR", partners[2], subscription_id=subscription))
        if random.random() < 0.7:
            made.append(_edge(random, "DPOR", random.choice(partners[2:]), subscription_id=subscription))
    if row["product"] in _BUSINESS:
        for subtype in random.choice(
            [[], ["OSA"], ["OSA", "REVREC"], ["OSU_BA", "REVREC_PERFORMANCE"], ["OSA", "OSU_BA"]]
        ):
            place = {"tenant_id": row["tenant_id"], "subscription_id": subscription}
            made.append(_edge(random, "CPOR", partners[4], cpor_subtype=subtype, **place))
    return made


def _claims(random: Random) -> list[Row]:
    claims = []
    for tenant in TENANTS:
        for workload in random.sample([*_MEASURED, "Yammer"], 3):
            subtype = random.choice(["OSU_M365", "OSU_M365", "USAGE_ONLY_M365"])
            claim = _edge(random, "CPOR", random.choice(list(PARTNERS)), tenant_id=tenant, workload=workload)
            claims.append({**claim, "cpor_subtype": subtype, "incentive_opt_out": random.choice(["", "", "true"])})
    return claims


def _links(random: Random) -> list[Row]:
    links = []
    for tenant in TENANTS:
        for number, partner in enumerate(random.sample(_RIVALS, 2)):
            links.append(_edge(random, "PAL", partner, tenant_id=tenant, principal_id=f"u{number}-{tenant}"))
    return links


def _roles(random: Random, subscriptions: list[Row]) -> list[Row]:
    roles = []
    for tenant in TENANTS:
        for number in range(2):
            inside = [row["subscription_id"] for row in subscriptions if row["tenant_id"] == tenant]
            scope = random.choice([tenant, *inside])
            ends = random.choice(["", "", "", "2023-10-20", "2023-09-30"])
            role = random.choice(["Owner", "Contributor", "Reader"])
            starts = random.choice(["2022-10-01", "2023-05-05"])
            roles.append(
                {
                    "principal_id": f"u{number}-{tenant}",
                    "scope": scope,
                    "role": role,
                    "starts_on": starts,
                    "ends_on": ends,
                }
            )
    return roles


def _resources(random: Random) -> list[Row]:
    kinds = [random.choice(["app", "flow", "dataset", "instance"]) for _ in TENANTS]
    places = ["production", "production", "sandbox"]
    return [
        {"resource_id": f"r-{t}", "tenant_id": t, "kind": kind, "environment_type": random.choice(places)}
        for t, kind in zip(TENANTS, kinds, strict=True)
    ]


def _resource_roles(random: Random) -> list[Row]:
    relations = ["owner", "co_owner", "creator", "publisher", "active_user"]
    return [
        {"resource_id": f"r-{t}", "principal_id": f"u{n}-{t}", "relation": relation, "last_active_on": f"2023-09-1{n}"}
        for t in TENANTS
        for n in range(2)
        for relation in random.sample(relations, 3)
    ]


def _usage(random: Random, subscriptions: list[Row]) -> list[Row]:
    rows: list[Row] = []
    for tenant in TENANTS:
        for workload in random.sample(_MEASURED, random.choice([0, 2, 4])):
            units = random.choice([8, 11, 24, 25, 250, 300, 301, 900])
            users = units * random.choice([10, 15, 39, 40, 41, 80]) // 100
            for month in ("2023-08", "2023-09"):
                cells = {"paid_available_units": units, "monthly_active_users": users}
                rows.append({"tenant_id": tenant, "workload": workload, "month": month, **cells})
        workload = random.choice(["Power Apps", "Power Automate", "Power BI"])
        place = {"tenant_id": tenant, "resource_id": f"r-{tenant}", "month": "2023-09"}
        rows.append({**place, "workload": workload, "monthly_active_users": random.choice([5, 24, 25, 60])})
    for row in subscriptions:
        place = {"tenant_id": row["tenant_id"], "subscription_id": row["subscription_id"]}
        if row["product"] in _BUSINESS and random.random() < 0.8:
            cells = {"monthly_active_users": random.choice([4, 10, 24, 25, 50, 60])}
            cells |= {"revenue_usd": random.choice([100, 249.99, 250, 1499, 1500, 3000])}
            cells |= {"capacity": random.choice([10000, 30000])}
            rows.append({**place, "workload": row["product"], "month": "2023-09", **cells})
        if row["product"] == "Azure":
            for service in random.sample(_SERVICES, random.choice([0, 1, 2])):
                for month in random.sample(_MONTHS, random.choice([2, 3, 5])):
                    consumed = random.choice([50, 99, 400, 600, 1000, 5000])
                    rows.append({**place, "workload": service, "month": month, "acr_usd": consumed})
    return rows


def _designations(random: Random) -> list[Row]:
    areas = ["modern_work", "business_applications", "infrastructure"]
    return [
        {"global_partner_id": g, "solution_area": area, "enrolled_on": "2023-01-01", "anniversary_on": until}
        for g in ("g1", "g2", "g3")
        for area in random.sample(areas, 2)
        for until in [random.choice(["2024-01-01", "2023-09-30"])]
    ]


def write(file: Path, rows: list[Row]) -> None:
    """Write rows as CSV, with every column that any of them has."""
    columns = list(dict.fromkeys(name for row in rows for name in row))
    with file.open("w", encoding="utf-8", newline="") as lines:
        writer = csv.DictWriter(lines, columns, lineterminator="\n")
        writer.writeheader()
        writer.writerows(rows)
