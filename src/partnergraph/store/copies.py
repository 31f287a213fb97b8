"""Copies of a store in memory."""

from __future__ import annotations

import tempfile
from collections.abc import Iterable

import pyoxigraph as ox


def in_memory_of(quads: Iterable[ox.Quad]) -> ox.Store:
    """Return a store in memory that holds the quads."""
    held = ox.Store()
    held.bulk_extend(quads)
    return held


def merged(quads: ox.Store, most: int) -> ox.Store | None:
    """Return a copy in memory whose default graph holds every triple once, or nothing where there are too many."""
    copy = in_memory(quads, most)
    if copy is not None:
        copy.bulk_extend(ox.Quad(quad.subject, quad.predicate, quad.object) for quad in quads)
    return copy


def in_memory(quads: ox.Store, most: int) -> ox.Store | None:
    """Return a copy in memory of at most `most` quads, or nothing where there are more."""
    if len(quads) > most:
        return None
    copy = ox.Store()
    with tempfile.TemporaryFile() as file:
        quads.dump(file, format=ox.RdfFormat.N_QUADS)
        file.seek(0)
        copy.bulk_load(file, format=ox.RdfFormat.N_QUADS, lenient=True)
    return copy
