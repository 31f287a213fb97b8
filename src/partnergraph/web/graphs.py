"""`/graphs`: the SPARQL 1.1 Graph Store HTTP Protocol; writes pass the guard."""

import secrets
import zlib
from collections.abc import Callable
from functools import partial

from fastapi import APIRouter, Request, Response
from starlette.datastructures import UploadFile
from starlette.formparsers import MultiPartException, MultiPartParser

from partnergraph.amendment import UpdateOutcome
from partnergraph.store import Document
from partnergraph.terms import DEFAULT_GRAPH
from partnergraph.web import openapi
from partnergraph.web.bodies import chunks, content_encoding, content_type, read_body
from partnergraph.web.conditional import names, tag
from partnergraph.web.imports import FormatName, Who
from partnergraph.web.negotiation import GRAPHS, JSON, Format, accepted, choose
from partnergraph.web.problems import Problem, Rejected, not_acceptable
from partnergraph.web.protocol import graphs, url_parameters
from partnergraph.web.service import Served, Service
from partnergraph.web.uploads import MULTIPART
from partnergraph.web.writes import amended, refuse_unless_writable, told

router = APIRouter(tags=["Graphs in"])
_BODY = {"requestBody": openapi.body(*(form.media_type for form in GRAPHS), MULTIPART)}
_NAMES = {"parameters": [*openapi.GRAPH]}
_WRITTEN = openapi.answers(JSON, problem=(400, 403, 404, 412, 413, 415, 422, 503))


@router.get(
    "/graphs",
    summary="Read one graph",
    responses=openapi.answers(*GRAPHS, problem=(400, 404, 406)),
    response_class=Response,
    openapi_extra=_NAMES,
)
@router.get("/graphs/{name:path}", include_in_schema=False)
async def read(request: Request, service: Served, wanted: FormatName = "") -> Response:
    """Answer with what the graph holds: `?graph=` names it, `?default` means the default graph, or its IRI is this URL.

    The default graph here is the one that holds what was written without a graph, and no union.
    """
    graph = _named(request)
    form = choose(GRAPHS, accepted(request), wanted)
    if form is None:
        raise Rejected(not_acceptable(GRAPHS))
    state = service.graph.state
    headers = {"Vary": "Accept", "ETag": tag(state, graph), "Cache-Control": "no-cache"}
    if names(request.headers.get("if-none-match", ""), headers["ETag"]) and service.graph.has_graph(graph):
        return Response(status_code=304, headers=headers)
    text = await service.read(partial(service.graph.graph_text, form.name, graph))
    if text is None and graph != DEFAULT_GRAPH:
        raise Rejected(_missing(graph))
    if service.graph.state != state:
        del headers["ETag"]  # somebody wrote meanwhile: nobody knows which of the two states this is
    return Response(text or b"", media_type=form.media_type, headers=headers)


@router.put(
    "/graphs", summary="Replace one graph", responses=_WRITTEN, response_class=Response, openapi_extra=_NAMES | _BODY
)
@router.put("/graphs/{name:path}", include_in_schema=False)
async def put(request: Request, service: Served, who: Who = None, wanted: FormatName = "") -> Response:
    """Make the graph hold what is sent and nothing else; 201 where there was none before."""
    graph = _named(request)
    refuse_unless_writable(request, service)
    documents = await _documents(request, service, graph)
    work = partial(service.graph.put_graph, *documents, graph=graph, who=who)
    return await _written(request, service, graph, work, wanted)


@router.post(
    "/graphs", summary="Add to one graph", responses=_WRITTEN, response_class=Response, openapi_extra=_NAMES | _BODY
)
@router.post("/graphs/{name:path}", include_in_schema=False)
async def post(request: Request, service: Served, who: Who = None, wanted: FormatName = "") -> Response:
    """Add what is sent to the graph; where the request names none, to a new one, whose IRI is the Location."""
    refuse_unless_writable(request, service)
    graph = _named(request, or_new=True)
    documents = await _documents(request, service, graph)
    work = partial(service.graph.post_graph, *documents, graph=graph, who=who)
    return await _written(request, service, graph, work, wanted)


@router.delete("/graphs", summary="Remove one graph", responses=_WRITTEN, response_class=Response, openapi_extra=_NAMES)
@router.delete("/graphs/{name:path}", include_in_schema=False)
async def delete(request: Request, service: Served, who: Who = None, wanted: FormatName = "") -> Response:
    """Remove the graph with all that it holds."""
    graph = _named(request)
    refuse_unless_writable(request, service)
    work = partial(service.graph.delete_graph, graph, who=who)
    return await _written(request, service, graph, work, wanted, needed=graph != DEFAULT_GRAPH)


