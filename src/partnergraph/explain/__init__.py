"""Explain: why a partner is credited, through what, or which condition failed first."""

from __future__ import annotations

from typing import TYPE_CHECKING

from partnergraph import catalogue
from partnergraph.explain.answer import Answer, Place, Refusal, RuleData, Unit
from partnergraph.explain.explanation import Explanation
from partnergraph.explain.inquiry import answers
from partnergraph.explain.question import Question, mark
from partnergraph.report import Report
from partnergraph.store import Draft
from partnergraph.terms import WORKING_GRAPH

if TYPE_CHECKING:
    from partnergraph.evaluation import Evaluation

__all__ = ["Answer", "Explanation", "Place", "Question", "Refusal", "RuleData", "Unit", "explain"]


def explain(draft: Draft, asked: Question, judged_by: Evaluation, report: Report) -> Explanation:
    """Return what a partner is credited with on what is asked about, and the first condition that failed elsewhere.

    The draft must hold the credits of `judged_by` and what they were derived from; the question is marked in its
    working graph. No answer names another partner. Raise WrongUse for an id, workload or metric that is unknown.
    """
    marked = mark(draft, asked, judged_by.pack)
    for step in catalogue.queries("explain/steps"):
        draft.construct_into(step.text, WORKING_GRAPH)
    return Explanation(asked, judged_by.as_of.isoformat(), judged_by.pack, answers(draft, marked, report))
