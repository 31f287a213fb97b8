"""The intake: files become a named graph of a store, judged as the state that would result, all or nothing."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from pathlib import Path

from partnergraph import guard, importing, provenance, vocabulary
from partnergraph.guard import Asked, Verdict
from partnergraph.policy import Mode
from partnergraph.quarantine import Held
from partnergraph.report import Report
from partnergraph.settings import Limits
from partnergraph.store import Draft, Store
from partnergraph.terms import asserted_graph, quarantine_graph

Progress = Callable[[str, int, int | None], None]
NOBODY = "not named"


@dataclass(frozen=True, slots=True)
class ImportOutcome:
    """What became of an import. Where `committed` is false the store is as it was and `report` says why.

    `report` tells what the rules find in the state that would result from all of it. `held` is what of it was set
    apart, under the mode `quarantine`. `triples` counts what the import's graph holds; `notes` name columns and files
    that were not read.
    """

    committed: bool
    name: str
    graph: str
    triples: int
    files: tuple[importing.SourceFile, ...]
    notes: tuple[str, ...]
    report: Report
    mode: Mode = Mode.REJECT
    held: tuple[Held, ...] = ()


@dataclass(frozen=True, slots=True)
class Arrival:
    """What is to be imported: files, under a name or that of the first file, by whom, and how it is to be judged.

    With nothing `asked` it is not judged.
    """

    files: Sequence[Path]
    name: str
    who: str
    asked: Asked | None
    mode: Mode

    @property
    def label(self) -> str:
        """The name of the import."""
        return self.name or self.files[0].resolve().name.split(".")[0] or "import"

    @property
    def graphs(self) -> tuple[str, ...]:
        """The named graphs that it takes the place of."""
        label = self.label
        return asserted_graph(label), provenance.provenance_graph(label), quarantine_graph(label)


def take(
    store: Store,
    arrival: Arrival,
    limits: Limits,
    progress: Progress | None,
    agreed: Callable[[ImportOutcome], bool] = lambda _: True,
) -> ImportOutcome:
    """Import the files as one named graph, judged as asked, or unjudged; commit it as the mode says, or not at all.

    Nothing is committed of an outcome that is not `agreed` to. Raise UnreadableInput with every fault for what cannot
    be read.
    """
    with store.draft(replaces=arrival.graphs, touches=guard.TOUCHED) as draft:
        outcome = written(draft, arrival, limits, progress)[0]
        if not agreed(outcome):
            draft.discard()
        return outcome


def written(draft: Draft, arrival: Arrival, limits: Limits, progress: Progress | None) -> tuple[ImportOutcome, Verdict]:
    """Write the import into the draft and let the guard rule; return what became of it."""
    label, graph = arrival.label, arrival.graphs[0]
    draft.aim(graph, skolem=label)
    staged = importing.stage(arrival.files, draft, vocabulary.codes(), limits, progress)
    made = provenance.Import(label, graph, arrival.who, provenance.now(), staged.files, 0)
    made = provenance.record(draft, made, lists_designations=staged.lists_designations)
    verdict = guard.rule(draft, {graph: None}, arrival.asked, arrival.mode)
    if verdict.held:
        draft.clear(provenance.provenance_graph(label))
        made = provenance.record(draft, made, lists_designations=staged.lists_designations)
    outcome = ImportOutcome(
        verdict.kept, label, graph, made.triples, staged.files, staged.notes, verdict.report, arrival.mode, verdict.held
    )
    return outcome, verdict
