"""Copies of the last commit on the disk, which readers in other processes open while the store goes on changing."""

from __future__ import annotations

import shutil
import threading
from collections import Counter
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path

import pyoxigraph as ox

from partnergraph.store.copies import merged
from partnergraph.store.view import View

REPEATS = "ASK { ?import pg:repeatsFacts true }"
"""Whether a triple stands in two imports: pyoxigraph's union of graphs would then give it twice."""
_DUMP = "state.nq"


class Snapshots:
    """The newest copy, and those before it that are still being read; a copy goes when its last reader is done."""

    def __init__(self, folder: Path) -> None:
        self._folder = folder
        self._readers: Counter[Path] = Counter()
        self._lock = threading.Lock()
        self._newest: Path | None = None
        self._made = 0
        self.version = -1
        shutil.rmtree(folder, ignore_errors=True)
        folder.mkdir(parents=True)

    def renew(self, version: int, copy: Callable[[Path], None]) -> None:
        """Let `copy` write the state of that version, which becomes the newest; do nothing where it is already."""
        if version == self.version:
            return
        self._made += 1
        path = self._folder / str(self._made)
        copy(path)
        with self._lock:
            outdated, self._newest, self.version = self._newest, path, version
        if outdated is not None:
            self._drop(outdated)

    @property
    def newest(self) -> Path | None:
        """Where the newest copy is; it may be gone before it is looked at."""
        return self._newest

    @contextmanager
    def lease(self) -> Iterator[Path]:
        """Give the newest copy, which stays until the block ends."""
        with self._lock:
            path = self._newest
            if path is None:
                raise LookupError("there is no copy yet")
            self._readers[path] += 1
        try:
            yield path
        finally:
            with self._lock:
                self._readers[path] -= 1
            self._drop(path)

    def close(self) -> None:
        """Remove all copies."""
        shutil.rmtree(self._folder, ignore_errors=True)

    def _drop(self, path: Path) -> None:
        with self._lock:
            if path == self._newest or self._readers[path] > 0:
                return
            del self._readers[path]
        shutil.rmtree(path, ignore_errors=True)


def copied(quads: ox.Store, path: Path, *, on_disk: bool) -> None:
    """Write a copy of the store to `path`: hard links of a store in a folder, the quads of one in memory."""
    if on_disk:
        quads.backup(str(path))
        return
    path.mkdir()
    quads.dump(str(path / _DUMP), format=ox.RdfFormat.N_QUADS)


def opened(path: Path, mirror_up_to: int = 0) -> View:
    """Return reading access to the copy at `path`, which nobody changes; raise OSError where it is gone by now."""
    if (path / _DUMP).exists():
        quads = ox.Store()
        quads.bulk_load(path=str(path / _DUMP), format=ox.RdfFormat.N_QUADS, lenient=True)
    else:
        try:
            quads = ox.Store.read_only(str(path))
        except RuntimeError as fault:  # so it says that a file is missing
            raise FileNotFoundError(f"{path}: {fault}") from fault
    whole = merged(quads, mirror_up_to) if View(quads).holds(REPEATS) else None
    return View(quads) if whole is None else View(whole, union=False)
