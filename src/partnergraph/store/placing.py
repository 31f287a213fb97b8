"""Drafts in place: a store in memory is changed where it is, and put back as it was where the change is not kept."""

from __future__ import annotations

from collections.abc import Generator

import pyoxigraph as ox

from partnergraph.store.copies import in_memory_of
from partnergraph.store.draft import Draft
from partnergraph.terms import CONTEXT_GRAPH, WORKING_GRAPH


def in_place(
    quads: ox.Store, replaces: tuple[str, ...], touches: tuple[str, ...], *, keep: bool, counted: bool
) -> Generator[Draft, None, bool]:
    """Give a draft of a store in memory, and return whether it was kept; see `Store.draft`.

    What is kept is the next revision where it is `counted`.
    """
    before = set(quads.named_graphs())
    emptied = (*replaces, CONTEXT_GRAPH, WORKING_GRAPH)
    targets = [ox.NamedNode(iri) for iri in (*emptied, *touches)]
    saved = [quad for graph in targets for quad in quads.quads_for_pattern(None, None, None, graph)]
    draft = Draft(quads, before=lambda: in_memory_of(saved))
    draft.clear(*emptied)
    done = False
    try:
        yield draft
        done = keep and not draft.discarded
        if done and counted:
            draft.count_up()
    finally:
        if not done:
            draft.undo()
            for graph in {*targets, *(set(quads.named_graphs()) - before)}:
                quads.remove_graph(graph)
            quads.extend(saved)
            for graph in before:
                quads.add_graph(graph)
        draft.clear(CONTEXT_GRAPH, WORKING_GRAPH)
    return done
