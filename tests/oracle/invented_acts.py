"""Invented acts that may or may not be allowed: who did what, what became of a claim, who linked with whom."""

from datetime import date, timedelta
from hashlib import sha256
from random import Random

from oracle.certifications import NAMES

Row = dict[str, object]
ROLES = ["partner_user", "other_partner", "customer_subscription_admin", "customer_service_admin", "customer_admin"]
ROLES += ["customer_co_admin", "customer_global_admin", "partner_delegated_admin"]
_WAYS = [
    ["draft", "submitted", "under_review", "approved"],
    ["submitted", "rejected", "disputed", "approved"],
    ["submitted", "rejected", "disputed", "rejected_final"],
    ["submitted", "approved", "rejected"],
    ["submitted", "approved", "rejected_final", "approved"],
    ["submitted", "rejected", "disputed", "approved", "rejected", "disputed"],
    ["submitted", "partner_action_required", "approved"],
]
_STATES = sorted({state for way in _WAYS for state in way} | {"canceled"})


def actor(random: Random) -> str:
    """Return a role, or that nobody knows it."""
    return random.choice(["", "", "", "", "incentives_admin", "incentives_user", "microsoft", *ROLES])


def history(random: Random, claim: str, days: list[str]) -> list[Row]:
    """Return events of a claim, each on a day of its own: a likely way, or states as they come."""
    states = random.choice([random.choice(_WAYS), random.sample(_STATES, random.choice([1, 2, 3]))])
    on, events = date.fromisoformat(random.choice(days)), []
    for state in states:
        events.append({"association_id": claim, "on": on.isoformat(), "state": state, "actor_role": actor(random)})
        on += timedelta(days=random.choice([5, 29, 30, 31, 60]))
    return events


def restless_people(random: Random, days: list[str], partners: list[str]) -> list[Row]:
    """Return certifications of people who link with several partners, some of them too often or too soon."""
    rows: list[Row] = []
    for number in range(5):
        key = sha256(str(number).encode()).hexdigest()[:32]
        for _ in range(random.choice([1, 2, 2, 3, 5])):
            linked = date.fromisoformat(random.choice(days)) + timedelta(days=random.choice([0, 1, 29, 30, 31]))
            until = (
                "" if random.randrange(4) == 1 else (linked + timedelta(days=random.choice([10, 30, 90]))).isoformat()
            )
            row = {
                "person_key": key,
                "certification": random.choice(NAMES),
                "global_partner_id": random.choice(partners),
            }
            rows.append({**row, "linked_on": linked.isoformat(), "unlinked_on": until})
    return rows
