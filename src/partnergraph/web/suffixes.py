"""Suffixes of a path that name a format, such as `/sparql.csv?query=…`, for clients that send no Accept header."""

import re
from urllib.parse import urlencode

from starlette.types import ASGIApp, Receive, Scope, Send

_SUFFIXES = {
    "csv": "csv",
    "tsv": "tsv",
    "json": "json",
    "srj": "json",
    "xml": "xml",
    "srx": "xml",
    "ttl": "turtle",
    "nt": "ntriples",
    "jsonld": "jsonld",
    "rdf": "rdfxml",
    "txt": "text",
    "html": "html",
    "sarif": "sarif",
}
_PATH = re.compile(
    r"(/(?:sparql|credits|non-credits|scores|explain|diff|rules|validate|questions/.+))\.(" + "|".join(_SUFFIXES) + ")"
)


class Suffixes:
    """Takes a format at the end of a path for the `format` that is asked for; it goes before an Accept header."""

    def __init__(self, app: ASGIApp) -> None:
        self._app = app

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Answer the request."""
        found = _PATH.fullmatch(scope["path"]) if scope["type"] == "http" else None
        if found is not None:
            form = urlencode({"format": _SUFFIXES[found[2]]}).encode()
            scope = {
                **scope,
                "path": found[1],
                "raw_path": found[1].encode(),
                "query_string": form + b"&" + scope["query_string"] if scope["query_string"] else form,
                "headers": [(name, value) for name, value in scope["headers"] if name != b"accept"],
            }
        await self._app(scope, receive, send)
