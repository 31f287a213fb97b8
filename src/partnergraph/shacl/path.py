"""Property paths: how to get from a node to its value nodes, as RDF, as SPARQL and as steps of a query."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from itertools import pairwise

from partnergraph.errors import ShapesFault
from partnergraph.shacl.statements import Statements
from partnergraph.shacl.term import is_iri, is_literal, sh
from partnergraph.shacl.world import Names

_DEEPEST = 50
_SUFFIXES = {"zeroOrMorePath": "*", "oneOrMorePath": "+", "zeroOrOnePath": "?"}


@dataclass(frozen=True, slots=True)
class Predicate:
    """One property."""

    iri: str

    @property
    def text(self) -> str:
        return self.iri

    @property
    def nullable(self) -> bool:
        return False


@dataclass(frozen=True, slots=True)
class Inverse:
    """A path walked from its end."""

    path: Path

    @property
    def text(self) -> str:
        return f"^{_grouped(self.path)}"

    @property
    def nullable(self) -> bool:
        return self.path.nullable


@dataclass(frozen=True, slots=True)
class InSequence:
    """Paths one after the other."""

    paths: tuple[Path, ...]

    @property
    def text(self) -> str:
        return "/".join(_grouped(path) for path in self.paths)

    @property
    def nullable(self) -> bool:
        return all(path.nullable for path in self.paths)


@dataclass(frozen=True, slots=True)
class Either:
    """Any of several paths."""

    paths: tuple[Path, ...]

    @property
    def text(self) -> str:
        return "|".join(_grouped(path) for path in self.paths)

    @property
    def nullable(self) -> bool:
        return any(path.nullable for path in self.paths)


@dataclass(frozen=True, slots=True)
class Repeated:
    """A path walked again and again: `how` is `*`, `+` or `?`."""

    path: Path
    how: str

    @property
    def text(self) -> str:
        return _grouped(self.path) + self.how

    @property
    def nullable(self) -> bool:
        return self.how != "+" or self.path.nullable


Path = Predicate | Inverse | InSequence | Either | Repeated
"""Each has its SPARQL `text`; a `nullable` one may lead from a node to that node itself."""


def walk(path: Path, start: str, end: str, names: Names) -> str:
    """Return the triple patterns that lead from one variable to another, a pattern for each step of a sequence."""
    match path:
        case InSequence(paths):
            stops = [start, *(names.fresh("step") for _ in paths[1:]), end]
            return " . ".join(walk(each, *pair, names) for each, pair in zip(paths, pairwise(stops), strict=True))
        case Inverse(InSequence(paths)):
            return walk(InSequence(tuple(Inverse(each) for each in reversed(paths))), start, end, names)
        case Inverse(Inverse(inner)):
            return walk(inner, start, end, names)
        case Inverse(inner):
            return f"{end} {_grouped(inner)} {start}"
        case _:
            return f"{start} {path.text} {end}"


def reach(path: Path, start: str, end: str, names: Names, test: str) -> str:
    """Return what stands in an EXISTS that looks for an end that passes `test`.

    Each step of a sequence stands in an EXISTS of its own, so that an engine looks it up from where it stands.
    """
    match path:
        case InSequence((first, *rest)) if rest:
            stop = names.fresh("step")
            further = reach(_sequence(rest), stop, end, names, test)
            return f"{walk(first, start, stop, names)} FILTER EXISTS {{ {further} }}"
        case Inverse(InSequence(paths)):
            return reach(_sequence([Inverse(each) for each in reversed(paths)]), start, end, names, test)
        case _:
            found = walk(path, start, end, names)
            return found if test == "true" else f"{found} FILTER ({test})"


def is_one_step(path: Path | None) -> bool:
    """Return whether the path is one property, forwards or backwards."""
    return isinstance(path, Predicate) or (isinstance(path, Inverse) and isinstance(path.path, Predicate))


def read_path(said: Statements, node: str, depth: int = 0) -> Path:
    """Return the path that a node of a shapes graph means; raise ShapesFault where it means none."""
    if depth > _DEEPEST or is_literal(node):
        raise ShapesFault(f"{node} is no property path.")
    if is_iri(node):
        return Predicate(node)
    if said.is_list(node):
        return _sequence([read_path(said, each, depth + 1) for each in _several(said, node)])
    for name, wrap in (("inversePath", Inverse), ("alternativePath", None), *((each, None) for each in _SUFFIXES)):
        inner = said.one(node, sh(name))
        if inner is None:
            continue
        if name == "alternativePath":
            return Either(tuple(read_path(said, each, depth + 1) for each in _several(said, inner)))
        path = read_path(said, inner, depth + 1)
        return wrap(path) if wrap is not None else Repeated(path, _SUFFIXES[name])
    raise ShapesFault(f"{node} is no property path.")


def _several(said: Statements, head: str) -> Sequence[str]:
    members = said.members(head)
    if len(members) < 2:
        raise ShapesFault(f"{head} is no property path: a list of paths has at least two members.")
    return members


def _sequence(paths: Sequence[Path]) -> Path:
    return paths[0] if len(paths) == 1 else InSequence(tuple(paths))


def _grouped(path: Path) -> str:
    return path.text if isinstance(path, Predicate) else f"({path.text})"
