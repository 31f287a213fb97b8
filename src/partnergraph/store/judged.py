"""A graph that shapes judge, kept to the letter."""

from __future__ import annotations

import threading
from collections.abc import Callable, Iterable, Iterator
from functools import cached_property
from pathlib import Path
from typing import TypeVar

import pyoxigraph as ox

from partnergraph.errors import BadQuery, ParseFault
from partnergraph.store.documents import SUFFIXES, base_of, files_in, quads_in, triples_in
from partnergraph.store.guard import on_deep_stack
from partnergraph.store.spelling import KEPT, Spelling, original, true_text
from partnergraph.store.view import View, bad_query
from partnergraph.terms import XSD

Triple = tuple[str, str, str]
Solution = dict[str, str]

Result = TypeVar("Result")
_SHORT = 1500
_RESTATED = f'SELECT DISTINCT ?p WHERE {{ ?s ?p ?o FILTER (STRSTARTS(STR(DATATYPE(?o)), "{KEPT}")) }}'
_LOADED = {".ttl", ".nt"}
_UNDERSTOOD = 'SELECT (REGEX("", {pattern}, {flags}) AS ?answer) WHERE {{}}'


class Judged(View):
    """A graph to be judged. Its terms are N-Triples texts; it is never written to, and many threads may ask it."""

    def __init__(self, quads: ox.Store, spelling: Spelling | None = None, *, union: bool = True) -> None:
        super().__init__(quads, union=union)
        self._spelling = spelling
        self._values: Judged | None = None
        self._gate = threading.Lock()

    @classmethod
    def of(cls, triples: Iterable[ox.Triple]) -> Judged:
        """Return a graph in memory that holds the triples as they are written."""
        spelling = Spelling()
        quads = ox.Store()
        quads.bulk_extend(ox.Quad(t.subject, t.predicate, _spelled(t.object, spelling)) for t in triples)
        return cls(quads, spelling)

    @classmethod
    def read(cls, paths: Iterable[Path], label: str, base: str | None = None) -> Judged:
        """Return a graph in memory that holds the triples of RDF files as they are written; see `triples_in`."""
        files = files_in(paths)
        if not all(file.suffix.lower() in _LOADED for file in files) or not _is_loaded_alike(files, base):
            return cls.of(triples_in(files, label, base))
        quads = ox.Store()
        for file in files:
            quads.bulk_load(path=str(file), format=SUFFIXES[file.suffix.lower()], base_iri=base_of(file, base))
        return cls(quads, Spelling())

    @classmethod
    def store(cls, quads: ox.Store) -> Judged:
        """Return what the store holds in all its graphs, as the store writes it.

        It is the store itself where one graph holds everything, else a copy in memory in which each triple is once.
        """
        named = list(quads.named_graphs())
        default = next(quads.quads_for_pattern(None, None, None, ox.DefaultGraph()), None)
        if len(named) + (default is not None) <= 1:
            return cls(quads)
        copy = ox.Store()
        copy.bulk_extend(ox.Quad(quad.subject, quad.predicate, quad.object) for quad in quads)
        return cls(copy)

    @classmethod
    def view(cls, view: View) -> Judged:
        """Return what a view of ours shows."""
        return cls(view._quads)  # noqa: SLF001 - the same family

    @property
    def exact(self) -> bool:
        """Whether literals are kept as they were read."""
        return self._spelling is not None

    @property
    def keeps(self) -> bool:
        """Whether some literals have a stand-in: their value is to be had from `values` alone."""
        return self._spelling is not None and self._spelling.keeps

    def stored(self, term: str) -> str:
        """Return the term as it stands in the store."""
        if self._spelling is None or not term.startswith('"'):
            return term
        literal = _object(term)
        return str(self._spelling.stored(literal)) if isinstance(literal, ox.Literal) else term

    def mentions(self, term: str) -> bool:
        """Return whether a triple has the term as its subject or object."""
        stored = self.stored(term)
        return self.holds(f"ASK {{ {{ ?s ?p {stored} }} UNION {{ VALUES ?s {{ {stored} }} ?s ?p ?o }} }}")

    def solutions(self, query: str) -> list[Solution]:
        """Return the solutions of a SELECT by variable, terms as they were read; what is unbound is left out.

        Raise BadQuery for what cannot be run.
        """
        return _with_room(lambda: list(self._solutions(query)), query)

    def values(self) -> Judged:
        """Return the graph to reckon in: its literals are written as the store does, so that they compare as values."""
        if not self.keeps:
            return self
        with self._gate:
            if self._values is None:
                copy = ox.Store()
                copy.bulk_extend(ox.Quad(q.subject, q.predicate, _original(q.object)) for q in self._quads)
                self._values = Judged(copy)
            return self._values

    @property
    def size(self) -> int:
        """How many triples there are."""
        return len(self._quads)

    @cached_property
    def merges(self) -> bool:
        """Whether some triples become one in `values`."""
        return self.values().size < self.size

    @cached_property
    def restated(self) -> frozenset[str]:
        """The properties with values that the store would write in another way."""
        return frozenset(row["p"] for row in self.solutions(_RESTATED)) if self.keeps else frozenset()

    @cached_property
    def is_ambiguous(self) -> bool:
        """Whether some terms of the graph become one in `values`."""
        found = self._spelling.written() if self._spelling is not None else {}
        return any(len(ways) > 1 or self._has(written) for written, ways in found.items())

    def misreads(self, literal: str) -> bool:
        """Return whether `values` has a literal for this one that stands for another."""
        if self._spelling is None:
            return False
        written = self._spelling.as_written(literal)
        others = self._spelling.originals(written) - {literal}
        return bool(others) or (written != literal and self._has(written))

    def _has(self, literal: str) -> bool:
        return self.holds(f"ASK {{ ?s ?p {literal} }}")

    def beside(self, iri: str, triples: Iterable[Triple]) -> Judged:
        """Return a copy in memory that has other triples in the named graph `iri`, which no question asks unawares."""
        copy = ox.Store()
        copy.bulk_extend(ox.Quad(quad.subject, quad.predicate, quad.object) for quad in self._quads)
        lines = "".join(f"{subject} {predicate} {value} .\n" for subject, predicate, value in triples)
        copy.bulk_load(lines.encode(), format=ox.RdfFormat.N_TRIPLES, to_graph=ox.NamedNode(iri), lenient=True)
        return Judged(copy, union=False)

    def read_as(self, written: str, near: str) -> str:
        """Return the term that `values` writes so, as it was read.

        Where it was read in several ways it is the one that the node `near` has as a value, else it is left so.
        """
        if self._spelling is None or not written.startswith('"'):
            return written
        ways = [*sorted(self._spelling.originals(written)), written]
        if len(ways) == 1 or (len(ways) == 2 and not self.holds(f"ASK {{ ?s ?p {written} }}")):
            return ways[0]
        has = [way for way in ways if near.startswith("<") and self.holds(f"ASK {{ {near} ?p {self.stored(way)} }}")]
        return has[0] if len(has) == 1 else written

    def triples(self) -> Iterator[Triple]:
        """Yield all triples as they were read."""
        for quad in self._quads:
            yield str(quad.subject), str(quad.predicate), true_text(str(quad.object))

    def _solutions(self, query: str) -> Iterator[Solution]:
        try:
            found = self._quads.query(query, use_default_graph_as_union=self._union)
        except SyntaxError as fault:
            raise bad_query(fault) from fault
        if not isinstance(found, ox.QuerySolutions):
            raise BadQuery("A rule needs a SELECT query.")
        names = [(variable.value, place) for place, variable in enumerate(found.variables)]
        for row in found:
            yield {name: true_text(str(row[place])) for name, place in names if row[place] is not None}


