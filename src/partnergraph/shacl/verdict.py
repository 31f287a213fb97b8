"""The verdict of shapes on a graph, as the SHACL standard has it."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from partnergraph.report import Finding, Report, Severity
from partnergraph.shacl.rdf import graph_of
from partnergraph.shacl.report_graph import report_triples
from partnergraph.shacl.result import ValidationResult
from partnergraph.shacl.term import is_iri, sh, short, text_of
from partnergraph.store.documents import written
from partnergraph.terms import PGSH, local_id

if TYPE_CHECKING:
    import rdflib

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
    SHACL 1.0.
    """

    results: tuple[ValidationResult, ...] = ()
    fallbacks: tuple[Fallback, ...] = ()
    unread: tuple[str, ...] = ()

    @property
    def conforms(self) -> bool:
        """True where there is no result at all, whatever its severity: this is what SHACL calls conforming."""
        return not self.results

    def to_rdflib(self) -> rdflib.Graph:
        """Return the results as a `sh:ValidationReport`; blank nodes of the data and the shapes keep their labels."""
        return graph_of(report_triples(self.results))

    def to_turtle(self) -> str:
        """Return the results as a `sh:ValidationReport` in Turtle."""
        return written(report_triples(self.results), "turtle")

    def to_jsonld(self) -> str:
        """Return the results as a `sh:ValidationReport` in JSON-LD."""
        return written(report_triples(self.results), "jsonld")


def report_on(
    results: tuple[ValidationResult, ...], fallbacks: tuple[Fallback, ...], unread: tuple[str, ...]
) -> ShapesReport:
    """Return the report of these results, in their order."""
    return ShapesReport(tuple(map(_finding, results)), "", "", results, fallbacks, unread)


def _finding(result: ValidationResult) -> Finding:
    iri = text_of(result.focus) if is_iri(result.focus) else ""
    kind, focus = local_id(iri) if iri else ("", text_of(result.focus))
    return Finding(
        code="",
        rule=_name(result.shape),
        severity=_SEVERITIES.get(result.severity, Severity.VIOLATION),
        focus=focus,
        focus_type=kind,
        message=" ".join(text_of(message) for message in result.messages),
        value=text_of(result.value) if result.value is not None else "",
        focus_iri=iri,
    )


def _name(shape: str) -> str:
    """Return what a person calls a shape: a rule of the house by its id, another by its IRI."""
    return text_of(shape).removeprefix(PGSH) if short(shape) == shape else short(shape).removeprefix("pgsh:")
