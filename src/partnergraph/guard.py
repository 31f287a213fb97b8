"""The guard: what a change would make of a store is judged, and the change is kept, parted or refused."""

from __future__ import annotations

from dataclasses import dataclass

from partnergraph import quarantine, record
from partnergraph.evaluation import Evaluation
from partnergraph.evaluator import Day, Switches, import_day, judged
from partnergraph.ownshapes import with_own
from partnergraph.parting import Incoming, Parting
from partnergraph.policy import Mode
from partnergraph.provenance import name_of, now
from partnergraph.quarantine import Held
from partnergraph.report import Finding, Report
from partnergraph.reporting import reported
from partnergraph.store import Draft
from partnergraph.terms import DERIVED_GRAPHS, FINDINGS_GRAPH
from partnergraph.validation import RulesReport

TOUCHED = (FINDINGS_GRAPH,)
"""The named graphs that `rule` may write to beside those of the change."""


@dataclass(frozen=True, slots=True)
class Asked:
    """The date, pack and switches that a change is asked to be judged by; see `evaluation.evaluation`."""

    as_of: Day
    pack: str | None
    switches: Switches


@dataclass(frozen=True, slots=True)
class Verdict:
    """What became of a change, and what the rules find in the state that it would have made as a whole.

    `held` is what was set apart; what is kept is the state without it. `judged_by` is None where nothing was asked.
    """

    kept: bool
    report: Report
    judged_by: Evaluation | None = None
    held: tuple[Held, ...] = ()


def rule(draft: Draft, incoming: Incoming, asked: Asked | None, mode: Mode, *, tidy: bool = True) -> Verdict:
    """Judge the draft as the state that would result; leave in it what is to be kept, or discard it.

    `incoming` are the named graphs that the change writes to, with the things that may be set apart. Violations that
    the store has on record refuse nothing. With nothing asked, nothing is judged. Where the draft is kept, what was
    derived before is gone from it, since it may not follow any more. For `tidy` see Draft.to_judge.
    """
    verdict = Verdict(kept=True, report=RulesReport(()))
    if asked is not None:
        day = import_day(draft, asked.as_of, asked.pack, asked.switches)
        verdict = _ruled(draft, draft.to_judge(tidy=tidy), incoming, day, mode)
    if verdict.kept:
        draft.clear(*(graph for graph in draft.graphs() if graph.startswith(DERIVED_GRAPHS)))
    else:
        draft.discard()
    return verdict


def _ruled(draft: Draft, state: Draft, incoming: Incoming, day: Evaluation, mode: Mode) -> Verdict:
    known = record.keys(draft)
    report = with_own(state, reported(state, judged(state, day), day))
    if mode is Mode.RECORD:
        record.keep(draft, report.findings)
        return Verdict(kept=True, report=report, judged_by=day)

    def judge() -> tuple[Finding, ...]:
        return _refusing(with_own(state, judged(state, day)), known)

    refusing = _refusing(report, known)
    held: tuple[Held, ...] = ()
    if refusing and mode is Mode.QUARANTINE:
        parted = Parting(draft, state, incoming, judge).part(refusing)
        at = now()
        held = tuple(Held(name_of(each.graph), each.node, each.said, each.finding, at) for each in parted or ())
        refusing = () if parted else refusing
    if refusing:
        return Verdict(kept=False, report=report, judged_by=day)
    quarantine.keep(draft, held)
    if known:
        record.keep(draft, [each for each in report.findings if record.key(each) in known])
    return Verdict(kept=True, report=report, judged_by=day, held=held)


def _refusing(report: Report, known: frozenset[record.Key]) -> tuple[Finding, ...]:
    return tuple(each for each in report.violations if record.key(each) not in known)
