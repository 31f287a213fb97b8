"""Findings: results told in the words of the data, with ids, codes, and the file and row that state the thing."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import replace
from itertools import islice

from partnergraph.report import Finding, Severity
from partnergraph.shacl.reference import Result
from partnergraph.store import View
from partnergraph.terms import ID, local_id

_AT_ONCE = 1000
_UNRECOGNISED = ID + "unrecognised/"
_GRAVITY = {severity: place for place, severity in enumerate(Severity)}
_PLACEHOLDER = re.compile(r"\{[?$](\w+)\}")
_NAMES = "SELECT ?thing ?name WHERE { ?thing rdfs:isDefinedBy ?file ; rdfs:label ?name } ORDER BY ?name"
_CODES = "SELECT ?thing ?name WHERE { ?thing rdfs:isDefinedBy ?file ; skos:notation ?name } ORDER BY ?name"
_STATED = "SELECT ?thing ?place WHERE {{ VALUES ?thing {{ {things} }} ?thing pg:statedAt ?place }}"

Words = Callable[[str], str]
Place = tuple[str, int | None]
_NOWHERE: Place = ("", None)


def findings(view: View, results: Sequence[Result]) -> tuple[Finding, ...]:
    """Return one finding for each rule, focus node and other thing, in a total order.

    Where a result has several values the first in that order is shown; a rule that looks at several properties says
    its message for each that breaks it. The place is that of the node that the rule calls its witness, else of the
    focus node; of several places the first.
    """
    if not results:
        return ()
    words = _words(view)
    places = _places(view, sorted({_witness(result) for result in results}))
    told = sorted(((_told(result, words, places), result.path) for result in results), key=_order)
    kept: dict[tuple[str, str, str], dict[str, Finding]] = {}
    for finding, path in told:
        kept.setdefault((finding.rule, finding.focus_iri, finding.other_iri), {}).setdefault(path, finding)
    return tuple(_as_one(list(by_path.values())) for by_path in kept.values())


def _as_one(found: Sequence[Finding]) -> Finding:
    """Return the first finding, with the messages of all."""
    return replace(found[0], message=" ".join(finding.message for finding in found))


def _order(told: tuple[Finding, str]) -> tuple[int | str, ...]:
    finding, path = told
    gravity = _GRAVITY[finding.severity]
    return (
        gravity, finding.code, finding.rule, finding.focus, finding.other, finding.value, path, finding.message,
        finding.source_file, finding.source_row or 0,
    )  # fmt: skip


def _told(result: Result, words: Words, places: Mapping[str, Place]) -> Finding:
    rule = result.rule
    other = result.bound.get("other", "")
    kind, focus = local_id(result.focus)
    file, row = places.get(_witness(result), _NOWHERE)
    known = {**result.bound, "this": result.focus, "value": result.value, "path": result.path}
    return Finding(
        code=rule.code,
        rule=rule.id,
        severity=rule.severity,
        focus=focus,
        focus_type=kind,
        message=_PLACEHOLDER.sub(lambda name: words(known.get(name[1], "")), rule.message),
        other=words(other),
        value=words(result.value),
        source_file=file,
        source_row=row,
        focus_iri=result.focus,
        other_iri=other,
    )


def _witness(result: Result) -> str:
    return result.bound.get("witness", result.focus)


def _words(view: View) -> Words:
    """Return what shows a term: the id of a thing, the code of a concept, the label of a term, else its own text."""
    names = {str(thing): str(name) for query in (_NAMES, _CODES) for thing, name in view.rows(query)[1]}

    def shown(term: str) -> str:
        if term.startswith(_UNRECOGNISED):
            # Such an id is the column and then the text that stood in it.
            return local_id(term)[1].partition("/")[2]
        return local_id(term)[1] if term.startswith(ID) else names.get(term, term)

    return shown


def _places(view: View, things: Iterable[str]) -> dict[str, Place]:
    found: dict[str, Place] = {}
    left = iter(things)
    while some := list(islice(left, _AT_ONCE)):
        query = _STATED.format(things=" ".join(f"<{thing}>" for thing in some))
        for thing, stated in view.rows(query)[1]:
            place = _place(str(stated))
            found[str(thing)] = min(found.get(str(thing), place), place)
    return found


def _place(stated: str) -> Place:
    file, _, row = stated.rpartition(":")
    return (file, int(row)) if row.isdigit() else (stated, -1)
