"""`/quarantine`: what was set apart of imports, and its way back."""

from dataclasses import asdict
from functools import partial
from typing import Annotated

from fastapi import APIRouter, Query, Request, Response
from fastapi.responses import JSONResponse

from partnergraph.quarantine import Quarantine
from partnergraph.web import openapi
from partnergraph.web.imports import FormatName
from partnergraph.web.judging import Judged
from partnergraph.web.negotiation import CSV, JSON, accepted, choose
from partnergraph.web.problems import Rejected, not_acceptable
from partnergraph.web.service import Served

router = APIRouter(tags=["Graphs in"])

ImportName = Annotated[str | None, Query(alias="import", description="only what came with this import")]
Ids = Annotated[list[str] | None, Query(alias="id", description="id or IRI of a thing in quarantine; else all")]
_FORMS = (JSON, CSV)


@router.get(
    "/quarantine",
    summary="List what imports have set apart, and why",
    responses=openapi.answers(*_FORMS, problem=(400, 406)),
    response_class=Response,
)
async def list_quarantine(
    request: Request, service: Served, name: ImportName = None, ids: Ids = None, wanted: FormatName = ""
) -> Response:
    """Answer with one row for each thing in quarantine: its import, the finding, file and row."""
    form = choose(_FORMS, accepted(request), wanted)
    if form is None:
        raise Rejected(not_acceptable(_FORMS))
    found = await service.read(partial(service.graph.quarantine, name, ids or ()))
    if form is CSV:
        return Response(found.to_csv(), media_type=CSV.media_type, headers={"Vary": "Accept"})
    return JSONResponse({"quarantine": list(found.table.dicts())}, headers={"Vary": "Accept"})


@router.post(
    "/quarantine/release",
    summary="Judge again what is in quarantine, and give back what the rules find no fault with",
    responses=openapi.answers(JSON, problem=(400, 403, 503)),
    response_class=Response,
)
async def release(service: Served, judging: Judged, name: ImportName = None, ids: Ids = None) -> Response:
    """Answer with what was released, and with what still violates and stays."""
    work = partial(service.graph.release, name, ids or (), **asdict(judging))
    outcome = await service.write(work)
    return JSONResponse(
        {
            "released": list(Quarantine(outcome.released).table.dicts()),
            "held": list(Quarantine(outcome.held).table.dicts()),
            "report": outcome.report.members(),
        }
    )
