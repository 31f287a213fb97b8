"""`/validate` and `/imports`: graphs and bundles come in, reports go out."""

from dataclasses import asdict, replace
from functools import partial
from pathlib import Path
from typing import Annotated

from fastapi import APIRouter, Query, Request, Response
from fastapi.responses import JSONResponse

from partnergraph.errors import UnreadableInput
from partnergraph.graph import PartnerGraph
from partnergraph.intake import ImportOutcome
from partnergraph.jobs import options_of
from partnergraph.policy import Mode
from partnergraph.quarantine import Quarantine
from partnergraph.report import Report
from partnergraph.settings import Limits
from partnergraph.shacl.validating import validate_files
from partnergraph.shacl.verdict import ShapesReport
from partnergraph.web import openapi
from partnergraph.web.forms import URL_ENCODED
from partnergraph.web.jobs import started, told, wants_no_wait
from partnergraph.web.judging import Judged, Judging
from partnergraph.web.negotiation import JSON, accepted, choose
from partnergraph.web.problems import Rejected, not_acceptable
from partnergraph.web.reports import FORMATS, Limit, refused_response, report_response
from partnergraph.web.service import Served
from partnergraph.web.uploads import MULTIPART, SUFFIXES, Upload, received

router = APIRouter(tags=["Graphs in"])

Name = Annotated[str | None, Query(min_length=1, max_length=200, description="the name of the import")]
Who = Annotated[str | None, Query(min_length=1, max_length=200, description="who imports, for the provenance")]
Base = Annotated[str | None, Query(description="the base of relative IRIs in data and shapes; else this URL")]
ModeName = Annotated[Mode | None, Query(description="what becomes of violations; else as the store's policy says")]
FormatName = Annotated[str, Query(alias="format", description="the format of the answer, for clients without Accept")]
_BODY = {"requestBody": openapi.body(*SUFFIXES, MULTIPART)}


@router.post(
    "/validate",
    summary="Judge a graph or a zipped bundle by all rules, or by shapes of your own; nothing is stored",
    responses=openapi.answers(*FORMATS, problem=(400, 406, 413, 415, 422)),
    response_class=Response,
    openapi_extra={"requestBody": openapi.body(*SUFFIXES, MULTIPART, URL_ENCODED)},
)
async def validate(
    request: Request,
    service: Served,
    judging: Judged,
    wanted: FormatName = "",
    base: Base = None,
    limit: Limit = None,
) -> Response:
    """Answer with the report on what was sent, taken alone.

    A form with `data` and `shapes` is judged by those shapes alone, as the SHACL standard has it: any RDF graphs will
    do. The content type of each part names its syntax.
    """
    form = choose(FORMATS, accepted(request), wanted)
    if form is None:
        raise Rejected(not_acceptable(FORMATS))
    async with received(request, service.limits, may_have_shapes=True) as upload:
        if upload.shapes:
            own = await service.read(partial(_judged_by_shapes, upload, base or str(request.url.replace(query=""))))
            return report_response(own, form, limit)
        report = await service.read(partial(_judged, upload.paths, judging, service.limits))
    return report_response(report, form, limit)


@router.get(
    "/validate",
    summary="Judge what is in the store by all rules",
    responses=openapi.answers(*FORMATS, problem=(400, 406, 422)),
    response_class=Response,
)
async def validate_store(
    request: Request, service: Served, judging: Judged, wanted: FormatName = "", limit: Limit = None
) -> Response:
    """Answer with the report on the store as it is: the findings with their evidence, and what was looked at."""
    form = choose(FORMATS, accepted(request), wanted)
    if form is None:
        raise Rejected(not_acceptable(FORMATS))
    work = partial(service.graph.validate, as_of=judging.as_of, pack=judging.pack, switches=judging.switches)
    return report_response(await service.read(work), form, limit)


