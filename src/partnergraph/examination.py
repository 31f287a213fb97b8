"""The examination of a store: whether it can be read, and whether all that it holds agrees with itself."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

from partnergraph import basis, catalogue, history, quarantine
from partnergraph.consequences import scored
from partnergraph.errors import ParseFault, StoreUnavailable
from partnergraph.evaluator import Evaluator
from partnergraph.provenance import imports
from partnergraph.store import Draft, Store
from partnergraph.table import Table, Tabular
from partnergraph.terms import DERIVATION_GRAPH, DERIVED_GRAPHS, GRAPH, credit_graph, is_asserted, score_graph
from partnergraph.upkeep.notes import NOTES_GRAPH

_UNREADABLE = "Restore the store from a backup (partnergraph restore)."
_DIFFERENT = "Import it again, or restore the store from a backup (partnergraph restore)."
_UNDERIVED = "Ask for credits again, which derives them anew."


@dataclass(frozen=True, slots=True)
class Problem:
    """One thing that does not agree: what it is about, what is wrong, and what to do."""

    about: str
    problem: str
    remedy: str


@dataclass(frozen=True, slots=True)
class Examination(Tabular):
    """What was looked at, each with how many of it there are, and all that does not agree.

    `revision` is that of the store.
    """

    revision: int
    looked_at: tuple[tuple[str, int], ...]
    problems: tuple[Problem, ...]

    @property
    def sound(self) -> bool:
        """True where nothing was found."""
        return not self.problems

    @property
    def table(self) -> Table:
        """What was found, a row each."""
        rows = tuple((each.about, each.problem, each.remedy) for each in self.problems)
        return Table(("about", "problem", "remedy"), rows)


def examine(store: Store, evaluator: Evaluator) -> Examination:
    """Read all of the store and hold it against its own records; nothing of it is changed."""
    try:
        triples = store.read_through()
        looked = {
            "triples": triples,
            "imports": len(imports(store)),
            "snapshots": len(history.snapshots(store)),
            "things in quarantine": len(quarantine.read(store)),
            "derived graphs": len(_derived(store)),
        }
        problems = (*_graphs(store), *_snapshots(store), *_held(store), *_credits(store, evaluator))
    except (StoreUnavailable, OSError) as fault:
        return Examination(0, (), (Problem("store", f"It cannot be read: {fault}", _UNREADABLE),))
    return Examination(store.revision, tuple(looked.items()), problems)


def _graphs(store: Store) -> Iterator[Problem]:
    """Find graphs that do not hold what is on record of them."""
    known = {graph: (triples, total) for graph, triples, total in catalogue.texts(store, "lookup/graph-records")}
    for graph in sorted({*known, *(each for each in store.graphs() if is_asserted(each))}):
        triples, total = known.get(graph, ("", ""))
        size = store.graph_size(graph)
        if not triples and size:
            yield Problem(graph, "It is in the store, and nothing is on record of it.", _DIFFERENT)
        elif triples and str(size) != triples:
            yield Problem(graph, f"It holds {size:,} triples, and {int(triples):,} are on record.", _DIFFERENT)
        elif total and store.graph_sum(graph) != total:
            yield Problem(graph, "It does not hold the triples that are on record: their sum is another.", _DIFFERENT)


def _snapshots(store: Store) -> Iterator[Problem]:
    for name in history.broken(store):
        yield Problem(f"snapshot {name}", "Its rows are not those that were closed: their digest differs.", _UNREADABLE)


def _held(store: Store) -> Iterator[Problem]:
    """Find things in quarantine that could not be given back."""
    for each in quarantine.read(store).held:
        try:
            Draft.apart(b"").add_turtle(each.said, GRAPH)
        except ParseFault:
            yield Problem(each.node, "What was set apart of it cannot be read.", _DIFFERENT)


def _credits(store: Store, evaluator: Evaluator) -> Iterator[Problem]:
    """Find derived graphs that hold something else than what follows from the store."""
    present = _derived(store)
    judged_by = basis.read(store)
    if not present or judged_by is None:
        for graph in present:
            yield Problem(graph, "Nothing says for which date it was derived.", _UNDERIVED)
        return
    scores = score_graph(judged_by.pack)
    with evaluator.derived(judged_by, scores, keep=False) as (draft, report):
        if scores in present:
            scored(draft, judged_by, report)
        for graph in present:
            if graph not in (scores, credit_graph(judged_by.pack)):
                yield Problem(graph, "It is derived by another rule pack than the rest.", _UNDERIVED)
            elif sorted(draft.ntriples([graph]).splitlines()) != sorted(store.ntriples([graph]).splitlines()):
                yield Problem(graph, "It is not what follows from the store.", _UNDERIVED)


def _derived(store: Store) -> list[str]:
    kept = (DERIVATION_GRAPH, NOTES_GRAPH)
    graphs = (each for each in store.graphs() if each.startswith(DERIVED_GRAPHS) and each not in kept)
    return [each for each in graphs if store.graph_size(each)]
