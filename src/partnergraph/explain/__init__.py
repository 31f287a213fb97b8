"""Explain: why a partner is credited, through what, or which condition failed first; and all that is not credited."""

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING

from partnergraph import catalogue
from partnergraph.explain.answer import Answer, Condition, Fact, Outcome, Place, Refusal, RuleData, Unit
from partnergraph.explain.explanation import Explanation
from partnergraph.explain.inquiry import answers
from partnergraph.explain.non_credit import NonCredit, NonCredits
from partnergraph.explain.non_credit import non_credits as _non_credits
from partnergraph.explain.question import Question, mark, mark_all
from partnergraph.report import Report
from partnergraph.store import Draft
from partnergraph.terms import WORKING_GRAPH

if TYPE_CHECKING:
    from partnergraph.evaluation import Evaluation

__all__ = [
    "Answer",
    "Condition",
    "Explanation",
    "Fact",
    "NonCredit",
    "NonCredits",
    "Outcome",
    "Place",
    "Question",
    "Refusal",
    "RuleData",
    "Unit",
    "explain",
    "non_credits",
]


def explain(
    draft: Draft,
    asked: Question,
    judged_by: Evaluation,
    report: Report,
    disputes: Mapping[str, tuple[str, ...]] | None = None,
) -> Explanation:
    """Return what a partner is credited with on what is asked about, and the first condition that failed elsewhere.

    The draft must hold the credits of `judged_by` and what they were derived from; the question is marked in its
    working graph. `disputes` are what makes rules disputed or little sure, by IRI. No answer names another partner.
    Raise WrongUse for an id, workload or metric that is unknown.
    """
    marked = mark(draft, asked, judged_by.pack)
    _prepare(draft, "explain/steps", "explain/facts")
    found = answers(draft, asked, marked, report, disputes or {})
    return Explanation(asked, judged_by.as_of.isoformat(), judged_by.pack, found)


def non_credits(
    draft: Draft, judged_by: Evaluation, report: Report, *, partner: str | None = None, tenant: str | None = None
) -> NonCredits:
    """Return for each association, area of its product and metric without a credit the first condition that failed.

    With `partner` (a location, or a global account and so all its locations) and `tenant` only theirs. The draft must
    hold the credits of `judged_by` and what they were derived from; what is asked is marked in its working graph.
    """
    metrics = mark_all(draft, partner, tenant, judged_by.pack)
    _prepare(draft, "explain/steps")
    return _non_credits(draft, metrics, report, judged_by.as_of.isoformat(), judged_by.pack)


def _prepare(draft: Draft, *folders: str) -> None:
    for folder in folders:
        for step in catalogue.queries(folder):
            draft.construct_into(step.text, WORKING_GRAPH)
