"""Random small graphs and shapes graphs, drawn by hypothesis, for the comparison of two engines."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass

import rdflib
from hypothesis import strategies as st
from rdflib import RDF, RDFS, SH, XSD
from rdflib.collection import Collection

EX = rdflib.Namespace("http://example.org/")
Node = rdflib.URIRef | rdflib.BNode | rdflib.Literal

NODES = [EX[f"n{number}"] for number in range(5)]
CLASSES = [EX.A, EX.B, EX.C]
PROPERTIES = [EX.p, EX.q, EX.r]
NUMBERED = [EX.s, EX.t]
LITERALS = [
    rdflib.Literal("1", datatype=XSD.integer),
    rdflib.Literal("2", datatype=XSD.integer),
    rdflib.Literal("7", datatype=XSD.integer),
    rdflib.Literal("2", datatype=XSD.int),
    rdflib.Literal("300", datatype=XSD.byte),
    rdflib.Literal("2.5", datatype=XSD.decimal),
    rdflib.Literal("true", datatype=XSD.boolean),
    rdflib.Literal("2023-01-31", datatype=XSD.date),
    rdflib.Literal("2024-02-29", datatype=XSD.date),
    rdflib.Literal("a"),
    rdflib.Literal("abc"),
    rdflib.Literal("hello", lang="en"),
    rdflib.Literal("colour", lang="en-gb"),
    rdflib.Literal("hallo", lang="de"),
    rdflib.Literal("word", datatype=XSD.integer),
]
DATATYPES = [XSD.integer, XSD.int, XSD.byte, XSD.decimal, XSD.string, XSD.date, XSD.boolean, RDF.langString]
# rdflib puts literals of all types into one order, where SPARQL compares no date, boolean or ill-formed literal with a
# number. So where the shapes have limits, the graph has literals of their kind and texts alone.
NUMBERS = [LITERALS[place] for place in (0, 1, 2, 3, 5)]
DATES = [LITERALS[place] for place in (7, 8)]
TEXTS = [literal for literal in LITERALS if literal.datatype is None]
KINDS = [SH.IRI, SH.Literal, SH.BlankNode, SH.BlankNodeOrIRI, SH.BlankNodeOrLiteral, SH.IRIOrLiteral]
SEVERITIES = [SH.Violation, SH.Warning, SH.Info]
TRUE = rdflib.Literal(True)


@dataclass(frozen=True, slots=True)
class Case:
    """A graph, and shapes for it."""

    data: rdflib.Graph
    shapes: rdflib.Graph

    def __repr__(self) -> str:
        return f"\n# data\n{self.data.serialize(format='turtle')}\n# shapes\n{self.shapes.serialize(format='turtle')}"


@st.composite
def cases(draw: st.DrawFn) -> Case:
    """Draw a graph of a few nodes and some shapes that look at it."""
    limits = draw(st.sampled_from([(), NUMBERS, DATES]))
    shapes = Drawn(draw, limits)
    for _ in range(draw(st.integers(1, 3))):
        shapes.targeted()
    return Case(draw(graphs([*TEXTS, *limits] if limits else LITERALS, limits or NUMBERS)), shapes.graph)


@st.composite
def graphs(draw: st.DrawFn, literals: Sequence[Node], ordered: Sequence[Node]) -> rdflib.Graph:
    """Draw a graph: some nodes are typed, and most have a few values."""
    graph = rdflib.Graph()
    subjects = [*NODES, rdflib.BNode("b0")]
    for node in draw(st.lists(st.sampled_from(subjects), max_size=5)):
        graph.add((node, RDF.type, draw(st.sampled_from(CLASSES))))
    for _ in range(draw(st.integers(0, 14))):
        value = draw(st.one_of(st.sampled_from(subjects), st.sampled_from(literals)))
        graph.add((draw(st.sampled_from(subjects)), draw(st.sampled_from(PROPERTIES)), value))
    for _ in range(draw(st.integers(0, 4))):
        graph.add((draw(st.sampled_from(subjects)), draw(st.sampled_from(NUMBERED)), draw(st.sampled_from(ordered))))
    if draw(st.booleans()):
        graph.add((EX.B, RDFS.subClassOf, EX.A))
    if draw(st.booleans()):
        graph.add((EX.C, RDFS.subClassOf, EX.B))
    return graph


class Drawn:
    """A shapes graph in the making. Every shape has a name, so that results can be told apart."""

    def __init__(self, draw: st.DrawFn, limits: Sequence[Node]) -> None:
        ranges = (SH.minInclusive, SH.maxInclusive, SH.minExclusive, SH.maxExclusive)
        self._simple = [*_SIMPLE, *(_plain(name, limits) for name in ranges if limits)]
        self.graph = rdflib.Graph()
        self._draw = draw
        self._count = 0

    def targeted(self) -> None:
        """Add a shape with one or two targets."""
        shape = self.shape(2)
        for _ in range(self._draw(st.integers(1, 2))):
            name, values = self._draw(st.sampled_from(_TARGETS))
            self.graph.add((shape, name, self._draw(st.sampled_from(values))))

    def shape(self, depth: int, *, on_property: bool | None = None) -> rdflib.URIRef:
        """Add a shape that nests others at most `depth` deep, and return its name."""
        self._count += 1
        shape = EX[f"S{self._count}"]
        has_path = self._draw(st.booleans()) if on_property is None else on_property
        self.graph.add((shape, RDF.type, SH.PropertyShape if has_path else SH.NodeShape))
        if has_path:
            self.graph.add((shape, SH.path, self.path(2) if self._draw(st.integers(0, 5)) else self.ordered(shape)))
        if self._draw(st.integers(0, 3)) == 0:
            self.graph.add((shape, SH.severity, self._draw(st.sampled_from(SEVERITIES))))
        if self._draw(st.integers(0, 15)) == 0:
            self.graph.add((shape, SH.deactivated, TRUE))
        kinds = [*self._simple, *(_ON_PROPERTY if has_path else ()), *(_NESTING * 2 if depth else ())]
        if has_path and depth:
            kinds += [Drawn.qualified] * 3
        for kind in self._draw(st.lists(st.sampled_from(kinds), min_size=1, max_size=2, unique=True)):
            kind(self, shape, depth)
        return shape

    def ordered(self, shape: rdflib.URIRef) -> Node:
        """Say that the values of a property with numbers are less than those of another; return the property."""
        name = self._draw(st.sampled_from([SH.lessThan, SH.lessThanOrEquals]))
        self._say(shape, name, NUMBERED)
        return self._draw(st.sampled_from(NUMBERED))

    def path(self, depth: int) -> Node:
        """Return a path: a property three times of four."""
        if not depth or self._draw(st.integers(0, 3)):
            return self._draw(st.sampled_from(PROPERTIES))
        kind = self._draw(st.sampled_from(["sequence", "alternative", "inverse", "more", "some", "maybe"]))
        if kind == "sequence":
            return self._listed([self.path(depth - 1), self.path(depth - 1)])
        node = rdflib.BNode()
        if kind == "alternative":
            both = self._listed([self.path(depth - 1), self.path(depth - 1)])
            self.graph.add((node, SH.alternativePath, both))
            return node
        names = {
            "inverse": SH.inversePath,
            "more": SH.zeroOrMorePath,
            "some": SH.oneOrMorePath,
            "maybe": SH.zeroOrOnePath,
        }
        self.graph.add((node, names[kind], self.path(depth - 1)))
        return node

    def qualified(self, shape: rdflib.URIRef, depth: int) -> None:
        self.graph.add((shape, SH.qualifiedValueShape, self.shape(depth - 1)))
        name = self._draw(st.sampled_from([SH.qualifiedMinCount, SH.qualifiedMaxCount]))
        self._say(shape, name, [rdflib.Literal(number) for number in range(4)])
        if self._draw(st.booleans()):
            self.graph.add((shape, SH.qualifiedValueShapesDisjoint, TRUE))

    def joined(self, shape: rdflib.URIRef, depth: int) -> None:
        name = self._draw(st.sampled_from([SH["and"], SH["or"], SH.xone]))
        members: list[Node] = [self.shape(depth - 1) for _ in range(self._draw(st.integers(1, 2)))]
        self.graph.add((shape, name, self._listed(members)))

    def negated(self, shape: rdflib.URIRef, depth: int) -> None:
        self.graph.add((shape, SH["not"], self.shape(depth - 1)))

    def node(self, shape: rdflib.URIRef, depth: int) -> None:
        self.graph.add((shape, SH.node, self.shape(depth - 1, on_property=False)))

    def property(self, shape: rdflib.URIRef, depth: int) -> None:
        for _ in range(self._draw(st.integers(1, 2))):
            self.graph.add((shape, SH.property, self.shape(depth - 1, on_property=True)))

    def closed(self, shape: rdflib.URIRef, _depth: int) -> None:
        ignored: list[Node] = [RDF.type, *self._draw(st.lists(st.sampled_from(PROPERTIES), max_size=2, unique=True))]
        self.graph.add((shape, SH.closed, TRUE))
        self.graph.add((shape, SH.ignoredProperties, self._listed(ignored)))

    def within(self, shape: rdflib.URIRef, _depth: int) -> None:
        members = self._draw(st.lists(st.sampled_from([*NODES, *LITERALS]), min_size=1, max_size=4, unique=True))
        self.graph.add((shape, SH["in"], self._listed(members)))

    def languages(self, shape: rdflib.URIRef, _depth: int) -> None:
        tags = self._draw(st.sampled_from([["en"], ["de", "en-GB"]]))
        self.graph.add((shape, SH.languageIn, self._listed([rdflib.Literal(tag) for tag in tags])))

    def pattern(self, shape: rdflib.URIRef, _depth: int) -> None:
        self._say(shape, SH.pattern, [rdflib.Literal(text) for text in ("^a", "L+", "[0-9]", "n[0-2]$")])
        if self._draw(st.booleans()):
            self.graph.add((shape, SH.flags, rdflib.Literal("i")))

    def asked(self, shape: rdflib.URIRef, _depth: int) -> None:
        texts = _QUERIES if (shape, SH.path, None) not in self.graph else [*_QUERIES, *_PATH_QUERIES]
        constraint = EX[f"{shape.rpartition('/')[2]}-query"]
        self.graph.add((shape, SH.sparql, constraint))
        self.graph.add((constraint, SH.prefixes, EX.prefixes))
        self._say(constraint, SH.select, [rdflib.Literal(text) for text in texts])
        self._declare()

    def constrained(self, shape: rdflib.URIRef, _depth: int) -> None:
        component, optional, texts = self._draw(st.sampled_from(_COMPONENTS))
        self._say(shape, EX[component], [*_NUMBERS[1:], *NODES[:2], *TEXTS[:2]])
        if optional and self._draw(st.booleans()):
            self._say(shape, EX[optional], _NUMBERS)
        node = EX[f"{component}-component"]
        self.graph.add((node, RDF.type, SH.ConstraintComponent))
        for name, may_miss in ((component, False), *([(optional, True)] if optional else [])):
            parameter = EX[f"{component}-{name}"]
            self.graph.add((node, SH.parameter, parameter))
            self.graph.add((parameter, SH.path, EX[name]))
            self.graph.add((parameter, SH.optional, rdflib.Literal(may_miss)))
        for place, text in texts.items():
            validator = EX[f"{component}-{place}"]
            form = SH.ask if text.startswith("ASK") else SH.select
            kind = SH.SPARQLAskValidator if text.startswith("ASK") else SH.SPARQLSelectValidator
            self.graph += [(node, SH[place], validator), (validator, RDF.type, kind)]
            self.graph += [(validator, SH.prefixes, EX.prefixes), (validator, form, rdflib.Literal(text))]
        self._declare()

    def _declare(self) -> None:
        declaration = EX["prefix-ex"]
        self.graph.add((EX.prefixes, SH.declare, declaration))
        self.graph.add((declaration, SH.prefix, rdflib.Literal("ex")))
        self.graph.add((declaration, SH.namespace, rdflib.Literal(str(EX), datatype=XSD.anyURI)))

    def _say(self, shape: rdflib.URIRef, name: rdflib.URIRef, values: Sequence[Node]) -> None:
        self.graph.add((shape, name, self._draw(st.sampled_from(values))))

    def _listed(self, members: list[Node]) -> rdflib.BNode:
        head = rdflib.BNode()
        Collection(self.graph, head, list(members))
        return head


_QUERIES = [
    "SELECT $this ?value WHERE { $this ex:p ?value }",
    "SELECT $this WHERE { FILTER NOT EXISTS { $this ex:q ?any } }",
    "SELECT $this WHERE { $this a ex:A . FILTER NOT EXISTS { ?other ex:r $this } }",
    "SELECT $this ?value WHERE { $this ex:p ?value OPTIONAL { ?value ex:q ?more } FILTER (!bound(?more)) }",
    "SELECT $this ?value WHERE { { $this ex:p ?value } UNION { ?value ex:q $this } }",
    "SELECT $this ?value WHERE { { $this ex:p ?value } UNION { ?other ex:q ?value FILTER (?other = $this) } }",
    "SELECT $this (?last AS ?value) WHERE { $this ex:p/ex:q ?last }",
    "SELECT DISTINCT $this ?path ?value WHERE { $this ?path ?value FILTER (?path = ex:r) }",
    "SELECT $this ?value WHERE { $this ex:s ?value ; ex:t ?other FILTER (?value > ?other) }",
    "SELECT $this ?value WHERE { ?value ex:p+ $this }",
    "SELECT $this (COUNT(?each) AS ?value) WHERE { $this ex:p ?each } GROUP BY $this HAVING (COUNT(?each) > 1)",
    "SELECT $this ?value {{ SELECT $this (COUNT(?o) AS ?value) { $this ex:q ?o } GROUP BY $this } FILTER(?value>1) }",
    "SELECT $this ?value WHERE { $this a ?kind BIND (STR(?kind) AS ?value) }",
]
_PATH_QUERIES = [
    "SELECT $this ?value WHERE { $this $PATH ?value FILTER (!isIRI(?value)) }",
    "SELECT $this ?value WHERE { $this $PATH ?value . ?value a ex:B }",
    "SELECT $this WHERE { FILTER NOT EXISTS { $this $PATH ?any } }",
]
# A component by its parameter, another parameter that may be left out, and its validators.
_COMPONENTS: list[tuple[str, str, dict[str, str]]] = [
    ("longer", "", {"validator": "ASK { FILTER (STRLEN(STR($value)) > $longer) }"}),
    ("unlike", "", {"validator": "ASK { FILTER (!sameTerm($value, $unlike)) }"}),
    (
        "near",
        "by",
        {"validator": "ASK { { FILTER (bound($by)) } UNION { $value ex:p $near } UNION { $value a ex:A } }"},
    ),
    (
        "linked",
        "",
        {
            "nodeValidator": "SELECT $this WHERE { FILTER NOT EXISTS { $this ex:q $linked } }",
            "propertyValidator": "SELECT $this ?value WHERE { $this $PATH ?value FILTER (?value != $linked) }",
        },
    ),
    (
        "apart",
        "",
        {
            "validator": "ASK { FILTER NOT EXISTS { $value ex:r $apart } }",
            "propertyValidator": "SELECT DISTINCT $this ?value WHERE { $this $PATH ?value . ?value ex:r $apart }",
        },
    ),
]
Kind = Callable[[Drawn, rdflib.URIRef, int], None]


def _plain(name: rdflib.URIRef, values: Sequence[Node]) -> Kind:
    def add(drawn: Drawn, shape: rdflib.URIRef, _depth: int) -> None:
        drawn._say(shape, name, values)  # noqa: SLF001 - a part of the class, written as a table

    return add


_NUMBERS = [rdflib.Literal(number) for number in range(4)]
_SIMPLE = [
    _plain(SH["class"], CLASSES),
    _plain(SH.datatype, DATATYPES),
    _plain(SH.nodeKind, KINDS),
    # pySHACL accepts a blank node where the least length is 0; in the standard it has no length at all.
    _plain(SH.minLength, _NUMBERS[1:]),
    _plain(SH.maxLength, _NUMBERS),
    _plain(SH.hasValue, [*NODES, *LITERALS]),
    _plain(SH.equals, PROPERTIES),
    _plain(SH.disjoint, PROPERTIES),
    Drawn.closed,
    Drawn.within,
    Drawn.languages,
    Drawn.pattern,
    Drawn.asked,
    Drawn.constrained,
]
_ON_PROPERTY = [
    _plain(SH.minCount, _NUMBERS),
    _plain(SH.maxCount, _NUMBERS),
    _plain(SH.uniqueLang, [TRUE]),
]
_NESTING = [Drawn.joined, Drawn.negated, Drawn.node, Drawn.property]
_TARGETS: list[tuple[rdflib.URIRef, Sequence[Node]]] = [
    (SH.targetClass, CLASSES),
    (SH.targetNode, [*NODES, EX.absent, *TEXTS[:2]]),
    (SH.targetSubjectsOf, PROPERTIES),
    (SH.targetObjectsOf, PROPERTIES),
]
