"""The supply side of a synthetic ecosystem: partner accounts, their hierarchy, designations and certified people."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

from partnergraph.synth.dice import Dice

Row = tuple[str, dict[str, str]]
"""One row of a bundle: the file's name without suffix, and its cells. A column that is left out is an empty cell."""

REGIONS = {
    "EMEA": ("DE", "FR", "GB", "SE"),
    "AMER": ("BR", "CA", "US"),
    "APAC": ("AU", "JP", "SG"),
}
_ORGANISATIONS = (
    ("servicing",),
    ("direct_bill", "servicing"),
    ("indirect_reseller", "servicing"),
    ("indirect_provider",),
    ("lsp",),
    ("servicing",),
    ("indirect_reseller", "servicing"),
    ("direct_bill", "servicing"),
    ("eda",),
    ("servicing",),
)
_TENANTS_PER_ORGANISATION = 40
_FIRST_ACCOUNT = 1_000
_NAMES = ("Alder", "Bergen", "Cobalt", "Delta", "Estuary", "Fjord", "Granite", "Harbour", "Indigo", "Juniper")
_TRADES = ("Cloud", "Consulting", "Digital", "Networks", "Software", "Systems")
_AREAS = (
    "modern_work",
    "business_applications",
    "security",
    "data_ai",
    "digital_app_innovation",
    "infrastructure",
)
_CERTIFICATIONS = (
    "Azure Database Administrator",
    "Azure Security Engineer",
    "Azure Solutions Architect Expert",
    "Microsoft 365 Fundamentals",
    "Power Platform Developer",
    "Teams Administrator Associate",
)
_MERGED_ON = "2022-07-01"


@dataclass(frozen=True, slots=True)
class Location:
    """A partner location as the demand side sees it; `organisation` is the global account above it today."""

    partner_id: str
    organisation: str
    region: str
    csp_tenant: str


class Market:
    """All partner locations, found by region and kind."""

    def __init__(self) -> None:
        self._pools: dict[tuple[str, str], list[Location]] = {}
        self.organisations: list[str] = []

    def add(self, location: Location, kinds: tuple[str, ...]) -> None:
        """Enter a location under each of its kinds."""
        for kind in kinds:
            self._pools.setdefault((location.region, kind), []).append(location)

    def pick(self, dice: Dice, region: str, kind: str) -> Location:
        """Return any location of that region and kind."""
        return dice.pick(self._pools[region, kind])

    def rival(self, dice: Dice, sitting: Location, kind: str) -> Location:
        """Return a location of that kind in the same region, of another organisation than `sitting`."""
        pool = self._pools[sitting.region, kind]
        return dice.pick([location for location in pool if location.organisation != sitting.organisation])


def found(dice: Dice, tenants: int, market: Market) -> Iterator[Row]:
    """Enter enough organisations for `tenants` tenants into `market`, and yield their rows.

    Every region has at least two organisations of each kind that must be able to compete.
    """
    count = max(len(REGIONS) * len(_ORGANISATIONS), tenants // _TENANTS_PER_ORGANISATION)
    next_id = _FIRST_ACCOUNT
    previous = dict.fromkeys(REGIONS, "")
    for number in range(count):
        region = tuple(REGIONS)[number % len(REGIONS)]
        kinds = _ORGANISATIONS[number // len(REGIONS) % len(_ORGANISATIONS)]
        organisation = f"{next_id:07d}"
        market.organisations.append(organisation)
        name = f"{dice.pick(_NAMES)} {dice.pick(_TRADES)} {number + 1}"
        country = dice.pick(REGIONS[region])
        track = dice.pick(("enterprise", "smb"))
        yield "partners", {
            "partner_id": organisation, "account_type": "global", "name": name, "country": country, "region": region,
            "status": "active", "business_applications_track": track,
        }  # fmt: skip
        size = dice.between(1, 3)
        for branch in range(1, size + 1):
            location = Location(f"{next_id + branch:07d}", organisation, region, dice.guid())
            market.add(location, kinds)
            yield from _account(location, f"{name}, branch {branch}", country, kinds, _former(dice, previous[region]))
        yield from _people(dice, organisation)
        previous[region] = organisation
        next_id += size + 1


def _former(dice: Dice, neighbour: str) -> str:
    """Return the organisation that a location belonged to before a merger; empty for most."""
    return neighbour if dice.chance(0.04) else ""


def _account(location: Location, name: str, country: str, kinds: tuple[str, ...], former: str) -> Iterator[Row]:
    """Yield one row for each period in which the location belonged to one organisation."""
    account = {
        "partner_id": location.partner_id, "account_type": "location", "name": name, "country": country,
        "region": location.region, "status": "active", "kinds": "|".join(kinds), "mpa_signed_on": "2015-09-01",
        "csp_tenant_id": location.csp_tenant,
    }  # fmt: skip
    if former:
        yield "partners", {
            **account, "global_partner_id": former, "parent_since": "2016-01-01", "parent_until": _MERGED_ON,
        }  # fmt: skip
    since = _MERGED_ON if former else "2016-01-01"
    yield "partners", {**account, "global_partner_id": location.organisation, "parent_since": since}


def _people(dice: Dice, organisation: str) -> Iterator[Row]:
    """Yield the designations of an organisation and the certifications of its people."""
    for area in dice.some(_AREAS, dice.between(1, 4)):
        enrolled_on = dice.day("2022-11-01", "2023-06-30")
        anniversary_on = f"{int(enrolled_on[:4]) + 1}{enrolled_on[4:]}"
        yield "designations", {
            "global_partner_id": organisation, "solution_area": area, "enrolled_on": enrolled_on,
            "anniversary_on": anniversary_on,
        }  # fmt: skip
    for _ in range(dice.between(0, 6)):
        person = dice.guid().replace("-", "")
        linked_on = dice.day("2021-01-01", "2022-12-31")
        for certification in dice.some(_CERTIFICATIONS, dice.between(1, 2)):
            yield "certifications", {
                "person_key": person, "certification": certification, "global_partner_id": organisation,
                "completed_on": "2022-12-15", "expires_on": "2023-12-15", "linked_on": linked_on,
            }  # fmt: skip
