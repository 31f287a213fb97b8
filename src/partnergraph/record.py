"""The record: findings that a store keeps, with the things that they are about."""

from __future__ import annotations

import hashlib
from collections.abc import Iterable, Iterator, Mapping

from partnergraph import catalogue
from partnergraph.report import Finding, Severity
from partnergraph.store import Draft, View
from partnergraph.terms import FINDINGS_GRAPH, PG, PGSH, PREFIXES, RDF_TYPE, SKOS, instance, literal, local_id

Key = tuple[str, str, str]
_SH = PREFIXES["sh"]


def key(finding: Finding) -> Key:
    """Return what makes a finding the same one at another time: the rule, its focus, and the other party."""
    return finding.rule, finding.focus_iri, finding.other_iri


def keep(draft: Draft, findings: Iterable[Finding]) -> None:
    """Make `findings` all that the draft has on record."""
    draft.clear(FINDINGS_GRAPH)
    lines = "".join(line for finding in findings for line in _described(finding))
    draft.add_ntriples(lines.encode(), FINDINGS_GRAPH)


def kept(view: View) -> tuple[Finding, ...]:
    """Return the findings on record, in the order of reports."""
    found = (told(dict(row)) for row in _rows(view, "lookup/recorded-findings"))
    order = {severity: place for place, severity in enumerate(Severity)}
    return tuple(sorted(found, key=lambda each: (order[each.severity], each.code, *key(each))))


def keys(view: View) -> frozenset[Key]:
    """Return what makes the findings on record the same ones at another time."""
    return frozenset(key(finding) for finding in kept(view))


def facts(finding: Finding) -> Iterator[tuple[str, str]]:
    """Yield what a finding says as pairs of property and N-Triples term."""
    yield _SH + "sourceShape", f"<{rule_iri(finding.rule)}>"
    yield _SH + "focusNode", f"<{finding.focus_iri}>"
    yield _SH + "resultSeverity", f"<{_SH}{finding.severity.value.capitalize()}>"
    yield _SH + "resultMessage", literal(finding.message)
    if finding.code:
        yield SKOS + "notation", literal(finding.code)
    if finding.other_iri:
        yield PG + "otherParty", f"<{finding.other_iri}>"
    if finding.other:
        yield PG + "otherName", literal(finding.other)
    if finding.value:
        yield _SH + "value", literal(finding.value)
    if finding.source_file:
        yield PG + "sourcePlace", literal(f"{finding.source_file}:{finding.source_row or ''}")


def told(row: Mapping[str, str]) -> Finding:
    """Return the finding that a row of facts tells."""
    kind, focus = local_id(row["focus"])
    file, _, number = row["place"].rpartition(":")
    return Finding(
        code=row["code"],
        rule=row["rule"].removeprefix(PGSH),
        severity=Severity(row["severity"].removeprefix(_SH).lower()),
        focus=focus,
        focus_type=kind,
        message=row["message"],
        other=row["other_name"],
        value=row["value"],
        source_file=file,
        source_row=int(number) if number else None,
        focus_iri=row["focus"],
        other_iri=row["other"],
    )


def rule_iri(rule: str) -> str:
    """Return the IRI of a rule: a shipped one is named by what follows the namespace."""
    return rule if ":" in rule else PGSH + rule


def _described(finding: Finding) -> Iterator[str]:
    digest = hashlib.sha256("\0".join(key(finding)).encode()).hexdigest()
    node = instance("finding", digest[:32])
    yield f"<{node}> <{RDF_TYPE}> <{_SH}ValidationResult> .\n"
    yield from (f"<{node}> <{name}> {value} .\n" for name, value in facts(finding))


def _rows(view: View, name: str) -> Iterator[dict[str, str]]:
    columns, rows = view.rows(catalogue.query(name).text)
    yield from ({c: cell or "" for c, cell in zip(columns, row, strict=True)} for row in rows)
