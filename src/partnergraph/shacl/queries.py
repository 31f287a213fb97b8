"""The query texts of a shapes graph with their prefixes."""

from __future__ import annotations

from collections.abc import Mapping

from partnergraph.errors import ShapesFault
from partnergraph.shacl.constraints.sparql import Text
from partnergraph.shacl.statements import Statements
from partnergraph.shacl.term import OWL, is_literal, sh, short, text_of
from partnergraph.terms import PREFIXES

_USUAL = {name: PREFIXES[name] for name in ("owl", "rdf", "rdfs", "sh", "xsd")}
_IMPORTS = f"<{OWL}imports>"


def read_text(said: Statements, node: str, form: str, parameters: Mapping[str, str] | None = None) -> Text:
    """Return the query that a node holds under `sh:select` or `sh:ask`; raise ShapesFault where it holds none."""
    query = said.one(node, form)
    if query is None or not is_literal(query):
        raise ShapesFault(f"{node} has no {short(form)} with the text of a query.")
    return Text(text_of(query), _prefixes(said, node), dict(parameters or {}))


def _prefixes(said: Statements, node: str) -> dict[str, str]:
    prefixes = dict(_USUAL)
    waiting = list(said.values(node, sh("prefixes")))
    seen: set[str] = set()
    while waiting:
        document = waiting.pop()
        if document in seen:
            continue
        seen.add(document)
        waiting.extend(said.values(document, _IMPORTS))
        for declaration in said.values(document, sh("declare")):
            name, namespace = said.one(declaration, sh("prefix")), said.one(declaration, sh("namespace"))
            if name is None or namespace is None or not is_literal(name):
                raise ShapesFault(f"{declaration} declares no prefix: it needs one sh:prefix and one sh:namespace.")
            prefixes[text_of(name)] = text_of(namespace)
    return prefixes
