"""How a user's query is answered: by a worker process, watched, and streamed to the client as it comes."""

from __future__ import annotations

import math
from collections.abc import Awaitable, Callable, Iterator
from dataclasses import dataclass
from functools import partial

import anyio
from anyio import CapacityLimiter
from anyio.to_thread import run_sync
from fastapi import Request, Response
from starlette.background import BackgroundTask
from starlette.types import Receive, Scope, Send

from partnergraph.errors import PartnerGraphError
from partnergraph.graph import PartnerGraph
from partnergraph.web.audit import tell_rows
from partnergraph.web.logs import tell
from partnergraph.web.negotiation import GRAPHS, SOLUTIONS, Format, choose
from partnergraph.web.problems import Problem, Rejected, not_acceptable
from partnergraph.workers import Asked, Cut, NotOffered, Pool, Run, Stop

PARAMETERS = {
    "timeout": "give up after so many seconds; the service gives up after its own at the latest",
    "max-rows": "cut the answer after so many rows or triples; the service cuts at its own number at the latest",
}
TRUNCATED = "Truncated"
"""The header that names the bound at which an answer was cut, where that was known when the answer began."""


@dataclass(frozen=True, slots=True)
class Wish:
    """What a caller asks for besides the query: less time, fewer rows."""

    seconds: float | None = None
    rows: int | None = None

    @classmethod
    def of(cls, values: dict[str, list[str]]) -> Wish:
        """Return what the parameters say; raise Rejected where they are no numbers above zero."""
        seconds = _number(values, "timeout", float)
        rows = _number(values, "max-rows", int)
        return cls(seconds, None if rows is None else int(rows))


NO_WISH = Wish()


@dataclass(frozen=True, slots=True)
class Desk:
    """The workers of a service, and the threads that wait for them so that the event loop need not."""

    pool: Pool
    threads: CapacityLimiter
    part: PartnerGraph | None = None

    @classmethod
    def over(cls, pool: Pool) -> Desk:
        """Return the desk of a pool: with a thread for each query that may run or wait."""
        return cls(pool, CapacityLimiter(pool.size + pool.limits.queue))

    def over_part(self, part: PartnerGraph) -> Desk:
        """Return a desk with the same workers whose queries see only `part`."""
        part.copies()
        return Desk(self.pool, self.threads, part)

    async def answer(self, request: Request, asked: Asked) -> Response:
        """Answer the query; raise what says why it cannot be. A client that goes away ends it."""
        run = self.pool.admit(asked, None if self.part is None else self.part.copies())
        try:
            await _unless_left(request.receive, run, partial(run_sync, run.begin, limiter=self.threads))
        except NotOffered as refused:
            run.close()
            offered = GRAPHS if refused.form == "triples" else SOLUTIONS
            raise Rejected(not_acceptable(offered)) from refused
        except BaseException:
            run.close()
            _note(run)
            raise
        return self._response(run)

    def _response(self, run: Run) -> Response:
        head = run.head
        form = next(each for each in (*SOLUTIONS, *GRAPHS) if head is not None and each.name == head.format)
        headers = {"Vary": "Accept"}
        if run.stopped is not None:
            headers[TRUNCATED] = run.stopped.value
        if not run.whole:
            headers["Cache-Control"] = "no-store"  # it may yet be cut
            return Streamed(run, self.threads, form, headers)
        content = b"".join(run.pieces())
        run.close()
        _note(run)
        return Response(content, media_type=form.media_type, headers=headers)


class Streamed(Response):
    """An answer that is passed on piece by piece; a client that goes away ends the query."""

    def __init__(self, run: Run, threads: CapacityLimiter, form: Format, headers: dict[str, str]) -> None:
        self._run = run
        self._threads = threads
        self.status_code = 200
        self.media_type = form.media_type
        self.background: BackgroundTask | None = None
        self.init_headers(headers)

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Send the answer; raise Cut where it broke off in a way that its format cannot tell.

        The server then breaks the connection, so that the client cannot take the answer for whole.
        """
        try:
            await send({"type": "http.response.start", "status": self.status_code, "headers": self.raw_headers})
            await _unless_left(receive, self._run, partial(self._pass_on, send))
        except Cut:
            if self._run.stopped is not Stop.LEFT:
                raise
        finally:
            self._run.close()
            _note(self._run)

    async def _pass_on(self, send: Send) -> None:
        pieces = self._run.pieces()
        while (piece := await run_sync(_next, pieces, limiter=self._threads)) is not None:
            await send({"type": "http.response.body", "body": piece, "more_body": True})
        await send({"type": "http.response.body", "body": b"", "more_body": False})


def formats(accept: str, word: str) -> dict[str, str]:
    """Return the format to answer in for each form of answer that the request accepts.

    Clients that only know result formats still send them with a CONSTRUCT, so triples always have one.
    """
    solutions, graphs = choose(SOLUTIONS, accept, word), choose(GRAPHS, accept, word) or GRAPHS[0]
    found = {"triples": graphs.name}
    return found if solutions is None else {**found, "rows": solutions.name, "boolean": solutions.name}


async def _unless_left(receive: Receive, run: Run, work: Callable[[], Awaitable[None]]) -> None:
    """Do `work`, and stop the run as soon as the client has gone; raise what `work` raises."""
    faults: list[Exception] = []

    async def watch() -> None:
        while (await receive())["type"] != "http.disconnect":
            pass
        run.stop(Stop.LEFT)

    async with anyio.create_task_group() as tasks:
        tasks.start_soon(watch)
        try:
            await work()
        except (PartnerGraphError, NotOffered, Cut, OSError) as fault:
            faults.append(fault)  # so that it comes out as it is, not in a group
        tasks.cancel_scope.cancel()
    if faults:
        raise faults[0]


def _note(run: Run) -> None:
    limit = None if run.stopped is None else run.stopped.value
    tell_rows(run.rows)
    tell("query", {"query": run.id, "form": run.head and run.head.form, "rows": run.rows, "limit": limit})


def _next(pieces: Iterator[bytes]) -> bytes | None:
    return next(pieces, None)


def _number(values: dict[str, list[str]], name: str, kind: type[float] | type[int]) -> float | None:
    text = values.get(name, [""])[0]
    if not text:
        return None
    try:
        number = kind(text)
    except ValueError:
        number = 0
    if not (math.isfinite(number) and number > 0):
        raise Rejected(Problem(400, "wrong-use", f"{name}={text!r} is no number above zero."))
    return number
