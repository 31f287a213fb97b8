"""What the compiler cannot express: pySHACL carries it out on rdflib copies.

pySHACL writes into the shapes that it is given and toggles globals of rdflib, so it gets copies and runs alone.
"""

from __future__ import annotations

import re
import threading
from collections.abc import Iterable, Iterator, Sequence

import pyparsing
import pyshacl
import rdflib
from pyshacl.errors import ReportableRuntimeError
from rdflib.plugins.sparql.sparql import SPARQLError

from partnergraph.errors import BadQuery, ShapesFault
from partnergraph.shacl.path import read_path
from partnergraph.shacl.rdf import graph_of, term_of
from partnergraph.shacl.result import ValidationResult
from partnergraph.shacl.shape import Shape
from partnergraph.shacl.sparql.tokens import tokens
from partnergraph.shacl.statements import Statements
from partnergraph.shacl.term import RDFS, TYPE, is_blank, named, sh, text_of
from partnergraph.store.guard import refuse_service
from partnergraph.store.judged import Judged

_ALONE = threading.Lock()
_TARGETS = {sh(name) for name in ("targetNode", "targetClass", "targetSubjectsOf", "targetObjectsOf", "target")}
_DEEPEST = 100
_REFUSALS = (
    ReportableRuntimeError, SPARQLError, pyparsing.ParseBaseException, re.error, NotImplementedError, RecursionError,
    LookupError, AttributeError, TypeError, ValueError,
)  # fmt: skip
"""What pySHACL and rdflib are known to raise where shapes cannot be carried out."""


def judged_by_pyshacl(graph: Judged, said: Statements, shapes: Sequence[Shape]) -> list[ValidationResult]:
    """Return what pySHACL finds by these shapes alone, in no particular order.

    Raise ShapesFault for what it cannot carry out either, and for a query that would fetch something.
    """
    for node in said.subjects(sh("js")):
        raise ShapesFault(f"{node} has sh:js. Programs in shapes are not run here; write it as sh:sparql.")
    _refuse_fetching(said)
    rules = graph_of(_only(said, {shape.node for shape in shapes}))
    advanced = any(shape.foreign for shape in shapes)
    try:
        with _ALONE:
            _, report, text = pyshacl.validate(
                graph_of(graph.triples()),
                shacl_graph=rules,
                inplace=True,
                advanced=advanced,
                max_validation_depth=_DEEPEST,
            )
    except _REFUSALS as fault:
        raise ShapesFault(f"{_names(shapes)} cannot be carried out: {fault}") from fault
    if not isinstance(report, rdflib.Graph):
        raise ShapesFault(f"{_names(shapes)} cannot be carried out: {text}")
    found = Statements((term_of(s), term_of(p), term_of(o)) for s, p, o in report)
    (top,) = found.subjects(TYPE, sh("ValidationReport"))
    owner = shapes[0].owner if len(shapes) == 1 else ""
    return [_result(found, node, owner) for node in found.values(top, sh("result"))]


def _names(shapes: Iterable[Shape]) -> str:
    return ", ".join(shape.node for shape in shapes)


def _only(said: Statements, kept: set[str]) -> Iterator[tuple[str, str, str]]:
    """Yield the shapes graph so that no other shape than these looks for nodes itself."""
    classes = said.subclasses(named(f"{RDFS}Class"))
    for subject, predicate, value in said:
        targets = predicate in _TARGETS or (predicate == TYPE and value in classes)
        if subject in kept or not targets:
            yield subject, predicate, value


def _refuse_fetching(said: Statements) -> None:
    """Raise ShapesFault where rdflib, which would run these queries, could be made to read from elsewhere."""
    for form in (sh("select"), sh("ask"), sh("construct"), sh("update")):
        for node in said.subjects(form):
            for query in said.values(node, form):
                try:
                    refuse_service(text_of(query))
                except BadQuery as fault:
                    raise ShapesFault(f"{node}: {fault}") from fault
                if any(token.is_word("FROM") for token in tokens(text_of(query))):
                    raise ShapesFault(f"The query of {node} has FROM, which SHACL does not allow.")


def _result(found: Statements, node: str, owner: str) -> ValidationResult:
    path = found.one(node, sh("resultPath"))
    shape = _of(found, node, "sourceShape")
    return ValidationResult(
        focus=_of(found, node, "focusNode"),
        path=read_path(found, path) if path is not None else None,
        value=found.one(node, sh("value")),
        component=_of(found, node, "sourceConstraintComponent"),
        severity=_of(found, node, "resultSeverity"),
        shape=shape,
        owner=owner if is_blank(shape) else shape,
        messages=found.values(node, sh("resultMessage")),
        constraint=found.one(node, sh("sourceConstraint")),
        details=tuple(_result(found, each, owner) for each in found.values(node, sh("detail"))),
    )


def _of(found: Statements, node: str, name: str) -> str:
    value = found.one(node, sh(name))
    if value is None:
        raise ShapesFault(f"pySHACL left sh:{name} out of a result.")
    return value
