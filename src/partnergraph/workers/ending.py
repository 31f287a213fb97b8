"""How an answer that was cut short is closed, so that it can still be read and says that it is not whole."""

from __future__ import annotations

import json
from xml.sax.saxutils import escape

from partnergraph.workers.bounds import Stop


def ending(form: str, stop: Stop, told: str) -> bytes:
    """Return what closes rows, cut between two of them, in that format: json, xml, csv or tsv.

    JSON has a member `truncated` then, XML a comment; CSV and TSV, which have no comments, a last line that begins
    with `#`, has one cell, and is no term.
    """
    match form:
        case "json":
            said = json.dumps({"truncated": {"limit": stop.value, "detail": told}})
            return f"]}},{said[1:]}".encode()
        case "xml":
            return f"</results><!-- truncated: {escape(told).replace('--', '- -')} --></sparql>".encode()
        case "csv":
            return f"# truncated: {told.replace(',', ';')}\r\n".encode()
    return f"# truncated: {told}\n".encode()


def remark(form: str, told: str) -> tuple[bytes, bytes]:
    """Return with what triples end that are not all, and which end of the text it takes the place of.

    A comment, or, as JSON-LD has none, an object that says nothing of any node and that every reader passes over.
    """
    match form:
        case "turtle" | "ntriples":
            return f"# truncated: {told}\n".encode(), b""
        case "rdfxml":
            return f"<!-- truncated: {escape(told).replace('--', '- -')} -->\n".encode(), b""
        case "jsonld":
            return f",{json.dumps({'truncated': told})}]".encode(), b"]"
    return b"", b""
