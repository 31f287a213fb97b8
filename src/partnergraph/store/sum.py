"""The sum of a graph: a number that says whether it is the same, whatever the order of its triples."""

from __future__ import annotations

import tempfile
from collections.abc import Iterable
from zlib import crc32

import pyoxigraph as ox

_SPAN = 1 << 64


def graph_sum(quads: ox.Store, graph: str) -> int:
    """Return the sum of a named graph: of the CRC-32 of each triple, as N-Triples writes it."""
    with tempfile.TemporaryFile() as file:
        quads.dump(file, format=ox.RdfFormat.N_TRIPLES, from_graph=ox.NamedNode(graph))
        file.seek(0)
        return sum(map(crc32, file)) % _SPAN


def sum_of(triples: Iterable[ox.Quad]) -> int:
    """Return what these triples add to the sum of the graph that they are in."""
    return sum(crc32(f"{quad.triple} .\n".encode()) for quad in triples) % _SPAN


def moved(before: int, come: Iterable[ox.Quad], gone: Iterable[ox.Quad]) -> int:
    """Return the sum of a graph after triples came and went."""
    return (before + sum_of(come) - sum_of(gone)) % _SPAN
