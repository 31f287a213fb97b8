"""The parameters of SHACL Core and `sh:sparql`: how each becomes a constraint."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator
from typing import TYPE_CHECKING

from partnergraph.errors import ShapesFault
from partnergraph.shacl.constraint import Constraint
from partnergraph.shacl.constraints.cardinality import MaxCount, MinCount
from partnergraph.shacl.constraints.logic import And, Not, OneOf, Or
from partnergraph.shacl.constraints.membership import Closed, HasValue, In
from partnergraph.shacl.constraints.nested import Node, Property, QualifiedMaxCount, QualifiedMinCount
from partnergraph.shacl.constraints.pairs import Disjoint, Equals, LessThan, LessThanOrEquals
from partnergraph.shacl.constraints.sparql import Sparql
from partnergraph.shacl.constraints.strings import LanguageIn, MaxLength, MinLength, Pattern, UniqueLang
from partnergraph.shacl.constraints.value_range import MaxExclusive, MaxInclusive, MinExclusive, MinInclusive, Range
from partnergraph.shacl.constraints.value_type import NODE_KINDS, Class, Datatype, NodeKind
from partnergraph.shacl.queries import read_text
from partnergraph.shacl.term import is_iri, is_literal, sh, short, text_of
from partnergraph.terms import XSD

if TYPE_CHECKING:
    from partnergraph.shacl.parsing import ShapesReader

Reading = Callable[["ShapesReader", str], Iterable[Constraint]]
_TRUE = f'"true"^^<{XSD}boolean>'
_NOTHING = '""'


def _iris(name: str, make: Callable[[str], Constraint]) -> Reading:
    """One constraint for each value, an IRI."""

    def read(reader: ShapesReader, node: str) -> Iterator[Constraint]:
        for value in reader.said.values(node, sh(name)):
            if not is_iri(value):
                raise ShapesFault(f"{node} has sh:{name} {value}; it must be an IRI.")
            yield make(value)

    return read


def _number(name: str, make: Callable[[int], Constraint]) -> Reading:
    """One constraint for the one value, a whole number."""

    def read(reader: ShapesReader, node: str) -> Iterator[Constraint]:
        yield make(_integer(reader, node, name))

    return read


def _integer(reader: ShapesReader, node: str, name: str) -> int:
    value = reader.said.one(node, sh(name)) or ""
    try:
        return int(text_of(value)) if is_literal(value) else _refused(node, name, value)
    except ValueError:
        return _refused(node, name, value)


def _refused(node: str, name: str, value: str) -> int:
    raise ShapesFault(f"{node} has sh:{name} {value}; it must be a whole number.")


def _count(name: str, make: Callable[[int], Constraint]) -> Reading:
    """One constraint for the one value, on a property shape."""
    read = _number(name, make)
    return lambda reader, node: _on_property(reader, node, name, read(reader, node))


def _on_property(reader: ShapesReader, node: str, name: str, constraints: Iterable[Constraint]) -> Iterable[Constraint]:
    if not reader.said.values(node, sh("path")):
        raise ShapesFault(f"{node} has sh:{name} and no sh:path; only a property shape can have it.")
    return constraints


def _limit(name: str, make: Callable[[str], Range]) -> Reading:
    def read(reader: ShapesReader, node: str) -> Iterator[Constraint]:
        value = reader.said.one(node, sh(name)) or ""
        if not is_literal(value):
            raise ShapesFault(f"{node} has sh:{name} {value}; it must be a literal.")
        yield make(value)

    return read


def _node_kind(reader: ShapesReader, node: str) -> Iterator[Constraint]:
    value = reader.said.one(node, sh("nodeKind")) or ""
    if value not in NODE_KINDS:
        raise ShapesFault(f"{node} has sh:nodeKind {value}; it must be one of {', '.join(map(short, NODE_KINDS))}.")
    yield NodeKind(value)


def _datatype(reader: ShapesReader, node: str) -> Iterator[Constraint]:
    value = reader.said.one(node, sh("datatype")) or ""
    if not is_iri(value):
        raise ShapesFault(f"{node} has sh:datatype {value}; it must be an IRI.")
    yield Datatype(value)


def _pattern(reader: ShapesReader, node: str) -> Iterator[Constraint]:
    flags = reader.said.one(node, sh("flags")) or _NOTHING
    for value in reader.said.values(node, sh("pattern")):
        if not is_literal(value) or not is_literal(flags):
            raise ShapesFault(f"{node} has sh:pattern {value}, sh:flags {flags}; both must be texts.")
        yield Pattern(value, flags)


def _language_in(reader: ShapesReader, node: str) -> Iterator[Constraint]:
    head = reader.said.one(node, sh("languageIn")) or ""
    yield LanguageIn(tuple(text_of(each) for each in reader.said.members(head)))


def _unique_lang(reader: ShapesReader, node: str) -> Iterator[Constraint]:
    # The standard names the literal true alone: "1", though it is the same value, does nothing.
    if reader.said.one(node, sh("uniqueLang")) == _TRUE:
        yield from _on_property(reader, node, "uniqueLang", (UniqueLang(),))


def _pair(name: str, make: Callable[[str], Constraint]) -> Reading:
    read = _iris(name, make)
    return lambda reader, node: _on_property(reader, node, name, read(reader, node))


def _has_value(reader: ShapesReader, node: str) -> Iterator[Constraint]:
    for value in reader.said.values(node, sh("hasValue")):
        yield HasValue(value)


def _in(reader: ShapesReader, node: str) -> Iterator[Constraint]:
    yield In(reader.said.members(reader.said.one(node, sh("in")) or ""))


def _closed(reader: ShapesReader, node: str) -> Iterator[Constraint]:
    if reader.said.one(node, sh("closed")) != _TRUE:
        return
    ignored = reader.said.one(node, sh("ignoredProperties"))
    allowed = set(reader.said.members(ignored)) if ignored is not None else set()
    for each in reader.said.values(node, sh("property")):
        allowed |= {path for path in reader.said.values(each, sh("path")) if is_iri(path)}
    yield Closed(tuple(sorted(allowed)))


def _shapes(name: str, make: Callable[[ShapesReader, str], Constraint]) -> Reading:
    """One constraint for each value, a shape or a list of shapes."""

    def read(reader: ShapesReader, node: str) -> Iterator[Constraint]:
        for value in reader.said.values(node, sh(name)):
            yield make(reader, value)

    return read


def _node(reader: ShapesReader, value: str) -> Constraint:
    shape = reader.shape(value)
    if shape.path is not None:
        raise ShapesFault(f"{value} is a property shape; sh:node needs a node shape. Use sh:property.")
    return Node(shape)


def _property(reader: ShapesReader, value: str) -> Constraint:
    shape = reader.shape(value)
    if shape.path is None:
        raise ShapesFault(f"{value} has no sh:path; sh:property needs a property shape.")
    return Property(shape)


def _qualified(reader: ShapesReader, node: str) -> Iterator[Constraint]:
    kinds = {"qualifiedMinCount": QualifiedMinCount, "qualifiedMaxCount": QualifiedMaxCount}
    counts = {name: kind for name, kind in kinds.items() if reader.said.values(node, sh(name))}
    if not counts:
        raise ShapesFault(f"{node} has sh:qualifiedValueShape and says neither how many at least nor at most.")
    for value in reader.said.values(node, sh("qualifiedValueShape")):
        shape, siblings = reader.shape(value), reader.siblings(node, value)
        for name, kind in counts.items():
            number = _integer(reader, node, name)
            yield from _on_property(reader, node, name, (kind(shape, siblings, number),))


def _sparql(reader: ShapesReader, node: str) -> Iterator[Constraint]:
    for value in reader.said.values(node, sh("sparql")):
        if text_of(reader.said.one(value, sh("deactivated")) or "") not in ("true", "1"):
            text = read_text(reader.said, value, sh("select"))
            yield Sparql(value, text, reader.said.values(value, sh("message")))


PARAMETERS: dict[str, Reading] = {
    sh(name): read
    for name, read in {
        "class": _iris("class", Class),
        "datatype": _datatype,
        "nodeKind": _node_kind,
        "minCount": _count("minCount", MinCount),
        "maxCount": _count("maxCount", MaxCount),
        "minInclusive": _limit("minInclusive", MinInclusive),
        "maxInclusive": _limit("maxInclusive", MaxInclusive),
        "minExclusive": _limit("minExclusive", MinExclusive),
        "maxExclusive": _limit("maxExclusive", MaxExclusive),
        "minLength": _number("minLength", MinLength),
        "maxLength": _number("maxLength", MaxLength),
        "pattern": _pattern,
        "languageIn": _language_in,
        "uniqueLang": _unique_lang,
        "equals": _iris("equals", Equals),
        "disjoint": _iris("disjoint", Disjoint),
        "lessThan": _pair("lessThan", LessThan),
        "lessThanOrEquals": _pair("lessThanOrEquals", LessThanOrEquals),
        "not": _shapes("not", lambda reader, value: Not(reader.shape(value))),
        "and": _shapes("and", lambda reader, head: And(reader.shapes(head))),
        "or": _shapes("or", lambda reader, head: Or(reader.shapes(head))),
        "xone": _shapes("xone", lambda reader, head: OneOf(reader.shapes(head))),
        "node": _shapes("node", _node),
        "property": _shapes("property", _property),
        "qualifiedValueShape": _qualified,
        "closed": _closed,
        "hasValue": _has_value,
        "in": _in,
        "sparql": _sparql,
    }.items()
}
"""What reads each parameter of a shape."""