async def _written(
    request: Request,
    service: Service,
    graph: str,
    work: Callable[[], UpdateOutcome],
    wanted: str,
    *,
    needed: bool = False,
) -> Response:
    there: list[bool] = []

    def checked() -> UpdateOutcome:
        there.append(service.graph.has_graph(graph))
        _refuse_outdated(request, tag(service.graph.state, graph), there=there[0])
        if needed and not there[0]:
            raise Rejected(_missing(graph))
        return work()

    outcome = await amended(request, service, checked, wanted)
    if isinstance(outcome, Response):
        return outcome
    answer = told(outcome)
    if not there[0]:
        answer.status_code = 201
        answer.headers["Location"] = graph
    return answer


def _refuse_outdated(request: Request, entity: str, *, there: bool) -> None:
    """Raise Rejected where the request is for another state of the graph than there is."""
    match, none_match = request.headers.get("if-match"), request.headers.get("if-none-match")
    if match is not None and not (there and names(match, entity)):
        raise Rejected(_OUTDATED)
    if none_match is not None and there and names(none_match, entity):
        raise Rejected(_OUTDATED)


def _named(request: Request, *, or_new: bool = False) -> str:
    """Return the graph that a request is about; raise Rejected where it names none, or several."""
    values: dict[str, list[str]] = {}
    for key, value in url_parameters(request):
        values.setdefault(key, []).append(value)
    named = graphs(values, "graph")
    below = request.path_params.get("name", "")
    if len(named) + ("default" in values) + bool(below) > 1:
        raise Rejected(Problem(400, "wrong-use", "Name one graph: by ?graph=, by ?default, or below /graphs/."))
    if named or "default" in values:
        return named[0] if named else DEFAULT_GRAPH
    address = f"{request.url.scheme}://{request.url.netloc}{request.scope['raw_path'].decode('ascii')}"
    if below:
        return address
    if or_new:
        return f"{address.rstrip('/')}/{secrets.token_hex(8)}"
    raise Rejected(Problem(400, "wrong-use", "Name a graph: by ?graph=, by ?default, or below /graphs/."))


async def _documents(request: Request, service: Service, base: str) -> list[Document]:
    """Return the graphs that a body holds; raise Rejected where it cannot be read."""
    limit = service.limits.request_bytes
    declared = content_type(request)
    coding = content_encoding(request)
    if declared.media_type == MULTIPART and not coding:
        parser = MultiPartParser(request.headers, chunks(request, limit))
        try:
            form = await parser.parse()
        except MultiPartException as fault:
            raise Rejected(Problem(400, "unreadable-input", f"The form cannot be read: {fault.message}")) from fault
        try:
            return [await _part(part, base) for _, part in form.multi_items()]
        finally:
            await form.close()
    form_of_body = _syntax(declared.media_type)
    if coding not in ("", "gzip") or not declared.is_utf8:
        raise Rejected(_NOT_A_GRAPH)
    body = await read_body(request, limit)
    return [Document(_unpacked(body, limit) if coding else body, form_of_body.name, base)]


async def _part(part: UploadFile | str, base: str) -> Document:
    if isinstance(part, str):
        raise Rejected(_NOT_A_GRAPH)
    declared = (part.content_type or "").partition(";")[0].strip().lower()
    return Document(await part.read(), _syntax(declared).name, base)


def _syntax(media_type: str) -> Format:
    found = next((form for form in GRAPHS if media_type and form.is_called(media_type)), None)
    if found is None:
        raise Rejected(_NOT_A_GRAPH)
    return found


def _unpacked(body: bytes, limit: int) -> bytes:
    """Return what a body packed by gzip holds; raise Rejected where it is none, or holds more than may be sent."""
    reader = zlib.decompressobj(wbits=31)
    try:
        content = reader.decompress(body, limit + 1)
    except zlib.error as fault:
        raise Rejected(Problem(400, "unreadable-input", f"The body is not packed by gzip: {fault}.")) from fault
    if len(content) > limit:
        detail = f"The body unpacks to more than {limit:,} bytes. Send less at once."
        raise Rejected(Problem(413, "too-large", detail, {"limit": limit}))
    if not reader.eof:
        raise Rejected(Problem(400, "unreadable-input", "The packed body breaks off. Send all of it."))
    return content


def _missing(graph: str) -> Problem:
    return Problem(404, "no-such-graph", f"There is no graph <{graph}>.")


_OUTDATED = Problem(
    412, "outdated", "The graph is not in the state that the request is for. Read it again. Nothing has changed."
)
_NOT_A_GRAPH = Problem(
    415,
    "unsupported-media-type",
    f"Send a graph as one of {', '.join(form.media_type for form in GRAPHS)} (also with Content-Encoding: gzip), or "
    f"several as {MULTIPART}, in UTF-8. Say which in the Content-Type header.",
    headers={"Accept-Post": ", ".join((*(form.media_type for form in GRAPHS), MULTIPART))},
)
