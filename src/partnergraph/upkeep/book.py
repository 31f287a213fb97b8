"""The book of credits: all credits of a state by their nodes, which changes are entered into."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field

from partnergraph import credit, rulebook
from partnergraph.credit import Credit, Credits
from partnergraph.evaluation import Evaluation
from partnergraph.store import Draft
from partnergraph.upkeep.outcome import CreditsChange
from partnergraph.upkeep.register import Register


@dataclass(slots=True)
class CreditBook:
    """The credits that follow from an evaluation, by their nodes, and what violations name of whom."""

    by_node: dict[str, Credit]
    touched: dict[str, frozenset[str]]
    _read: Credits | None = field(default=None, repr=False)

    @classmethod
    def of(cls, draft: Draft, judged_by: Evaluation) -> CreditBook:
        """Return the credits of a draft in which they were derived."""
        found = credit.read_by_node(draft, judged_by.pack, rulebook.disputes(draft))
        return cls(found, credit.touched(draft))

    def enter(self, change: CreditsChange) -> None:
        """Let credits go and come."""
        self._read = None
        for node in change.gone:
            self.by_node.pop(node, None)
        self.by_node.update(change.come)
        self.touched = _joined(self.touched, change.named, change.touched)

    def credits(self, register: Register) -> Credits:
        """Return the credits in their order, with the violations that the register holds."""
        if self._read is None:
            found, report = credit.ordered(self.by_node.values()), register.report
            self._read = Credits(found, report.violations, report.as_of, report.pack, self.touched)
        return self._read


def _joined(
    touched: Mapping[str, frozenset[str]], gone: frozenset[str], come: Mapping[str, frozenset[str]]
) -> dict[str, frozenset[str]]:
    none: frozenset[str] = frozenset()
    both = {each: (touched.get(each, none) - gone) | come.get(each, none) for each in {*touched, *come}}
    return {partner: names for partner, names in both.items() if names}
