"""What the rules say about a graph: findings, and the report that holds them."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum

from partnergraph.table import Table, Tabular
from partnergraph.terms import PREFIXES, literal


class Severity(StrEnum):
    """How grave a finding is: a violation refuses an import, a warning asks for a look, info is advice."""

    VIOLATION = "violation"
    WARNING = "warning"
    INFO = "info"


@dataclass(frozen=True, slots=True)
class Finding:
    """One rule's word on one thing.

    `rule` is the local name of the shape, so `pgsh:` + rule finds its text; `code` is its V- code or empty.
    `focus` and `other` are ids as the source wrote them, `focus_iri` and `other_iri` the nodes in the graph.
    """

    code: str
    rule: str
    severity: Severity
    focus: str
    focus_type: str
    message: str
    other: str = ""
    value: str = ""
    source_file: str = ""
    source_row: int | None = None
    focus_iri: str = ""
    other_iri: str = ""


COLUMNS = ("code", "rule", "severity", "focus", "focus_type", "other", "value", "message", "source_file", "source_row")


@dataclass(frozen=True, slots=True)
class Report(Tabular):
    """The findings of one validation, in a total order, with the date and rule pack they were judged by."""

    findings: tuple[Finding, ...]
    as_of: str = ""
    pack: str = ""

    @property
    def violations(self) -> tuple[Finding, ...]:
        """The findings that refuse an import."""
        return tuple(finding for finding in self.findings if finding.severity is Severity.VIOLATION)

    @property
    def conforms(self) -> bool:
        """True where nothing is violated; warnings and advice do not count."""
        return not self.violations

    @property
    def table(self) -> Table:
        """The findings under the column names of the bundle's `findings` file."""
        return Table(
            COLUMNS,
            tuple(
                (
                    finding.code,
                    finding.rule,
                    finding.severity.value,
                    finding.focus,
                    finding.focus_type,
                    finding.other,
                    finding.value,
                    finding.message,
                    finding.source_file,
                    finding.source_row,
                )
                for finding in self.findings
            ),
        )

    def to_turtle(self) -> str:
        """Return the findings as a `sh:ValidationReport` in Turtle."""
        lines = [f"@prefix {name}: <{PREFIXES[name]}> ." for name in ("pgsh", "sh", "xsd")]
        conforms = "true" if not self.findings else "false"
        lines.append(f"\n[] a sh:ValidationReport ;\n  sh:conforms {conforms}" + (" ;" if self.findings else " ."))
        for number, finding in enumerate(self.findings, 1):
            end = " ." if number == len(self.findings) else " ;"
            lines.append("  sh:result [\n" + " ;\n".join(_result(finding)) + f"\n  ]{end}")
        return "\n".join(lines) + "\n"


def _result(finding: Finding) -> list[str]:
    facts = [
        "    a sh:ValidationResult",
        f"    sh:focusNode {_node(finding.focus_iri, finding.focus)}",
        f"    sh:sourceShape pgsh:{finding.rule}",
        f"    sh:resultSeverity sh:{finding.severity.value.capitalize()}",
        f"    sh:resultMessage {literal(finding.message)}",
    ]
    if finding.other_iri:
        facts.append(f"    sh:value <{finding.other_iri}>")
    elif finding.value:
        facts.append(f"    sh:value {literal(finding.value)}")
    return facts


def _node(iri: str, text: str) -> str:
    return f"<{iri}>" if iri else literal(text)
