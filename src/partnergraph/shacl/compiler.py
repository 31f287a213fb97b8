"""The compiler for rules: each is compiled as a shape of its file, together with the prefixes of the house."""

from __future__ import annotations

from functools import cache, lru_cache

from partnergraph import artifacts
from partnergraph.shacl.check import Check, compiled_shape
from partnergraph.shacl.parsing import ShapesReader
from partnergraph.shacl.rule import PREFIX_TABLE, Rule
from partnergraph.shacl.statements import Statements
from partnergraph.shacl.term import named
from partnergraph.shacl.world import Inexpressible, Subclasses, World, parts_of
from partnergraph.store.documents import triples_of_turtle


def compiled(rule: Rule, subclasses: Subclasses = frozenset()) -> tuple[Check, ...] | None:
    """Return the queries that find all that breaks `rule`, or None where no query can say what its shape says.

    `subclasses` are the classes of the graph, each with one that it is part of.
    """
    return _compiled(rule.document, named(rule.iri), subclasses)


@lru_cache(maxsize=4096)
def _compiled(document: str, shape: str, subclasses: Subclasses) -> tuple[Check, ...] | None:
    try:
        return compiled_shape(_shapes(document).shape(shape), World(parts_of(subclasses)))
    except Inexpressible:
        return None


@cache
def _shapes(document: str) -> ShapesReader:
    texts = (artifacts.text(PREFIX_TABLE), document)
    return ShapesReader(Statements(triple for text in texts for triple in triples_of_turtle(text)))
