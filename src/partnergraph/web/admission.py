"""Admission: every request is let in, in the name of somebody, or refused, and written down."""

from __future__ import annotations

import hashlib
import math
import time
from dataclasses import dataclass, field
from datetime import UTC, datetime

from anyio import to_thread
from starlette.datastructures import Headers, MutableHeaders
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from partnergraph.access import OPERATOR, Caller, Door, Permit, Role, permits, wanted
from partnergraph.web.audit import Audit, told_rows
from partnergraph.web.problems import Problem, nothing_at

CALLER = "partnergraph.caller"
"""Where the scope of a request says who asks."""
BOUND = "partnergraph.bound"
"""Where it says whether the caller sees only a part of the graph; the state of the whole must then not show."""
_BEARER = "bearer "
_MINUTE = 60.0


@dataclass
class Rates:
    """How many requests each caller may send: so many at once, and as many again over the next minute."""

    per_minute: int = 0
    _left: dict[str, tuple[float, float]] = field(default_factory=dict)

    def wait(self, name: str, now: float) -> int:
        """Count a request; return 0, or in how many seconds another one is taken."""
        if not self.per_minute:
            return 0
        left, then = self._left.get(name, (float(self.per_minute), now))
        left = min(self.per_minute, left + (now - then) * self.per_minute / _MINUTE)
        if left >= 1:
            self._left[name] = (left - 1, now)
            return 0
        self._left[name] = (left, now)
        return max(1, math.ceil((1 - left) * _MINUTE / self.per_minute))


@dataclass(frozen=True)
class Gate:
    """What a service is closed by: the door, the rates, and the audit log, each where there is one."""

    door: Door | None = None
    rates: Rates = field(default_factory=Rates)
    audit: Audit | None = None


class Admission:
    """Lets a request in whose bearer token names a caller that may send it; without a door, all are the operator."""

    def __init__(self, app: ASGIApp, gate: Gate) -> None:
        self._app = app
        self._gate = gate

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Answer the request."""
        if scope["type"] != "http":
            await self._app(scope, receive, send)
            return
        caller, problem = await self._judged(scope)
        scope[CALLER] = caller
        scope[BOUND] = caller.scope is not None
        if self._gate.audit is None:
            await self._pass(scope, receive, send, problem)
        else:
            await self._noted(scope, receive, send, caller, problem)

    async def _pass(self, scope: Scope, receive: Receive, send: Send, problem: Problem | None) -> None:
        async def private(message: Message) -> None:
            if message["type"] == "http.response.start" and self._gate.door is not None:
                headers = MutableHeaders(scope=message)
                headers.add_vary_header("Authorization")
                headers["Cache-Control"] = "private, no-cache"
                if scope[BOUND]:
                    del headers["ETag"]
            await send(message)

        await (self._app if problem is None else problem.response())(scope, receive, private)

    async def _judged(self, scope: Scope) -> tuple[Caller, Problem | None]:
        """Return who asks, and the problem where the request is not let in."""
        door, method, path = self._gate.door, scope["method"], scope["path"]
        if door is None or wanted(method, path) is Permit.NOTHING:
            return OPERATOR if door is None else _NOBODY, None
        given = Headers(scope=scope).get("authorization", "")
        text = given[len(_BEARER) :].strip() if given.lower().startswith(_BEARER) else ""
        caller = await to_thread.run_sync(door.caller, text) if text else None
        if caller is None:
            return _NOBODY, _unknown(tried=bool(given))
        if wait := self._gate.rates.wait(caller.name, time.monotonic()):
            return caller, _too_many(wait)
        if not permits(caller.role, method, path):
            hidden = caller.scope is not None and method in ("GET", "HEAD")
            return caller, nothing_at(path) if hidden else _not_permitted(caller)
        return caller, None

    async def _noted(self, scope: Scope, receive: Receive, send: Send, caller: Caller, problem: Problem | None) -> None:
        asked = hashlib.sha256(scope["query_string"])
        started, status, sent = time.perf_counter(), 0, 0

        async def read() -> Message:
            message = await receive()
            asked.update(message.get("body", b""))
            return message

        async def written(message: Message) -> None:
            nonlocal status, sent
            status = message.get("status", status)
            sent += len(message.get("body", b""))
            await send(message)

        when = datetime.now(UTC)
        with told_rows() as rows:
            try:
                await self._pass(scope, read, written, problem)
            finally:
                entry: dict[str, object] = {
                    "time": when.isoformat(timespec="milliseconds"),
                    "who": caller.name,
                    "role": caller.role if caller is not _NOBODY else "",
                    "method": scope["method"],
                    "route": getattr(scope.get("route"), "path", ""),
                    "asked": asked.hexdigest()[:32],
                    "status": status,
                    "bytes": sent,
                    "rows": rows[0] if rows else None,
                    "ms": round(1000 * (time.perf_counter() - started), 1),
                }
                if self._gate.audit is not None:
                    self._gate.audit.write(entry)


_NOBODY = Caller("", Role.READER)
"""Who has not said who they are, and so asks nothing of the graph."""


def _unknown(*, tried: bool) -> Problem:
    said = "This token is not good here: unknown, revoked or expired." if tried else "Say who you are."
    challenge = 'Bearer realm="partnergraph"' + (', error="invalid_token"' if tried else "")
    detail = f"{said} Send a header Authorization: Bearer TOKEN; tokens are made with partnergraph token create."
    return Problem(401, "unauthorized", detail, headers={"WWW-Authenticate": challenge})


def _not_permitted(caller: Caller) -> Problem:
    challenge = 'Bearer realm="partnergraph", error="insufficient_scope"'
    detail = f"The role {caller.role} may not do this."
    return Problem(403, "forbidden", detail, headers={"WWW-Authenticate": challenge})


def _too_many(seconds: int) -> Problem:
    detail = f"More requests than this token may send. Ask again in {seconds} seconds."
    return Problem(429, "too-many-requests", detail, headers={"Retry-After": str(seconds)})
