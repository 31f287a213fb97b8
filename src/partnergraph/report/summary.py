"""What a report says of itself: how much each rule looked at, what no rule looked at, and what it was made from."""

from __future__ import annotations

from dataclasses import dataclass

from partnergraph.report.finding import Severity


@dataclass(frozen=True, slots=True)
class Looked:
    """A rule, and how many nodes it looked at. A rule that looked at none says nothing of the data.

    `name` is the statement of good data that the rule makes, `reason` why it exists, `source` who says so.
    """

    rule: str
    code: str
    severity: Severity
    name: str
    reason: str
    rules: tuple[str, ...]
    source: str
    nodes: int
    findings: int


@dataclass(frozen=True, slots=True)
class Unseen:
    """Nodes of the data that no rule looked at: of which class (its IRI, or empty for none), how many, and one."""

    kind: str
    nodes: int
    example: str


@dataclass(frozen=True, slots=True)
class Stamp:
    """What a report was made from: SHA-256 digests of data, shapes and configuration, and the versions in use.

    The configuration is the day, the rule pack, the switches, the ontology and all rule packs.
    """

    data: str
    shapes: str
    configuration: str
    switches: tuple[tuple[str, str], ...]
    versions: tuple[tuple[str, str], ...]
