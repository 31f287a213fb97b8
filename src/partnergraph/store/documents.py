"""RDF documents as triples, each term as it is written there."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from pathlib import Path

import pyoxigraph as ox

from partnergraph.errors import Fault, ParseFault, UnreadableInput
from partnergraph.store.syntax import refuse_entity_tricks

SUFFIXES = {
    ".ttl": ox.RdfFormat.TURTLE,
    ".nt": ox.RdfFormat.N_TRIPLES,
    ".nq": ox.RdfFormat.N_QUADS,
    ".trig": ox.RdfFormat.TRIG,
    ".rdf": ox.RdfFormat.RDF_XML,
    ".owl": ox.RdfFormat.RDF_XML,
    ".xml": ox.RdfFormat.RDF_XML,
    ".jsonld": ox.RdfFormat.JSON_LD,
    ".json": ox.RdfFormat.JSON_LD,
}
_MEND = "Correct the file at this place."


def triples_in(paths: Iterable[Path], label: str, base: str | None = None) -> Iterator[ox.Triple]:
    """Yield the triples of RDF files, and of those in folders, whatever graphs they put them in.

    Blank nodes are numbered behind `label`, so that reading again gives the same. Relative IRIs are resolved against
    `base`, or the place of the file. Raise UnreadableInput for what is missing, of another kind, or breaks its syntax.
    """
    names = _Names(label)
    for file in files_in(paths):
        names.forget()
        for quad in quads_in(file, base):
            yield _named(quad.triple, names)


def triples_of(ntriples: bytes) -> Iterator[ox.Triple]:
    """Yield the triples of N-Triples text; blank nodes keep their labels."""
    for quad in ox.parse(ntriples, format=ox.RdfFormat.N_TRIPLES, lenient=True):
        yield quad.triple


def triples_of_turtle(text: str) -> Iterator[tuple[str, str, str]]:
    """Yield the triples of Turtle text as N-Triples texts; raise ParseFault where it breaks the syntax."""
    try:
        for quad in ox.parse(text.encode(), format=ox.RdfFormat.TURTLE):
            yield str(quad.subject), str(quad.predicate), str(quad.object)
    except SyntaxError as fault:
        raise ParseFault(fault.msg, fault.lineno, fault.offset) from fault


class _Names:
    """Numbers for the blank nodes of several documents, in the order in which they come up."""

    def __init__(self, label: str) -> None:
        self._label = label
        self._count = 0
        self._known: dict[str, ox.BlankNode] = {}

    def forget(self) -> None:
        """Begin another document: its labels mean other nodes."""
        self._known = {}

    def of(self, label: str) -> ox.BlankNode:
        if label not in self._known:
            self._count += 1
            self._known[label] = ox.BlankNode(f"{self._label}{self._count}")
        return self._known[label]


def files_in(paths: Iterable[Path]) -> list[Path]:
    """Return the RDF files among the paths and in folders; raise UnreadableInput for what is missing or none."""
    return [file for path in paths for file in _files(path)]


def quads_in(file: Path, base: str | None = None) -> Iterator[ox.Quad]:
    """Yield the quads of an RDF file as they come; see `triples_in`."""
    form = SUFFIXES[file.suffix.lower()]
    try:
        with file.open("rb") as stream:
            if form == ox.RdfFormat.RDF_XML:
                refuse_entity_tricks(stream)
            yield from ox.parse(stream, format=form, base_iri=base_of(file, base))
    except SyntaxError as fault:
        raise _unreadable(file, f"{fault.msg}.", _MEND, fault.lineno) from fault
    except (ParseFault, OSError, ValueError) as fault:
        raise _unreadable(file, f"{fault}.", _MEND) from fault


def base_of(file: Path, base: str | None) -> str:
    """Return what relative IRIs in a file are resolved against."""
    return base or file.resolve().as_uri()


def _files(path: Path) -> list[Path]:
    if path.is_dir():
        found = sorted(each for each in path.rglob("*") if each.suffix.lower() in SUFFIXES and each.is_file())
        if found:
            return found
        raise _unreadable(path, "holds no RDF file.", "Name a folder with Turtle, N-Triples, JSON-LD or RDF/XML in it.")
    if not path.exists():
        raise _unreadable(path, "does not exist.", "Check the name.")
    if path.suffix.lower() not in SUFFIXES:
        raise _unreadable(path, "has no suffix of an RDF format.", f"Give it one of {', '.join(SUFFIXES)}.")
    return [path]


def _named(triple: ox.Triple, names: _Names) -> ox.Triple:
    subject, value = triple.subject, triple.object
    if isinstance(subject, ox.BlankNode):
        subject = names.of(subject.value)
    if isinstance(value, ox.BlankNode):
        value = names.of(value.value)
    return ox.Triple(subject, triple.predicate, value)


def _unreadable(path: Path, problem: str, remedy: str, row: int | None = None) -> UnreadableInput:
    return UnreadableInput((Fault(str(path), problem, remedy, row),))
