"""What is said of findings beside themselves: their evidence, what was looked at, and what the report was made from."""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace

from partnergraph import validation
from partnergraph.evaluation import Evaluation
from partnergraph.evidence import evidenced, looked_at, overlooked
from partnergraph.stamp import stamp
from partnergraph.store import View
from partnergraph.validation import RulesReport


def reported(view: View, report: RulesReport, judged_by: Evaluation) -> RulesReport:
    """Return the report on a prepared graph stamped, and with its evidence where something is violated."""
    return replace(report if report.conforms else evidenced(view, report), stamp=stamp(view, judged_by))


def whole(view: View, report: RulesReport, judged_by: Evaluation) -> RulesReport:
    """Return the report on a prepared graph with all that is to be said of it."""
    rules = validation.rules()
    with ThreadPoolExecutor(1) as beside:
        unseen = beside.submit(overlooked, view, rules)
        found = replace(evidenced(view, report), stamp=stamp(view, judged_by))
        looked = looked_at(view, rules, found.findings)
        return replace(found, looked=looked, unseen=unseen.result())
