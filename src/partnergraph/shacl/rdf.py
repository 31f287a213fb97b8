"""N-Triples texts as rdflib terms and graphs, and back. Blank nodes keep their labels."""

from __future__ import annotations

from collections.abc import Iterable

import rdflib

from partnergraph.shacl.term import datatype_of, is_iri, is_literal, language_of, text_of
from partnergraph.terms import XSD, literal

Node = rdflib.URIRef | rdflib.BNode | rdflib.Literal


def node_of(term: str, *, normal: bool = False) -> Node:
    """Return the rdflib term; a literal is left as it is written, or `normal` as rdflib writes it."""
    text = text_of(term)
    if is_iri(term):
        return rdflib.URIRef(text)
    if not is_literal(term):
        return rdflib.BNode(text.removeprefix("_:"))
    if language_of(term):
        return rdflib.Literal(text, lang=language_of(term))
    datatype = datatype_of(term)
    # rdflib holds a plain literal and a string to be two; data that is written is plain as a rule.
    kind = None if datatype == XSD + "string" else rdflib.URIRef(datatype)
    return rdflib.Literal(text, datatype=kind, normalize=normal)


def term_of(node: rdflib.term.Node) -> str:
    """Return the N-Triples text of an rdflib term."""
    if isinstance(node, rdflib.Literal):
        text = literal(str(node))
        if node.language:
            return f"{text}@{node.language}"
        return text if node.datatype in (None, rdflib.XSD.string) else f"{text}^^<{node.datatype}>"
    return f"_:{node}" if isinstance(node, rdflib.BNode) else f"<{node}>"


def graph_of(triples: Iterable[tuple[str, str, str]], *, normal: bool = False) -> rdflib.Graph:
    """Return an rdflib Graph of the triples; see `node_of`."""
    graph = rdflib.Graph()
    for subject, predicate, value in triples:
        graph.add((node_of(subject), node_of(predicate), node_of(value, normal=normal)))
    return graph
