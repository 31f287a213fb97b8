"""The SPARQL 1.1 Protocol: how a request says its query or update, and the graphs to look at."""

import re
from dataclasses import dataclass
from urllib.parse import parse_qsl, quote

from fastapi import Request

from partnergraph.web.bodies import content_encoding, content_type, read_body
from partnergraph.web.problems import Problem, Rejected

FORM = "application/x-www-form-urlencoded"
QUERY = "application/sparql-query"
UPDATE = "application/sparql-update"
_BYTES_PER_CHARACTER = 12  # a percent-encoded character of four bytes
_IRI = re.compile(r"[A-Za-z][A-Za-z0-9+.-]*:(?:[^\x00-\x20<>\"{}|^`\\%]|%[0-9A-Fa-f]{2})*")
Parameters = list[tuple[str, str]]


@dataclass(frozen=True, slots=True)
class Operation:
    """The parameters of a request: those of its URL, and those that its body adds.

    A body that is a query or an update is the parameter of that name.
    """

    in_url: Parameters
    in_body: Parameters

    @property
    def values(self) -> dict[str, list[str]]:
        """The values of each parameter, in their order."""
        found: dict[str, list[str]] = {}
        for name, value in (*self.in_url, *self.in_body):
            found.setdefault(name, []).append(value)
        return found


async def received(request: Request, longest: int, *, direct: tuple[str, ...] = (QUERY, UPDATE)) -> Operation:
    """Return the parameters of a POST; a body may be a form, or of one of the `direct` types.

    Raise Rejected for a body of another type, one that is not UTF-8, and one much longer than `longest` characters.
    """
    in_url = url_parameters(request)
    body = await read_body(request, _BYTES_PER_CHARACTER * longest)
    if not body:
        return Operation(in_url, [])
    declared = content_type(request)
    if content_encoding(request) or not declared.is_utf8 or declared.media_type not in (FORM, *direct):
        raise Rejected(_unsupported(direct))
    text = _utf8(body, "the body")
    if declared.media_type == FORM:
        return Operation(in_url, _decoded(text, "the body"))
    return Operation(in_url, [("query" if declared.media_type == QUERY else "update", text)])


def url_parameters(request: Request) -> Parameters:
    """Return the parameters in the URL, decoded exactly once."""
    return _decoded(_utf8(request.scope["query_string"], "the URL"), "the URL")


def only(values: dict[str, list[str]], name: str, longest: int) -> str:
    """Return the one query or update; raise Rejected where there is none, are several, or it is too long."""
    texts = values.get(name, [])
    if not any(text.strip() for text in texts) and (name == "query" or not texts):
        detail = f"There is no {name}. Send it as {name}=…, or as the body of a POST."
        raise Rejected(Problem(400, f"missing-{name}", detail))
    if len(texts) > 1:
        kind = {"query": "several-queries", "update": "several-updates"}[name]
        words = kind.replace("-", " ").removeprefix("several ")
        raise Rejected(Problem(400, kind, f"There are {len(texts)} {words} here. Send one at a time."))
    if len(texts[0]) > longest:
        detail = f"The {name} is longer than {longest:,} characters. Send a shorter one."
        raise Rejected(Problem(413, "too-large", detail, {"limit": longest}))
    return texts[0]


def graphs(values: dict[str, list[str]], name: str) -> tuple[str, ...]:
    """Return the graphs that a parameter names; raise Rejected where one is no absolute IRI."""
    for iri in values.get(name, ()):
        if not _IRI.fullmatch(iri):
            raise Rejected(Problem(400, "bad-graph-name", f"{name}={iri!r} is no absolute IRI."))
    return tuple(values.get(name, ()))


def endpoint(request: Request, path: str) -> str:
    """Return the address of `path` as the client wrote its host, safe between angle brackets."""
    return quote(str(request.url.replace(path=path, query="", fragment="")), safe=":/@[]!$&'()*+,;=%-._~")


def _decoded(text: str, where: str) -> Parameters:
    """Return the decoded pairs of a form, decoded exactly once."""
    try:
        return parse_qsl(text, keep_blank_values=True, errors="strict")
    except UnicodeDecodeError as fault:
        raise Rejected(_not_utf8(where)) from fault


def _utf8(text: bytes, where: str) -> str:
    try:
        return text.decode("utf-8-sig")
    except UnicodeDecodeError as fault:
        raise Rejected(_not_utf8(where)) from fault


def _not_utf8(where: str) -> Problem:
    return Problem(400, "not-utf-8", f"What stands in {where} is not UTF-8. Encode it as UTF-8.")


def _unsupported(direct: tuple[str, ...]) -> Problem:
    offered = ", ".join((*direct, FORM))
    return Problem(
        415,
        "unsupported-media-type",
        f"The body must be one of {offered}, in UTF-8 and not compressed. Say which in the Content-Type header.",
        headers={"Accept-Post": offered},
    )
