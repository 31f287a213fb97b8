"""What a `sh:ValidationReport` says of each result, so that two reports can be compared."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable

import rdflib
from rdflib import RDF, SH

KEYS = (SH.focusNode, SH.resultPath, SH.value, SH.sourceConstraintComponent, SH.resultSeverity, SH.sourceShape)
_PATHS = {
    RDF.first, RDF.rest, SH.inversePath, SH.alternativePath, SH.zeroOrMorePath, SH.oneOrMorePath, SH.zeroOrOnePath,
}  # fmt: skip

Results = Counter[tuple[str, ...]]


def unnamed(_node: rdflib.BNode) -> str:
    """Return the same for every blank node: their names mean nothing outside their document."""
    return "[]"


def results(report: rdflib.Graph, called: Callable[[rdflib.BNode], str] = unnamed) -> Results:
    """Return focus node, path, value, component, severity and source shape of each result, as often as it is there."""
    top = report.value(None, RDF.type, SH.ValidationReport)
    return Counter(
        tuple(_described(report, result, key, called) for key in KEYS) for result in report.objects(top, SH.result)
    )


def with_paths(report: rdflib.Graph, shapes: rdflib.Graph) -> rdflib.Graph:
    """Return the report of an engine that leaves paths nameless and undescribed, each put in from its named shape."""
    mended = rdflib.Graph()
    for subject, predicate, value in report:
        path = shapes.value(report.value(subject, SH.sourceShape), SH.path) if predicate == SH.resultPath else None
        mended.add((subject, predicate, value if path is None or isinstance(value, rdflib.URIRef) else path))
    for subject, predicate, value in shapes:
        if predicate in _PATHS:
            mended.add((subject, predicate, value))
    return mended


def _described(
    report: rdflib.Graph, result: rdflib.term.Node, key: rdflib.URIRef, called: Callable[[rdflib.BNode], str]
) -> str:
    node = report.value(result, key)
    if isinstance(node, rdflib.BNode):
        return _path(report, node) if key == SH.resultPath else called(node)
    return node.n3() if isinstance(node, rdflib.URIRef | rdflib.Literal) else "-"


def _path(report: rdflib.Graph, node: rdflib.term.Node) -> str:
    if not isinstance(node, rdflib.BNode):
        return str(node)
    parts = sorted(
        (str(name), _path(report, value)) for name, value in report.predicate_objects(node) if name in _PATHS
    )
    return str(parts)
