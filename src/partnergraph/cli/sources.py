"""The graph that a command works on: a store folder, or files read into memory."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path

from partnergraph.cli.output import counted, say
from partnergraph.cli.progress import Progress
from partnergraph.errors import StoreUnavailable, WrongUse
from partnergraph.graph import PartnerGraph


@contextmanager
def opened(paths: Sequence[str], store: Path | None, packs: Sequence[Path] = ()) -> Iterator[PartnerGraph]:
    """Give the graph of the store folder, or of the files; the files go to memory and nothing is kept.

    Raise WrongUse where neither or both are named, StoreUnavailable where there is no such store.
    """
    if paths and store is not None:
        raise WrongUse("Name files, or a store with --store DIR, not both.")
    if store is not None:
        with PartnerGraph.open(existing(store), packs=packs) as graph:
            yield graph
        return
    if not paths:
        raise WrongUse("Name the files to read, or a store with --store DIR.")
    with PartnerGraph.open(packs=packs) as graph:
        read(graph, paths)
        yield graph


def read(graph: PartnerGraph, paths: Sequence[str]) -> None:
    """Read files into a graph in memory without judging them; raise UnreadableInput with all faults."""
    with Progress(f"reading {counted(len(paths), 'path')}", then="keeping") as progress:
        outcome = graph.import_files(paths, validate=False, progress=progress)
    for note in outcome.notes:
        say(note)


def existing(store: Path) -> Path:
    """Return the store folder; raise StoreUnavailable where it is not there, since reading makes no store."""
    if not store.exists():
        raise StoreUnavailable(
            str(store), "does not exist.", f"Import into it first: partnergraph import PATH --store {store}"
        )
    return store
