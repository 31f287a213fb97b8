"""The evaluator: what follows from a store on a date under a rule pack, worked out once and kept until it changes."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from datetime import date

from partnergraph import credit, validation
from partnergraph.credit import Credits
from partnergraph.evaluation import Evaluation, evaluation, newest_month
from partnergraph.report import Report
from partnergraph.store import Draft, Store, View
from partnergraph.terms import credit_graph

Day = date | str | None
Switches = Mapping[str, str] | None


class Evaluator:
    """Judges and derives over one store. `forget` must be called when the store changes."""

    def __init__(self, store: Store) -> None:
        self._store = store
        self._reports: dict[Evaluation, Report] = {}
        self._credits: dict[Evaluation, Credits] = {}

    def forget(self) -> None:
        """Drop what was worked out before."""
        self._reports.clear()
        self._credits.clear()

    def asked(self, as_of: Day, pack: str | None, switches: Switches = None) -> Evaluation:
        """Return what to judge by; see `evaluation.evaluation`."""
        return evaluation(self._store, as_of, pack, switches)

    def report(self, judged_by: Evaluation) -> Report:
        """Return what all rules find in the store."""
        if judged_by not in self._reports:
            with self._store.evaluation() as draft:
                self._reports[judged_by] = judged(draft, judged_by)
        return self._reports[judged_by]

    def credits(self, judged_by: Evaluation) -> Credits:
        """Return all credits, which stay in the store as the pack's derived graph until others are asked for."""
        if judged_by not in self._credits:
            with self.derived(judged_by, keep=True) as (draft, report):
                found = credit.read(draft, judged_by.pack)
            self._credits = {judged_by: Credits(found, report.violations, judged_by.as_of.isoformat(), judged_by.pack)}
        return self._credits[judged_by]

    @contextmanager
    def derived(self, judged_by: Evaluation, *, keep: bool) -> Iterator[tuple[Draft, Report]]:
        """Give a draft with the credits and all that they were derived from, and what the rules find in it."""
        with self._store.evaluation(credit_graph(judged_by.pack), keep=keep) as draft:
            report = judged(draft, judged_by)
            credit.derive(draft, judged_by.pack, report.violations)
            yield draft, report


def judged(draft: Draft, judged_by: Evaluation) -> Report:
    """Prepare the draft for an evaluation and return what all rules find in it."""
    judged_by.write(draft)
    validation.prepare(draft)
    return validation.validate(draft, as_of=judged_by.as_of.isoformat(), pack=judged_by.pack)


def import_day(view: View, as_of: Day, pack: str | None, switches: Switches = None) -> Evaluation:
    """Return what an import is judged by; data without any date is judged by the last day there is."""
    if as_of is None and not newest_month(view):
        return evaluation(view, date.max, pack, switches)
    return evaluation(view, as_of, pack, switches)
