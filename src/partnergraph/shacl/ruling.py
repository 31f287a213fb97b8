"""The report of the rules on a graph: findings in the words of the data, and the results of SHACL behind them."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace

from partnergraph.report import Finding, Report
from partnergraph.report.rdf import Triple
from partnergraph.shacl.finding import Told
from partnergraph.shacl.path import Predicate
from partnergraph.shacl.reference import Result
from partnergraph.shacl.report_graph import report_triples
from partnergraph.shacl.result import ValidationResult
from partnergraph.shacl.term import named, sh
from partnergraph.terms import PG, literal


@dataclass(frozen=True, slots=True)
class RulesReport(Report):
    """What rules find in a graph. `grounds` holds for each finding the results that it tells, with their messages."""

    grounds: tuple[tuple[tuple[Result, str], ...], ...] = ()

    def first(self, limit: int | None) -> RulesReport:
        """Return the report with at most that many findings, the gravest, which counts those it withholds."""
        kept = Report.first(self, limit)
        return replace(self, findings=kept.findings, withheld=kept.withheld, grounds=self.grounds[:limit])

    def triples(self) -> Iterator[Triple]:
        """Yield the triples of the `sh:ValidationReport`, with a result for each solution, as SHACL counts."""
        told = zip(self.findings, self.grounds, strict=True)
        results = (_shown(result, message, finding) for finding, ground in told for result, message in ground)
        return report_triples(results, conforms=not any(self.counts.values()), about=self.about())


def report_on(found: Sequence[Told], as_of: str, pack: str) -> RulesReport:
    """Return the report of these findings, in their order."""
    return RulesReport(
        tuple(each.finding for each in found), as_of, pack, grounds=tuple(each.results for each in found)
    )


def _shown(result: Result, message: str, finding: Finding) -> ValidationResult:
    focus = named(result.focus)
    value = result.terms.get("value") if result.path else result.terms.get("value", focus)
    return ValidationResult(
        focus=focus,
        path=Predicate(named(result.path)) if result.path else None,
        value=value,
        component=named(result.component),
        severity=sh(result.rule.severity.value.capitalize()),
        shape=named(result.rule.iri),
        messages=(literal(message),),
        about=(*_place(finding), *((f"<{PG}update>", literal(fix.update)) for fix in finding.fixes)),
    )


def _place(finding: Finding) -> Iterator[tuple[str, str]]:
    if finding.source_file:
        row = "" if finding.source_row is None else f":{finding.source_row}"
        yield f"<{PG}statedAt>", literal(finding.source_file + row)
