"""A state that would result, open to change until it is kept or dropped as a whole."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping
from contextlib import contextmanager
from functools import cached_property
from threading import Lock, Thread
from typing import IO

import pyoxigraph as ox

from partnergraph.errors import BadQuery, ParseFault
from partnergraph.store.amending import Amending, Using
from partnergraph.store.change import Change
from partnergraph.store.copies import in_memory
from partnergraph.store.operation import operations
from partnergraph.store.sum import moved
from partnergraph.store.syntax import FORMATS, Document, mentions_blank_nodes, parsed, refuse_entity_tricks
from partnergraph.store.view import View, bad_query
from partnergraph.terms import PG, PREFIXES, RDF_TYPE, STATE_GRAPH, WORKING_GRAPH, XSD, instance, is_asserted


class Draft(View):
    """A state that would result: it may be changed and asked, and is kept or dropped as a whole."""

    def __init__(
        self, quads: ox.Store, mirror_up_to: int = 0, before: Callable[[], ox.Store] = lambda: ox.Store()
    ) -> None:
        super().__init__(quads)
        self.discarded = False
        self._before = before
        self._mirror_up_to = mirror_up_to
        self._target = ox.NamedNode(WORKING_GRAPH)
        self._skolem = ""
        self._files = 0
        self._tried: list[ox.Quad] | None = None
        self._tidying: Thread | None = None
        self.change = Change()
        self._restated = Change()
        self._writing = Lock()

    @classmethod
    def apart(cls, quads: bytes) -> Draft:
        """Return a draft of no store, which lasts as long as it is held, with what N-Quads text says."""
        held = ox.Store()
        held.bulk_load(quads, format=ox.RdfFormat.N_QUADS, lenient=True)
        return cls(held)

    def discard(self) -> None:
        """Let nothing of this draft be kept."""
        self.discarded = True

    @cached_property
    def replaced(self) -> View:
        """What the graphs that the draft replaces or touches held before; of a folder's store, all that it held."""
        return View(self._before())

    def sum_after(self, graph: str, before: str) -> str:
        """Return the `graph_sum` of a graph whose sum was `before`, after what `change` says."""
        come, gone = (
            [quad for quad in quads if quad.graph_name == ox.NamedNode(graph)]
            for quads in (self.change.coming, self.change.going)
        )
        return f"{moved(int(before or '0', 16), come, gone):016x}"

    def count_up(self) -> None:
        """Make this the next revision of the store."""
        fact = f'<{STATE_GRAPH}> <{PG}revision> "{self.revision + 1}"^^<{XSD}integer> .\n'
        self.clear(STATE_GRAPH)
        self.add_ntriples(fact.encode(), STATE_GRAPH)

    def take_out(self, graph: str, nodes: Iterable[str]) -> dict[str, str]:
        """Remove what the named graph `graph` says of the nodes, and return it as N-Triples by node."""
        taken: dict[str, str] = {}
        for node in nodes:
            quads = list(self._quads.quads_for_pattern(ox.NamedNode(node), None, None, ox.NamedNode(graph)))
            for quad in quads:
                self._quads.remove(quad)
            taken[node] = "".join(sorted(f"{quad.triple} .\n" for quad in quads))
        self._met.clear()
        return taken

    def nquads(self) -> bytes:
        """Return everything that the draft holds as N-Quads, without order."""
        return self._quads.dump(format=ox.RdfFormat.N_QUADS) or b""

    def aim(self, graph: str, *, skolem: str) -> None:
        """Let what is loaded from now on go to the named graph `graph`; blank nodes become ids below `skolem`."""
        self._target = ox.NamedNode(graph)
        self._skolem = skolem

    def clear(self, *graphs: str) -> None:
        """Remove the named graphs."""
        self._met.clear()
        for graph in graphs:
            self._quads.remove_graph(ox.NamedNode(graph))

    def clear_but(self, *beginnings: str) -> int:
        """Remove all named graphs but those whose IRI begins so, and return how many quads they held."""
        held = len(self._quads)
        self.clear(*(graph for graph in self.graphs() if not graph.startswith(beginnings)))
        return held - len(self._quads)

    def update(self, text: str, base: str = "", using: Using | None = None) -> None:
        """Carry out a SPARQL update; `change` then says what is different.

        Raise BadQuery for what is none, ProtectedGraph for a graph that is not the user's, and WrongUse for one that
        is not there. The draft then holds a part and must be dropped.
        """
        self._met.clear()
        amending = Amending(self._quads, self.change, using or Using())
        for operation in tuple(operations(text, base)):
            amending.carry_out(operation)

    def put(self, graph: str, documents: Iterable[Document], *, keep: bool) -> None:
        """Make a named graph hold the triples of the documents, beside what it holds where `keep` says so.

        `change` then says what is different. Raise ParseFault where one breaks the syntax of its form, and
        ProtectedGraph for a graph that is not the user's.
        """
        self._met.clear()
        quads = [quad for document in documents for quad in parsed(document)]
        Amending(self._quads, self.change, Using()).put(graph, quads, keep=keep)

    def drop(self, graph: str) -> None:
        """Remove a named graph; `change` then says what it held."""
        self._met.clear()
        Amending(self._quads, self.change, Using()).drop(graph)

    def undo(self) -> None:
        """Take back what `change` says, and what was restated."""
        for change in (self._restated, self.change):
            for quad in change.coming:
                self._quads.remove(quad)
            self._quads.extend(change.going)
        self._met.clear()

    def restate(self, subject: str, facts: Mapping[str, Iterable[str]], graph: str) -> None:
        """Make a named graph say of `subject`, by IRIs of properties, these N-Triples terms and no other values."""
        node, place = ox.NamedNode(subject), ox.NamedNode(graph)
        lines = "".join(f"<{subject}> <{name}> {value} .\n" for name, values in facts.items() for value in values)
        new = [ox.Quad(node, each.predicate, each.object, place) for each in ox.parse(lines, ox.RdfFormat.N_TRIPLES)]
        old = [quad for name in facts for quad in self._quads.quads_for_pattern(node, ox.NamedNode(name), None, place)]
        for quad in old:
            self._quads.remove(quad)
        self._quads.extend(new)
        self._restated.note(old, new)

    def came(self) -> Draft:
        """Return a draft of no store with what came by `change`, and there too the classes of what it speaks of."""
        apart = Draft(ox.Store())
        kind = ox.NamedNode(RDF_TYPE)
        for quad in self.change.coming:
            apart._quads.add(quad)
            if isinstance(quad.subject, ox.NamedNode | ox.BlankNode):
                for found in self._quads.quads_for_pattern(quad.subject, kind, None, None):
                    apart._quads.add(ox.Quad(quad.subject, kind, found.object, quad.graph_name))
        return apart

    def repeats(self) -> set[str]:
        """Return the graphs into which something came by `change` that users say in another graph too."""
        found: set[str] = set()
        for quad in self.change.coming:
            for twin in self._quads.quads_for_pattern(quad.subject, quad.predicate, quad.object, None):
                graphs = [str(getattr(each.graph_name, "value", "")) for each in (quad, twin)]
                if twin != quad and is_asserted(graphs[1]):
                    found.add(graphs[0])
        return found

    @contextmanager
    def trial(self) -> Iterator[None]:
        """Take back at the end of the block what `add_ntriples` and `construct_into` add inside it."""
        self._tried = []
        try:
            yield
        finally:
            tried, self._tried = self._tried, None
            self._met.clear()
            for quad in tried or ():
                self._quads.remove(quad)

    def to_judge(self, *, tidy: bool = True) -> Draft:
        """Return a draft of the same state that may be written to freely.

        It is a copy in memory where this one is a folder's and not too large, else this draft itself. While the copy
        is judged the folder's files are put in order, which makes a random look into them several times faster; it
        pays after much was loaded, and may be left out with `tidy` false.
        """
        copy = in_memory(self._quads, self._mirror_up_to) if self._mirror_up_to else None
        if copy is None:
            return self
        if tidy:
            self._tidying = Thread(target=self._quads.optimize, name="tidying")
            self._tidying.start()
        return Draft(copy)

    def settle(self) -> None:
        """Wait until nothing is done in the background."""
        if self._tidying is not None:
            self._tidying.join()

    def bulk_load(self, stream: IO[bytes], form: str, base_iri: str | None = None) -> None:
        """Load every triple of the stream into the graph aimed at, whatever graph the stream puts it in.

        Raise ParseFault at the first break of syntax; the draft then holds a part and must be dropped.
        """
        self._files += 1
        try:
            if form in ("ntriples", "nquads") and stream.seekable() and not mentions_blank_nodes(stream):
                self._load_lines(stream, form)
            else:
                if form == "rdfxml":
                    refuse_entity_tricks(stream)
                self._load_each(stream, form, base_iri)
        except SyntaxError as fault:
            raise ParseFault(fault.msg, fault.lineno, fault.offset) from fault
        except ValueError as fault:
            raise ParseFault(str(fault)) from fault

    def add_ntriples(self, text: bytes, graph: str) -> None:
        """Add N-Triples text to the named graph `graph`."""
        target = ox.NamedNode(graph)
        with self._writing:
            if self._tried is None:
                self._quads.bulk_load(text, format=ox.RdfFormat.N_TRIPLES, to_graph=target, lenient=True)
                return
            found = (quad.triple for quad in ox.parse(text, format=ox.RdfFormat.N_TRIPLES, lenient=True))
            quads = [ox.Quad(triple.subject, triple.predicate, triple.object, target) for triple in found]
            added = [quad for quad in quads if quad not in self._quads]
            self._tried += added
            self._quads.extend(added)

    def add_quads(self, quads: Iterable[ox.Quad]) -> None:
        """Add quads, each to its own graph."""
        self._quads.bulk_extend(quads)

    def add_lines(self, lines: str, graph: str) -> None:
        """Add lines of Turtle that came out of a store, one triple each, to the named graph `graph`."""
        self._quads.bulk_load(lines.encode(), format=ox.RdfFormat.TURTLE, to_graph=ox.NamedNode(graph), lenient=True)

    def add_turtle(self, text: str, graph: str) -> None:
        """Add a Turtle document to the named graph `graph`; its blank nodes stay as they are.

        Raise ParseFault at the first break of syntax.
        """
        try:
            self._quads.load(text.encode(), format=ox.RdfFormat.TURTLE, to_graph=ox.NamedNode(graph))
        except SyntaxError as fault:
            raise ParseFault(fault.msg, fault.lineno, fault.offset) from fault

    def construct_into(self, query: str, graph: str, *, union: bool = True) -> None:
        """Add the triples that a CONSTRUCT query gives over the draft to the named graph `graph`.

        Several threads may do so at the same time.
        """
        if self.lacks(query):
            return
        try:
            triples = self._quads.query(query, prefixes=PREFIXES, use_default_graph_as_union=union)
        except SyntaxError as fault:
            raise bad_query(fault) from fault
        if not isinstance(triples, ox.QueryTriples):
            raise BadQuery("A derivation needs a CONSTRUCT query.")
        # As text they need not become Python objects in between, and other threads can go on.
        self.add_ntriples(triples.serialize(format=ox.RdfFormat.N_TRIPLES) or b"", graph)

    def _load_lines(self, stream: IO[bytes], form: str) -> None:
        try:
            self._quads.bulk_load(stream, format=ox.RdfFormat.N_TRIPLES, to_graph=self._target)
        except SyntaxError:
            if form == "ntriples":
                raise
            stream.seek(0)
            self._load_each(stream, form, None)

    def _load_each(self, stream: IO[bytes], form: str, base_iri: str | None) -> None:
        names: dict[str, ox.NamedNode] = {}
        prefix = f"{self._files}-"

        def named(node: ox.NamedNode | ox.BlankNode) -> ox.NamedNode:
            if isinstance(node, ox.NamedNode):
                return node
            if node.value not in names:
                names[node.value] = ox.NamedNode(instance("node", self._skolem, f"{prefix}{len(names) + 1}"))
            return names[node.value]

        def quads() -> Iterator[ox.Quad]:
            for quad in ox.parse(stream, format=FORMATS[form], base_iri=base_iri):
                if isinstance(quad.subject, ox.Triple) or isinstance(quad.object, ox.Triple):
                    raise ValueError("triples about triples (RDF 1.2 triple terms) are not part of this model.")
                value = quad.object if isinstance(quad.object, ox.Literal) else named(quad.object)
                yield ox.Quad(named(quad.subject), quad.predicate, value, self._target)

        self._quads.bulk_extend(quads())
