"""Problem details (RFC 9457): the one shape that every error takes over HTTP."""

import http
import logging
from collections.abc import Mapping
from dataclasses import dataclass, field

from fastapi import FastAPI, Request
from fastapi.exceptions import RequestValidationError
from fastapi.responses import JSONResponse
from starlette.exceptions import HTTPException
from starlette.requests import ClientDisconnect
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from partnergraph.errors import (
    BadQuery,
    Busy,
    Fault,
    PartnerGraphError,
    ProtectedGraph,
    ShapesFault,
    StaleToken,
    Stopped,
    StoreUnavailable,
    UnreadableInput,
    WrongUse,
)
from partnergraph.terms import BASE
from partnergraph.web.negotiation import Format

MEDIA_TYPE = "application/problem+json"
_log = logging.getLogger(__name__)


@dataclass(frozen=True, slots=True)
class Problem:
    """Why a request was not answered: an HTTP status, a kind that programs can tell apart, and words for a person."""

    status: int
    kind: str
    detail: str
    members: Mapping[str, object] = field(default_factory=dict)
    headers: Mapping[str, str] = field(default_factory=dict)

    @property
    def title(self) -> str:
        """The kind in words."""
        return self.kind.replace("-", " ").capitalize()

    def response(self) -> JSONResponse:
        """Return the answer that says so."""
        content = {
            "type": f"{BASE}problem/{self.kind}",
            "title": self.title,
            "status": self.status,
            "detail": self.detail,
            **self.members,
        }
        return JSONResponse(content, self.status, headers=dict(self.headers), media_type=MEDIA_TYPE)


class Rejected(Exception):
    """A request that ends here, with the problem to answer."""

    def __init__(self, problem: Problem) -> None:
        super().__init__(problem.detail)
        self.problem = problem


def of_error(error: PartnerGraphError) -> Problem:
    """Return the problem that tells what `error` tells."""
    if isinstance(error, UnreadableInput):
        faults = [_fault(fault) for fault in error.faults]
        return Problem(400, "unreadable-input", "Nothing was read or stored. See faults.", {"faults": faults})
    if isinstance(error, BadQuery):
        members = {"line": error.line, "column": error.column}
        return Problem(400, "bad-query", error.message, {k: v for k, v in members.items() if v is not None})
    if isinstance(error, ShapesFault):
        return Problem(400, "shapes-fault", str(error))
    if isinstance(error, ProtectedGraph):
        return Problem(403, "protected-graph", str(error), {"graph": error.graph})
    if isinstance(error, StaleToken):
        return Problem(409, "store-changed", str(error))
    if isinstance(error, WrongUse):
        return Problem(400, "wrong-use", str(error))
    if isinstance(error, StoreUnavailable):
        _log.error("store unavailable: %s", error)
        return Problem(503, "store-unavailable", f"The store {error.reason} {error.remedy}".rstrip())
    if isinstance(error, Busy):
        return Problem(503, "busy", str(error), headers={"Retry-After": str(error.retry_after)})
    if isinstance(error, Stopped):
        return Problem(_STOPPED.get(error.limit, 422), "query-stopped", str(error), {"limit": error.limit})
    return Problem(400, "unreadable-input", str(error))


_STOPPED = {"cancelled": 503, "left": 503, "lost": 503, "ending": 503}
"""The status of a query that was stopped through no fault of its own; asked again as it is, it may be answered."""


def not_acceptable(offered: tuple[Format, ...]) -> Problem:
    """Return the problem that lists the formats on offer."""
    types = [form.media_type for form in offered]
    return Problem(406, "not-acceptable", f"This can be had as {', '.join(types)}.", {"offered": types})


def install(app: FastAPI) -> None:
    """Let `app` answer every error that a request can meet as a problem."""
    app.exception_handler(Rejected)(_on_rejected)
    app.exception_handler(PartnerGraphError)(_on_error)
    app.exception_handler(RequestValidationError)(_on_invalid_parameters)
    app.exception_handler(HTTPException)(_on_http_error)


def nothing_at(path: str) -> Problem:
    """Return the problem of a path at which there is nothing, or nothing that the caller may know of."""
    return Problem(404, "not-found", f"There is nothing at {path}. The paths are listed at /docs.")


class LastHandler:
    """The outermost layer: what nobody expected becomes a problem that says nothing of the inside, and a log entry."""

    def __init__(self, app: ASGIApp) -> None:
        self._app = app

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Answer the request."""
        started = False

        async def watched(message: Message) -> None:
            nonlocal started
            started = started or message["type"] == "http.response.start"
            await send(message)

        try:
            await self._app(scope, receive, watched)
        except ClientDisconnect:
            _log.info("the client left before its request was complete")
        except Exception:
            _log.exception("unexpected error while answering %s", scope.get("path", ""))
            if scope["type"] != "http" or started:
                raise
            problem = Problem(500, "internal-error", "Something went wrong here. The log of the service says what.")
            await problem.response()(scope, receive, send)


def _fault(fault: Fault) -> dict[str, str | int | None]:
    return {
        "file": fault.file,
        "row": fault.row,
        "column": fault.column,
        "problem": fault.problem,
        "remedy": fault.remedy,
    }


async def _on_rejected(_: Request, error: Rejected) -> JSONResponse:
    return error.problem.response()


async def _on_error(_: Request, error: PartnerGraphError) -> JSONResponse:
    return of_error(error).response()


async def _on_invalid_parameters(_: Request, error: RequestValidationError) -> JSONResponse:
    faults = [{"parameter": ".".join(map(str, each["loc"])), "problem": each["msg"]} for each in error.errors()]
    return Problem(
        422, "invalid-parameters", "A parameter is missing or wrong. See faults.", {"faults": faults}
    ).response()


async def _on_http_error(request: Request, error: HTTPException) -> JSONResponse:
    phrase = http.HTTPStatus(error.status_code).phrase
    kind = phrase.lower().replace(" ", "-")
    detail = str(error.detail)
    if error.status_code == http.HTTPStatus.NOT_FOUND:
        detail = nothing_at(request.url.path).detail
    headers = dict(error.headers or {})
    if error.status_code == http.HTTPStatus.METHOD_NOT_ALLOWED:
        headers["Allow"] = _allowed(request) or headers.get("Allow", "")
        detail = f"{request.method} is not possible at {request.url.path}, but {headers['Allow']}."
    return Problem(error.status_code, kind, detail, headers=headers).response()


def _allowed(request: Request) -> str:
    """Return the methods of the path; starlette only knows those of the first route that it finds."""
    paths = request.app.openapi()["paths"]
    path = request.url.path
    operations = paths.get(path) or paths.get("/" + path.split("/")[1], {})
    methods = {method.upper() for method in operations}
    return ", ".join(sorted(methods | ({"HEAD"} if "GET" in methods else set())))
