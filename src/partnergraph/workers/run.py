"""One query in flight: admitted, waiting for a worker, running, and ended one way or another."""

from __future__ import annotations

import secrets
import signal
import threading
import time
from collections import deque
from collections.abc import Callable, Iterator
from contextlib import AbstractContextManager, ExitStack
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path
from typing import Protocol

from partnergraph.errors import BadQuery, Stopped
from partnergraph.workers.asked import Asked, Head, Order
from partnergraph.workers.bounds import Stop
from partnergraph.workers.ending import ending
from partnergraph.workers.wire import Kind, read, said
from partnergraph.workers.worker import Worker

_OUT_OF_MEMORY = (77, -signal.SIGABRT)
_ATTEMPTS = 3
_AT_ONCE = 256 * 1024
_PATIENCE = 0.2
_GRACE = 0.5


class NotOffered(Exception):
    """An answer of a form (rows, boolean or triples) for which no format was asked."""

    def __init__(self, form: str) -> None:
        super().__init__(form)
        self.form = form


class Cut(Exception):
    """An answer that broke off where its format leaves no way to say so; what was sent is not whole."""


class Workers(Protocol):
    """Where a run takes its worker from and brings it back to."""

    mirror_up_to: int

    def take(self, run: Run) -> Worker:
        """Return a worker that is free; raise Busy or Stopped where there will be none."""
        ...

    def give_back(self, worker: Worker, *, fit: bool) -> None:
        """Take back a worker; one that is not fit is replaced."""
        ...

    def forget(self, run: Run) -> None:
        """Drop a run that ended."""
        ...


@dataclass(frozen=True, slots=True)
class Running:
    """What is told of a query in flight."""

    id: str
    query: str
    since: str
    state: str
    seconds: float
    bytes: int
    memory: int


