"""Request bodies: what they say they are, and how much of them is read."""

from collections.abc import AsyncGenerator
from dataclasses import dataclass

from fastapi import Request

from partnergraph.web.problems import Problem, Rejected


@dataclass(frozen=True, slots=True)
class ContentType:
    """The media type a body is declared to have, in lower case, and its charset; empty where nothing is said."""

    media_type: str
    charset: str

    @property
    def is_utf8(self) -> bool:
        """True where the charset is UTF-8, a subset of it, or not said."""
        return self.charset in ("", "utf-8", "utf8", "us-ascii")


def content_type(request: Request) -> ContentType:
    """Return what the request says its body is."""
    media_type, *parameters = (part.strip().lower() for part in request.headers.get("content-type", "").split(";"))
    charset = ""
    for parameter in parameters:
        name, _, value = parameter.partition("=")
        if name.strip() == "charset":
            charset = value.strip().strip('"')
    return ContentType(media_type, charset)


def content_encoding(request: Request) -> str:
    """Return the content coding of the body in lower case, empty for none."""
    coding = request.headers.get("content-encoding", "").strip().lower()
    return "" if coding == "identity" else coding


async def chunks(request: Request, limit: int) -> AsyncGenerator[bytes, None]:
    """Yield the body as it comes; raise Rejected as soon as it is known to be longer than `limit` bytes."""
    announced = request.headers.get("content-length", "")
    if announced.isdecimal() and int(announced) > limit:
        raise Rejected(_too_large(limit))
    size = 0
    async for chunk in request.stream():
        size += len(chunk)
        if size > limit:
            raise Rejected(_too_large(limit))
        yield chunk


async def read_body(request: Request, limit: int) -> bytes:
    """Return the whole body; raise Rejected where it is longer than `limit` bytes."""
    return b"".join([chunk async for chunk in chunks(request, limit)])


def _too_large(limit: int) -> Problem:
    detail = f"The body is longer than {limit:,} bytes. Send less at once."
    return Problem(413, "too-large", detail, {"limit": limit}, {"Connection": "close"})
