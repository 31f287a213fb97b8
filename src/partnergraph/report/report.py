"""The report of one validation."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass, field, replace

from partnergraph.report.finding import COLUMNS, Finding, Severity
from partnergraph.report.forms import chunks
from partnergraph.report.members import finding_members, head
from partnergraph.report.rdf import Triple
from partnergraph.report.summary import Looked, Stamp, Unseen
from partnergraph.table import Table, Tabular
from partnergraph.terms import PG, PREFIXES, RDFS, literal


@dataclass(frozen=True, slots=True)
class Report(Tabular):
    """The findings of one validation, in a total order, with the date and rule pack they were judged by.

    `looked` says how much each rule looked at and `unseen` what no rule looked at, where that was asked for; `stamp`
    what all of it was made from; two reports do not differ by these. `withheld` counts by severity the findings that a
    limit cut off.
    """

    findings: tuple[Finding, ...]
    as_of: str = ""
    pack: str = ""
    looked: tuple[Looked, ...] = field(default=(), compare=False)
    unseen: tuple[Unseen, ...] = field(default=(), compare=False)
    stamp: Stamp | None = field(default=None, compare=False)
    withheld: tuple[tuple[Severity, int], ...] = ()

    @property
    def violations(self) -> tuple[Finding, ...]:
        """The findings that refuse an import."""
        return tuple(finding for finding in self.findings if finding.severity is Severity.VIOLATION)

    @property
    def conforms(self) -> bool:
        """True where nothing is violated; warnings and advice do not count."""
        return not self.counts[Severity.VIOLATION]

    @property
    def counts(self) -> dict[Severity, int]:
        """How many findings there are of each severity, those withheld among them."""
        shown = Counter(finding.severity for finding in self.findings)
        return {severity: shown[severity] + dict(self.withheld).get(severity, 0) for severity in Severity}

    @property
    def cut(self) -> int:
        """How many findings a limit cut off."""
        return sum(number for _, number in self.withheld)

    @property
    def table(self) -> Table:
        """The findings under the column names of the bundle's `findings` file."""
        return Table(COLUMNS, tuple(finding.row for finding in self.findings))

    @property
    def brief(self) -> Table:
        """The findings as rows for a person."""
        return self.table

    def head(self) -> dict[str, object]:
        """Return what the report says beside its findings as JSON values: verdict, date, pack, counts and so on."""
        return head(self)

    def told(self) -> Iterator[dict[str, object]]:
        """Yield the findings as JSON values: the columns of `findings`, then what that file has no room for."""
        return map(finding_members, self.findings)

    def members(self) -> dict[str, object]:
        """Return the report as JSON values."""
        return self.head() | {"findings": list(self.told())}

    def first(self, limit: int | None) -> Report:
        """Return the report with at most that many findings, the gravest, which counts those it withholds."""
        if limit is None or len(self.findings) <= limit:
            return self
        cut = Counter(finding.severity for finding in self.findings[limit:])
        counts = {severity: cut[severity] + dict(self.withheld).get(severity, 0) for severity in Severity}
        withheld = tuple((severity, number) for severity, number in counts.items() if number)
        return replace(self, findings=self.findings[:limit], withheld=withheld)

    def triples(self) -> Iterator[Triple]:
        """Yield the triples of the `sh:ValidationReport` as N-Triples terms, in an order that is always the same."""
        raise NotImplementedError

    def about(self) -> Iterator[tuple[str, str]]:
        """Yield what the graph of the report says of it beside its verdict, as properties and values."""
        if self.as_of:
            yield f"<{PG}evaluatedOn>", literal(self.as_of, "date")
        if self.cut:
            yield f"<{RDFS}comment>", literal(f"{self.cut:,} more results were cut off by a limit.")
        if self.stamp is not None:
            for name, digest in (("data", self.stamp.data), ("shapes", self.stamp.shapes)):
                yield f"<{PG}{name}Digest>", literal(digest)
            yield f"<{PG}configurationDigest>", literal(self.stamp.configuration)
            for name, version in self.stamp.versions:
                yield f"<{PREFIXES['dcterms']}requires>", literal(f"{name} {version}")

    def serialize(self, form: str) -> str:
        """Return the report in one of `FORMS`: for a person, a table, a program or a graph; raise WrongUse for another.

        The same report gives the same text, in any process.
        """
        return "".join(self.chunks(form))

    def chunks(self, form: str) -> Iterator[str]:
        """Yield the text that `serialize` returns piece by piece, for reports that are large."""
        return chunks(self, form)

    def to_turtle(self) -> str:
        """Return the findings as a `sh:ValidationReport` in Turtle."""
        return self.serialize("turtle")

    def to_jsonld(self) -> str:
        """Return the findings as a `sh:ValidationReport` in JSON-LD."""
        return self.serialize("jsonld")