def held(source: object) -> Judged | None:
    """Return the graph that a store holds, be it ours or pyoxigraph's; None for anything else."""
    if isinstance(source, View):
        return Judged.view(source)
    return Judged.store(source) if isinstance(source, ox.Store) else None


def complaint(query: str) -> str | None:
    """Return what the store has against a query, or nothing where it can be run."""

    def run() -> str | None:
        try:
            ox.Store().query(query)
        except SyntaxError as fault:
            return fault.msg
        return None

    return _with_room(run, query)


def is_regular(pattern: str, flags: str) -> bool:
    """Return whether the store understands a regular expression and its flags, both given as literals."""
    answer = ox.Store().query(_UNDERSTOOD.format(pattern=pattern, flags=flags))
    return isinstance(answer, ox.QuerySolutions) and all(row["answer"] is not None for row in answer)


def _with_room(work: Callable[[], Result], query: str) -> Result:
    """Return what `work` returns; a long query, which may be deep, gets a stack of its own."""
    return work() if len(query) <= _SHORT else on_deep_stack(work, len(query))


def _is_loaded_alike(files: Iterable[Path], base: str | None) -> bool:
    """Return whether the loader of the store keeps all terms as they are: no blank nodes, literals as it writes."""
    literals: set[ox.Literal] = set()
    for file in files:
        for quad in quads_in(file, base):
            term = quad.object
            if isinstance(term, ox.Literal):
                literals.add(term)
            elif not isinstance(term, ox.NamedNode):
                return False
            if not isinstance(quad.subject, ox.NamedNode):
                return False
    return not Spelling().changes(literals)


def _spelled(
    term: ox.NamedNode | ox.BlankNode | ox.Literal | ox.Triple, spelling: Spelling
) -> ox.NamedNode | ox.BlankNode | ox.Literal:
    if isinstance(term, ox.Triple):
        raise ParseFault("triples about triples (RDF 1.2 triple terms) are not part of this model.")
    return spelling.stored(term) if isinstance(term, ox.Literal) else term


def _original(
    term: ox.NamedNode | ox.BlankNode | ox.Literal | ox.Triple,
) -> ox.NamedNode | ox.BlankNode | ox.Literal | ox.Triple:
    return original(term) if isinstance(term, ox.Literal) else term


def _object(text: str) -> object:
    return next(iter(ox.parse(f"<{XSD}> <{XSD}> {text} .", format=ox.RdfFormat.N_TRIPLES, lenient=True))).object
