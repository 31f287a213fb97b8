"""`/sparql`: the SPARQL 1.1 Protocol for queries, read only."""

import re
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from functools import partial
from importlib import resources
from urllib.parse import parse_qsl, quote

from fastapi import APIRouter, Request, Response

from partnergraph.errors import BadQuery
from partnergraph.graph import PartnerGraph
from partnergraph.store import Answer
from partnergraph.store.guard import refuse_nesting, refuse_service
from partnergraph.web import openapi
from partnergraph.web.asking import NO_WISH, Wish, formats
from partnergraph.web.bodies import content_encoding, content_type, read_body
from partnergraph.web.negotiation import GRAPHS, SOLUTIONS, Format, accepted, choose, ranges
from partnergraph.web.problems import Problem, Rejected, not_acceptable
from partnergraph.web.service import Served, Service
from partnergraph.workers import Asked

router = APIRouter(tags=["SPARQL"])

FORM = "application/x-www-form-urlencoded"
QUERY = "application/sparql-query"
UPDATE = "application/sparql-update"
_BYTES_PER_CHARACTER = 12  # a percent-encoded character of four bytes
_IRI = re.compile(r"[A-Za-z][A-Za-z0-9+.-]*:(?:[^\x00-\x20<>\"{}|^`\\%]|%[0-9A-Fa-f]{2})*")
_ANSWERS = openapi.answers(*SOLUTIONS, *GRAPHS, problem=(400, 403, 406, 413, 415, 422, 503))
Parameters = list[tuple[str, str]]


@dataclass(frozen=True, slots=True)
class Question:
    """One query operation of the protocol: the query, its dataset, and the format asked for.

    `base` is what relative IRIs in the query are relative to.
    """

    query: str
    default_graphs: tuple[str, ...]
    named_graphs: tuple[str, ...]
    format: str
    base: str
    wish: Wish = NO_WISH

    @property
    def prologue(self) -> str:
        """What is put before the query, on its first line: lines count as the client counts them."""
        return f"BASE <{self.base}> "


@router.get(
    "/sparql",
    summary="Ask a SPARQL query, or read the service description",
    responses=_ANSWERS,
    openapi_extra={"parameters": [*openapi.SPARQL]},
)
@router.get("/sparql/", include_in_schema=False)
async def ask_by_get(request: Request, service: Served) -> Response:
    """Answer the query in the URL; without one, describe the service to clients that ask for RDF."""
    parameters = _url_parameters(request)
    if not {"query", "update"} & {name for name, _ in parameters}:
        form = _description_format(request, parameters)
        if form:
            return await _describe(request, service, form)
    return await _answer(request, service, parameters)


@router.post(
    "/sparql",
    summary="Ask a SPARQL query that stands in the body",
    responses=_ANSWERS,
    openapi_extra={"parameters": [*openapi.SPARQL], "requestBody": openapi.body(QUERY, FORM)},
)
@router.post("/sparql/", include_in_schema=False)
async def ask_by_post(request: Request, service: Served) -> Response:
    """Answer the query in the body, or in the URL where the body is empty."""
    parameters = _url_parameters(request)
    body = await read_body(request, _BYTES_PER_CHARACTER * service.limits.query_characters)
    declared = content_type(request)
    if declared.media_type == UPDATE:
        raise Rejected(_READ_ONLY)
    if body:
        if content_encoding(request) or not declared.is_utf8 or declared.media_type not in (FORM, QUERY):
            raise Rejected(_NOT_A_QUERY)
        text = _utf8(body, "the body")
        parameters += [("query", text)] if declared.media_type == QUERY else _decoded(text, "the body")
    return await _answer(request, service, parameters)


async def _answer(request: Request, service: Service, parameters: Parameters) -> Response:
    question = _question(parameters, _endpoint(request), service.limits.query_characters)
    return await _respond(request, service, question, accepted(request))


async def _respond(request: Request, service: Service, question: Question, accept: str) -> Response:
    if service.desk is None:
        form, content = await service.ask(partial(_asked, service.graph, question, accept), len(question.query))
        return Response(content, media_type=form.media_type, headers={"Vary": "Accept"})
    asked = Asked(
        question.prologue + question.query,
        formats(accept, question.format),
        service.desk.pool.bounds(question.wish.seconds, question.wish.rows),
        question.default_graphs,
        question.named_graphs,
    )
    with _placed(len(question.prologue)):
        return await service.desk.answer(request, asked)


