"""The derivation of scores: what counts now and a year before, by the queries below `queries/score/`."""

from __future__ import annotations

from collections.abc import Callable, Collection, Sequence
from typing import TYPE_CHECKING

from partnergraph import catalogue, derivation, validation
from partnergraph.report import Finding
from partnergraph.score.assessment import assess
from partnergraph.score.record import area_score, metric_scores, statements
from partnergraph.score.result import Scores
from partnergraph.score.units import read_units
from partnergraph.score.words import Words
from partnergraph.store import Draft
from partnergraph.terms import PGV, PGW, SCORING_GRAPH, WORKING_GRAPH, credit_graph, score_graph

if TYPE_CHECKING:
    from partnergraph.evaluation import Evaluation

DeriveCredits = Callable[[Draft, str, Collection[str]], None]
"""Derives the credits of the draft's evaluation for some metrics, named by their codes, into the named graph.

The same associations are left out as before."""

NOW = PGV + "MomentNow"
THEN = PGV + "MomentThen"


def derive(draft: Draft, judged_by: Evaluation, violations: Sequence[Finding], derive_credits: DeriveCredits) -> Scores:
    """Derive the scores of all accounts in the draft into the pack's score graph, and return them.

    The draft must hold the credits of `judged_by` in the pack's credit graph, and what they were derived from; the
    credits stay. Afterwards its working graph is that of the year before, since credits are derived for that as well.
    """
    graph = score_graph(judged_by.pack)
    draft.clear(SCORING_GRAPH, graph)
    _collect(draft, NOW, credit_graph(judged_by.pack), graph)
    _run(draft, "score/beginnings", graph)
    judged_by.baseline().write(draft)
    validation.prepare(draft)
    scored = {metric for (metric,) in catalogue.texts(draft, "score/rules/metrics")}
    derive_credits(draft, SCORING_GRAPH, scored)
    _collect(draft, THEN, SCORING_GRAPH, graph)
    judged_by.write(draft)
    _state(draft, "writesScoresTo", graph)
    _run(draft, "score/units", graph)
    words = Words(draft)
    assessed = assess(draft, judged_by.as_of)
    draft.add_ntriples(statements(assessed, judged_by), graph)
    units = read_units(draft, graph, words)
    touched: dict[str, set[str]] = {}
    for named, account in catalogue.texts(draft, "score/measures/left-out"):
        touched.setdefault(words.id(account), set()).add(named)
    draft.clear(SCORING_GRAPH)
    return Scores(
        metrics=tuple(metric for each in assessed for metric in metric_scores(each, words)),
        states=tuple(area_score(each, words) for each in assessed),
        units=units,
        left_out=tuple(violations),
        as_of=judged_by.as_of.isoformat(),
        pack=judged_by.pack,
        accounts=words.accounts,
        touched={account: frozenset(named) for account, named in touched.items()},
    )


def _collect(draft: Draft, moment: str, credits_in: str, score: str) -> None:
    _state(draft, "countsAt", moment)
    _state(draft, "readsCreditsOf", credits_in)
    _run(draft, "score/entries", score)


def _state(draft: Draft, name: str, value: str) -> None:
    draft.add_ntriples(f"<{PGV}Evaluation> <{PGW}{name}> <{value}> .\n".encode(), WORKING_GRAPH)


def _run(draft: Draft, folder: str, score: str) -> None:
    targets = {"working": WORKING_GRAPH, "scoring": SCORING_GRAPH, "score": score}
    derivation.derive(draft, catalogue.queries(folder), targets)
