"""The process of a worker: `python -m partnergraph.workers.process FD` answers what comes over the socket FD."""

from __future__ import annotations

import contextlib
import os
import resource
import signal
import sys
import threading
from functools import partial
from multiprocessing.connection import Connection
from pathlib import Path

from partnergraph.errors import BadQuery
from partnergraph.settings import MEBIBYTE
from partnergraph.store import Answer, View, opened
from partnergraph.store.guard import on_deep_stack, refuse_nesting, stack_bytes
from partnergraph.workers.asked import Asked, Order
from partnergraph.workers.ending import remark
from partnergraph.workers.rowends import row_ends
from partnergraph.workers.tally import Enough, Rows, Triples
from partnergraph.workers.wire import Kind, message

_PAGE = resource.getpagesize()
_SLACK = 512 * MEBIBYTE
_LIKELY_VICTIM = "500"
OUT_OF_MEMORY = 77
"""The exit status of a worker that was refused memory."""


def main() -> None:
    """Answer one order after the other until the service goes away."""
    signal.signal(signal.SIGINT, signal.SIG_IGN)
    with contextlib.suppress(OSError):
        Path("/proc/self/oom_score_adj").write_text(_LIKELY_VICTIM, encoding="ascii")
    threading.Thread(target=_end_with_service, daemon=True).start()
    desk = Desk(Connection(int(sys.argv[1])))
    with contextlib.suppress(EOFError, OSError):
        while True:
            desk.serve()


class Desk:
    """Takes orders and answers them; it keeps the copy that it opened last."""

    def __init__(self, wire: Connection) -> None:
        self._wire = wire
        self._open: tuple[str, View] | None = None

    def serve(self) -> None:
        """Take one order and answer it."""
        order = Order.read(self._wire.recv_bytes())
        asked = order.asked
        if asked is None:
            with contextlib.suppress(OSError):  # it may be gone by now; the next order names another
                self._view(order)
            return
        view = self._view(order)
        self._say(message(Kind.OPENED, {}))
        characters = len(asked.query)
        _limit_memory(asked.bounds.memory + stack_bytes(characters))
        try:
            last = on_deep_stack(partial(self._answer, view, asked), characters)
        finally:
            _limit_memory(None)
        self._say(last)

    def _view(self, order: Order) -> View:
        if self._open is None or self._open[0] != order.snapshot:
            self._open = None
            self._open = order.snapshot, opened(Path(order.snapshot), order.mirror_up_to)
        return self._open[1]

    def _answer(self, view: View, asked: Asked) -> bytes:
        try:
            refuse_nesting(asked.query)
            answer = view.answer(asked.query, asked.default_graphs, asked.named_graphs)
            form = asked.formats.get(answer.form)
            if form is None:
                return message(Kind.NOT_OFFERED, {"form": answer.form})
            head = {"form": answer.form, "format": form, "variables": answer.variables}
            self._say(message(Kind.HEAD, head))
            return message(Kind.END, self._written(answer, form, asked))
        except BadQuery as fault:
            return message(Kind.REFUSED, {"message": fault.message, "line": fault.line, "column": fault.column})
        except MemoryError:
            os._exit(OUT_OF_MEMORY)
        except OSError as fault:
            return message(Kind.REFUSED, {"message": str(fault), "line": None, "column": None})

    def _written(self, answer: Answer, form: str, asked: Asked) -> dict[str, object]:
        if answer.form != "rows":
            triples = Triples(self._piece, asked.bounds)
            answer.write(form, triples)
            if triples.stop is not None:
                triples.end_with(*remark(form, asked.bounds.told(triples.stop)))
            triples.finish()
            return {"rows": triples.rows, "stop": triples.stop and triples.stop.value}
        rows = Rows(self._piece, asked.bounds, row_ends(form, answer.variables))
        try:
            answer.write(form, rows)
            rows.finish()
        except Enough as enough:
            return {"rows": rows.rows, "stop": enough.stop.value}
        return {"rows": rows.rows, "stop": None}

    def _piece(self, text: bytes) -> None:
        self._say(Kind.PIECE.value + text)

    def _say(self, text: bytes) -> None:
        self._wire.send_bytes(text)


def _limit_memory(more: int | None) -> None:
    """Let this process take `more` bytes of address space than it has; without a number, take the limit away.

    What asks for more ends the process, which is what is wanted. The service watches what is really used.
    """
    most = resource.getrlimit(resource.RLIMIT_AS)[1]
    if more is None:
        resource.setrlimit(resource.RLIMIT_AS, (most, most))
        return
    with contextlib.suppress(OSError, ValueError):
        used = int(Path("/proc/self/statm").read_text(encoding="ascii").split()[0]) * _PAGE
        resource.setrlimit(resource.RLIMIT_AS, (used + more + _SLACK, most))


def _end_with_service() -> None:
    """End this process as soon as the service has ended, however it did: it holds the other end of standard input."""
    while os.read(0, 1):
        pass
    os._exit(0)


if __name__ == "__main__":
    main()
