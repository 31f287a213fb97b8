"""Views: for each caller that sees a part, the graph of that part, kept until the part changes."""

from __future__ import annotations

import threading
from collections import OrderedDict
from dataclasses import dataclass

from partnergraph.access import Scope
from partnergraph.graph import PartnerGraph
from partnergraph.visibility.dataset import visible
from partnergraph.visibility.seen import SeenGraph

_KEPT = 64


@dataclass
class _View:
    state: str
    text: bytes
    graph: SeenGraph


class Views:
    """The parts of a graph that callers see. A commit that changes nothing of a part leaves its graph as it was."""

    def __init__(self, whole: PartnerGraph) -> None:
        self._whole = whole
        self._lock = threading.Lock()
        self._known: OrderedDict[Scope, _View] = OrderedDict()
        self._retired: list[SeenGraph] = []

    def of(self, scope: Scope) -> SeenGraph:
        """Return the graph of what the caller sees of the last commit."""
        with self._lock:
            state, known = self._whole.state, self._known.get(scope)
            if known is None or known.state != state:
                text = visible(self._whole._store, scope)  # noqa: SLF001 - it is the inside of the whole
                if known is None or known.text != text:
                    self._retire(known)
                    known = _View(state, text, SeenGraph(self._whole, scope, text))
                known.state = state
                self._known[scope] = known
            self._known.move_to_end(scope)
            while len(self._known) > _KEPT:
                self._retire(self._known.popitem(last=False)[1])
            return known.graph

    def close(self) -> None:
        """Drop all of them."""
        with self._lock:
            for graph in (*self._retired, *(view.graph for view in self._known.values())):
                graph.close()
            self._known.clear()
            self._retired.clear()

    def _retire(self, view: _View | None) -> None:
        """Keep a graph that is replaced for those who are still asking it; the ones before it go."""
        if view is not None:
            self._retired.append(view.graph)
            while len(self._retired) > _KEPT:
                self._retired.pop(0).close()
