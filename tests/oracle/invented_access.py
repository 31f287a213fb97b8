"""Invented access: credentials with their links, what they may do where, and resources with who attends to them."""

from dataclasses import dataclass
from random import Random

from oracle.almanac import Almanac

Row = dict[str, object]
TENANTS = ["t1", "t2", "t3"]
# Of different global accounts at any time: between siblings the rules name no winner.
_RIVALS = ["p1", "p3", "p4"]
GROUPS = ["web", "data"]
_ACTORS = [""] * 6 + ["partner_user", "customer_admin"]
_KINDS = ["app", "flow", "dataset", "instance"]
_RELATIONS = ["owner", "co_owner", "creator", "publisher", "active_user"]


@dataclass(frozen=True)
class Access:
    """The cells of links, each with who changed it, and the rows of the files that say what they reach."""

    links: list[tuple[dict[str, str], Row]]
    files: dict[str, list[Row]]


def accesses(random: Random, time: Almanac, subscriptions: list[Row]) -> Access:
    """Return two links in each tenant with all that their credentials may do."""
    links = [link for tenant in TENANTS for link in _links(random, tenant)]
    # What follows for resources from a link through Lighthouse, which is of Azure, no source says.
    at_home = {cells["principal_id"] for cells, _ in links if cells["tenant_id"] in TENANTS}
    return Access(
        links,
        {
            "principals": [row for row in _principals(random, time) if random.randrange(4) == 1],
            "role_assignments": _roles(random, time, subscriptions),
            "resources": [*_resources(random, subscriptions), *_azure_resources(subscriptions)],
            "resource_roles": [row for row in _resource_roles(random, time) if row["principal_id"] in at_home],
        },
    )


def resource(subscription: object, group: str) -> str:
    """Return the id of the resource in a group of an Azure subscription."""
    return f"/subscriptions/{subscription}/resourcegroups/{group}/providers/one"


def _links(random: Random, tenant: str) -> list[tuple[dict[str, str], Row]]:
    links = []
    for number, partner in enumerate(random.sample(_RIVALS, 2)):
        cells = {"partner": partner, "tenant_id": tenant, "principal_id": f"u{number}-{tenant}"}
        by_lighthouse = {"via_lighthouse": "true", "tenant_id": f"own-{partner}"} if random.randrange(8) == 1 else {}
        links.append((cells | by_lighthouse, {"changed_by_role": random.choice(_ACTORS)}))
    return links


def _principals(random: Random, time: Almanac) -> list[Row]:
    days = ["", time.day, time.date(4, 3), time.date(-1, 8)]
    return [
        {"principal_id": f"u{number}-{tenant}", "tenant_id": tenant, "disabled_on": random.choice(days)}
        for tenant in TENANTS
        for number in range(2)
    ]


def _roles(random: Random, time: Almanac, subscriptions: list[Row]) -> list[Row]:
    roles = []
    for tenant in TENANTS:
        for number in range(2):
            inside = [row["subscription_id"] for row in subscriptions if row["tenant_id"] == tenant]
            paths = [f"/subscriptions/{key}" for key in inside]
            groups = [f"{path}/resourcegroups/{group}" for path in paths for group in GROUPS]
            grant = {
                "principal_id": f"u{number}-{tenant}",
                "scope": random.choice([tenant, *inside, *inside, *paths, *groups]),
            }
            grant["role"] = random.choice(["Owner", "Contributor", "Reader"])
            grant["starts_on"] = random.choice([time.begins, time.date(6, 5)])
            ends = [time.date(-1, 20), time.day, time.date(9, 1)]
            grant["ends_on"] = random.choice(["", "", "", *(end for end in ends if end > grant["starts_on"])])
            roles.append(grant)
    return roles


def _resources(random: Random, subscriptions: list[Row]) -> list[Row]:
    places = ["production", "production", "", "sandbox"]
    rows = []
    for tenant in TENANTS:
        inside = [row["subscription_id"] for row in subscriptions if row["tenant_id"] == tenant]
        bought = random.choice(["", "", "", *inside])
        rows.append({"resource_id": f"r-{tenant}", "tenant_id": tenant, "subscription_id": bought,
                     "kind": random.choice(_KINDS), "environment_type": random.choice(places)})  # fmt: skip
    return rows


def _azure_resources(subscriptions: list[Row]) -> list[Row]:
    return [
        {"resource_id": resource(row["subscription_id"], group), "tenant_id": row["tenant_id"],
         "subscription_id": row["subscription_id"], "kind": "azure"}
        for row in subscriptions
        if str(row["product"]).startswith("Azure")
        for group in GROUPS
    ]  # fmt: skip


def _resource_roles(random: Random, time: Almanac) -> list[Row]:
    return [
        {"resource_id": f"r-{t}", "principal_id": f"u{n}-{t}", "relation": relation,
         "last_active_on": time.date(13, 10 + n)}
        for t in TENANTS
        for n in range(2)
        for relation in random.sample(_RELATIONS, 3)
    ]  # fmt: skip
