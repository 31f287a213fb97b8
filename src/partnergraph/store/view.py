"""Reading access to quads: questions of ours, questions of users."""

from __future__ import annotations

import os
import re
from collections.abc import Container, Iterable, Iterator, Mapping
from concurrent.futures import ThreadPoolExecutor
from itertools import islice
from pathlib import Path

import pyoxigraph as ox

from partnergraph.errors import BadQuery, StoreUnavailable
from partnergraph.store.answer import TRIPLES, Answer
from partnergraph.store.guard import refuse_nesting, refuse_service
from partnergraph.store.requirement import Required, required
from partnergraph.store.sum import graph_sum
from partnergraph.terms import PG, PREFIXES, STATE_GRAPH

Row = tuple[str | None, ...]
_DATASET = re.compile(
    r"(?<![\w:?$.-])FROM\s*(NAMED\s*)?(<[^<>\s]*>|[\w.-]*:[^\s{]*)\s*(FROM|WHERE|\{|ORDER|LIMIT|\Z)", re.IGNORECASE
)
_PLACE = re.compile(r"error at (\d+):(\d+): ?")


class View:
    """Reading access to a set of named graphs; the default graph of every query is their union."""

    def __init__(self, quads: ox.Store, *, union: bool = True) -> None:
        self._quads = quads
        self._union = union
        self._met: set[Required] = set()

    def rows(self, query: str, bindings: Mapping[str, str] | None = None) -> tuple[tuple[str, ...], list[Row]]:
        """Return (variables, rows) of a SELECT; IRIs and literals come as their text, unbound variables as None.

        `bindings` gives variables their value as N-Triples text; a bound variable must be projected.
        """
        solutions = self._run(query, bindings)
        if not isinstance(solutions, ox.QuerySolutions):
            raise BadQuery("This question needs a SELECT query.")
        names = tuple(variable.value for variable in solutions.variables)
        try:
            return names, [tuple(None if term is None else term.value for term in solution) for solution in solutions]
        except OSError as fault:
            raise StoreUnavailable("store", str(fault), "Check the disk and open the store again.") from fault

    def solutions(self, query: str) -> list[dict[str, str]]:
        """Return the solutions of a SELECT by variable, as N-Triples terms; what is unbound is left out."""
        solutions = self._run(query, None)
        if not isinstance(solutions, ox.QuerySolutions):
            raise BadQuery("This question needs a SELECT query.")
        names = [variable.value for variable in solutions.variables]
        try:
            return [{name: str(row[name]) for name in names if row[name] is not None} for row in solutions]
        except OSError as fault:
            raise StoreUnavailable("store", str(fault), "Check the disk and open the store again.") from fault

    def terms(self, *queries: str) -> list[list[str]]:
        """Return the rows of SELECTs as Turtle writes their terms, unbound cells as the empty text.

        Each term is read from the store when it is written, and nothing else is made of it, so that this is the way
        to read much. Several queries are run at the same time.
        """
        if len(queries) == 1:
            return self._terms(queries[0])
        with ThreadPoolExecutor(len(queries)) as threads:
            return [row for rows in threads.map(self._terms, queries) for row in rows]

    def holds(self, query: str, bindings: Mapping[str, str] | None = None) -> bool:
        """Return the answer of an ASK query; `bindings` as for `rows`."""
        return bool(self._run(query, bindings))

    def answer(self, query: str, default_graphs: Iterable[str] = (), named_graphs: Iterable[str] = ()) -> Answer:
        """Run a user's query, read only; raise BadQuery for bad syntax, updates and SERVICE."""
        refuse_service(query)
        refuse_nesting(query)
        try:
            default: list[ox.NamedNode | ox.BlankNode | ox.DefaultGraph] = [ox.NamedNode(g) for g in default_graphs]
            named: list[ox.NamedNode | ox.BlankNode] = [ox.NamedNode(graph) for graph in named_graphs]
            if default or named:
                result = self._quads.query(query, prefixes=PREFIXES, default_graph=default, named_graphs=named)
            else:
                union = self._union and not _DATASET.search(query)
                result = self._quads.query(query, prefixes=PREFIXES, use_default_graph_as_union=union)
        except SyntaxError as fault:
            raise bad_query(fault) from fault
        except (ValueError, OSError, RuntimeError) as fault:
            raise BadQuery(str(fault)) from fault
        return Answer(result, PREFIXES)

    def has(self, graph: str) -> bool:
        """Return whether there is a named graph of that IRI."""
        return self._quads.contains_named_graph(ox.NamedNode(graph))

    def lacks(self, query: str) -> bool:
        """Return whether a property or class is missing without which the query can have no solution here."""
        return not all(self._holds(each) for each in required(query))

    def graphs(self) -> tuple[str, ...]:
        """Return the IRIs of the named graphs, sorted."""
        return tuple(sorted(graph.value for graph in self._quads.named_graphs() if isinstance(graph, ox.NamedNode)))

    def graph_sum(self, graph: str) -> str:
        """Return a number that says whether a named graph is the same, whatever the order of its triples."""
        return f"{graph_sum(self._quads, graph):016x}"

    def graph_size(self, graph: str) -> int:
        """Return how many triples a named graph holds."""
        return sum(1 for _ in self._quads.quads_for_pattern(None, None, None, ox.NamedNode(graph)))

    def read_through(self) -> int:
        """Read all there is, and return how many quads; raise OSError where something cannot be read."""
        with Path(os.devnull).open("wb") as nowhere:
            self._quads.dump(nowhere, format=ox.RdfFormat.N_QUADS)
        return len(self._quads)

    @property
    def revision(self) -> int:
        """How many changes made what is held; deriving is none."""
        pattern = (ox.NamedNode(STATE_GRAPH), ox.NamedNode(f"{PG}revision"), None, ox.NamedNode(STATE_GRAPH))
        found = (quad.object for quad in self._quads.quads_for_pattern(*pattern))
        return max((int(each.value) for each in found if isinstance(each, ox.Literal)), default=0)

    def said_of(self, node: str, graph: str) -> str:
        """Return what one named graph says of a node as sorted lines of N-Triples."""
        quads = self._quads.quads_for_pattern(ox.NamedNode(node), None, None, ox.NamedNode(graph))
        return "".join(sorted(f"{quad.triple} .\n" for quad in quads))

    def neighbours(self, node: str, beginning: str, most: int) -> set[str]:
        """Return the nodes whose IRI begins so and that a statement joins with `node`, at most `most` each way."""
        named = ox.NamedNode(node)
        outward = self._quads.quads_for_pattern(named, None, None, None)
        inward = self._quads.quads_for_pattern(None, None, named, None)
        found: set[str] = set()
        for quad in (*islice(outward, most), *islice(inward, most)):
            found |= {term.value for term in (quad.subject, quad.object) if isinstance(term, ox.NamedNode)}
        return {each for each in found if each.startswith(beginning)} - {node}

    def statements(self, graph: str) -> Iterator[tuple[str, str, str]]:
        """Yield the triples of one named graph as texts, without order."""
        for quad in self._quads.quads_for_pattern(None, None, None, ox.NamedNode(graph)):
            subject, value = quad.subject, quad.object
            if isinstance(subject, ox.NamedNode) and not isinstance(value, ox.Triple):
                yield subject.value, quad.predicate.value, value.value

    def beneath(self) -> ox.Store:
        """Return what it reads from, for other modules of this package."""
        return self._quads

    def values_in(self, graph: str, property_: str) -> list[str]:
        """Return the values of a property in one named graph, as their text, without order."""
        found = self._quads.quads_for_pattern(None, ox.NamedNode(property_), None, ox.NamedNode(graph))
        return [quad.object.value for quad in found if not isinstance(quad.object, ox.Triple)]

    def quads(self, graph: str) -> Iterator[ox.Quad]:
        """Yield the quads of one named graph, without order."""
        return self._quads.quads_for_pattern(None, None, None, ox.NamedNode(graph))

    def stand_elsewhere(self, quads: Iterable[ox.Quad]) -> bool:
        """Return whether another graph holds the triple of one of the quads; each subject is looked up once."""
        by_subject: dict[object, set[tuple[object, object, object]]] = {}
        for quad in quads:
            by_subject.setdefault(quad.subject, set()).add((quad.predicate, quad.object, quad.graph_name))
        for subject, said in by_subject.items():
            if not isinstance(subject, ox.NamedNode | ox.BlankNode):
                continue
            for found in self._quads.quads_for_pattern(subject, None, None, None):
                if any((found.predicate, found.object) == each[:2] and found.graph_name != each[2] for each in said):
                    return True
        return False

    def about(self, node: str) -> list[tuple[str, str, str]]:
        """Return what is said of a node, an N-Triples term: property and value as such terms, and the graph's IRI."""
        quads = self._quads.quads_for_pattern(ox.NamedNode(node[1:-1]), None, None, None)
        return [(str(quad.predicate), str(quad.object), getattr(quad.graph_name, "value", "")) for quad in quads]

    def pointing(self, name: str, value: str, most: int) -> set[str]:
        """Return at most that many nodes that have the value for the property; all three are N-Triples terms."""
        quads = self._quads.quads_for_pattern(None, ox.NamedNode(name[1:-1]), _term(value), None)
        return {str(quad.subject) for quad in islice(quads, most)}

    def turtle(self, graph: str, subjects: Container[str]) -> bytes:
        """Return what one named graph says of `subjects` as Turtle."""
        quads = self._quads.quads_for_pattern(None, None, None, ox.NamedNode(graph))
        kept = (q.triple for q in quads if isinstance(q.subject, ox.NamedNode) and q.subject.value in subjects)
        return ox.serialize(kept, format=ox.RdfFormat.TURTLE, prefixes=PREFIXES) or b""

    def graph_text(self, form: str, graph: str) -> bytes | None:
        """Return what one named graph holds in a format for triples, or nothing where there is no such graph."""
        node = ox.NamedNode(graph)
        if not self._quads.contains_named_graph(node):
            return None
        kept = PREFIXES if form in ("turtle", "rdfxml") else None
        quads = (quad.triple for quad in self._quads.quads_for_pattern(None, None, None, node))
        return ox.serialize(quads, format=TRIPLES[form], prefixes=kept) or b""

    def ntriples(self, graphs: Iterable[str] | None = None) -> bytes:
        """Return the triples of the named graphs (all of them where none is named) as N-Triples, without order."""
        named = self._quads.named_graphs() if graphs is None else [ox.NamedNode(graph) for graph in graphs]
        quads = (quad.triple for graph in named for quad in self._quads.quads_for_pattern(None, None, None, graph))
        return ox.serialize(quads, format=ox.RdfFormat.N_TRIPLES) or b""

    def _terms(self, query: str) -> list[list[str]]:
        solutions = self._run(query, None)
        if not isinstance(solutions, ox.QuerySolutions):
            raise BadQuery("This question needs a SELECT query.")
        try:
            text = solutions.serialize(format=ox.QueryResultsFormat.TSV) or b""
        except OSError as fault:
            raise StoreUnavailable("store", str(fault), "Check the disk and open the store again.") from fault
        return [line.split("\t") for line in text.decode().split("\n")[1:-1]]

    def _holds(self, needed: Required) -> bool:
        if needed not in self._met:
            name, kind = needed
            found = self._quads.quads_for_pattern(None, ox.NamedNode(name), ox.NamedNode(kind) if kind else None, None)
            if next(found, None) is None:
                return False
            self._met.add(needed)
        return True

    def _run(self, query: str, bindings: Mapping[str, str] | None) -> object:
        terms: dict[ox.Variable, ox.NamedNode | ox.BlankNode | ox.Literal | ox.Triple] = {
            ox.Variable(name): _term(text) for name, text in (bindings or {}).items()
        }
        try:
            return self._quads.query(
                query, prefixes=PREFIXES, use_default_graph_as_union=True, substitutions=terms or None
            )
        except SyntaxError as fault:
            raise bad_query(fault) from fault


def bad_query(fault: SyntaxError) -> BadQuery:
    """Return the parser's complaint with its line and column as numbers."""
    place = _PLACE.match(fault.msg)
    if place is None:
        return BadQuery(fault.msg, fault.lineno, fault.offset)
    return BadQuery(fault.msg[place.end() :], int(place[1]), int(place[2]))


def _term(text: str) -> ox.NamedNode | ox.Literal:
    value = next(iter(ox.parse(f"<urn:s> <urn:p> {text} .", format=ox.RdfFormat.TURTLE))).object
    if not isinstance(value, ox.NamedNode | ox.Literal):
        raise BadQuery(f"{text} is neither an IRI nor a literal.")
    return value
