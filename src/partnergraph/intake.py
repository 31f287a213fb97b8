"""The intake: files become a named graph of a store, judged as the state that would result, all or nothing."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from pathlib import Path

from partnergraph import importing, provenance, vocabulary
from partnergraph.errors import WrongUse
from partnergraph.evaluator import Day, Switches, import_day, judged
from partnergraph.report import Report
from partnergraph.reporting import reported
from partnergraph.settings import Limits
from partnergraph.store import Store
from partnergraph.terms import asserted_graph
from partnergraph.validation import RulesReport

Progress = Callable[[str, int, int | None], None]
NOBODY = "not named"


@dataclass(frozen=True, slots=True)
class ImportOutcome:
    """What became of an import. Where `committed` is false the store is as it was and `report` says why.

    `triples` counts what the import's graph holds; `notes` name columns and files that were not read.
    """

    committed: bool
    name: str
    graph: str
    triples: int
    files: tuple[importing.SourceFile, ...]
    notes: tuple[str, ...]
    report: Report


@dataclass(frozen=True, slots=True)
class Asked:
    """The date, pack and switches that an import is asked to be judged by; see `evaluation.evaluation`."""

    as_of: Day
    pack: str | None
    switches: Switches


def take(
    store: Store,
    files: Sequence[Path],
    name: str,
    who: str,
    asked: Asked | None,
    limits: Limits,
    progress: Progress | None,
) -> ImportOutcome:
    """Import the files as one named graph, judged as asked, or unjudged; commit it whole or not at all.

    Without a name the first file gives it. Raise UnreadableInput with every fault for what cannot be read.
    """
    label = name or label_of(files[0])
    graph = asserted_graph(label)
    outcome: ImportOutcome | None = None
    try:
        with store.draft(replaces=(graph, provenance.provenance_graph(label))) as draft:
            draft.aim(graph, skolem=label)
            staged = importing.stage(files, draft, vocabulary.codes(), limits, progress)
            made = provenance.Import(label, graph, who, provenance.now(), staged.files, 0)
            made = provenance.record(draft, made, lists_designations=staged.lists_designations)
            report: Report = RulesReport(())
            if asked is not None:
                day = import_day(draft, asked.as_of, asked.pack, asked.switches)
                judging = draft.to_judge()
                report = reported(judging, judged(judging, day), day)
            outcome = ImportOutcome(report.conforms, label, graph, made.triples, staged.files, staged.notes, report)
            if not report.conforms:
                raise _Refused
    except _Refused:
        pass
    if outcome is None:
        raise WrongUse(f"The import {label} was interrupted; the store is as it was.")
    return outcome


class _Refused(Exception):
    """Leaves a draft without keeping it."""


def label_of(path: Path) -> str:
    """Return the name that an import of the path gets where none is given."""
    return path.resolve().name.split(".")[0] or "import"