@router.post(
    "/imports",
    status_code=201,
    summary="Import a graph or a bundle, all of it or nothing",
    responses=openapi.answers(JSON, problem=(400, 403, 413, 415, 422, 503), status=201),
    response_class=Response,
    openapi_extra=_BODY,
)
async def import_(
    request: Request,
    service: Served,
    judging: Judged,
    name: Name = None,
    who: Who = None,
    mode: ModeName = None,
    wanted: FormatName = "",
    limit: Limit = None,
) -> Response:
    """Keep what was sent as one named graph, or answer with the report that says why not.

    Importing a name again replaces that graph. Without a name the content makes one. The report of a refusal is in the
    problem, or it is the answer where another of its formats than JSON is asked for. With `Prefer: respond-async` the
    answer is 202 and says where to follow the import, which goes on by itself.
    """
    async with received(request, service.limits) as upload:
        if service.jobs is not None and wants_no_wait(request):
            options = options_of(name or upload.name, who, judging.as_of, judging.pack, judging.switches, mode)
            return await started(service.jobs, upload.paths, options)
        work = partial(
            service.graph.import_files,
            upload.paths,
            name=name or upload.name,
            who=who,
            as_of=judging.as_of,
            pack=judging.pack,
            switches=judging.switches,
            mode=mode,
        )
        outcome = await service.write(work)
    if not outcome.committed:
        return refused_response(outcome.report, choose(FORMATS, accepted(request), wanted), limit, "import-refused")
    return JSONResponse(_told(outcome, limit), status_code=201)


@router.post(
    "/imports/rehearsal",
    summary="Say what an import would change; nothing is kept but a copy of what was sent, for its token",
    responses=openapi.answers(JSON, problem=(400, 403, 413, 415, 503)),
    response_class=Response,
    openapi_extra=_BODY,
)
async def rehearse(
    request: Request, service: Served, judging: Judged, name: Name = None, who: Who = None, mode: ModeName = None
) -> Response:
    """Answer with the triples, findings and credits that would come, go and change, and with the token to commit it.

    Without a token the import would be refused.
    """
    async with received(request, service.limits) as upload:
        label = name or upload.name
        work = partial(service.graph.rehearse_import, upload.paths, name=label, who=who, mode=mode, **asdict(judging))
        found = await service.write(work)
    return JSONResponse(found.members())


@router.post(
    "/imports/commit",
    status_code=201,
    summary="Keep exactly what a rehearsed import showed",
    responses=openapi.answers(JSON, problem=(400, 403, 409, 503), status=201),
    response_class=Response,
)
async def commit(
    service: Served, token: Annotated[str, Query(description="what the rehearsal gave")], limit: Limit = None
) -> Response:
    """Commit what was rehearsed under the token, unless the store has changed since."""
    outcome = await service.write(partial(service.graph.commit, token))
    return JSONResponse(_told(outcome, limit), status_code=201)


@router.get("/imports", summary="List the imports", responses=openapi.answers(JSON), response_class=Response)
async def list_imports(service: Served) -> Response:
    """Answer with name, graph, who, when, files and size of each import, and with those in the background."""
    made = await service.read(service.graph.imports)
    jobs = () if service.jobs is None else service.jobs.all()
    return JSONResponse({"imports": [asdict(each) for each in made], "jobs": [told(each) for each in jobs]})


def _judged_by_shapes(upload: Upload, base: str) -> ShapesReport:
    try:
        return validate_files(upload.paths, upload.shapes, base)
    except UnreadableInput as unreadable:
        # The files are ours; the client knows them by the fields of its form.
        faults = (replace(fault, file=Path(fault.file).name) for fault in unreadable.faults)
        raise UnreadableInput(tuple(faults)) from unreadable


def _judged(paths: tuple[Path, ...], judging: Judging, limits: Limits) -> Report:
    with PartnerGraph.open(limits=limits) as alone:
        alone.import_files(paths, validate=False)
        return alone.validate(as_of=judging.as_of, pack=judging.pack, switches=judging.switches)


def _told(outcome: ImportOutcome, limit: int | None) -> dict[str, object]:
    return {
        "committed": outcome.committed,
        "name": outcome.name,
        "graph": outcome.graph,
        "triples": outcome.triples,
        "files": [asdict(file) for file in outcome.files],
        "notes": list(outcome.notes),
        "mode": outcome.mode.value,
        "held": list(Quarantine(outcome.held).table.dicts()),
        "report": outcome.report.first(limit).members(),
    }