class Run:
    """One query, from when it is admitted to when its answer is read or it is stopped.

    Call `begin`, read `pieces`, and `close` whatever happens. `stop` may be called from any thread at any time.
    """

    def __init__(self, workers: Workers, asked: Asked, snapshot: Callable[[], AbstractContextManager[Path]]) -> None:
        self.id = secrets.token_hex(6)
        self.asked = asked
        self.head: Head | None = None
        self.rows = 0
        self.whole = False
        self.stopped: Stop | None = None
        self._workers = workers
        self._snapshot = snapshot
        self._worker: Worker | None = None
        self._held = ExitStack()
        self._lock = threading.Lock()
        self._pieces: deque[bytes] = deque()
        self._came = datetime.now(UTC).isoformat(timespec="milliseconds")
        self._admitted = time.monotonic()
        self._started: float | None = None
        self._memory_before = 0
        self._bytes = 0

    def begin(self) -> None:
        """Wait until the answer begins, and for all of it where it is short, which makes the run `whole`.

        Raise BadQuery, NotOffered, Busy, or Stopped where a bound is reached before anything can be answered.
        """
        for _ in range(_ATTEMPTS):
            if self._attempt():
                return
            if self.stopped is not Stop.LOST:
                break
            self.stopped = self.head = None
            self._pieces.clear()
            self._bytes = 0
        raise self._told(self.stopped or Stop.LOST)

    def pieces(self) -> Iterator[bytes]:
        """Yield the answer; where it is cut short it ends with a note that says so, or, at worst, with Cut."""
        while True:
            while self._pieces:
                yield self._pieces.popleft()
            if self.whole:
                break
            if not self._hear():
                self.whole = True
                if not self._can_be_cut:
                    raise Cut
        if self.head is not None and self._can_be_cut and self.stopped is not None:
            yield ending(self.head.format, self.stopped, self.asked.bounds.told(self.stopped))

    def stop(self, why: Stop) -> None:
        """Stop the query at once, by the end of the process that works on it; nothing where it has ended."""
        with self._lock:
            if self.stopped is None and not self.whole:
                self.stopped = why
                if self._worker is not None:
                    self._worker.kill()

    def check(self) -> None:
        """Stop the query where it is past its time or its memory."""
        worker, started, bounds = self._worker, self._started, self.asked.bounds
        if worker is None or started is None or self.whole:
            return
        if time.monotonic() > started + bounds.seconds + _GRACE:
            self.stop(Stop.SECONDS)
        elif worker.resident() > self._memory_before + bounds.memory:
            self.stop(Stop.MEMORY)

    def close(self) -> None:
        """End the run: a worker that is still at it is killed."""
        if not self.whole:
            self.stop(Stop.CANCELLED)
        self._let_go()
        self._workers.forget(self)

    def told(self) -> Running:
        """Return what is told of the run."""
        worker = self._worker
        state = "waiting" if worker is None else "running"
        seconds = round(time.monotonic() - self._admitted, 3)
        memory = 0 if worker is None else worker.resident()
        return Running(self.id, self.asked.query, self._came, state, seconds, self._bytes, memory)

    def _attempt(self) -> bool:
        """Return whether an answer began; not where the worker ended before."""
        worker = self._workers.take(self)
        with self._lock:
            self._worker, self._started = worker, None
            if self.stopped is not None:
                worker.kill()
        snapshot = self._held.enter_context(self._snapshot())
        try:
            worker.tell(Order(self.asked, str(snapshot), self._workers.mirror_up_to))
        except OSError:
            self._lost()
            return False
        while not self.whole and self._bytes < _AT_ONCE:
            if self.head is not None and self._pieces and not worker.speaks_within(_PATIENCE):
                break
            if not self._hear():
                return bool(self._pieces) and self._can_be_cut
        return True

    @property
    def _can_be_cut(self) -> bool:
        return self.head is not None and self.head.form == "rows"

    def _hear(self) -> bool:
        """Take in one message; return whether the worker is still there."""
        worker = self._worker
        if worker is None:
            return False
        try:
            kind, content = read(worker.hear())
        except (EOFError, OSError):
            self._lost()
            return False
        match kind:
            case Kind.PIECE:
                self._bytes += len(content)
                self._pieces.append(content)
            case Kind.OPENED:
                self._memory_before = worker.resident()
                self._started = time.monotonic()
            case Kind.HEAD:
                told = said(content)
                self.head = Head(str(told["form"]), str(told["format"]), ())
            case _:
                self._end(kind, content)
        return True

    def _end(self, kind: Kind, content: bytes) -> None:
        told = said(content)
        with self._lock:
            self.whole = True
        self._let_go()
        if kind is Kind.NOT_OFFERED:
            raise NotOffered(str(told["form"]))
        if kind is Kind.REFUSED:
            line, column = told["line"], told["column"]
            numbers = (each if isinstance(each, int) else None for each in (line, column))
            raise BadQuery(str(told["message"]), *numbers)
        self.rows = int(str(told["rows"]))
        if told["stop"] is not None:
            self.stopped = Stop(told["stop"])

    def _lost(self) -> None:
        worker = self._worker
        status = self._let_go() if worker is not None else 0
        with self._lock:
            if self.stopped is None:
                self.stopped = Stop.MEMORY if status in _OUT_OF_MEMORY else Stop.LOST

    def _let_go(self) -> int:
        """Give the worker back, fit or to be replaced, and the copy it read; return the status of one that ended."""
        with self._lock:
            worker, self._worker = self._worker, None
        status = 0
        if worker is not None:
            used = worker.resident() - self._memory_before
            fit = self.whole and self.stopped is None and used < self.asked.bounds.memory // 4
            if not fit:
                if self.whole or self.stopped is not None:
                    worker.kill()
                status = worker.ended_by()
            self._workers.give_back(worker, fit=fit)
        self._held.close()
        return status

    def _told(self, why: Stop) -> Stopped:
        return Stopped(why.value, self.asked.bounds.told(why))
