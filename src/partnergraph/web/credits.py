"""`/credits`, `/non-credits` and `/explain`: who is credited, what is not, and why or why not."""

import json
from collections.abc import Callable
from functools import partial
from typing import Annotated

from fastapi import APIRouter, Query, Request, Response
from fastapi.responses import JSONResponse

from partnergraph.explain.page import policy_of_page
from partnergraph.report import Finding
from partnergraph.web import openapi
from partnergraph.web.imports import FormatName
from partnergraph.web.judging import Judged
from partnergraph.web.negotiation import CSV, HTML, JSON, TEXT, Format, accepted, choose
from partnergraph.web.problems import Rejected, not_acceptable
from partnergraph.web.service import Served

router = APIRouter(tags=["Credit"])

Filter = Annotated[str | None, Query(description="leave out everything else")]
_VARY = {"Vary": "Accept"}
_TABLES = (JSON, CSV)
_EXPLANATIONS = (JSON, TEXT, HTML)


@router.get(
    "/credits",
    summary="Who is credited on a day",
    responses=openapi.answers(*_TABLES, problem=(400, 406, 422)),
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

    In JSON, `disputed` lists the conflicts and doubts that a row's rules rest on. In CSV the rows stand alone and the
    header `Left-Out` counts those findings.
    """
    form = _chosen(request, _TABLES, wanted)
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
    content = {
        "as_of": found.as_of,
        "pack": found.pack,
        "credits": json.loads(found.to_json()),
        "left_out": [_told(finding) for finding in found.left_out],
    }
    return JSONResponse(content, headers=headers)


@router.get(
    "/non-credits",
    summary="What is not credited on a day, and why not",
    responses=openapi.answers(*_TABLES, problem=(400, 406, 422)),
    response_class=Response,
)
async def non_credits(
    request: Request,
    service: Served,
    judging: Judged,
    partner: Filter = None,
    tenant: Filter = None,
    wanted: FormatName = "",
) -> Response:
    """Answer with one row for each association, area of its product and metric without a credit.

    `reason` is the code of the first condition that failed, `rules` are its rules, and `hint` says what would change
    it. The header `Left-Out` counts the violations whose associations earn nothing.
    """
    form = _chosen(request, _TABLES, wanted)
    found = await service.read(
        partial(
            service.graph.non_credits,
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
    content = {"as_of": found.as_of, "pack": found.pack, "non_credits": list(found.table.dicts())}
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
    """Answer with the association, matrix row, rules and dates behind a credit, or the first condition that failed.

    As HTML it is a page that needs nothing else.
    """
    form = _chosen(request, _EXPLANATIONS, wanted)
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
    writers: dict[Format, Callable[[], str]] = {
        JSON: explanation.to_json,
        TEXT: explanation.to_text,
        HTML: explanation.to_html,
    }
    policy = {"Content-Security-Policy": f"{policy_of_page()}; frame-ancestors 'none'"} if form is HTML else {}
    return Response(writers[form](), media_type=form.media_type, headers={**_VARY, **policy})


def _chosen(request: Request, offered: tuple[Format, ...], wanted: str) -> Format:
    """Return the format to answer in; raise Rejected where the request rules out all that are offered."""
    form = choose(offered, accepted(request), wanted)
    if form is None:
        raise Rejected(not_acceptable(offered))
    return form


def _told(finding: Finding) -> dict[str, str]:
    return {"focus": finding.focus, "code": finding.code, "message": finding.message}
