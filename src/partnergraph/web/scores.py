"""`/scores`: the Partner Capability Score, and what it is made of."""

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

router = APIRouter(tags=["Score"])

_FORMS = (JSON, CSV)


@router.get(
    "/scores",
    summary="What score a partner reaches on a day",
    responses=openapi.answers(*_FORMS, problem=(400, 406, 422)),
    response_class=Response,
)
async def scores(
    request: Request,
    service: Served,
    judging: Judged,
    partner: Annotated[str | None, Query(description="a global account, or a location of it")] = None,
    area: Annotated[str | None, Query(description="only this solution area, such as modern_work")] = None,
    units: Annotated[bool, Query(description="whether to say what was counted and what was not")] = False,  # noqa: FBT002
    wanted: FormatName = "",
) -> Response:
    """Answer with the points of each metric, where each account stands in each area, and on request the units.

    In CSV the rows stand alone, the units in place of the scores, and the header `Left-Out` counts the violations
    that kept something from counting.
    """
    form = choose(_FORMS, accepted(request), wanted)
    if form is None:
        raise Rejected(not_acceptable(_FORMS))
    found = await service.read(
        partial(
            service.graph.scores,
            partner,
            as_of=judging.as_of,
            pack=judging.pack,
            switches=judging.switches,
        )
    )
    found = found.of(area=area)
    headers = {"Vary": "Accept", "Left-Out": str(len(found.left_out))}
    if form is CSV:
        table = found.units_table if units else found.table
        return Response(table.to_csv(), media_type=CSV.media_type, headers=headers)
    return JSONResponse(found.document(with_units=units), headers=headers)
