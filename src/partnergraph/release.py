"""The release: what is in quarantine goes back to where it came from, as far as the rules now let it."""

from __future__ import annotations

from dataclasses import dataclass

from partnergraph import guard, provenance, quarantine
from partnergraph.guard import Asked
from partnergraph.policy import Mode
from partnergraph.quarantine import Held, Quarantine
from partnergraph.report import Report
from partnergraph.store import Store
from partnergraph.terms import asserted_graph, quarantine_graph


@dataclass(frozen=True, slots=True)
class ReleaseOutcome:
    """What left the quarantine and what is still in it, of what was asked for.

    `report` tells what the rules find in the state that would result from releasing all of it.
    """

    released: tuple[Held, ...]
    held: tuple[Held, ...]
    report: Report


def release(store: Store, chosen: Quarantine, asked: Asked) -> ReleaseOutcome:
    """Give back what the rules find no fault with any more; what still violates stays in quarantine."""
    names = sorted({each.name for each in chosen.held})
    graphs = [graph for name in names for graph in _graphs(name)]
    with store.draft(touches=(*graphs, *guard.TOUCHED)) as draft:
        quarantine.give_back(draft, chosen.held)
        incoming = {asserted_graph(name): {each.node for each in chosen.of(name).held} for name in names}
        verdict = guard.rule(draft, incoming, asked, Mode.QUARANTINE)
        still = verdict.held if verdict.kept else chosen.held
        staying = {(each.name, each.node) for each in still}
        released = tuple(each for each in chosen.held if (each.name, each.node) not in staying)
        if not released:
            draft.discard()
        for name in names:
            provenance.recount(draft, name)
    return ReleaseOutcome(released, still, verdict.report)


def _graphs(name: str) -> tuple[str, ...]:
    return asserted_graph(name), provenance.provenance_graph(name), quarantine_graph(name)
