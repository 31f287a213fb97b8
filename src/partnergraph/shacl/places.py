"""Places: the files and rows that state things."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable
from itertools import islice

from partnergraph.report.finding import Place
from partnergraph.store import View

_AT_ONCE = 1000
_STATED = "SELECT DISTINCT ?thing ?place WHERE {{ VALUES ?thing {{ {things} }} ?thing pg:statedAt ?place }}"


def places_of(view: View, things: Iterable[str]) -> dict[str, tuple[Place, ...]]:
    """Return where each of the things is stated, in order; what is stated nowhere is left out."""
    found: dict[str, set[Place]] = defaultdict(set)
    left = iter(sorted(things))
    while some := list(islice(left, _AT_ONCE)):
        query = _STATED.format(things=" ".join(f"<{thing}>" for thing in some))
        for thing, stated in view.rows(query)[1]:
            found[str(thing)].add(_place(str(stated)))
    return {thing: tuple(sorted(places, key=_order)) for thing, places in found.items()}


def _place(stated: str) -> Place:
    file, _, row = stated.rpartition(":")
    return Place(file, int(row)) if row.isdigit() else Place(stated)


def _order(place: Place) -> tuple[str, int]:
    return place.file, place.row or 0
