"""What every request and answer goes through: HEAD, the headers of safe answers, and who may write from a browser."""

import re
from urllib.parse import urlsplit

from starlette.datastructures import Headers, MutableHeaders
from starlette.requests import Request
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from partnergraph.web.problems import Problem, Rejected

LOOPBACK = r"https?://(localhost|127\.0\.0\.1|\[::1\])(:\d+)?"
_SAFE_METHODS = ("GET", "HEAD", "OPTIONS")


def refuse_other_sites(request: Request, allowed: re.Pattern[str]) -> None:
    """Raise Rejected where a page of a site that is not allowed wants to write; programs send no Origin header."""
    origin = request.headers.get("origin")
    own = origin and urlsplit(origin).netloc == request.headers.get("host")
    if origin and not own and not allowed.fullmatch(origin):
        raise Rejected(_other_site(origin))


def _other_site(origin: str) -> Problem:
    return Problem(403, "other-site", f"Pages of {origin} may not write here.")


class SafeHeaders:
    """Adds to every answer the headers that keep browsers from guessing its type and from framing it."""

    def __init__(self, app: ASGIApp) -> None:
        self._app = app

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Answer the request."""

        async def added(message: Message) -> None:
            if message["type"] == "http.response.start":
                headers = MutableHeaders(scope=message)
                headers.setdefault("X-Content-Type-Options", "nosniff")
                headers.setdefault("X-Frame-Options", "DENY")
                headers.setdefault("Referrer-Policy", "no-referrer")
                headers.setdefault("Cross-Origin-Resource-Policy", "same-origin")
                headers.setdefault("Permissions-Policy", "camera=(), geolocation=(), microphone=()")
                headers.setdefault("Cross-Origin-Opener-Policy", "same-origin")
                if scope.get("scheme") == "https":
                    headers.setdefault("Strict-Transport-Security", "max-age=31536000")
                headers.setdefault("Content-Security-Policy", "default-src 'none'; frame-ancestors 'none'")
            await send(message)

        await self._app(scope, receive, added)


class HeadAsGet:
    """Answers HEAD wherever GET is answered: the same status and headers, no body."""

    def __init__(self, app: ASGIApp) -> None:
        self._app = app

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Answer the request."""
        if scope["type"] != "http" or scope["method"] != "HEAD":
            await self._app(scope, receive, send)
            return

        async def bodiless(message: Message) -> None:
            if message["type"] == "http.response.body":
                message = {**message, "body": b""}
            await send(message)

        await self._app({**scope, "method": "GET"}, receive, bodiless)


class OwnSite:
    """Refuses what would write when a page of another site asks for it; browsers send such requests unasked.

    Programs send no Origin header and are let through.
    """

    def __init__(self, app: ASGIApp, allowed: re.Pattern[str], paths: tuple[str, ...]) -> None:
        self._app = app
        self._allowed = allowed
        self._paths = paths

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Answer the request."""
        if scope["type"] == "http" and scope["path"] in self._paths and scope["method"] not in _SAFE_METHODS:
            headers = Headers(scope=scope)
            origin = headers.get("origin")
            own = origin and urlsplit(origin).netloc == headers.get("host")
            if origin and not own and not self._allowed.fullmatch(origin):
                await _other_site(origin).response()(scope, receive, send)
                return
        await self._app(scope, receive, send)
