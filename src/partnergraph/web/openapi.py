"""What the OpenAPI description says beyond what the signatures of the handlers say."""

from typing import Any

from partnergraph.web import problems
from partnergraph.web.asking import PARAMETERS
from partnergraph.web.negotiation import Format

Schema = dict[str, Any]
_MEANINGS = {
    400: "It cannot be read or cannot be meant; the detail and the faults say what and where",
    403: "It would write, and this is read only; or it comes from another site",
    404: "There is nothing of that name",
    406: "None of the accepted formats can be given",
    409: "The store has changed since",
    412: "The state is not the one that the request is for",
    413: "The body is too large",
    415: "The body is of a type that is not read here",
    422: "Refused, a parameter is wrong, or the query takes more than it may; `limit` says what",
    503: "The store cannot be used now, or too many queries are waiting; see Retry-After",
}


def answers(*forms: Format, problem: tuple[int, ...] = (), status: int = 200) -> dict[int | str, Schema]:
    """Return the documented responses: `status` in any of `forms`, and the problems that may come instead."""
    said: dict[int | str, Schema] = {
        status: {
            "description": "The answer",
            "content": {form.media_type: {"schema": _schema(form)} for form in forms},
        }
    }
    return said | problems_only(*problem)


def problems_only(*codes: int) -> dict[int | str, Schema]:
    """Return the documented responses that are problems, by status."""
    content = {problems.MEDIA_TYPE: {"schema": PROBLEM}}
    return {code: {"description": _MEANINGS[code], "content": content} for code in codes}


def body(*media_types: str) -> Schema:
    """Return the documented request body: bytes of any of the media types."""
    content = {media_type: {"schema": {"type": "string", "format": "binary"}} for media_type in media_types}
    return {"required": True, "content": content}


def parameter(name: str, description: str, *, repeated: bool = False) -> Schema:
    """Return a documented parameter of the query string."""
    text: Schema = {"type": "string"}
    schema: Schema = {"type": "array", "items": text} if repeated else text
    return {"name": name, "in": "query", "required": False, "description": description, "schema": schema}


def _schema(form: Format) -> Schema:
    return {"type": "object"} if form.media_type == "application/json" else {"type": "string"}


PROBLEM: Schema = {
    "type": "object",
    "required": ["type", "title", "status", "detail"],
    "properties": {
        "type": {"type": "string", "format": "uri"},
        "title": {"type": "string"},
        "status": {"type": "integer"},
        "detail": {"type": "string"},
        "faults": {"type": "array", "items": {"type": "object"}},
    },
}
DATASET: tuple[Schema, ...] = (
    parameter("default-graph-uri", "a named graph to put into the default graph", repeated=True),
    parameter("named-graph-uri", "a named graph that GRAPH may ask", repeated=True),
)
USING: tuple[Schema, ...] = (
    parameter("using-graph-uri", "a named graph to look at in place of the default graph", repeated=True),
    parameter("using-named-graph-uri", "a named graph that GRAPH may ask", repeated=True),
)
GRAPH: tuple[Schema, ...] = (
    parameter("graph", "the IRI of the graph"),
    parameter("default", "the default graph; a bare key"),
)
SPARQL: tuple[Schema, ...] = (
    parameter("query", "the query"),
    *DATASET,
    *(parameter(name, meaning) for name, meaning in PARAMETERS.items()),
    parameter("format", "json, xml, csv or tsv; turtle, ntriples, jsonld or rdfxml; or a media type"),
)
