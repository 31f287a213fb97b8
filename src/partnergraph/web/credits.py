"""`/credits` and `/explain`: who is credited, and why or why not."""

from functools import partial
from typing import Annotated

from fastapi import APIRouter, Query, Request, Response
from fastapi.responses import JSONResponse, PlainTextResponse

from partnergraph.web import openapi
from partnergraph.web.imports import FormatName
from partnergraph.web.judging import Judged
from partnergraph.web.negotiation import CSV, JSON, TEXT, accepted, choose
from partnergraph.web.problems import Rejected, not_acceptable
from partnergraph.web.service import Served

router = APIRouter(tags=["Credit"])

Filter = Annotated[str | None, Query(description="leave out everything else")]
_VARY = {"Vary": "Accept"}
_CREDITS = (JSON, CSV)
_EXPLANATIONS = (JSON, TEXT)


@router.get(
    "/credits",
    summary="Who is credited on a day",
    responses=openapi.answers(*_CREDITS, problem=(400, 406, 422)),
    response_class=Response,
)
async def credits_(
    request: Request,
    service: Served,
    judging: Judged,
    partner: Filter = None,
    tenant: Filter = None,
    wanted: FormatName = "",
) -> Response:
    """Answer with the credit rows; `left_out` are the findings whose associations earn nothing.

    In CSV the rows stand alone and the header `Left-Out` counts those findings.
    """
    form = choose(_CREDITS, accepted(request), wanted)
    if form is None:
        raise Rejected(not_acceptable(_CREDITS))
    found = await service.read(
        partial(
            service.graph.credits,
            as_of=judging.as_of,
            pack=judging.pack,
            switches=judging.switches,
            partner=partner,
            tenant=tenant,
        )
    )
    headers = {**_VARY, "Left-Out": str(len(found.left_out))}
    if form is CSV:
        return Response(found.table.to_csv(), media_type=CSV.media_type, headers=headers)
    left_out = [{"focus": each.focus, "code": each.code, "message": each.message} for each in found.left_out]
    content = {
        "as_of": str(found.as_of),
        "pack": found.pack,
        "credits": list(found.table.dicts()),
        "left_out": left_out,
    }
    return JSONResponse(content, headers=headers)


@router.get(
    "/explain",
    summary="Why a partner is credited, or why not",
    responses=openapi.answers(*_EXPLANATIONS, problem=(400, 406, 422)),
    response_class=Response,
)
async def explain(
    request: Request,
    service: Served,
    judging: Judged,
    partner: Annotated[str, Query(min_length=1, description="the partner asked about")],
    tenant: Filter = None,
    workload: Filter = None,
    subscription: Filter = None,
    metric: Filter = None,
    wanted: FormatName = "",
) -> Response:
    """Answer with the association, matrix row, rules and dates behind a credit, or the first condition that failed."""
    form = choose(_EXPLANATIONS, accepted(request), wanted)
    if form is None:
        raise Rejected(not_acceptable(_EXPLANATIONS))
    explanation = await service.read(
        partial(
            service.graph.explain,
            partner,
            tenant=tenant,
            workload=workload,
            subscription=subscription,
            metric=metric,
            as_of=judging.as_of,
            pack=judging.pack,
            switches=judging.switches,
        )
    )
    if form is TEXT:
        return PlainTextResponse(explanation.to_text(), headers=_VARY)
    return Response(explanation.to_json(), media_type=JSON.media_type, headers=_VARY)
