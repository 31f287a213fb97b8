"""A progress bar on standard error, for long work that somebody watches."""

from __future__ import annotations

import sys
import threading
import time
from types import TracebackType

_PATIENCE = 1.0
_BEAT = 0.2
_CELLS = 30


class Progress:
    """Shows what goes on while its block runs; silent where standard error is no terminal or the work is short.

    The work may call it with what it does, how much is done and of how much; without a total a mark walks along.
    `then` names what follows when all is read, which has no measure.
    """

    def __init__(self, label: str, *, then: str = "") -> None:
        self._label = label
        self._then = then
        self._share: float | None = None
        self._began = time.monotonic()
        self._done = threading.Event()
        self._thread: threading.Thread | None = None

    def __enter__(self) -> Progress:
        if sys.stderr.isatty():
            self._thread = threading.Thread(target=self._watch, daemon=True)
            self._thread.start()
        return self

    def __exit__(
        self, kind: type[BaseException] | None, fault: BaseException | None, trace: TracebackType | None
    ) -> None:
        self._done.set()
        if self._thread is not None:
            self._thread.join()

    def __call__(self, label: str, done: int, total: int | None) -> None:
        """Say what is being done, how much of it is done, and of how much."""
        through = bool(self._then and total and done >= total)
        self._label = self._then if through else label
        self._share = None if through or not total else done / total

    def _watch(self) -> None:
        drawn = False
        wait = _PATIENCE
        while not self._done.wait(wait):
            wait = _BEAT
            drawn = True
            sys.stderr.write("\r\x1b[K" + bar(self._label, self._share, time.monotonic() - self._began))
            sys.stderr.flush()
        if drawn:
            sys.stderr.write("\r\x1b[K")
            sys.stderr.flush()


def bar(label: str, share: float | None, seconds: float) -> str:
    """Return one line that shows progress.

    >>> bar("reading", 0.5, 65)
    'reading [###############...............]  50 %  1:05'
    >>> bar("judging", None, 3)
    'judging [...............#..............]  0:03'
    """
    clock = f"{int(seconds) // 60}:{int(seconds) % 60:02d}"
    if share is None:
        at = int(seconds / _BEAT) % _CELLS
        return f"{label} [{'.' * at}#{'.' * (_CELLS - 1 - at)}]  {clock}"
    full = round(min(max(share, 0.0), 1.0) * _CELLS)
    return f"{label} [{'#' * full}{'.' * (_CELLS - full)}] {share:4.0%}  {clock}".replace("%", " %")
