"""What a global account has to show for each metric: its credits on a day beside those of a year earlier."""

import calendar
from collections.abc import Callable, Iterable
from dataclasses import replace
from fractions import Fraction

from oracle.bundle import Bundle, Row, stretch
from oracle.candidates import Candidate
from oracle.certifications import listed, steps
from oracle.claims import holdings
from oracle.credits import Derivation
from oracle.floors import MET, amount, brings, consumption, trailing, year_before
from oracle.people import Staff
from oracle.products import CODES, LINE, NOT_A_DEPLOYMENT
from oracle.programme import Evaluation
from oracle.scoring import AZURE_AREAS, BUSINESS, MODERN, Goal

Unit = tuple[str, str]
_BASE = {"smb": 25000, "enterprise": 50000}
_SHARE = Fraction(40, 100)
_M365 = {"M365_SEC", "M365_SEC_RECOG_ONLY"}


class Side:
    """The credits of one global account that meet their floors, on a day, and the month of that day."""

    def __init__(self, bundle: Bundle, derivation: Derivation, account: str, month: str) -> None:
        self.bundle, self.month = bundle, month
        self._met = [(one.of, one.segment) for one in derivation.credits if one.threshold == MET]
        self._met = [(c, segment) for c, segment in self._met if c.edge.account == account]

    def credits(self, goal: Goal, segment: str = "") -> list[Candidate]:
        """Return what is credited for the area and metric of a goal in a segment."""
        wanted = goal.area, goal.metric, segment
        return [c for c, its in self._met if (c.area, c.metric, its) == wanted]

    def rows(self, credits: list[Candidate], months: Iterable[str]) -> list[Row]:
        """Return the usage of some months that is attributed through credits, each row once."""
        counted = set(months)
        return [row for row in self.bundle.usage if row["month"] in counted and any(brings(c, row) for c in credits)]

    def users(self, credits: list[Candidate], unit: Unit, month: str = "") -> Fraction:
        """Return the active users of a workload in a tenant in the month, or in another one."""
        rows = self.rows(credits, [month or self.month])
        return amount(_of(unit, rows), "monthly_active_users") or Fraction(0)


