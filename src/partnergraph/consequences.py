"""Consequences: the credits and scores that follow from a draft that was judged."""

from __future__ import annotations

from collections.abc import Collection

from partnergraph import credit, rulebook, score
from partnergraph.credit import Credits
from partnergraph.evaluation import Evaluation
from partnergraph.report import Report
from partnergraph.score import Scores
from partnergraph.store import Draft
from partnergraph.terms import credit_graph


def credited(draft: Draft, judged_by: Evaluation, report: Report) -> Credits:
    """Return the credits that follow from a draft that was judged; they are derived in it."""
    draft.clear(credit_graph(judged_by.pack))
    credit.derive(draft, judged_by.pack, report.violations)
    return read(draft, judged_by, report)


def read(draft: Draft, judged_by: Evaluation, report: Report) -> Credits:
    """Return the credits that a draft holds."""
    found = credit.read(draft, judged_by.pack, rulebook.disputes(draft))
    day = judged_by.as_of.isoformat()
    return Credits(found, report.violations, day, judged_by.pack, credit.touched(draft))


def scored(draft: Draft, judged_by: Evaluation, report: Report) -> Scores:
    """Return the scores of the accounts in a draft that holds the credits, which are left as they are."""

    def derive_credits(before: Draft, graph: str, metrics: Collection[str]) -> None:
        credit.derive(before, judged_by.pack, report.violations, graph, metrics)

    return score.derive(draft, judged_by, report.violations, derive_credits)
