"""What a state differs in from the one before: the triples that came and went, graph by graph."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Iterator

import pyoxigraph as ox

from partnergraph.terms import RDF_TYPE


class Change:
    """The triples that were added and removed since a draft was made, on balance."""

    def __init__(self) -> None:
        self.coming: dict[ox.Quad, None] = {}
        self.going: dict[ox.Quad, None] = {}

    def __bool__(self) -> bool:
        """Return whether anything is different."""
        return bool(self.coming or self.going)

    @property
    def added(self) -> int:
        """How many triples came."""
        return len(self.coming)

    @property
    def removed(self) -> int:
        """How many triples went."""
        return len(self.going)

    def note(self, removed: Iterable[ox.Quad], added: Iterable[ox.Quad]) -> None:
        """Take note of quads that were there and are gone, and of those that are there and were not."""
        for quads, gain, loss in ((removed, self.going, self.coming), (added, self.coming, self.going)):
            for quad in quads:
                if quad in loss:
                    del loss[quad]
                else:
                    gain[quad] = None

    def graphs(self) -> dict[str, int]:
        """Return by the IRI of each graph concerned how many triples more it has now."""
        balance: Counter[str] = Counter()
        for quads, sign in ((self.coming, 1), (self.going, -1)):
            for quad in quads:
                balance[_named(quad.graph_name)] += sign
        return dict(sorted(balance.items()))

    def speaks(self, namespaces: tuple[str, ...]) -> bool:
        """Return whether a triple that came or went has a property or a class in one of the namespaces."""
        met: set[str] = set()
        for quads in (self.coming, self.going):
            for quad in quads:
                name = quad.predicate.value
                if name == RDF_TYPE and isinstance(quad.object, ox.NamedNode):
                    name = quad.object.value
                if name not in met:
                    if name.startswith(namespaces):
                        return True
                    met.add(name)
        return False

    def nquads(self) -> bytes:
        """Return the triples that came as N-Quads."""
        return ox.serialize(self.coming, format=ox.RdfFormat.N_QUADS) or b""

    def gone_values(self) -> dict[str, set[str]]:
        """Return by graph the texts of the literals that stood in the triples that went."""
        texts: dict[str, set[str]] = {}
        for quad in self.going:
            if isinstance(quad.object, ox.Literal):
                texts.setdefault(_named(quad.graph_name), set()).add(quad.object.value)
        return texts

    def subjects(self) -> Iterator[str]:
        """Yield the IRIs of what the triples that came speak of, each once."""
        met: set[str] = set()
        for quad in self.coming:
            if isinstance(quad.subject, ox.NamedNode) and quad.subject.value not in met:
                met.add(quad.subject.value)
                yield quad.subject.value


def _named(graph: object) -> str:
    return graph.value if isinstance(graph, ox.NamedNode) else ""
