"""Results as the triples of a `sh:ValidationReport`."""

from __future__ import annotations

from collections.abc import Iterable, Iterator

from partnergraph.report.rdf import Triple
from partnergraph.shacl.path import Either, InSequence, Inverse, Path, Predicate, Repeated
from partnergraph.shacl.result import ValidationResult
from partnergraph.shacl.term import RDF, TYPE, sh
from partnergraph.terms import literal

_FIRST, _REST, _NIL = (f"<{RDF}{name}>" for name in ("first", "rest", "nil"))
_REPEATS = {"*": sh("zeroOrMorePath"), "+": sh("oneOrMorePath"), "?": sh("zeroOrOnePath")}
_REPORT = "_:report"


def report_triples(
    results: Iterable[ValidationResult], *, conforms: bool, about: Iterable[tuple[str, str]] = ()
) -> Iterator[Triple]:
    """Yield the triples of the report; the same results in the same order give the same triples.

    `about` is what is to be said of the report beside its verdict, as properties and values.
    """
    writer = _Writer()
    yield _REPORT, TYPE, sh("ValidationReport")
    yield _REPORT, sh("conforms"), literal("true" if conforms else "false", "boolean")
    for name, value in about:
        yield _REPORT, name, value
    for result in results:
        node = writer.fresh("result")
        yield _REPORT, sh("result"), node
        yield from writer.result(node, result)


class _Writer:
    def __init__(self) -> None:
        self._count = 0

    def fresh(self, hint: str) -> str:
        self._count += 1
        return f"_:{hint}{self._count}"

    def result(self, node: str, result: ValidationResult) -> Iterator[Triple]:
        yield node, TYPE, sh("ValidationResult")
        for name, term in (
            ("focusNode", result.focus),
            ("value", result.value),
            ("sourceConstraintComponent", result.component),
            ("resultSeverity", result.severity),
            ("sourceShape", result.shape),
            ("sourceConstraint", result.constraint),
            *(("resultMessage", message) for message in result.messages),
        ):
            if term is not None:
                yield node, sh(name), term
        if result.path is not None:
            yield from self._path(node, sh("resultPath"), result.path)
        for name, said in result.about:
            yield node, name, said
        for detail in result.details:
            inner = self.fresh("detail")
            yield node, sh("detail"), inner
            yield from self.result(inner, detail)

    def _path(self, subject: str, predicate: str, path: Path) -> Iterator[Triple]:
        if isinstance(path, Predicate):
            yield subject, predicate, path.iri
            return
        node = self.fresh("path")
        yield subject, predicate, node
        match path:
            case Inverse(inner):
                yield from self._path(node, sh("inversePath"), inner)
            case Repeated(inner, how):
                yield from self._path(node, _REPEATS[how], inner)
            case Either(paths):
                head = self.fresh("path")
                yield node, sh("alternativePath"), head
                yield from self._list(head, paths)
            case InSequence(paths):
                yield from self._list(node, paths)

    def _list(self, head: str, paths: tuple[Path, ...]) -> Iterator[Triple]:
        for place, path in enumerate(paths):
            yield from self._path(head, _FIRST, path)
            rest = _NIL if place == len(paths) - 1 else self.fresh("path")
            yield head, _REST, rest
            head = rest
