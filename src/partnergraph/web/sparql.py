"""`/sparql`: the SPARQL 1.1 Protocol for queries, and for updates where the service takes them."""

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from functools import partial
from importlib import resources

from fastapi import APIRouter, Request, Response

from partnergraph.errors import BadQuery
from partnergraph.graph import PartnerGraph
from partnergraph.store import Answer
from partnergraph.store.guard import refuse_nesting, refuse_service
from partnergraph.web import openapi
from partnergraph.web.asking import NO_WISH, Wish, formats
from partnergraph.web.imports import FormatName
from partnergraph.web.judging import Judged, Judging
from partnergraph.web.negotiation import GRAPHS, SOLUTIONS, Format, accepted, choose, ranges
from partnergraph.web.problems import Rejected, not_acceptable
from partnergraph.web.protocol import FORM, QUERY, UPDATE, Operation, endpoint, graphs, only, received, url_parameters
from partnergraph.web.service import Served, Service
from partnergraph.web.update import carry_out
from partnergraph.workers import Asked

router = APIRouter(tags=["SPARQL"])

_ANSWERS = openapi.answers(*SOLUTIONS, *GRAPHS, problem=(400, 403, 406, 413, 415, 422, 503))


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
async def ask_by_get(request: Request, service: Served, judging: Judged) -> Response:
    """Answer the query in the URL; without one, describe the service to clients that ask for RDF."""
    operation = Operation(url_parameters(request), [])
    if not {"query", "update"} & set(operation.values):
        form = _description_format(request, operation)
        if form:
            return await _describe(request, service, form)
    return await _answer(request, service, operation, judging)


@router.get("/.well-known/void", summary="What the service is and holds", responses=_ANSWERS)
async def describe_dataset(request: Request, service: Served, wanted: FormatName = "") -> Response:
    """Answer with the service description, which is a VoID description as well."""
    return await _describe(request, service, choose(GRAPHS, accepted(request), wanted) or GRAPHS[0])


@router.post(
    "/sparql",
    summary="Ask a SPARQL query that stands in the body",
    responses=_ANSWERS,
    openapi_extra={"parameters": [*openapi.SPARQL], "requestBody": openapi.body(QUERY, FORM, UPDATE)},
)
@router.post("/sparql/", include_in_schema=False)
async def ask_by_post(request: Request, service: Served, judging: Judged) -> Response:
    """Answer the query in the body, or in the URL where the body is empty."""
    operation = await received(request, service.limits.query_characters)
    return await _answer(request, service, operation, judging)


async def _answer(request: Request, service: Service, operation: Operation, judging: Judging) -> Response:
    if "update" in operation.values:
        return await carry_out(request, service, operation, judging)
    question = _question(operation.values, endpoint(request, "/sparql"), service.limits.query_characters)
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


def _question(values: dict[str, list[str]], base: str, longest: int) -> Question:
    query = only(values, "query", longest)
    default, named = (graphs(values, name) for name in ("default-graph-uri", "named-graph-uri"))
    wanted = values.get("format", [""])[0]
    return Question(query, default, named, wanted, base, Wish.of(values))


def _description_format(request: Request, operation: Operation) -> Format | None:
    wanted = operation.values.get("format", [""])[0]
    named = any(each.matches(form) for each in ranges(accepted(request)) for form in GRAPHS if each.names_one_type)
    if not (named or wanted):
        return None
    return choose(GRAPHS, accepted(request), wanted)


async def _describe(request: Request, service: Service, form: Format) -> Response:
    text = resources.files("partnergraph.web").joinpath("service-description.rq").read_text(encoding="utf-8")
    if service.writable:
        text = text.replace("BIND(false AS ?writable)", "BIND(true AS ?writable)")
    return await _respond(request, service, Question(text, (), (), form.name, endpoint(request, "/sparql")), "")
