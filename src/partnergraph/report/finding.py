"""Findings: one rule's word on one thing, with what makes it so and what would mend it."""

from __future__ import annotations

from dataclasses import dataclass, field
from enum import StrEnum


class Severity(StrEnum):
    """How grave a finding is: a violation refuses an import, a warning asks for a look, info is advice."""

    VIOLATION = "violation"
    WARNING = "warning"
    INFO = "info"


@dataclass(frozen=True, slots=True, order=True)
class Place:
    """Where something is stated: a file, and the row of it, with the header as row 1."""

    file: str
    row: int | None = None

    def __str__(self) -> str:
        return self.file if self.row is None else f"{self.file} row {self.row}"


@dataclass(frozen=True, slots=True)
class Witness:
    """A stated triple that makes a finding so: as N-Triples text, in words, by which import, and where it is stated.

    The words are `thing`, `says` and `value`. The places are those of the thing, whose row says it.
    """

    triple: str
    thing: str
    says: str
    value: str
    imported: str = ""
    stated: tuple[Place, ...] = ()


@dataclass(frozen=True, slots=True)
class Fix:
    """A change that would clear a finding: in words, and as a SPARQL update for whoever wants to apply it."""

    says: str
    update: str


@dataclass(frozen=True, slots=True)
class Finding:
    """One rule's word on one thing.

    `rule` is the local name of the shape, so `pgsh:` + rule finds its text; `code` is its V- code or empty, `rules` are
    the R-numbers that it rests on. `focus` and `other` are ids as the source wrote them, `focus_iri` and `other_iri`
    the nodes in the graph. `advice` is the part of the message that says what to do. `partner` and `customer` are those
    of the focus, `other_partner` is the partner of the other thing. `path` is the property that the finding is about.
    Two findings do not differ by their evidence: the partners, the customer, the witnesses and the fixes.
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
    rules: tuple[str, ...] = ()
    advice: str = ""
    path: str = ""
    partner: str = field(default="", compare=False)
    customer: str = field(default="", compare=False)
    other_partner: str = field(default="", compare=False)
    witnesses: tuple[Witness, ...] = field(default=(), compare=False)
    fixes: tuple[Fix, ...] = field(default=(), compare=False)

    @property
    def place(self) -> Place | None:
        """Where the thing is stated, as far as that is known."""
        return Place(self.source_file, self.source_row) if self.source_file else None

    @property
    def fault(self) -> str:
        """The part of the message that says what is wrong."""
        return self.message.removesuffix(self.advice).rstrip() if self.advice else self.message

    @property
    def row(self) -> tuple[str | int | None, ...]:
        """The finding under `COLUMNS`."""
        return (
            self.code,
            self.rule,
            self.severity.value,
            self.focus,
            self.focus_type,
            self.other,
            self.value,
            self.message,
            self.source_file,
            self.source_row,
        )


COLUMNS = ("code", "rule", "severity", "focus", "focus_type", "other", "value", "message", "source_file", "source_row")
"""The columns of the bundle's `findings` file."""
