"""The embedded quad store, in memory or in a folder. The only package that knows pyoxigraph.

A folder holds generations: each is a complete store, and the file CURRENT names the one that counts. A change is made
in a private copy (hard links, so it costs milliseconds) and becomes visible when CURRENT is replaced, all or nothing.
"""

from __future__ import annotations

import shutil
import tempfile
import threading
from collections.abc import Iterable, Iterator, Mapping
from contextlib import contextmanager
from pathlib import Path
from typing import IO

import pyoxigraph as ox

from partnergraph.errors import StoreUnavailable
from partnergraph.store import folder as folders
from partnergraph.store.amending import Using
from partnergraph.store.answer import Answer
from partnergraph.store.change import Change
from partnergraph.store.commitnames import CommitNames
from partnergraph.store.copies import in_memory, merged
from partnergraph.store.delta import After, Delta
from partnergraph.store.derivations import Derivations, derivations
from partnergraph.store.draft import Draft
from partnergraph.store.pin import Folder
from partnergraph.store.placing import in_place
from partnergraph.store.snapshots import REPEATS, Snapshots, copied, opened
from partnergraph.store.surroundings import Links, Surroundings, TooFar, links_of, surroundings
from partnergraph.store.syntax import Document
from partnergraph.store.view import Row, View
from partnergraph.terms import CONTEXT_GRAPH, WORKING_GRAPH

_PATIENCE = 0.02

__all__ = [
    "Answer",
    "Change",
    "Delta",
    "Derivations",
    "Document",
    "Draft",
    "Folder",
    "Links",
    "Row",
    "Store",
    "Surroundings",
    "TooFar",
    "Using",
    "View",
    "links_of",
    "opened",
]


