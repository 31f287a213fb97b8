"""`/snapshots` and `/diff`: what was closed, and what changed since."""

from dataclasses import asdict
from functools import partial
from typing import Annotated

from fastapi import APIRouter, Query, Request, Response
from fastapi.responses import JSONResponse

from partnergraph.web import openapi
from partnergraph.web.imports import FormatName
from partnergraph.web.judging import Judged
from partnergraph.web.negotiation import CSV, JSON, accepted, choose
from partnergraph.web.problems import Rejected, not_acceptable
from partnergraph.web.service import Served

router = APIRouter(tags=["History"])

Side = Annotated[str, Query(description="a snapshot, or DATE, DATE@PACK or @PACK; empty for the default date")]
_FORMS = (JSON, CSV)


@router.get("/snapshots", summary="List what was closed", responses=openapi.answers(JSON), response_class=Response)
async def list_snapshots(service: Served) -> Response:
    """Answer with name, day, pack and digests of each snapshot; `partnergraph close` makes them."""
    kept = await service.read(service.graph.snapshots)
    return JSONResponse({"snapshots": [asdict(each) for each in kept]})


@router.get(
    "/diff",
    summary="What changed between two snapshots, dates or packs",
    responses=openapi.answers(*_FORMS, problem=(400, 406, 422)),
    response_class=Response,
)
async def diff(
    request: Request,
    service: Served,
    judging: Judged,
    before: Side = "",
    after: Side = "",
    partner: Annotated[str | None, Query(description="only this partner's changes; nobody else is named")] = None,
    wanted: FormatName = "",
) -> Response:
    """Answer with each credit that was gained, lost, displaced or reclassified, its cause, and the effect on points."""
    form = choose(_FORMS, accepted(request), wanted)
    if form is None:
        raise Rejected(not_acceptable(_FORMS))
    work = partial(service.graph.diff, before, after, partner=partner, switches=judging.switches)
    found = await service.read(work)
    if form is CSV:
        return Response(found.to_csv(), media_type=CSV.media_type, headers={"Vary": "Accept"})
    return JSONResponse(found.members(), headers={"Vary": "Accept"})
