"""A report in the formats that a request may ask for."""

from collections.abc import Mapping
from typing import Annotated

from fastapi import Query, Response
from fastapi.responses import StreamingResponse

from partnergraph.report import Report, Severity
from partnergraph.report.page import policy
from partnergraph.web.negotiation import CSV, GRAPHS, HTML, JSON, JSON_LD, TEXT, TURTLE, Format
from partnergraph.web.problems import Problem

SARIF = Format("sarif", "application/sarif+json")
NTRIPLES = GRAPHS[1]
FORMATS = (JSON, CSV, TURTLE, JSON_LD, TEXT, NTRIPLES, HTML, SARIF)
_FORMS: Mapping[Format, str] = {
    JSON: "json",
    CSV: "csv",
    TURTLE: "turtle",
    JSON_LD: "jsonld",
    TEXT: "table",
    NTRIPLES: "ntriples",
    HTML: "html",
    SARIF: "sarif",
}

Limit = Annotated[int | None, Query(ge=0, description="show that many findings, the gravest; the rest is counted")]


def report_response(report: Report, form: Format, limit: int | None = None, *, status: int = 200) -> Response:
    """Return the report written in one of `FORMATS`, piece by piece.

    The header `Left-Out` counts the findings that the limit cut off.
    """
    shown = report.first(limit)
    headers = {"Vary": "Accept", "Left-Out": str(shown.cut)}
    if form is HTML:
        headers["Content-Security-Policy"] = f"{policy()}; frame-ancestors 'none'"
    return StreamingResponse(
        shown.chunks(_FORMS[form]), status_code=status, media_type=form.media_type, headers=headers
    )


def refused_response(report: Report, form: Format | None, limit: int | None, kind: str) -> Response:
    """Return the answer to a write that was refused: a problem of that kind with the report in it.

    Where another format than JSON is asked for, the report alone is the answer.
    """
    if form is not None and form is not JSON:
        return report_response(report, form, limit, status=422)
    count = report.counts[Severity.VIOLATION]
    detail = f"{count} violation{'s' if count != 1 else ''} found. Nothing was stored. See report."
    return Problem(422, kind, detail, {"report": report.first(limit).members()}).response()
