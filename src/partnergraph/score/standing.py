"""Where an account stands in a solution area: on which day of the window it qualified, and the state that follows."""

from __future__ import annotations

import calendar
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from datetime import date
from fractions import Fraction

from partnergraph.score.rules import Qualification, chosen
from partnergraph.terms import PG, PGV


@dataclass(frozen=True, slots=True)
class Record:
    """The score that a source recorded for a day; `qualified` and `total` are None where it does not say."""

    day: date
    qualified: bool | None
    total: Fraction | None

    def says_qualified(self, needed: Qualification) -> bool:
        """Return whether the account qualified that day: as stated, else by the total (R87)."""
        if self.qualified is not None:
            return self.qualified
        return self.total is not None and self.total >= needed.least_total


@dataclass(frozen=True, slots=True)
class Designation:
    """The time for which an account is enrolled, half-open; None where it is not known."""

    enrolled_on: date | None
    anniversary_on: date | None

    def holds_on(self, day: date) -> bool:
        """Return whether the account is enrolled on the day."""
        begun = self.enrolled_on is None or self.enrolled_on <= day
        return begun and (self.anniversary_on is None or day < self.anniversary_on)

    def is_due(self, day: date, months: int) -> bool:
        """Return whether the day lies in the month of the anniversary or in the `months` before it."""
        return self.anniversary_on is not None and _months(self.anniversary_on) - _months(day) <= months


def qualified_on(day: date, records: Iterable[Record], needed: Qualification, *, now: bool) -> date | None:
    """Return the latest day of the window on which the account qualified, the day itself where it does `now`."""
    if now:
        return day
    first = chosen(_STARTS, needed.window_start, PG + "QualificationRule")(day, needed.window_months)
    days = [each.day for each in records if first <= each.day <= day and each.says_qualified(needed)]
    return max(days, default=None)


def state(day: date, qualified: date | None, designations: Iterable[Designation], needed: Qualification) -> str:
    """Return the node of the state (R91): enrolled until the anniversary whatever the score, else by the window."""
    held = [each for each in designations if each.holds_on(day)]
    if held:
        due = all(each.is_due(day, needed.renewal_months) for each in held)
        return PGV + ("RenewalDue" if due else "Enrolled")
    return PGV + ("InProgress" if qualified is None else "Qualified")


def _months(day: date) -> int:
    return day.year * 12 + day.month - 1


def _first_of_month(day: date, months: int) -> date:
    count = _months(day) - months
    return date(count // 12, count % 12 + 1, 1)


def _same_day(day: date, months: int) -> date:
    first = _first_of_month(day, months)
    return first.replace(day=min(day.day, calendar.monthrange(first.year, first.month)[1]))


_STARTS: Mapping[str, Callable[[date, int], date]] = {
    PGV + "FromFirstOfMonth": _first_of_month,
    PGV + "FromSameDay": _same_day,
}
