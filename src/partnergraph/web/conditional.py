"""Answers that are known by the commit they come from: ETag, If-None-Match, and If-Match for writes."""

import hashlib
import re
from collections.abc import Callable
from urllib.parse import unquote_plus

from starlette.datastructures import Headers, MutableHeaders
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from partnergraph import __version__
from partnergraph.web.admission import BOUND

_KNOWN = re.compile(
    r"/(?:sparql/?|credits|non-credits|scores|explain|diff|snapshots|imports|rules|questions(?:/.*)?"
    r"|\.well-known/void)"
)
_CHANCE = re.compile(r"\b(?:NOW|RAND|UUID|STRUUID|BNODE)\b", re.IGNORECASE)
_OPAQUE = re.compile(r'(?:W/)?"([^"]*)"|(\*)')
_DECIDING = ("accept", "authorization", "host")
_CUT = "truncated"


def tag(*parts: str) -> str:
    """Return an entity tag that stands for the parts together; weak, since what is sent may be packed."""
    told = "\0".join((__version__, *parts)).encode()
    return f'W/"{hashlib.sha256(told).hexdigest()[:32]}"'


def names(header: str, entity: str) -> bool:
    """Return whether an If-Match or If-None-Match header names an entity tag, weak or not, or any.

    >>> names('"a", W/"b"', 'W/"b"'), names("*", '"a"'), names('"a"', '"b"')
    (True, True, False)
    """
    opaque = entity.removeprefix("W/").strip('"')
    return any(any_ == "*" or found == opaque for found, any_ in _OPAQUE.findall(header))


class Conditional:
    """Gives what follows from the commit and the request alone an ETag, and answers 304 where the client has it.

    Nothing is worked out for a 304. A question that asks the clock or chance, and an answer that was cut, have none.
    """

    def __init__(self, app: ASGIApp, state: Callable[[], str]) -> None:
        self._app = app
        self._state = state

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Answer the request."""
        if not _is_known(scope):
            await self._app(scope, receive, send)
            return
        headers = Headers(scope=scope)
        state = self._state()
        asked = (scope["path"], scope["query_string"].decode("latin-1"))
        entity = tag(state, *asked, *(headers.get(name, "") for name in _DECIDING))
        if names(headers.get("if-none-match", ""), entity) and "*" not in headers.get("if-none-match", ""):
            told = [(b"etag", entity.encode()), (b"cache-control", b"no-cache"), (b"vary", b"Accept, Accept-Encoding")]
            await send({"type": "http.response.start", "status": 304, "headers": told})
            await send({"type": "http.response.body", "body": b""})
            return

        async def tagged(message: Message) -> None:
            if message["type"] == "http.response.start" and message["status"] == 200 and self._state() == state:
                sent = MutableHeaders(scope=message)
                if _CUT not in sent:
                    sent.setdefault("ETag", entity)
                    sent.setdefault("Cache-Control", "no-cache")
            await send(message)

        await self._app(scope, receive, tagged)


def _is_known(scope: Scope) -> bool:
    return (
        scope["type"] == "http"
        and scope["method"] == "GET"
        and _KNOWN.fullmatch(scope["path"]) is not None
        and not scope.get(BOUND, False)
        and not _CHANCE.search(unquote_plus(scope["query_string"].decode("latin-1")))
    )
