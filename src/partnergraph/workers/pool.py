"""The worker processes, the queue before them, and the watch over what they do."""

from __future__ import annotations

import math
import os
import threading
from collections import deque
from contextlib import suppress
from types import TracebackType

from partnergraph.errors import Busy, Stopped
from partnergraph.settings import Limits
from partnergraph.store import Store
from partnergraph.workers.asked import Asked, Order
from partnergraph.workers.bounds import Bounds, Stop
from partnergraph.workers.run import Run, Running
from partnergraph.workers.worker import Worker

_GLANCE = 0.05
_RETRY_AFTER = 5
_GRACE = 5.0


class Pool:
    """Worker processes that answer queries on the last commit of a store. Safe to use from several threads.

    It has one process for each query that runs at a time; who comes while all are busy waits, and when too many wait
    already, is sent away. `close` ends all of them.
    """

    def __init__(self, store: Store, limits: Limits) -> None:
        store.publish()
        self.size = limits.workers or max(2, os.cpu_count() or 1)
        self.limits = limits
        self.mirror_up_to = limits.mirrored_triples
        self._store = store
        self._changed = threading.Condition()
        self._idle: deque[Worker] = deque(self._fresh() for _ in range(self.size))
        self._count = self.size
        self._runs: dict[str, Run] = {}
        self._waiting = 0
        self._closed = False
        self.stops: dict[str, int] = {stop.value: 0 for stop in Stop}
        self._watch = threading.Thread(target=self._look_after, name="watch over queries", daemon=True)
        self._watch.start()

    def __enter__(self) -> Pool:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.close()

    @property
    def ready(self) -> bool:
        """Whether there is a process that answers, or is busy answering."""
        with self._changed:
            return not self._closed and self._count > 0

    def bounds(self, seconds: float | None = None, rows: int | None = None) -> Bounds:
        """Return what one query may take here, or less where less is asked."""
        return Bounds.of(self.limits, seconds, rows)

    def admit(self, asked: Asked, store: Store | None = None) -> Run:
        """Return a run of the query, on another published store than the pool's where one is named.

        Raise Busy where as many as may are waiting for a worker.
        """
        with self._changed:
            if self._closed:
                raise Stopped(Stop.ENDING.value, asked.bounds.told(Stop.ENDING))
            if len(self._runs) >= self.size + self.limits.queue:
                raise Busy(self.limits.queue, self._retry_after())
            run = Run(self, asked, (store or self._store).snapshot)
            self._runs[run.id] = run
            self._changed.notify_all()
            return run

    def running(self) -> tuple[Running, ...]:
        """Return the queries in flight, the oldest first."""
        with self._changed:
            runs = tuple(self._runs.values())
        return tuple(run.told() for run in runs)

    def cancel(self, name: str) -> bool:
        """Stop the query of that id; return whether there was one."""
        with self._changed:
            run = self._runs.get(name)
        if run is None:
            return False
        run.stop(Stop.CANCELLED)
        with self._changed:
            self._changed.notify_all()
        return True

    def processes(self) -> tuple[int, ...]:
        """Return the ids of the processes that are idle."""
        with self._changed:
            return tuple(worker.pid for worker in self._idle)

    def end_queries(self) -> None:
        """Stop the queries in flight, and wait until those who asked them have been told."""
        with self._changed:
            runs = tuple(self._runs.values())
        for run in runs:
            run.stop(Stop.ENDING)
        with self._changed:
            self._changed.notify_all()
            self._changed.wait_for(lambda: not set(runs) & set(self._runs.values()), timeout=_GRACE)

    def close(self) -> None:
        """Stop all queries and end all processes; nobody can ask afterwards."""
        with self._changed:
            self._closed = True
            idle, self._idle = self._idle, deque()
            self._changed.notify_all()
        for worker in idle:
            worker.kill()
            worker.ended_by()
        self.end_queries()
        self._watch.join()

    def take(self, run: Run) -> Worker:
        """Return a worker that is free, waiting for one at most as long as a query may run."""
        with self._changed:
            found = self._changed.wait_for(
                lambda: self._idle or run.stopped is not None or self._closed, timeout=self.limits.query_seconds
            )
            if self._closed or run.stopped is not None:
                why = run.stopped or Stop.ENDING
                raise Stopped(why.value, run.asked.bounds.told(why))
            if not found:
                raise Busy(len(self._runs), self._retry_after())
            worker = self._idle.popleft()
        if worker.alive:
            return worker
        worker.ended_by()
        try:
            return self._fresh()
        except OSError as fault:
            with self._changed:
                self._count -= 1
            raise Busy(len(self._runs), self._retry_after()) from fault

    def give_back(self, worker: Worker, *, fit: bool) -> None:
        """Take back a worker; one that is not fit is replaced by a new process."""
        fresh: Worker | None = worker
        if not fit:
            fresh = None
            with suppress(OSError):
                fresh = self._fresh()
        with self._changed:
            if fresh is None:
                self._count -= 1
            elif not self._closed:
                self._idle.append(fresh)
                fresh = None
            self._changed.notify_all()
        if fresh is not None:
            fresh.kill()
            fresh.ended_by()

    def forget(self, run: Run) -> None:
        """Drop a run that ended."""
        with self._changed:
            if self._runs.pop(run.id, None) is not None and run.stopped is not None:
                self.stops[run.stopped.value] += 1
            self._changed.notify_all()

    def _fresh(self) -> Worker:
        """Return a new process, which opens the last commit before anybody asks."""
        worker = Worker()
        path = self._store.published
        if path is not None:
            with suppress(OSError):
                worker.tell(Order(None, str(path), self.mirror_up_to))
        return worker

    def _retry_after(self) -> int:
        return min(_RETRY_AFTER, max(1, math.ceil(self.limits.query_seconds)))

    def _look_after(self) -> None:
        """Stop what is past its bounds, and make up for processes that could not be started."""
        while True:
            with self._changed:
                self._changed.wait_for(lambda: self._runs or self._closed)
                if self._closed:
                    return
                runs = tuple(self._runs.values())
                missing = self.size - self._count
            for run in runs:
                run.check()
            if missing > 0:
                self._make_up()
            with self._changed:
                self._changed.wait_for(lambda: self._closed, timeout=_GLANCE)

    def _make_up(self) -> None:
        with suppress(OSError):
            worker = self._fresh()
            with self._changed:
                self._count += 1
            self.give_back(worker, fit=True)
