"""The syntaxes that triples come in, and what is refused of them before a parser sees it."""

from __future__ import annotations

import io
import re
from dataclasses import dataclass
from typing import IO

import pyoxigraph as ox

from partnergraph.errors import ParseFault

FORMATS = {
    "ntriples": ox.RdfFormat.N_TRIPLES,
    "nquads": ox.RdfFormat.N_QUADS,
    "turtle": ox.RdfFormat.TURTLE,
    "trig": ox.RdfFormat.TRIG,
    "rdfxml": ox.RdfFormat.RDF_XML,
    "jsonld": ox.RdfFormat.JSON_LD,
}
_PROLOGUE = 256 * 1024
_RISKY_ENTITY = re.compile(rb"""<!ENTITY\s+(%|\S+\s+(SYSTEM|PUBLIC)|\S+\s+("[^"]*&|'[^']*&|"[^"]{1000}|'[^']{1000}))""")


@dataclass(frozen=True, slots=True)
class Document:
    """A graph as text: turtle, ntriples, rdfxml or jsonld. Relative IRIs in it are relative to `base`."""

    content: bytes
    form: str
    base: str = ""


def parsed(document: Document) -> list[ox.Quad]:
    """Return the triples of a text with blank nodes of their own; raise ParseFault where it breaks its syntax."""
    stream = io.BytesIO(document.content)
    if document.form == "rdfxml":
        refuse_entity_tricks(stream)
    try:
        kind, base = FORMATS[document.form], document.base or None
        return list(ox.parse(stream, kind, base_iri=base, without_named_graphs=True, rename_blank_nodes=True))
    except SyntaxError as fault:
        raise ParseFault(fault.msg, fault.lineno, fault.offset) from fault
    except ValueError as fault:
        raise ParseFault(str(fault)) from fault


def mentions_blank_nodes(stream: IO[bytes]) -> bool:
    """Return whether lines of triples have a blank node, or something that looks like one."""
    tail = b""
    found = False
    while not found and (chunk := stream.read(1 << 20)):
        found = b"_:" in tail + chunk
        tail = chunk[-1:]
    stream.seek(0)
    return found


def refuse_entity_tricks(stream: IO[bytes]) -> None:
    """Raise ParseFault where RDF/XML declares entities that could fetch a file or blow up in memory."""
    head = stream.read(_PROLOGUE)
    stream.seek(0)
    if b"<!DOCTYPE" in head and (_RISKY_ENTITY.search(head) or b"<!ENTITY" in head[head.rfind(b"]>") + 1 :]):
        raise ParseFault("declares entities that refer to others, to files, or are very long. Write them out.", 1)
