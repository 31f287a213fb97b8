"""`/health` and `/ready`: whether the service is up, and whether it can answer."""

from fastapi import APIRouter, Response
from fastapi.responses import JSONResponse

from partnergraph import __version__
from partnergraph.web import openapi
from partnergraph.web.negotiation import JSON
from partnergraph.web.problems import Problem, Rejected
from partnergraph.web.service import Served

router = APIRouter(tags=["Service"])


@router.get("/health", summary="Whether the service is up", responses=openapi.answers(JSON), response_class=Response)
async def report_health() -> Response:
    """Answer at once, whatever else is going on."""
    return JSONResponse({"status": "ok", "version": __version__})


@router.get(
    "/ready",
    summary="Whether the service can answer queries",
    responses=openapi.answers(JSON, problem=(503,)),
    response_class=Response,
)
async def report_readiness(service: Served) -> Response:
    """Answer 200 where a process for queries is there, or where none is needed, and 503 where there is none."""
    if service.desk is None:
        return JSONResponse({"status": "ready", "workers": 0, "queries": 0})
    pool = service.desk.pool
    if not pool.ready:
        problem = Problem(503, "not-ready", "No process can answer queries now.", headers={"Retry-After": "1"})
        raise Rejected(problem)
    return JSONResponse({"status": "ready", "workers": pool.size, "queries": len(pool.running())})