def _asked(graph: PartnerGraph, question: Question, accept: str) -> tuple[Format, bytes]:
    refuse_service(question.query)
    refuse_nesting(question.query)
    answer = _evaluated(graph, question)
    offered = GRAPHS if answer.form == "triples" else SOLUTIONS
    form = choose(offered, accept, question.format)
    if form is None and offered is GRAPHS:
        form = GRAPHS[0]  # clients that only know result formats still send them with a CONSTRUCT
    if form is None:
        raise Rejected(not_acceptable(offered))
    return form, answer.serialize(form.name)


def _evaluated(graph: PartnerGraph, question: Question) -> Answer:
    text = question.prologue + question.query
    with _placed(len(question.prologue)):
        return graph.query(text, default_graphs=question.default_graphs, named_graphs=question.named_graphs)


@contextmanager
def _placed(prologue: int) -> Iterator[None]:
    """Let a BadQuery count the columns of the first line without the prologue of that length."""
    try:
        yield
    except BadQuery as fault:
        if fault.line != 1 or fault.column is None:
            raise
        raise BadQuery(fault.message, 1, max(1, fault.column - prologue)) from fault


def _question(parameters: Parameters, base: str, longest: int) -> Question:
    values: dict[str, list[str]] = {}
    for name, value in parameters:
        values.setdefault(name, []).append(value)
    if "update" in values:
        raise Rejected(_READ_ONLY)
    queries = values.get("query", [])
    if not any(query.strip() for query in queries):
        raise Rejected(_MISSING_QUERY)
    if len(queries) > 1:
        raise Rejected(Problem(400, "several-queries", f"There are {len(queries)} queries here. Send one at a time."))
    if len(queries[0]) > longest:
        detail = f"The query is longer than {longest:,} characters. Send a shorter one."
        raise Rejected(Problem(413, "too-large", detail, {"limit": longest}))
    graphs = {name: tuple(values.get(name, ())) for name in ("default-graph-uri", "named-graph-uri")}
    for name, iris in graphs.items():
        for iri in iris:
            if not _IRI.fullmatch(iri):
                raise Rejected(Problem(400, "bad-graph-name", f"{name}={iri!r} is no absolute IRI."))
    wanted = values.get("format", [""])[0]
    return Question(queries[0], graphs["default-graph-uri"], graphs["named-graph-uri"], wanted, base, Wish.of(values))


def _url_parameters(request: Request) -> Parameters:
    return _decoded(_utf8(request.scope["query_string"], "the URL"), "the URL")


def _decoded(text: str, where: str) -> Parameters:
    """Return the decoded pairs of a form, decoded exactly once."""
    try:
        return parse_qsl(text, keep_blank_values=True, errors="strict")
    except UnicodeDecodeError as fault:
        raise Rejected(_not_utf8(where)) from fault


def _utf8(text: bytes, where: str) -> str:
    try:
        return text.decode("utf-8-sig")
    except UnicodeDecodeError as fault:
        raise Rejected(_not_utf8(where)) from fault


def _description_format(request: Request, parameters: Parameters) -> Format | None:
    wanted = dict(parameters).get("format", "")
    named = any(each.matches(form) for each in ranges(accepted(request)) for form in GRAPHS if each.names_one_type)
    if not (named or wanted):
        return None
    return choose(GRAPHS, accepted(request), wanted)


async def _describe(request: Request, service: Service, form: Format) -> Response:
    text = resources.files("partnergraph.web").joinpath("service-description.rq").read_text(encoding="utf-8")
    return await _respond(request, service, Question(text, (), (), form.name, _endpoint(request)), "")


def _endpoint(request: Request) -> str:
    """Return the address of the endpoint as the client wrote it, safe between angle brackets."""
    return quote(str(request.url.replace(path="/sparql", query="", fragment="")), safe=":/@[]!$&'()*+,;=%-._~")


def _not_utf8(where: str) -> Problem:
    return Problem(400, "not-utf-8", f"What stands in {where} is not UTF-8. Encode it as UTF-8.")


_READ_ONLY = Problem(403, "read-only", "This endpoint is read only: it answers queries and takes no updates.")
_MISSING_QUERY = Problem(400, "missing-query", "There is no query. Send it as query=…, or as the body of a POST.")
_NOT_A_QUERY = Problem(
    415,
    "unsupported-media-type",
    f"The body must be {QUERY} or {FORM}, in UTF-8 and not compressed. Say so in the Content-Type header.",
    headers={"Accept-Post": f"{QUERY}, {FORM}"},
)
