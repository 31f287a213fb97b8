"""What a person sees in a browser. Nothing on these pages comes from another host."""

from html import escape
from importlib import resources
from typing import Any

from fastapi import APIRouter, Request, Response
from fastapi.responses import HTMLResponse

router = APIRouter(include_in_schema=False)

_POLICY = (
    "default-src 'none'; script-src 'self'; style-src 'self'; connect-src 'self'; img-src data:; form-action 'self'; "
    "base-uri 'none'; frame-ancestors 'none'"
)
_HEADERS = {"Content-Security-Policy": _POLICY}


@router.get("/")
def index() -> Response:
    """Answer with the page that explains the endpoints and asks queries."""
    return HTMLResponse(_file("index.html"), headers=_HEADERS)


@router.get("/docs")
def docs(request: Request) -> Response:
    """Answer with the list of everything that can be asked, made from the OpenAPI description."""
    rows = "".join(
        _row(path, method, operation)
        for path, operations in request.app.openapi()["paths"].items()
        for method, operation in operations.items()
    )
    return HTMLResponse(_file("docs.html").replace("<!-- operations -->", rows), headers=_HEADERS)


@router.get("/page.js")
def script() -> Response:
    """Answer with the script of the pages."""
    return Response(_file("page.js"), media_type="text/javascript")


@router.get("/page.css")
def style() -> Response:
    """Answer with the style of the pages."""
    return Response(_file("page.css"), media_type="text/css")


def _file(name: str) -> str:
    return resources.files("partnergraph.web").joinpath("static", name).read_text(encoding="utf-8")


def _row(path: str, method: str, operation: dict[str, Any]) -> str:
    parameters = ", ".join(
        f"<code>{escape(parameter['name'])}</code>{'' if parameter.get('required') else '?'}"
        for parameter in operation.get("parameters", [])
    )
    bodies = ", ".join(escape(each) for each in operation.get("requestBody", {}).get("content", {}))
    answers = ", ".join(
        escape(media_type)
        for status, answer in operation["responses"].items()
        if status.startswith("2")
        for media_type in answer.get("content", {})
    )
    summary = escape(operation.get("summary", ""))
    cells = (f"<code>{method.upper()} {escape(path)}</code>", summary, parameters, bodies, answers)
    return "<tr>" + "".join(f"<td>{cell}</td>" for cell in cells) + "</tr>\n"
