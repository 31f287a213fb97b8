"""The floors: bands of a tenant, and sums over what is attributed to a global account."""

from __future__ import annotations

from collections.abc import Iterator
from fractions import Fraction
from typing import TYPE_CHECKING

from oracle.products import BY_CAPACITY, CODES, LINE, NOT_A_DEPLOYMENT, RATE, codes_of

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping

    from oracle.bundle import Bundle, Row
    from oracle.candidates import Candidate
    from oracle.programme import Evaluation

MET, UNKNOWN, BELOW = "met", "unknown", "below"
_MODERN = {"M365_MW", "M365_MW_RECOG_ONLY"}
_CONSUMPTION = {"smb": 5000, "enterprise": 10000}


class Floors:
    """What each candidate comes to, given the candidates of everybody."""

    def __init__(
        self, bundle: Bundle, candidates: list[Candidate], asked: Evaluation, tracks: Mapping[str, str] | None
    ) -> None:
        self._bundle, self._candidates, self._asked, self._tracks = bundle, candidates, asked, tracks
        self._month = asked.day[:7]

    def outcomes(self, c: Candidate) -> Iterator[tuple[str, str]]:
        """Yield a segment and `met` or `unknown` for each credit row of a candidate."""
        for segment, known in self._segments(c):
            word = self._threshold(c, segment) if known else self._without_band(c)
            if word != BELOW:
                yield segment, word

    def track(self, account: str) -> str:
        """Return the Business Applications track of a global account: assigned, else by the size of what it sells."""
        if self._tracks and account in self._tracks:
            return self._tracks[account]
        return self._bundle.track(account) or ("enterprise" if self._is_large(account) else "smb")

    def _is_large(self, account: str) -> bool:
        """Tell whether five workloads in tenants bring more than USD 5,000 in the month and in that of a year ago."""
        mine = [c for c in self._candidates if c.edge.account == account and c.metric == "net_customer_adds"]
        units = {(c.tenant, c.workload) for c in mine if c.area == "business_applications"}
        months = [self._month, year_before(self._month)]

        def sells(unit: tuple[str, str], month: str) -> bool:
            brought = [row for row in self._bundle.usage if any(brings(c, row) for c in mine) and row["month"] == month]
            here = [row for row in brought if (row["tenant_id"], row["workload"]) == unit]
            return (amount(here, "revenue_usd") or 0) > 5000

        return sum(all(sells(unit, month) for month in months) for unit in units) >= 5

    def _segments(self, c: Candidate) -> list[tuple[str, bool]]:
        if c.area == "business_applications":
            return [(self.track(c.edge.account), True)]
        if c.area != "modern_work":
            return [("", True)]
        if c.metric in ("revenue", "incentive") and c.edge.kind in ("CSP", "TPOR"):
            return [("", True)]
        paid_claim = c.metric == "incentive"
        units = self._units(c.tenant, c.workload if paid_claim else None)
        if not units:
            return [(segment, False) for segment in c.segments]
        bands = {"smb": any(11 <= n <= 300 for n in units), "enterprise": any(n > 300 for n in units)}
        return [(segment, True) for segment in c.segments if bands[segment]]

    def _units(self, tenant: str, workload: str | None) -> list[Fraction]:
        rows = [
            row
            for row in self._bundle.usage
            if row["tenant_id"] == tenant
            and row["month"] == self._month
            and codes_of(row["workload"], self._asked.pack) & _MODERN
            and workload in (None, row["workload"])
        ]
        names = {row["workload"] for row in rows}
        sums = (amount([row for row in rows if row["workload"] == name], "paid_available_units") for name in names)
        return [units for units in sums if units is not None]

    def _without_band(self, c: Candidate) -> str:
        return MET if c.metric == "revenue" else UNKNOWN

    def _threshold(self, c: Candidate, segment: str) -> str:
        if c.metric == "revenue":
            return MET
        if c.metric == "incentive":
            return self._incentive(c)
        if c.code in ("AZURE_ALL", "AZURE_SEC"):
            return self._azure(c)
        here = [row for row in self._attributed(c) if row["month"] == self._month and row["workload"] == c.workload]
        if c.metric == "usage_growth":
            return MET if any(amount(here, f) is not None for f in _USE) else UNKNOWN
        if c.area == "business_applications":
            return self._business(c, segment, here)
        return self._seats(c, here)

    def _incentive(self, c: Candidate) -> str:
        if c.area == "modern_work" and c.edge.row["type"] == "CPOR":
            return _reaches(max(self._units(c.tenant, c.workload)), int(self._asked.option("incentiveSeatFloor")))
        return MET

    def _seats(self, c: Candidate, here: list[Row]) -> str:
        units, users = amount(here, "paid_available_units"), amount(here, "monthly_active_users")
        seats = _reaches(units, 25)
        if c.metric == "net_customer_adds":
            return MET if c.area == "modern_work" else seats
        share = Fraction(40, 100) if c.area == "modern_work" else Fraction(15, 100)
        active = UNKNOWN if units is None or users is None else _reaches(users, units * share)
        return active if c.area == "modern_work" else _both(seats, active)

    def _business(self, c: Candidate, segment: str, here: list[Row]) -> str:
        if c.metric == "net_customer_adds":
            floor = self._asked.option("businessNetAddFloorSmb") if segment == "smb" else 1500
            return _reaches(amount(here, "revenue_usd"), int(floor))
        if c.workload not in RATE:
            return BELOW
        rows = [row for row in self._attributed(c) if row["month"] == self._month]
        total = consumption(row for row in rows if LINE.get(row["workload"]) == LINE[c.workload])
        return _reaches(total, _CONSUMPTION[segment])

    def _azure(self, c: Candidate) -> str:
        secure = c.code == "AZURE_SEC"
        rows = [
            r
            for r in self._attributed(c)
            if r["acr_usd"] and (not secure or "AZURE_SEC" in CODES.get(r["workload"], ()))
        ]
        unit = [row for row in rows if _is_own(c, row)]
        if c.metric == "usage_growth":
            return MET if any(row["month"] == self._month for row in unit) else UNKNOWN
        window = self._window(c)
        if secure:
            total = sum(Fraction(row["acr_usd"]) for row in rows if row["month"] in window)
            floor = 100 if c.metric == "net_customer_adds" else 12000
            return MET if total >= floor else _missing(rows, window)
        if c.metric == "net_customer_adds":
            last = window[:2]
            sums = [sum(Fraction(row["acr_usd"]) for row in rows if row["month"] == month) for month in last]
            return MET if max(sums) >= 1000 else _missing(rows, last)
        counted = [r for r in unit if r["month"] in window and r["workload"] not in NOT_A_DEPLOYMENT]
        return MET if any(Fraction(row["acr_usd"]) > 0 for row in counted) else _missing(unit, window)

    def _window(self, c: Candidate) -> list[str]:
        is_of_tenant = c.metric == "net_customer_adds" or c.code == "AZURE_SEC"
        rivals = [o for o in self._rivals(c) if o.tenant == c.tenant and o.code == c.code]
        start = min(o.edge.counts_from for o in rivals if is_of_tenant or o.subscription == c.subscription)
        return [one for one in trailing(self._month) if one >= start]

    def _rivals(self, c: Candidate) -> list[Candidate]:
        return [o for o in self._candidates if (o.edge.account, o.area, o.metric) == (c.edge.account, c.area, c.metric)]

    def _attributed(self, c: Candidate) -> list[Row]:
        """Return the usage rows of the tenant that any edge of the account brings for this metric, each once."""
        rivals = [o for o in self._rivals(c) if o.tenant == c.tenant]
        return [row for row in self._bundle.usage if any(brings(o, row) for o in rivals)]


