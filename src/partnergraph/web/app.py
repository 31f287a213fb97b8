"""The service as one ASGI application."""

import re
from collections.abc import Iterable

from fastapi import APIRouter, FastAPI
from fastapi.responses import JSONResponse, Response
from starlette.middleware import Middleware
from starlette.middleware.cors import CORSMiddleware

from partnergraph import __version__
from partnergraph.graph import PartnerGraph
from partnergraph.settings import DEFAULT_LIMITS, Limits
from partnergraph.web import credits as credit_routes
from partnergraph.web import history, imports, openapi, pages, problems, questions, scores, sparql
from partnergraph.web.headers import LOOPBACK, HeadAsGet, OwnSite, SafeHeaders
from partnergraph.web.negotiation import JSON
from partnergraph.web.service import service_of

health = APIRouter(tags=["Service"])
_ABOUT = "Which partner is recognised for which customer, and why. Errors are application/problem+json."


@health.get("/health", summary="Whether the service is up", responses=openapi.answers(JSON), response_class=Response)
async def report_health() -> Response:
    """Answer at once, whatever else is going on."""
    return JSONResponse({"status": "ok", "version": __version__})


def create_app(graph: PartnerGraph, *, limits: Limits = DEFAULT_LIMITS, origins: Iterable[str] = ()) -> FastAPI:
    """Return the service over `graph`, which stays open and belongs to the caller.

    Pages of this machine may ask it from a browser, and those of `origins` (such as `https://yasgui.example`, or `*`
    for all). There is no login: whoever reaches the service may read all and import.
    """
    allowed = re.compile("|".join([LOOPBACK, *(".*" if each == "*" else re.escape(each) for each in origins)]))
    app = FastAPI(
        title="partnergraph",
        version=__version__,
        description=_ABOUT,
        docs_url=None,
        redoc_url=None,
        redirect_slashes=False,
        middleware=[
            Middleware(SafeHeaders),
            Middleware(
                CORSMiddleware,
                allow_origin_regex=allowed.pattern,
                allow_methods=["GET", "HEAD", "POST"],
                allow_headers=["Accept", "Content-Type", "Content-Encoding"],
                expose_headers=["Left-Out"],
                max_age=3600,
            ),
            Middleware(problems.LastHandler),
            Middleware(OwnSite, allowed=allowed, path="/imports"),
            Middleware(HeadAsGet),
        ],
    )
    app.state.service = service_of(graph, limits)
    problems.install(app)
    for router in (
        sparql.router,
        imports.router,
        credit_routes.router,
        scores.router,
        questions.router,
        history.router,
        health,
        pages.router,
    ):
        app.include_router(router)
    return app
