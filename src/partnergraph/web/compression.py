"""Answers packed for the way: gzip or br, where the client takes one. The only module that knows brotli."""

import zlib
from collections.abc import Callable, Mapping
from typing import Protocol

import brotli
from anyio import to_thread
from starlette.datastructures import Headers, MutableHeaders
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from partnergraph.web.negotiation import weights

_LEAST = 1024
_MUCH = 64 * 1024
_PACKED = ("text/", "application/")
_LIVE = "text/event-stream"


class Packer(Protocol):
    """Packs a body piece by piece."""

    def add(self, piece: bytes) -> bytes:
        """Return what can be sent after this piece; perhaps nothing yet."""
        ...

    def end(self) -> bytes:
        """Return the rest."""
        ...


class _Gzip:
    def __init__(self) -> None:
        self._packer = zlib.compressobj(level=1, wbits=31)

    def add(self, piece: bytes) -> bytes:
        return self._packer.compress(piece)

    def end(self) -> bytes:
        return self._packer.flush()


class _Brotli:
    def __init__(self) -> None:
        self._packer = brotli.Compressor(quality=1)

    def add(self, piece: bytes) -> bytes:
        return bytes(self._packer.process(piece))

    def end(self) -> bytes:
        return bytes(self._packer.finish())


_PACKERS: Mapping[str, Callable[[], Packer]] = {"br": _Brotli, "gzip": _Gzip}


def coding(accept: str) -> str | None:
    """Return the coding that an Accept-Encoding header wants most of those there are; nothing for the plain text.

    >>> coding("gzip, br"), coding("gzip;q=1, br;q=0.5"), coding("*"), coding("identity"), coding("br;q=0")
    ('br', 'gzip', 'br', None, None)
    """
    wanted = weights(accept)
    ranked = [(wanted.get(name, wanted.get("*", 0.0)), name) for name in _PACKERS]
    weight, name = max(ranked, key=lambda each: each[0])
    return name if weight > 0 and weight >= wanted.get("identity", 0.0) else None


class Compressed:
    """Packs answers of text that are worth it, and leaves short ones and pictures alone."""

    def __init__(self, app: ASGIApp) -> None:
        self._app = app

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Answer the request."""
        name = coding(Headers(scope=scope).get("accept-encoding", "")) if scope["type"] == "http" else None
        await self._app(scope, receive, send if name is None else _Answer(send, name).pass_on)


class _Answer:
    """One answer on its way."""

    def __init__(self, send: Send, name: str) -> None:
        self._send = send
        self._name = name
        self._start: Message | None = None
        self._packer: Packer | None = None

    async def pass_on(self, message: Message) -> None:
        """Send a message of the application, packed where it is to be."""
        if message["type"] == "http.response.start":
            self._start = message
        elif message["type"] != "http.response.body":
            await self._send(message)
        else:
            await self._body(message)

    async def _body(self, message: Message) -> None:
        piece, more = message.get("body", b""), message.get("more_body", False)
        start, self._start = self._start, None
        if start is not None and self._is_worth_it(start, len(piece), more=more):
            self._packer = _PACKERS[self._name]()
        if self._packer is not None:
            packer = self._packer
            piece = await to_thread.run_sync(packer.add, piece) if len(piece) > _MUCH else packer.add(piece)
            piece += b"" if more else packer.end()
        if start is not None:
            self._mark(MutableHeaders(scope=start), None if more else len(piece))
            await self._send(start)
        if more and not piece:
            return
        await self._send({**message, "body": piece, "more_body": more})

    def _is_worth_it(self, start: Message, size: int, *, more: bool) -> bool:
        headers = Headers(raw=start["headers"])
        kind = headers.get("content-type", "")
        text = kind.startswith(_PACKED) and not kind.startswith(_LIVE)
        return text and start["status"] != 304 and "content-encoding" not in headers and (more or size >= _LEAST)

    def _mark(self, headers: MutableHeaders, size: int | None) -> None:
        headers.add_vary_header("Accept-Encoding")
        if self._packer is not None:
            headers["Content-Encoding"] = self._name
            if size is not None:
                headers["Content-Length"] = str(size)
            elif "content-length" in headers:
                del headers["Content-Length"]
