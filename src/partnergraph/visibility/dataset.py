"""The visible dataset: the statements that one caller may see, worked out by the queries below `queries/visible`."""

from __future__ import annotations

from partnergraph import catalogue
from partnergraph.access import Scope
from partnergraph.store import Store
from partnergraph.terms import GRAPH, PGW, WORKING_GRAPH, instance

VISIBLE_GRAPH = GRAPH + "visible"
"""The one graph that holds what a caller sees: the names of imports could tell what is not its own."""


def visible(store: Store, scope: Scope) -> bytes:
    """Return what the caller sees of the last commit, as N-Triples, sorted; the store is left as it is."""
    facts = [f"<{PGW}Viewer> <{PGW}isPartner> <{instance('partner', scope.subject)}> .\n"]
    facts += [f"<{PGW}Viewer> <{PGW}isLimitedTo> <{instance('partner', each)}> .\n" for each in scope.locations]
    with store.evaluation(VISIBLE_GRAPH) as draft:
        draft.add_ntriples("".join(facts).encode(), WORKING_GRAPH)
        for step in catalogue.queries("visible/steps"):
            draft.construct_into(step.text, WORKING_GRAPH)
        for step in catalogue.queries("visible/statements"):
            draft.construct_into(step.text, VISIBLE_GRAPH)
        return b"\n".join(sorted(set(draft.ntriples([VISIBLE_GRAPH]).splitlines()))) + b"\n"
