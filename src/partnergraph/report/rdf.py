"""Triples written as they come, in the three syntaxes of a report, so that a large one never stands in memory."""

from __future__ import annotations

import json
import re
from collections.abc import Iterable, Iterator
from itertools import groupby

from partnergraph.terms import PREFIXES, RDF_TYPE, compact

Triple = tuple[str, str, str]
"""Subject, predicate and object as N-Triples writes them."""
_NAMES = ("dcterms", "pg", "pgsh", "rdfs", "sh", "xsd")
_LITERAL = re.compile(r'"(?P<text>.*)"(?:@(?P<language>[\w-]+)|\^\^<(?P<datatype>[^>]*)>)?', re.DOTALL)
_TYPE = f"<{RDF_TYPE}>"


def ntriples(triples: Iterable[Triple]) -> Iterator[str]:
    """Yield N-Triples, a line at a time."""
    return (f"{subject} {predicate} {value} .\n" for subject, predicate, value in triples)


def turtle(triples: Iterable[Triple]) -> Iterator[str]:
    """Yield Turtle, the statements on one subject at a time as long as they come together."""
    yield "".join(f"@prefix {name}: <{PREFIXES[name]}> .\n" for name in _NAMES)
    for subject, group in groupby(triples, key=lambda triple: triple[0]):
        lines = (f"{'a' if predicate == _TYPE else _short(predicate)} {_short(value)}" for _, predicate, value in group)
        yield f"\n{_short(subject)} " + " ;\n  ".join(lines) + " .\n"


def jsonld(triples: Iterable[Triple]) -> Iterator[str]:
    """Yield JSON-LD, an object for the statements on one subject as long as they come together."""
    context = {name: PREFIXES[name] for name in _NAMES}
    yield f'{{"@context": {json.dumps(context)}, "@graph": ['
    comma = "\n"
    for subject, group in groupby(triples, key=lambda triple: triple[0]):
        node: dict[str, object] = {"@id": _id(subject)}
        for _, predicate, value in group:
            name, said = ("@type", _id(value)) if predicate == _TYPE else (_id(predicate), _value(value))
            held = node.get(name)
            node[name] = said if held is None else [*(held if isinstance(held, list) else [held]), said]
        yield comma + json.dumps(node, ensure_ascii=False)
        comma = ",\n"
    yield "\n]}\n"


def _short(term: str) -> str:
    if term.startswith("<"):
        return _name(term) or term
    head, sign, datatype = term.rpartition("^^<")
    return f"{head}^^{_name('<' + datatype) or '<' + datatype}" if sign and term.startswith('"') else term


def _name(term: str) -> str:
    """Return the prefixed name of an IRI, where its prefix is one of those declared."""
    short = compact(term[1:-1])
    prefix, colon, local = short.partition(":")
    return short if colon and prefix in _NAMES and re.fullmatch(r"[A-Za-z_]([\w-]*)", local) else ""


def _id(term: str) -> str:
    return (_name(term) or term[1:-1]) if term.startswith("<") else term


def _value(term: str) -> object:
    found = _LITERAL.fullmatch(term)
    if found is None:
        return {"@id": _id(term)}
    # The escapes of N-Triples and those of JSON are the same, but for \U.
    text = re.sub(r"\\U([0-9A-Fa-f]{8})", lambda code: chr(int(code[1], 16)), found["text"])
    said = {"@value": json.loads(f'"{text}"', strict=False)}
    if found["language"]:
        return said | {"@language": found["language"]}
    return said | {"@type": _id(f"<{found['datatype']}>")} if found["datatype"] else said
