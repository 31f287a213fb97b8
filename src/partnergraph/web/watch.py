"""What is kept of every request: its id, an entry in the log, and a figure in the metrics."""

import re
import secrets
import time

from starlette.datastructures import Headers, MutableHeaders
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from partnergraph.web.logs import request_id, tell
from partnergraph.web.metrics import Metrics

HEADER = "X-Request-Id"
_ID = re.compile(r"[A-Za-z0-9._:-]{1,64}")
_METHODS = {"GET", "HEAD", "POST", "PUT", "PATCH", "DELETE", "OPTIONS"}


class Watched:
    """Gives every request an id, its own where it brings one, and writes down how it was answered.

    Neither the log nor the metrics hold what was asked: only the path of the route, not what stands in it.
    """

    def __init__(self, app: ASGIApp, metrics: Metrics) -> None:
        self._app = app
        self._metrics = metrics

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Answer the request."""
        if scope["type"] != "http":
            await self._app(scope, receive, send)
            return
        given = Headers(scope=scope).get(HEADER, "")
        name = given if _ID.fullmatch(given) else secrets.token_hex(8)
        token = request_id.set(name)
        start = time.perf_counter()
        status, sent = 0, 0

        async def noted(message: Message) -> None:
            nonlocal status, sent
            if message["type"] == "http.response.start":
                status = message["status"]
                MutableHeaders(scope=message)[HEADER] = name
            sent += len(message.get("body", b""))
            await send(message)

        try:
            await self._app(scope, receive, noted)
        finally:
            self._write_down(scope, status, sent, time.perf_counter() - start)
            request_id.reset(token)

    def _write_down(self, scope: Scope, status: int, sent: int, seconds: float) -> None:
        route = str(getattr(scope.get("route"), "path", "other"))
        method = scope["method"] if scope["method"] in _METHODS else "other"
        self._metrics.count(method, route, status, seconds)
        facts = {"method": method, "route": route, "status": status, "bytes": sent, "ms": round(1000 * seconds, 1)}
        tell("request", facts)