class Store(View):
    """A store that lasts as long as the process, or as long as its folder.

    One process at a time has a folder open. `draft` is the only way to change anything.
    """

    def __init__(self, quads: ox.Store, folder: Path | None, lock: IO[str] | None, mirror_up_to: int = 0) -> None:
        super().__init__(quads)
        self._mirror_up_to = mirror_up_to
        self._mirror: tuple[ox.Store, ox.Store] | None = None
        self._whole: tuple[ox.Store, int, ox.Store] | None = None
        self.folder = folder
        self._lock = lock
        self._gate = threading.RLock()
        self._snapshots: Snapshots | None = None
        self._used, self.version = "", 0
        self._names = CommitNames(folder)

    @classmethod
    def memory(cls, *, mirror_up_to: int = 0) -> Store:
        """Return an empty store in memory."""
        return cls(ox.Store(), None, None, mirror_up_to)

    @classmethod
    def open(cls, folder: Path, *, mirror_up_to: int = 0) -> Store:
        """Open the store in `folder`, making it where it does not exist.

        Raise StoreUnavailable where the folder is something else, cannot be written, or is open in another process.
        """
        quads, lock = folders.taken(folder)
        return cls(quads, folder, lock, mirror_up_to)

    @property
    def state(self) -> str:
        """The name of the last commit; after a clean end of the process the folder still has it."""
        return self._names.of(self.version)

    def close(self) -> None:
        """Let go of the folder once nobody changes it any more; the store cannot be used afterwards."""
        with self._gate:
            self._quads = ox.Store()
            self._mirror = self._whole = None
            if self._snapshots is not None:
                self._snapshots.close()
                self._snapshots = None
            if self._lock is not None:
                self._names.leave(self.version)
                self._lock.close()
                self._lock = None

    def answer(self, query: str, default_graphs: Iterable[str] = (), named_graphs: Iterable[str] = ()) -> Answer:
        """Run a user's query on the last committed state; see View.answer."""
        with self._gate:
            whole = self._merged() if self.holds(REPEATS) else None
            if whole is None:
                return super().answer(query, default_graphs, named_graphs)
            return View(whole, union=False).answer(query, default_graphs, named_graphs)

    @contextmanager
    def reading(self) -> Iterator[View]:
        """Give the last committed state to read, from several threads too; it is not changed until the block ends."""
        with self._gate:
            yield View(self._mirror[1] if self._mirror and self._mirror[0] is self._quads else self._quads)

    def rows(self, query: str, bindings: Mapping[str, str] | None = None) -> tuple[tuple[str, ...], list[Row]]:
        """Return (variables, rows) of a SELECT on the last committed state; see View.rows."""
        with self._gate:
            return super().rows(query, bindings)

    @contextmanager
    def held(self) -> Iterator[None]:
        """Keep other threads from changing the store, or deriving in it, until the block ends."""
        with self._gate:
            yield

    def publish(self) -> None:
        """Keep a copy of the last commit on the disk from now on, for readers in other processes; see `snapshot`."""
        with self._gate:
            if self._snapshots is None:
                self._snapshots = Snapshots(
                    Path(tempfile.mkdtemp(prefix="partnergraph-"))
                    if self.folder is None
                    else folders.snapshots(self.folder)
                )
            self._renew()

    @property
    def published(self) -> Path | None:
        """Where the newest copy is, if there is one; unlike in `snapshot`, it may be gone before it is looked at."""
        return None if self._snapshots is None else self._snapshots.newest

    @contextmanager
    def snapshot(self) -> Iterator[Path]:
        """Give a copy of the last commit of a store that is published; it stays, unchanged, until the block ends.

        It does not wait for who is changing the store, since each change begins with the copy of what was before it.
        """
        copies = self._snapshots
        if copies is None:
            raise StoreUnavailable("store", "is closed, or was never published.", "Open it again.")
        while copies.version != self.version:
            if self._gate.acquire(timeout=_PATIENCE):
                try:
                    self._renew()
                finally:
                    self._gate.release()
        with copies.lease() as path:
            yield path

    def adopt(self) -> bool:
        """Take up a state that somebody restored in the folder meanwhile; return whether there was one."""
        with self._gate:
            if self.folder is None or not folders.ordered(self.folder):
                return False
            self._renew()
            before, following = folders.current(self.folder), folders.take_up(self.folder)
            self._quads = ox.Store(str(following))
            self._met.clear()
            self.version += 1
            folders.drop_generations(self.folder, {before.name, following.name})
            self._renew()
            return True

    def around(self, delta: Delta, links: Links, most: int, also: Iterable[str] = ()) -> Surroundings:
        """Return what a change that has not been made can affect; see `surroundings`."""
        with self._gate:
            return surroundings(After(self._quads, delta), delta, links, most, also)

    def derivations(self, made: View, graph: str, things: Iterable[str]) -> Derivations:
        """Return what a derived graph says of the things here, and what it says of them where it was made anew."""
        with self._gate:
            return derivations(self._quads, made, graph, things)

    def commit(self, delta: Delta, *, counts: bool = False) -> None:
        """Make a change, whole or not at all; after this returns, a power cut does not undo it.

        It is the next revision where it `counts`. It costs what the change is large: quads are written where they are.
        """
        with self._gate:
            self._renew()
            delta += Delta.counting(self._quads) if counts else Delta()
            if self.folder is None:
                delta.apply(self._quads)
            else:
                folders.commit(self.folder, self._quads, delta)
                if self._mirror is not None and self._mirror[0] is self._quads:
                    delta.apply(self._mirror[1])
            self._met.clear()
            self.version += 1
            if self.folder is not None:
                self._renew()

    @contextmanager
    def draft(self, *, replaces: Iterable[str] = (), touches: Iterable[str] = (), keep: bool = True) -> Iterator[Draft]:
        """Give a draft of this store, and make it the store's state when the block ends without an error.

        The named graphs in `replaces` are empty in the draft. Others that exist and are to be changed must be named in
        `touches`. With `keep` false, or after `Draft.discard`, nothing is kept at the end. What is kept is the next
        revision of the store.
        """
        with self._gate:
            self._renew()
            if self.folder is None:
                yield from self._memory_draft(self._quads, tuple(replaces), tuple(touches), keep=keep, counted=True)
            else:
                yield from self._folder_draft(self.folder, tuple(replaces), keep=keep, counted=True)
                self._renew()

    @contextmanager
    def evaluation(self, *emptied: str, keep: bool = False) -> Iterator[Draft]:
        """Give a draft to judge and derive in; nothing of it stays, but the graphs `emptied` where `keep` says so.

        Those named graphs are empty in the draft. What a folder holds is evaluated in a copy in memory, up to
        `mirror_up_to` triples, since queries are several times faster there, and in the folder beyond.
        """
        with self._gate:
            self._renew()
            if self.folder is None:
                yield from self._memory_draft(self._quads, emptied, (), keep=keep)
            elif (mirror := self._mirrored()) is None:
                yield from self._folder_draft(self.folder, emptied, keep=keep)
            else:
                yield from self._memory_draft(mirror, emptied, (), keep=keep)
                if keep:
                    for draft in self._folder_draft(self.folder, emptied, keep=True):
                        for iri in emptied:
                            draft.add_ntriples(View(mirror).ntriples([iri]), iri)
                    self._mirror = (self._quads, mirror)

    def _renew(self) -> None:
        if self._snapshots is not None:
            self._snapshots.renew(self.version, lambda path: copied(self._quads, path, on_disk=self.folder is not None))

    def _merged(self) -> ox.Store | None:
        if self._whole is None or self._whole[:2] != (self._quads, self.version):
            copy = merged(self._quads, self._mirror_up_to)
            self._whole = None if copy is None else (self._quads, self.version, copy)
        return None if self._whole is None else self._whole[2]

    def _mirrored(self) -> ox.Store | None:
        if self._mirror is None or self._mirror[0] is not self._quads:
            copy = in_memory(self._quads, self._mirror_up_to)
            self._mirror = None if copy is None else (self._quads, copy)
        return None if self._mirror is None else self._mirror[1]

    def _memory_draft(
        self, quads: ox.Store, replaces: tuple[str, ...], touches: tuple[str, ...], *, keep: bool, counted: bool = False
    ) -> Iterator[Draft]:
        kept = yield from in_place(quads, replaces, touches, keep=keep, counted=counted)
        self.version += 1 if kept else 0

    def _folder_draft(
        self, folder: Path, replaces: tuple[str, ...], *, keep: bool, counted: bool = False
    ) -> Iterator[Draft]:
        current, following = folders.current_and_following(folder, self._used)
        kept, self._used = False, following.name
        try:
            shutil.rmtree(following, ignore_errors=True)
            self._quads.backup(str(following))
            quads = ox.Store(str(following))
            earlier = self._quads
            draft = Draft(quads, self._mirror_up_to, before=lambda: earlier)
            draft.clear(*replaces)
            try:
                yield draft
            finally:
                draft.settle()
            if keep and not draft.discarded:
                draft.clear(CONTEXT_GRAPH, WORKING_GRAPH)
                if counted:
                    draft.count_up()
                quads.flush()
                folders.point_to(folder, following.name)
                self._quads = quads
                self.version += 1
                kept = True
                folders.drop_generations(folder, {following.name, current})
        except OSError as fault:
            raise folders.unavailable(folder, fault) from fault
        finally:
            if not kept:
                shutil.rmtree(following, ignore_errors=True)
