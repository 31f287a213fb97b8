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

    `tenant` and `subscription` narrow it to what can bear on that partner there. A slice that is `scored` has the
    usage that growth over a year is measured by, and one that is `explained` what only an explanation looks at.
    """

    partner: str
    tenant: str | None = None
    subscription: str | None = None
    scored: bool = False
    explained: bool = False

    @property
    def narrow(self) -> bool:
        """Whether it is about one tenant only."""
        return self.tenant is not None or self.subscription is not None

    def months(self, judged_by: Evaluation) -> dict[str, list[str]]:
        """Return the months by the names under which the queries know them, as Turtle writes them.

        `month` is for what stands on no subscription, `yearMonth` for what does.
        """
        judged = (judged_by, judged_by.baseline()) if self.scored else (judged_by,)
        window = {month for each in judged for month in (*each.window, *each.compared_months)}
        evaluated, _, earlier = judged_by.compared_months
        return {
            "month": _terms(window if self.scored else {evaluated}),
            "yearMonth": _terms(window),
            "earlierMonth": _terms({earlier}),
        }


def _terms(months: Iterable[str]) -> list[str]:
    return [literal(month, "gYearMonth") for month in sorted(months)]
