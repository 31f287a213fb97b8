"""Copies of a store's folder while another process may be writing in it: pinned first by hard links, then copied.

In a generation files with data are written once and never again; only logs and the list of the files grow. So logs are
copied first, then the list, and files with data are linked last: what was committed up to a moment is in the copy, or
the copy cannot be opened, and another is made.
"""

from __future__ import annotations

import os
import shutil
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from tempfile import TemporaryDirectory

import pyoxigraph as ox

from partnergraph.errors import StoreUnavailable
from partnergraph.store import folder as folders
from partnergraph.store.view import View

_TRIES = 50
_PAUSE = 0.1


class Folder:
    """The folder of a store that is not opened: another process may have it."""

    def __init__(self, path: Path) -> None:
        self.path = path

    @contextmanager
    def copied(self) -> Iterator[Path]:
        """Give the folder of a store of its own with what is held now; it is gone at the end of the block."""
        with self._pinned() as pin, TemporaryDirectory(prefix="partnergraph-") as scratch:
            copy = Path(scratch) / "store"
            folders.lay(pin, copy)
            yield copy

    def back_up(self, to: Path) -> int:
        """Make `to` a store that holds what this one holds now; return its revision.

        Raise StoreUnavailable where `to` is there already, or either cannot be read or written.
        """
        if to.exists() and (not to.is_dir() or any(to.iterdir())):
            raise StoreUnavailable(str(to), "is there already.", "Name a new folder, so that no other copy is lost.")
        part = to.with_name(f".{to.name}.part")
        with self._pinned() as pin:
            try:
                shutil.rmtree(part, ignore_errors=True)
                to.parent.mkdir(parents=True, exist_ok=True)
                folders.lay(pin, part)
                if to.exists():
                    to.rmdir()
                part.rename(to)
            except OSError as fault:
                shutil.rmtree(part, ignore_errors=True)
                raise folders.unavailable(to, fault) from fault
            return View(ox.Store.read_only(str(pin))).revision

    def order(self, source: Folder) -> None:
        """Let this store hold what another one holds, as soon as whoever has it open takes that up."""
        with source._pinned() as pin:
            try:
                if folders.is_store(self.path):
                    folders.order(self.path, pin)
                else:
                    _, lock = folders.taken(self.path)
                    lock.close()
                    folders.order(self.path, pin)
            except OSError as fault:
                raise folders.unavailable(self.path, fault) from fault

    @property
    def waits(self) -> bool:
        """Whether something was ordered and is not taken up yet."""
        return folders.ordered(self.path)

    @contextmanager
    def _pinned(self) -> Iterator[Path]:
        """Give a generation of its own with what the store holds now; it is gone at the end of the block."""
        pin = self.path / f"{folders.PIN}{os.getpid()}"
        try:
            for _ in range(_TRIES):
                shutil.rmtree(pin, ignore_errors=True)
                try:
                    _link(folders.current(self.path), pin)
                    if folders.readable(pin):
                        break
                except FileNotFoundError:
                    if not folders.is_store(self.path):
                        raise StoreUnavailable(str(self.path), "is no store.", "Name the folder of one.") from None
                time.sleep(_PAUSE)
            else:
                raise StoreUnavailable(
                    str(self.path), "cannot be copied: it changes too fast or is damaged.", "Check it."
                )
            yield pin
        except OSError as fault:
            raise folders.unavailable(self.path, fault) from fault
        finally:
            shutil.rmtree(pin, ignore_errors=True)


def _link(generation: Path, pin: Path) -> None:
    pin.mkdir()
    names = sorted(path.name for path in generation.iterdir() if path.name != "LOCK" and path.is_file())
    data = [name for name in names if name.endswith(".sst")]
    logs = [name for name in names if name.endswith(".log")]
    for name in (*logs, *sorted({*names} - {*data} - {*logs})):
        shutil.copyfile(generation / name, pin / name)
    for path in generation.glob("*.sst"):
        os.link(path, pin / path.name)
