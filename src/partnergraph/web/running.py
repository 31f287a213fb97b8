"""`/queries`: the users' queries in flight, which can be stopped."""

from dataclasses import asdict

from fastapi import APIRouter, Response
from fastapi.responses import JSONResponse

from partnergraph.web import openapi
from partnergraph.web.negotiation import JSON
from partnergraph.web.problems import Problem, Rejected
from partnergraph.web.service import Served

router = APIRouter(tags=["Service"])


@router.get("/queries", summary="List the queries in flight", responses=openapi.answers(JSON), response_class=Response)
async def list_running(service: Served) -> Response:
    """Answer with id, text, state, seconds so far, bytes sent and memory of each, and what a query may take."""
    desk = service.desk
    if desk is None:
        return JSONResponse({"queries": [], "bounds": None})
    listed = [asdict(each) for each in desk.pool.running()]
    return JSONResponse({"queries": listed, "bounds": asdict(desk.pool.bounds())})


@router.delete(
    "/queries/{name}",
    summary="Stop a query in flight",
    status_code=204,
    responses={204: {"description": "It is stopped"}, **openapi.problems_only(404)},
    response_class=Response,
)
async def cancel(service: Served, name: str) -> Response:
    """End the query of that id at once; who asked it is told that it was cancelled."""
    if service.desk is None or not service.desk.pool.cancel(name):
        raise Rejected(Problem(404, "not-found", f"No query {name} is in flight. They are listed at /queries."))
    return Response(status_code=204)
