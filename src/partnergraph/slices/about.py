"""What a slice is about, and the months whose usage it needs."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from typing import TYPE_CHECKING

from partnergraph.terms import literal

if TYPE_CHECKING:
    from partnergraph.evaluation import Evaluation


@dataclass(frozen=True, slots=True)
class About:
    """What a slice is about: a partner by its id, with all accounts under one global account, and where named less.

    `tenant` and `subscription` narrow it to what can bear on that partner there.
    """

    partner: str
    tenant: str | None = None
    subscription: str | None = None

    @property
    def narrow(self) -> bool:
        """Whether it is about one tenant only."""
        return self.tenant is not None or self.subscription is not None


def days(judged_by: Evaluation) -> dict[str, list[str]]:
    """Return the day judged and the one that growth is measured from, by the names that queries give them."""
    return {"day": _terms([judged_by.as_of.isoformat()], "date"), "then": _then(judged_by)}


def months(judged_by: Evaluation) -> dict[str, list[str]]:
    """Return the months whose usage counts, by the names that queries give them.

    `month` is for what is measured in tenants and `yearMonth` for what is consumed on subscriptions; the names with
    `Then` are of the months that growth is measured from, `monthBetween` of those up to the day.
    """
    then = judged_by.baseline()
    evaluated, _, earlier = judged_by.compared_months
    window = {*judged_by.window, *judged_by.compared_months}
    named = {
        "month": {evaluated},
        "yearMonth": window,
        "earlierMonth": {earlier},
        "monthThen": {earlier, *then.compared_months},
        "yearMonthThen": {*then.window, *then.compared_months} - window,
        "monthBetween": window,
    }
    return {name: _terms(each, "gYearMonth") for name, each in named.items()}


def _then(judged_by: Evaluation) -> list[str]:
    return _terms([judged_by.baseline().as_of.isoformat()], "date")


def _terms(values: Iterable[str], datatype: str) -> list[str]:
    return [literal(value, datatype) for value in sorted(values)]
