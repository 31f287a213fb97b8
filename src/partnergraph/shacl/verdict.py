"""The verdict of shapes on a graph, as the SHACL standard has it."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

from partnergraph.report import Finding, Report, Severity
from partnergraph.report.rdf import Triple
from partnergraph.shacl.rdf import graph_of
from partnergraph.shacl.report_graph import report_triples
from partnergraph.shacl.result import ValidationResult
from partnergraph.shacl.term import is_iri, sh, short, text_of
from partnergraph.table import Table
from partnergraph.terms import PGSH, local_id

if TYPE_CHECKING:
    import rdflib

COLUMNS = ("severity", "focus", "path", "value", "message", "component", "shape")
BRIEF = (*COLUMNS[:-2], "shape")
_IRI = re.compile(r"<[^<>]*>")
_SEVERITIES = {sh("Warning"): Severity.WARNING, sh("Info"): Severity.INFO}


@dataclass(frozen=True, slots=True)
class Fallback:
    """A shape that pySHACL carried out, and why no query could."""

    shape: str
    reason: str

    def __str__(self) -> str:
        return f"{self.shape} was carried out by pySHACL: {self.reason}."


@dataclass(frozen=True, slots=True)
class ShapesReport(Report):
    """What shapes of anybody's find in a graph: `results` in the terms of SHACL, and one finding for each of them.

    `fallbacks` names the shapes that another engine carried out, `unread` the words on shapes that mean nothing in
    SHACL 1.0, and `judged_by` counts the shapes that look for nodes. Where the graph was one of rdflib, `from_rdflib`
    is true.
    """

    results: tuple[ValidationResult, ...] = ()
    fallbacks: tuple[Fallback, ...] = ()
    unread: tuple[str, ...] = ()
    judged_by: int = 0
    from_rdflib: bool = False

    @property
    def conforms(self) -> bool:
        """True where there is no result at all, whatever its severity: this is what SHACL calls conforming."""
        return not any(self.counts.values())

    def first(self, limit: int | None) -> ShapesReport:
        """Return the report with at most that many results, the first, which counts those it withholds."""
        kept = Report.first(self, limit)
        return replace(self, findings=kept.findings, withheld=kept.withheld, results=self.results[:limit])

    def triples(self) -> Iterator[Triple]:
        """Yield the triples of the `sh:ValidationReport`; blank nodes of the data and the shapes keep their labels."""
        return report_triples(self.results, conforms=self.conforms, about=self.about())

    def to_rdflib(self) -> rdflib.Graph:
        """Return the results as a `sh:ValidationReport`; blank nodes of the data and the shapes keep their labels.

        Literals are those of the rdflib Graph that was judged; of other data they are what rdflib would have read.
        """
        return graph_of(self.triples(), normal=not self.from_rdflib)

    @property
    def table(self) -> Table:
        """The results as rows."""
        return Table(COLUMNS, tuple(map(_row, self.results)))

    @property
    def brief(self) -> Table:
        """The results as rows for a person."""
        return Table(BRIEF, tuple(map(_brief, self.results)))

    def head(self) -> dict[str, object]:
        """Return what the report says beside its findings as JSON values; so what was not carried out as usual."""
        return {
            "conforms": self.conforms,
            "counts": {severity.value: number for severity, number in self.counts.items()},
            "withheld": self.cut,
            "fallbacks": [{"shape": text_of(each.shape), "reason": each.reason} for each in self.fallbacks],
            "unread": list(self.unread),
        }

    def told(self) -> Iterator[dict[str, object]]:
        """Yield the findings as JSON values."""
        for result in self.results:
            yield dict(zip(COLUMNS, _row(result), strict=True))


def report_on(
    results: tuple[ValidationResult, ...], fallbacks: tuple[Fallback, ...], unread: tuple[str, ...], judged_by: int
) -> ShapesReport:
    """Return the report of these results, in their order."""
    return ShapesReport(
        tuple(map(_finding, results)), results=results, fallbacks=fallbacks, unread=unread, judged_by=judged_by
    )


def _row(result: ValidationResult) -> tuple[str, ...]:
    return (
        _severity(result).value,
        text_of(result.focus),
        text_of(result.path.text) if result.path else "",
        text_of(result.value or ""),
        _words(result),
        text_of(result.component),
        text_of(result.named_shape),
    )


def _brief(result: ValidationResult) -> tuple[str, ...]:
    """Return the row for a person: names with the usual prefixes, and literals as Turtle writes them."""
    path = _IRI.sub(lambda iri: short(iri[0]), result.path.text) if result.path else ""
    terms = (short(result.focus), path, short(result.value or ""))
    return _severity(result).value, *terms, _words(result), short(result.named_shape)


def _severity(result: ValidationResult) -> Severity:
    return _SEVERITIES.get(result.severity, Severity.VIOLATION)


def _words(result: ValidationResult) -> str:
    return " ".join(text_of(message) for message in result.messages)


def _finding(result: ValidationResult) -> Finding:
    iri = text_of(result.focus) if is_iri(result.focus) else ""
    kind, focus = local_id(iri) if iri else ("", text_of(result.focus))
    return Finding(
        code="",
        rule=_name(result.named_shape),
        severity=_severity(result),
        focus=focus,
        focus_type=kind,
        message=_words(result),
        value=text_of(result.value) if result.value is not None else "",
        focus_iri=iri,
        path=text_of(result.path.text) if result.path else "",
    )


def _name(shape: str) -> str:
    """Return what a person calls a shape: a rule of the house by its id, another by its IRI."""
    return text_of(shape).removeprefix(PGSH) if short(shape) == shape else short(shape).removeprefix("pgsh:")
