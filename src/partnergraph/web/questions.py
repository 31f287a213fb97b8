"""`/questions` and `/rules`: the shipped questions and rules."""

from dataclasses import asdict
from functools import partial

from fastapi import APIRouter, Request, Response
from fastapi.responses import JSONResponse

from partnergraph.catalogue import Query
from partnergraph.web import openapi
from partnergraph.web.imports import FormatName
from partnergraph.web.judging import Judged
from partnergraph.web.negotiation import CSV, JSON, accepted, choose
from partnergraph.web.problems import Problem, Rejected, not_acceptable
from partnergraph.web.service import Served

router = APIRouter(tags=["Questions and rules"])

_TABLES = (JSON, CSV)
_OURS = {"format", "as_of", "pack", "switch"}


@router.get(
    "/questions", summary="List the shipped questions", responses=openapi.answers(JSON), response_class=Response
)
async def list_queries(service: Served) -> Response:
    """Answer with name, summary, parameters and columns of each question."""
    asked = await service.read(service.graph.queries)
    return JSONResponse({"questions": [_told(query) for query in asked]})


@router.get(
    "/questions/{name:path}",
    summary="Ask a shipped question",
    responses=openapi.answers(*_TABLES, problem=(400, 406, 422)),
    response_class=Response,
)
async def run_query(request: Request, service: Served, judging: Judged, name: str, wanted: FormatName = "") -> Response:
    """Answer the question called `name`; its parameters are the other parameters of the query string."""
    form = choose(_TABLES, accepted(request), wanted)
    if form is None:
        raise Rejected(not_acceptable(_TABLES))
    known = await service.read(service.graph.queries)
    if name not in [query.name for query in known]:
        raise Rejected(Problem(404, "not-found", f"There is no question called {name}. They are listed at /questions."))
    values = {key: value for key, value in request.query_params.items() if key not in _OURS}
    work = partial(service.graph.run, name, values, as_of=judging.as_of, pack=judging.pack, switches=judging.switches)
    table = await service.read(work)
    content = table.to_csv() if form is CSV else table.to_json()
    return Response(content, media_type=form.media_type, headers={"Vary": "Accept"})


@router.get("/rules", summary="List the rules", responses=openapi.answers(JSON, CSV), response_class=Response)
async def list_rules(request: Request, service: Served, wanted: FormatName = "") -> Response:
    """Answer with code, name, severity and reason of each rule."""
    form = choose(_TABLES, accepted(request), wanted)
    if form is None:
        raise Rejected(not_acceptable(_TABLES))
    table = await service.read(service.graph.rules)
    if form is CSV:
        return Response(table.to_csv(), media_type=CSV.media_type)
    return JSONResponse({"rules": list(table.dicts())})


def _told(query: Query) -> dict[str, object]:
    return {
        "name": query.name,
        "summary": query.summary,
        "parameters": [asdict(parameter) for parameter in query.parameters],
        "needs": list(query.needs),
        "returns": query.returns,
        "source": query.source,
    }
