"""Findings: results told in the words of the data, with ids, codes, and the file and row that state the thing."""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace

from partnergraph.report import Finding, Severity
from partnergraph.report.finding import Place
from partnergraph.shacl.places import places_of
from partnergraph.shacl.reference import Result
from partnergraph.shacl.words import Words, words
from partnergraph.store import View
from partnergraph.terms import local_id

_GRAVITY = {severity: place for place, severity in enumerate(Severity)}
PLACEHOLDER = re.compile(r"\{[?$](\w+)\}")
_FAULT = re.compile(r"(?s).*?\.\s+(?=[A-Z])")


@dataclass(frozen=True, slots=True)
class Told:
    """A finding, and the results that it tells as one, each with its message; the first is the one that it shows."""

    finding: Finding
    results: tuple[tuple[Result, str], ...]


def told(view: View, results: Sequence[Result]) -> tuple[Told, ...]:
    """Return one finding for each rule, focus node and other thing, in a total order.

    Where a result has several values the first in that order is shown; a rule that looks at several properties says
    its message for each that breaks it. The place is that of the node that the rule calls its witness, else of the
    focus node; of several places the first.
    """
    if not results:
        return ()
    shown = words(view)
    stated = places_of(view, {_witness(result) for result in results})
    places = {thing: each[0] for thing, each in stated.items()}
    found = sorted(((_finding(result, shown, places), result) for result in results), key=_order)
    kept: dict[tuple[str, str, str], list[tuple[Finding, Result]]] = {}
    for finding, result in found:
        kept.setdefault((finding.rule, finding.focus_iri, finding.other_iri), []).append((finding, result))
    return ordered(map(_as_one, kept.values()))


def ordered(found: Iterable[Told]) -> tuple[Told, ...]:
    """Return findings in a total order, in whatever order they come."""
    return tuple(sorted(found, key=_place))


def _place(told_: Told) -> tuple[int | str, ...]:
    finding = told_.finding
    return (*_order((finding, told_.results[0][0])), finding.focus_iri, finding.other_iri)


def _as_one(found: Sequence[tuple[Finding, Result]]) -> Told:
    """Return the first finding, with the messages of all properties."""
    by_path: dict[str, Finding] = {}
    for finding, result in found:
        by_path.setdefault(result.path, finding)
    first, *others = by_path.values()
    if others:
        first = replace(first, message=" ".join(finding.message for finding in (first, *others)))
    return Told(first, tuple((result, finding.message) for finding, result in found))


def _order(found: tuple[Finding, Result]) -> tuple[int | str, ...]:
    finding, result = found
    gravity = _GRAVITY[finding.severity]
    return (
        gravity, finding.code, finding.rule, finding.focus, finding.other, finding.value, result.path, finding.message,
        finding.source_file, finding.source_row or 0,
    )  # fmt: skip


def _finding(result: Result, shown: Words, places: Mapping[str, Place]) -> Finding:
    rule = result.rule
    other = result.bound.get("other", "")
    kind, focus = local_id(result.focus)
    place = places.get(_witness(result))
    known = {**result.bound, "this": result.focus, "value": result.value, "path": result.path}

    def filled(template: str) -> str:
        return PLACEHOLDER.sub(lambda name: shown(known.get(name[1], "")), template)

    fault = _FAULT.match(rule.message)
    return Finding(
        code=rule.code,
        rule=rule.id,
        severity=rule.severity,
        focus=focus,
        focus_type=kind,
        message=filled(rule.message),
        other=shown(other),
        value=shown(result.value),
        source_file=place.file if place else "",
        source_row=place.row if place else None,
        focus_iri=result.focus,
        other_iri=other,
        rules=rule.rules,
        advice=filled(rule.message[fault.end() :]) if fault else "",
        path=result.path,
    )


def _witness(result: Result) -> str:
    return result.bound.get("witness", result.focus)
