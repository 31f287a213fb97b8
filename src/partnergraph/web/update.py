"""`/update`: SPARQL 1.1 Update through the guard."""

from functools import partial

from fastapi import APIRouter, Request, Response

from partnergraph.web import openapi
from partnergraph.web.imports import FormatName, Who
from partnergraph.web.judging import Judged, Judging
from partnergraph.web.negotiation import JSON
from partnergraph.web.problems import Problem, Rejected
from partnergraph.web.protocol import FORM, UPDATE, Operation, endpoint, graphs, only, received
from partnergraph.web.service import Served, Service
from partnergraph.web.writes import amended, refuse_unless_writable, told

router = APIRouter(tags=["SPARQL"])
DATASET = ("using-graph-uri", "using-named-graph-uri")


@router.post(
    "/update",
    summary="Change the store by SPARQL Update, all of it or nothing",
    responses=openapi.answers(JSON, problem=(400, 403, 413, 415, 422, 503)),
    response_class=Response,
    openapi_extra={"parameters": [*openapi.USING], "requestBody": openapi.body(UPDATE, FORM)},
)
@router.post("/update/", include_in_schema=False)
async def update(
    request: Request, service: Served, judging: Judged, who: Who = None, wanted: FormatName = ""
) -> Response:
    """Answer with what came and went, or with the report where a rule would be violated; then nothing has changed."""
    refuse_unless_writable(request, service)
    operation = await received(request, service.limits.query_characters, direct=(UPDATE,))
    return await carry_out(request, service, operation, judging, who=who, wanted=wanted)


async def carry_out(
    request: Request,
    service: Service,
    operation: Operation,
    judging: Judging,
    *,
    who: str | None = None,
    wanted: str = "",
) -> Response:
    """Carry out the update that a request holds, and answer it."""
    refuse_unless_writable(request, service)
    values = operation.values
    if "query" in values or any(name == "update" for name, _ in operation.in_url):
        detail = "An update stands in the body of a POST, as update=… or directly, and no query beside it."
        raise Rejected(Problem(400, "wrong-use", detail))
    text = only(values, "update", service.limits.query_characters)
    default, named = (graphs(values, name) for name in DATASET)
    work = partial(
        service.graph.update,
        text,
        who=who,
        base=endpoint(request, request.url.path.rstrip("/")),
        default_graphs=default,
        named_graphs=named,
        as_of=judging.as_of,
        pack=judging.pack,
        switches=judging.switches,
    )
    outcome = await amended(request, service, partial(service.deeply, work, len(text)), wanted)
    return outcome if isinstance(outcome, Response) else told(outcome)
