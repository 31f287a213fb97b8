"""Own shapes: SHACL shapes that users add to a store, which then guard it beside the shipped rules, or alone."""

from __future__ import annotations

import hashlib
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, replace
from pathlib import Path

from partnergraph import catalogue
from partnergraph.errors import WrongUse
from partnergraph.report import Finding
from partnergraph.shacl.finding import Told, ordered
from partnergraph.shacl.places import places_of
from partnergraph.shacl.reference import Result
from partnergraph.shacl.result import ValidationResult
from partnergraph.shacl.rule import Rule
from partnergraph.shacl.shapes import Shapes
from partnergraph.shacl.term import text_of
from partnergraph.store import Draft, View
from partnergraph.store.judged import Judged
from partnergraph.terms import PG, RDF_TYPE, SHAPES_GRAPH, literal, shapes_graph
from partnergraph.validation import RulesReport

_SILENT = f"<{SHAPES_GRAPH}> <{PG}shippedRulesGuard> {literal('false', 'boolean')} .\n"


@dataclass(frozen=True, slots=True)
class ShapeSet:
    """Shapes that were added under one name. `sha256` is the digest of their triples, in order, as N-Triples.

    `shapes` counts those that look for nodes.
    """

    name: str
    graph: str
    sha256: str
    triples: int
    shapes: int


def read(view: View) -> tuple[ShapeSet, ...]:
    """Return the sets of shapes that the store holds, by name."""
    return tuple(
        ShapeSet(name, graph, digest, int(triples), int(shapes))
        for name, graph, digest, triples, shapes in catalogue.texts(view, "lookup/own-shapes")
    )


def add(draft: Draft, files: Sequence[Path], name: str) -> ShapeSet:
    """Make the shapes in RDF files the set called `name`, in place of one that has the name.

    Raise UnreadableInput for what cannot be read, ShapesFault for shapes that are ill-formed or refer to themselves,
    and WrongUse where there is none that looks for nodes.
    """
    said = sorted(Judged.read(files, name).triples())
    shapes = Shapes.of(said)
    if not shapes.targeted:
        raise WrongUse(f"{files[0]} holds no shape that looks for nodes. Give one a target, such as sh:targetClass.")
    lines = "".join(f"{' '.join(triple)} .\n" for triple in said).encode()
    added = ShapeSet(name, shapes_graph(name), hashlib.sha256(lines).hexdigest(), len(said), len(shapes.targeted))
    _take_out(draft, name)
    draft.add_ntriples(lines, added.graph)
    facts = (
        f"<{RDF_TYPE}> <{PG}ShapeSet>",
        f"<{PG}name> {literal(name)}",
        f"<{PG}sha256> {literal(added.sha256)}",
        f"<{PG}tripleCount> {literal(str(added.triples), 'integer')}",
        f"<{PG}shapeCount> {literal(str(added.shapes), 'integer')}",
    )
    draft.add_ntriples("".join(f"<{added.graph}> {fact} .\n" for fact in facts).encode(), SHAPES_GRAPH)
    return added


def remove(draft: Draft, name: str) -> None:
    """Take the set called `name` out; raise WrongUse where there is none."""
    known = [each.name for each in read(draft)]
    if name not in known:
        raise WrongUse(f"The store has no shapes called {name}. It has: {', '.join(known) or 'none'}.")
    _take_out(draft, name)


def guard_alone(draft: Draft) -> None:
    """Let the shipped rules guard no more."""
    draft.add_ntriples(_SILENT.encode(), SHAPES_GRAPH)


def guard_together(draft: Draft) -> None:
    """Let the shipped rules guard again."""
    _forget(draft, _SILENT.encode().strip())


def speaks(view: View) -> bool:
    """Return whether shapes of users have a say in what may come in."""
    return view.has(SHAPES_GRAPH)


def with_own(view: View, report: RulesReport) -> RulesReport:
    """Return the report of the shipped rules on a graph with what the users' own shapes find there.

    Where the shipped rules are not to guard, it is what the own shapes find alone.
    """
    if not speaks(view):
        return report
    shipped = zip(report.findings, report.grounds, strict=True) if shipped_guard(view) else ()
    own = _found(view, read(view))
    told = ordered([*(Told(finding, ground) for finding, ground in shipped), *own])
    return replace(report, findings=tuple(each.finding for each in told), grounds=tuple(each.results for each in told))


def shipped_guard(view: View) -> bool:
    """Return whether the shipped rules have a say in what may come in."""
    return _SILENT.encode().strip() not in view.ntriples([SHAPES_GRAPH]).splitlines()


def _found(view: View, sets: Iterable[ShapeSet]) -> Iterator[Told]:
    for each in sets:
        said = (line.decode() for line in view.ntriples([each.graph]).splitlines())
        verdict = Shapes.of(_triple(line) for line in said).judge(Judged.view(view))
        stated = places_of(view, {finding.focus_iri for finding in verdict.findings if finding.focus_iri})
        for finding, result in zip(verdict.findings, verdict.results, strict=True):
            place = next(iter(stated.get(finding.focus_iri, ())), None)
            if place is not None:
                finding = replace(finding, source_file=place.file, source_row=place.row)
            yield Told(finding, ((_result(each.name, finding, result), finding.message),))


def _result(name: str, finding: Finding, result: ValidationResult) -> Result:
    rule = Rule(
        id=text_of(result.named_shape), code="", rules=(), severity=finding.severity, message=finding.message,
        name=name, reason="", source="", file=name, fixes=(), statements={}, document="",
    )  # fmt: skip
    terms = {"value": result.value} if result.value is not None else {}
    return Result(rule, text_of(result.component), text_of(result.focus), finding.path, finding.value, terms, terms)


def _triple(line: str) -> tuple[str, str, str]:
    subject, predicate, value = line.removesuffix(" .").split(" ", 2)
    return subject, predicate, value


def _take_out(draft: Draft, name: str) -> None:
    draft.clear(shapes_graph(name))
    _forget(draft, f"<{shapes_graph(name)}> ".encode())


def _forget(draft: Draft, beginning: bytes) -> None:
    """Remove the facts about own shapes that begin so."""
    kept = [fact for fact in draft.ntriples([SHAPES_GRAPH]).splitlines() if not fact.startswith(beginning)]
    draft.clear(SHAPES_GRAPH)
    draft.add_ntriples(b"".join(fact + b"\n" for fact in kept), SHAPES_GRAPH)