_USE = ("paid_available_units", "monthly_active_users", "revenue_usd", "capacity")


def trailing(month: str) -> list[str]:
    """Return the twelve months that end with a month, the newest first."""
    year, number = int(month[:4]), int(month[5:7])
    return [f"{year - (number - 1 - n < 0)}-{(number - 1 - n) % 12 + 1:02}" for n in range(12)]


def year_before(month: str) -> str:
    """Return the same month of the year before."""
    return f"{int(month[:4]) - 1}{month[4:]}"


def brings(o: Candidate, row: Row) -> bool:
    """Tell whether a row of usage is attributed through a candidate."""
    if row["tenant_id"] != o.tenant:
        return False
    if o.code in ("AZURE_ALL", "AZURE_SEC"):
        return _is_own(o, row) and row["month"] >= o.edge.counts_from
    if row["workload"] != o.workload:
        return False
    if o.resource:
        return row["resource_id"] in ("", o.resource) and row["subscription_id"] in ("", o.subscription)
    return not o.subscription or row["subscription_id"] in ("", o.subscription)


def _is_own(c: Candidate, row: Row) -> bool:
    """Tell whether an Azure row lies in the subscription of a candidate and within its scopes."""
    inside = not c.scopes or any(row["resource_id"].startswith(scope) for scope in c.scopes)
    return row["subscription_id"] == c.subscription and inside


def amount(rows: list[Row], figure: str) -> Fraction | None:
    """Return the total of a workload if there is one, else the sum of the parts, else nothing."""
    totals = [row for row in rows if not row["subscription_id"] and not row["resource_id"]]
    values = [Fraction(row[figure]) for row in totals or rows if row[figure]]
    return sum(values, Fraction(0)) if values else None


def consumption(rows: Iterable[Row]) -> Fraction | None:
    """Return the monthly consumption value of usage in one tenant and month, or nothing where no figure is known."""
    counted = [row for row in rows if row["workload"] in RATE]
    values = []
    for workload in {row["workload"] for row in counted}:
        figure = "capacity" if workload in BY_CAPACITY else "monthly_active_users"
        value = amount([row for row in counted if row["workload"] == workload], figure)
        values += [] if value is None else [value * RATE[workload]]
    return sum(values, Fraction(0)) if values else None


def _reaches(value: Fraction | None, floor: Fraction | int) -> str:
    if value is None:
        return UNKNOWN
    return MET if value >= floor else BELOW


def _both(one: str, other: str) -> str:
    return BELOW if BELOW in (one, other) else UNKNOWN if UNKNOWN in (one, other) else MET


def _missing(rows: list[Row], months: list[str]) -> str:
    return BELOW if set(months) <= {row["month"] for row in rows} else UNKNOWN
