"""RDF terms as N-Triples texts: what kind a term is, and what is inside it."""

from __future__ import annotations

import re

from partnergraph.terms import PREFIXES, RDF_TYPE, XSD, compact

SH = PREFIXES["sh"]
RDF = PREFIXES["rdf"]
RDFS = PREFIXES["rdfs"]
OWL = PREFIXES["owl"]
TYPE = f"<{RDF_TYPE}>"
LANG_STRING = RDF + "langString"

_LITERAL = re.compile(r'"(?P<text>.*)"(?:@(?P<language>[\w-]+)|\^\^<(?P<datatype>[^>]*)>)?', re.DOTALL)
_ESCAPE = re.compile(r"\\(?:u([0-9A-Fa-f]{4})|U([0-9A-Fa-f]{8})|(.))", re.DOTALL)
_CONTROLS = {"t": "\t", "n": "\n", "r": "\r", "b": "\b", "f": "\f"}


def named(iri: str) -> str:
    """Return the term of an IRI."""
    return f"<{iri}>"


def sh(name: str) -> str:
    """Return the term of a word of SHACL."""
    return f"<{SH}{name}>"


def is_iri(term: str) -> bool:
    """Return whether the term is an IRI."""
    return term.startswith("<")


def is_blank(term: str) -> bool:
    """Return whether the term is a blank node."""
    return term.startswith("_:")


def is_literal(term: str) -> bool:
    """Return whether the term is a literal."""
    return term.startswith('"')


def text_of(term: str) -> str:
    """Return what a person reads: the IRI, the text of the literal, the label of the blank node.

    >>> text_of('"two\\\\nlines"@en'), text_of("<urn:a>"), text_of("_:b1")
    ('two\\nlines', 'urn:a', '_:b1')
    """
    if is_iri(term):
        return term[1:-1]
    found = _LITERAL.fullmatch(term)
    return _ESCAPE.sub(_unescaped, found["text"]) if found else term


def datatype_of(literal: str) -> str:
    """Return the datatype IRI of a literal; a plain one is a string."""
    found = _LITERAL.fullmatch(literal)
    if found is None or found["language"]:
        return LANG_STRING if found else ""
    return found["datatype"] or XSD + "string"


def language_of(literal: str) -> str:
    """Return the language tag of a literal, or nothing."""
    found = _LITERAL.fullmatch(literal)
    return (found["language"] or "") if found else ""


def short(term: str) -> str:
    """Return the term as Turtle would write it with the prefixes of the house.

    >>> short("<http://www.w3.org/2001/XMLSchema#date>")
    'xsd:date'
    """
    if is_iri(term):
        known = compact(term[1:-1])
        return term if known == term[1:-1] else known
    return term


def called(shape: str) -> str:
    """Return what to call a shape in a sentence."""
    return "a shape without a name" if is_blank(shape) else short(shape)


def _unescaped(escape: re.Match[str]) -> str:
    code = escape[1] or escape[2]
    return chr(int(code, 16)) if code else _CONTROLS.get(escape[3], escape[3])
