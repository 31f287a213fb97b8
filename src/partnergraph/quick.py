"""The quick intake: a small import is judged by looking only at what it can affect, and written where the store is."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from datetime import date
from pathlib import Path

from partnergraph import importing, provenance, vocabulary
from partnergraph.evaluation import Evaluation, evaluation, newest_month
from partnergraph.evaluator import Evaluator, import_day
from partnergraph.guard import Asked
from partnergraph.importing import Staged
from partnergraph.intake import Arrival, ImportOutcome, Progress, take
from partnergraph.policy import Mode
from partnergraph.settings import Limits
from partnergraph.stamp import stamp
from partnergraph.store import Delta, Draft, Store
from partnergraph.terms import FINDINGS_GRAPH, IMPORTS_GRAPH

_MOST_BYTES = 1_000_000
_MOST_QUADS = 20_000


def take_in(
    store: Store, evaluator: Evaluator, arrival: Arrival, limits: Limits, progress: Progress | None
) -> ImportOutcome:
    """Import the files, the quick way where that can be done, and let the evaluator know what came of it."""
    small = take_small(store, evaluator, arrival, limits)
    if small is not None:
        return small
    outcome = take(store, arrival, limits, progress)
    asked = arrival.asked
    if outcome.committed:
        evaluator.forget()
        if asked is not None and not outcome.held:
            day = import_day(store, asked.as_of, asked.pack, asked.switches)
            evaluator.knowledge.learn(day, outcome.report)
            evaluator.knowledge.note(day)
    return outcome


def take_small(store: Store, evaluator: Evaluator, arrival: Arrival, limits: Limits) -> ImportOutcome | None:
    """Import small files as `intake.take` does: the same outcome, in a time that does not grow with the store.

    None where they are not small or not judged, where findings are on record or would come there, where something is to
    be set apart, or where it cannot be told what they affect: then nothing was done. Raise UnreadableInput with every
    fault for what cannot be read.
    """
    if arrival.asked is None or not evaluator.knowledge or not _is_small(arrival.files) or store.has(FINDINGS_GRAPH):
        return None
    draft = Draft.apart(b"")
    draft.aim(arrival.graphs[0], skolem=arrival.label)
    staged = importing.stage(arrival.files, draft, vocabulary.codes(), limits)
    with store.held():
        made = _record(store, draft, arrival, staged)
        imports = _imports(store, draft, arrival.label)
        judged_by = _day(store, imports, arrival.asked)
        change = Delta.replacing(store, draft, (*arrival.graphs, *evaluator.stale(judged_by)), _MOST_QUADS)
        outcome = None if change is None else evaluator.after(change, judged_by)
        if outcome is None:
            return None
        of = stamp(store, judged_by, imports)
        report = replace(outcome.report, stamp=of)
        if arrival.mode is not Mode.REJECT and (report.findings if arrival.mode is Mode.RECORD else report.violations):
            return None
        if report.conforms:
            evaluator.make(outcome, of)
    return ImportOutcome(
        report.conforms, arrival.label, made.graph, made.triples, staged.files, staged.notes, report, arrival.mode
    )


def _is_small(files: Sequence[Path]) -> bool:
    found = (each for path in files for each in (path.rglob("*") if path.is_dir() else (path,)))
    return sum(each.stat().st_size for each in found if each.is_file()) <= _MOST_BYTES


def _record(store: Store, draft: Draft, arrival: Arrival, staged: Staged) -> provenance.Import:
    graph = arrival.graphs[0]
    repeats = store.stand_elsewhere(draft.quads(graph))
    made = provenance.Import(arrival.label, graph, arrival.who, provenance.now(), staged.files, 0)
    return provenance.record(draft, made, lists_designations=staged.lists_designations, repeats=repeats)


def _imports(store: Store, draft: Draft, label: str) -> Draft:
    """Return what is recorded of imports in the store that would result."""
    own = provenance.provenance_graph(label)
    imports = Draft.apart(b"")
    imports.add_quads(draft.quads(own))
    for graph in store.graphs():
        if graph.startswith(IMPORTS_GRAPH) and graph != own:
            imports.add_quads(store.quads(graph))
    return imports


def _day(store: Store, imports: Draft, asked: Asked) -> Evaluation:
    """Return what the import is judged by; without a date, by the newest in the store that would result."""
    day = asked.as_of or newest_month(imports) or date.max
    return evaluation(store, day, asked.pack, asked.switches)
