"""The service as one ASGI application."""

import re
from collections.abc import AsyncIterator, Callable, Iterable
from contextlib import asynccontextmanager
from functools import partial

from anyio import to_thread
from fastapi import FastAPI
from starlette.middleware import Middleware
from starlette.middleware.cors import CORSMiddleware

from partnergraph import __version__
from partnergraph.graph import PartnerGraph
from partnergraph.jobs import Jobs
from partnergraph.settings import DEFAULT_LIMITS, Limits
from partnergraph.visibility import Views
from partnergraph.web import credits as credit_routes
from partnergraph.web import (
    graphs,
    health,
    history,
    imports,
    metrics,
    pages,
    problems,
    quarantine,
    questions,
    running,
    scores,
    sparql,
    update,
)
from partnergraph.web import jobs as background
from partnergraph.web.admission import Admission, Gate
from partnergraph.web.asking import TRUNCATED
from partnergraph.web.compression import Compressed
from partnergraph.web.conditional import Conditional
from partnergraph.web.headers import LOOPBACK, HeadAsGet, OwnSite, SafeHeaders
from partnergraph.web.metrics import Metrics
from partnergraph.web.service import service_of
from partnergraph.web.suffixes import Suffixes
from partnergraph.web.watch import HEADER, Watched
from partnergraph.workers import Pool

_ASKED = ("Accept", "Authorization", "Content-Type", "Content-Encoding", "If-Match", "If-None-Match", "Prefer")
_TOLD = ("ETag", "Left-Out", "Location", "Retry-After", TRUNCATED, "WWW-Authenticate")
_ABOUT = "Which partner is recognised for which customer, and why. Errors are application/problem+json."
_WRITING = ("/imports", "/imports/rehearsal", "/imports/commit", "/quarantine/release")
_ROUTERS = (
    sparql.router,
    update.router,
    graphs.router,
    imports.router,
    background.router,
    quarantine.router,
    credit_routes.router,
    scores.router,
    questions.router,
    running.router,
    history.router,
    health.router,
    metrics.router,
    pages.router,
)


def create_app(
    graph: PartnerGraph,
    *,
    limits: Limits = DEFAULT_LIMITS,
    origins: Iterable[str] = (),
    pool: Pool | None = None,
    writable: bool = False,
    jobs: Jobs | None = None,
    gate: Gate | None = None,
) -> FastAPI:
    """Return the service over `graph`, which stays open and belongs to the caller, as do `pool` and `jobs`.

    Users' queries are answered by the workers of `pool` (see `PartnerGraph.workers`); without one they run in this
    process, and nothing bounds them. Where the service is `writable`, it takes SPARQL updates and writes to single
    graphs; imports it always takes. Those that the client does not want to wait for are given to `jobs`.

    Pages of this machine may ask it from a browser, and those of `origins` (such as `https://yasgui.example`, or `*`
    for all). Who may ask what, the `gate` says; without one, whoever reaches the service may do everything.
    """
    allowed = re.compile("|".join([LOOPBACK, *(".*" if each == "*" else re.escape(each) for each in origins)]))
    counted = Metrics(pool)
    app = FastAPI(
        title="partnergraph",
        version=__version__,
        description=_ABOUT,
        docs_url=None,
        redoc_url=None,
        redirect_slashes=False,
        middleware=_layers(allowed, counted, gate or Gate(), lambda: graph.state),
        lifespan=partial(_until_stopped, pool),
    )
    app.state.metrics = counted
    app.state.service = service_of(graph, limits, pool, writable=writable, jobs=jobs)
    app.state.allowed = allowed
    app.state.views = Views(graph)
    problems.install(app)
    for router in _ROUTERS:
        app.include_router(router)
    return app


def _layers(allowed: re.Pattern[str], counted: Metrics, gate: Gate, state: Callable[[], str]) -> list[Middleware]:
    """Return what every request goes through, from the outside in."""
    return [
        Middleware(Watched, metrics=counted),
        Middleware(SafeHeaders),
        Middleware(
            CORSMiddleware,
            allow_origin_regex=allowed.pattern,
            allow_methods=["GET", "HEAD", "POST", "PUT", "DELETE"],
            allow_headers=[*_ASKED, HEADER],
            expose_headers=[*_TOLD, HEADER],
            max_age=3600,
        ),
        Middleware(problems.LastHandler),
        Middleware(OwnSite, allowed=allowed, paths=_WRITING),
        Middleware(HeadAsGet),
        Middleware(Suffixes),
        Middleware(Admission, gate=gate),  # it judges the path that is answered
        Middleware(Compressed),
        Middleware(Conditional, state=state),
    ]


@asynccontextmanager
async def _until_stopped(pool: Pool | None, app: FastAPI) -> AsyncIterator[None]:
    """Let the service run, and end its queries when it is stopped."""
    try:
        yield
    finally:
        if pool is not None:
            await to_thread.run_sync(pool.end_queries)
