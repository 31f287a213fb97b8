"""What all writes over HTTP have in common: whether there are any, who may, and what is answered."""

from collections.abc import Callable
from dataclasses import asdict

from fastapi import Request, Response
from fastapi.responses import JSONResponse

from partnergraph.amendment import UpdateOutcome
from partnergraph.errors import UpdateRejected
from partnergraph.web.headers import refuse_other_sites
from partnergraph.web.negotiation import accepted, choose
from partnergraph.web.problems import Problem, Rejected
from partnergraph.web.reports import FORMATS, refused_response
from partnergraph.web.service import Service


def refuse_unless_writable(request: Request, service: Service) -> None:
    """Raise Rejected where this service takes no writes, or not from the page that asks."""
    if not service.writable:
        raise Rejected(_READ_ONLY)
    refuse_other_sites(request, request.app.state.allowed)


async def amended(
    request: Request, service: Service, work: Callable[[], UpdateOutcome], wanted: str
) -> UpdateOutcome | Response:
    """Let `work` write, and return what came of it, or the answer with the report where a rule stands against it.

    The report is in the problem, or it is the answer where another of its formats than JSON is asked for.
    """
    try:
        return await service.write(work)
    except UpdateRejected as refused:
        form = choose(FORMATS, accepted(request), wanted)
        return refused_response(refused.report, form, None, "update-refused")


def told(outcome: UpdateOutcome) -> Response:
    """Return the answer to an update that was kept."""
    members = asdict(outcome) | {"committed": outcome.changed, "report": outcome.report.members()}
    return JSONResponse(members)


_READ_ONLY = Problem(
    403, "read-only", "This service is read only: it answers queries and takes no updates unless --allow-write is set."
)