class Measures:
    """What one global account has to show on a day."""

    def __init__(self, bundle: Bundle, asked: Evaluation, account: str, left_out: set[str]) -> None:
        self._bundle, self._asked = bundle, asked
        self._staff = Staff(bundle, account, asked.day, left_out)
        month, before = asked.day[:7], year_before(asked.day[:7])
        self._then_month = before
        today = Derivation(bundle, asked, left_out)
        self.track = today.floors.track(account)
        last = calendar.monthrange(int(before[:4]), int(before[5:7]))[1]
        past = replace(asked, day=f"{before}-{last:02}", named=asked.pack, accounts_on=asked.day)
        owners = {bundle.account(row["partner_id"], asked.day)[0] for row in bundle.rows("partners")}
        tracks = {owner: today.floors.track(owner) for owner in owners}
        self._now = Side(bundle, today, account, month)
        self._then = Side(bundle, Derivation(bundle, past, left_out, tracks), account, before)

    def actual(self, goal: Goal) -> Fraction:
        """Return what counts for a goal, as a number in the unit of its threshold."""
        if goal.metric.endswith("certs"):
            return Fraction(self._people(goal))
        if goal.area == MODERN:
            return self._modern(goal)
        if goal.area == BUSINESS:
            return self._business(goal)
        return self._azure(goal) if goal.area in AZURE_AREAS else self._security(goal)

    def _people(self, goal: Goal) -> int:
        needed = steps(goal.area, goal.metric, self._asked)
        if goal.track == "smb" and goal.option.startswith("STEP"):
            if goal.option != "STEP3":
                return len(self._staff.holders(needed[int(goal.option[-1]) - 1][1]))
            needed = []
        if any(len(self._staff.holders(names)) < number for number, names in needed):
            return 0
        return len(self._staff.holders(listed(goal.area, goal.metric, self._asked)))

    def _net(self, goal: Goal, segment: str, unit: Callable[[Candidate], object]) -> Fraction:
        now, then = ({unit(c) for c in side.credits(goal, segment)} for side in (self._now, self._then))
        return Fraction(len(now) - len(then))

    def _modern(self, goal: Goal) -> Fraction:
        now, then = (side.credits(goal, goal.track) for side in (self._now, self._then))
        now, then = ([c for c in side if c.edge.row["type"].startswith(goal.option)] for side in (now, then))
        if goal.metric == "usage_growth":
            return self._growth_of_users(now, then)
        if goal.metric == "deployments":
            now = [c for c in now if not self._was_deployed(c, now)]
        return Fraction(len({c.tenant for c in now}) - len({c.tenant for c in then}))

    def _growth_of_users(self, now: list[Candidate], then: list[Candidate]) -> Fraction:
        units, lost = {_unit(c) for c in now}, {_unit(c) for c in then}
        growth = sum((self._now.users(now, unit) for unit in units), Fraction(0))
        for unit in units - lost:
            start = min(self._began(c) for c in now if _unit(c) == unit)
            growth -= amount(self._known_at(now, unit, start), "monthly_active_users") or 0
        return growth - sum((self._then.users(then, unit) for unit in lost), Fraction(0))

    def _was_deployed(self, c: Candidate, now: list[Candidate]) -> bool:
        """Tell whether a workload had reached the share when its association began, within the last year."""
        rows = self._known_at(now, _unit(c), self._began(c))
        units, users = amount(rows, "paid_available_units"), amount(rows, "monthly_active_users")
        return units is not None and users is not None and users >= units * _SHARE

    def _began(self, c: Candidate) -> str:
        """Return the month since when the global account holds this kind of association, by whichever location."""
        row = c.edge.row
        place = ("tenant_id", "workload") if row["type"] == "CPOR" else ("subscription_id",)
        held = [
            one
            for other in self._bundle.rows("associations")
            if other["type"][:3] == row["type"][:3] and all(other[name] == row[name] for name in place)
            if self._bundle.account(other["partner_id"], self._asked.day) == (c.edge.account, True)
            if other["csp_role"] == row["csp_role"] or "provider" not in (other["csp_role"], row["csp_role"])
            for one in holdings(self._bundle, other)
        ]
        around = stretch([c.edge.interval, *held], self._asked.day)
        return min(around or c.edge.interval)[:7]

    def _known_at(self, now: list[Candidate], unit: Unit, start: str) -> list[Row]:
        """Return what is last known of a unit when its association began, if that is within the last year."""
        if start <= self._then_month:
            return []
        months = [month for month in trailing(self._now.month) if month <= start] + [self._then_month]
        rows = _of(unit, self._now.rows(now, months))
        newest = max((row["month"] for row in rows), default="")
        return [row for row in rows if row["month"] == newest]

    def _business(self, goal: Goal) -> Fraction:
        if goal.metric == "net_customer_adds":
            return self._net(goal, goal.track, _unit)
        if goal.metric == "deployments":
            return self._net(goal, goal.track, lambda c: (c.tenant, LINE.get(c.workload)))
        now, then = (_consumed(side, side.credits(goal, goal.track)) for side in (self._now, self._then))
        return (now - then) / then * 100 if then >= _BASE[goal.track] else Fraction(0)

    def _azure(self, goal: Goal) -> Fraction:
        if goal.metric == "net_customer_adds":
            return self._net(goal, "", lambda c: c.tenant)
        now, then = self._now.credits(goal), self._then.credits(goal)
        if goal.metric == "deployments":
            rows = self._now.rows(now, trailing(self._now.month))
            services = {row["workload"] for row in rows if Fraction(row["acr_usd"] or 0) > 0}
            return Fraction(len(services - NOT_A_DEPLOYMENT))
        total, before = _spent(self._now, now), _spent(self._then, then)
        if total < 1000:
            return Fraction(0)
        return (total - before) / before * 100 if before else Fraction(100)

    def _security(self, goal: Goal) -> Fraction:
        azure, m365 = (
            [[c for c in self._fitting(goal, side) if (c.code == "AZURE_SEC") == is_azure]
             for side in (self._now, self._then)]
            for is_azure in (True, False)
        )  # fmt: skip
        if goal.metric != "usage_growth":
            return sum((Fraction(len({c.tenant for c in now}) - len({c.tenant for c in then}))
                        for now, then in (azure, m365)), Fraction(0))  # fmt: skip
        if goal.option.startswith("AZURE"):
            return _secured(self._now, azure[0]) - _secured(self._then, azure[1])
        return _protected(self._now, m365[0]) - _protected(self._then, m365[1])

    def _fitting(self, goal: Goal, side: Side) -> list[Candidate]:
        """Return what is credited in Security; in the track of small tenants, only what is in one of them."""
        return [c for c in side.credits(goal) if goal.track != "smb" or _is_small(self._bundle, c.tenant, side.month)]


def _unit(c: Candidate) -> Unit:
    return c.tenant, c.workload


def _of(unit: Unit, rows: list[Row]) -> list[Row]:
    return [row for row in rows if (row["tenant_id"], row["workload"]) == unit]


def _consumed(side: Side, credits: list[Candidate]) -> Fraction:
    """Return the monthly consumption value of all tenants."""
    rows = side.rows(credits, [side.month])
    values = (consumption(row for row in rows if row["tenant_id"] == tenant) for tenant in {c.tenant for c in credits})
    return sum(filter(None, values), Fraction(0))


def _spent(side: Side, credits: list[Candidate]) -> Fraction:
    """Return the consumed revenue of twelve months."""
    return sum((Fraction(row["acr_usd"] or 0) for row in side.rows(credits, trailing(side.month))), Fraction(0))


def _secured(side: Side, credits: list[Candidate]) -> Fraction:
    """Return the consumed revenue of security services of twelve months."""
    rows = [row for row in side.rows(credits, trailing(side.month)) if "AZURE_SEC" in CODES.get(row["workload"], ())]
    return sum((Fraction(row["acr_usd"] or 0) for row in rows), Fraction(0))


def _protected(side: Side, credits: list[Candidate]) -> Fraction:
    return sum((side.users(credits, unit) for unit in {_unit(c) for c in credits}), Fraction(0))


def _is_small(bundle: Bundle, tenant: str, month: str) -> bool:
    rows = [row for row in bundle.usage if (row["tenant_id"], row["month"]) == (tenant, month)]
    names = {row["workload"] for row in rows if CODES.get(row["workload"], set()) & _M365}
    units = (amount([row for row in rows if row["workload"] == name], "paid_available_units") for name in names)
    return any(number is not None and 5 <= number <= 300 for number in units)
