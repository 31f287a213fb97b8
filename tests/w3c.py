"""The W3C SPARQL 1.1 query and update tests as data, and whether two answers say the same."""

from __future__ import annotations

import csv
import io
from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass
from functools import cache
from pathlib import Path

import pyoxigraph as ox
import rdflib
from rdflib import RDF, RDFS, Namespace
from rdflib.collection import Collection

SUITE = Path(__file__).resolve().parents[2] / "shared" / "suites" / "w3c-rdf-tests" / "sparql" / "sparql11"
MISSING = "the W3C SPARQL 1.1 tests are not at ../shared/suites/w3c-rdf-tests"
BASE = "http://suite.example/"
MF = Namespace("http://www.w3.org/2001/sw/DataAccess/tests/test-manifest#")
QT = Namespace("http://www.w3.org/2001/sw/DataAccess/tests/test-query#")
UT = Namespace("http://www.w3.org/2009/sparql/tests/test-update#")
SYNTAXES = {".ttl": "text/turtle", ".rdf": "application/rdf+xml", ".nt": "application/n-triples"}
_READERS = {".ttl": ox.RdfFormat.TURTLE, ".rdf": ox.RdfFormat.RDF_XML, ".nt": ox.RdfFormat.N_TRIPLES}
_RESULTS = {
    ".srx": ox.QueryResultsFormat.XML,
    ".srj": ox.QueryResultsFormat.JSON,
    ".tsv": ox.QueryResultsFormat.TSV,
}
Row = tuple[object, ...]
Rows = tuple[tuple[str, ...], list[Row]]


@dataclass(frozen=True, slots=True)
class State:
    """The graphs before or after: files by the IRI of their graph; the empty IRI is the default graph."""

    files: tuple[tuple[str, Path], ...]

    def graphs(self) -> dict[str, list[Path]]:
        """Return the files of each graph."""
        found: dict[str, list[Path]] = {}
        for iri, file in self.files:
            found.setdefault(iri, []).append(file)
        return found


@dataclass(frozen=True, slots=True)
class Case:
    """One test: its name, its kind, the query or update, the state before, and the file or state to come out."""

    name: str
    kind: str
    request: Path
    before: State
    result: Path | None
    after: State

    @property
    def text(self) -> str:
        """The query or update, with the base that its file has."""
        return f"BASE <{iri_of(self.request)}>\n{self.request.read_bytes().decode()}"


def iri_of(file: Path) -> str:
    """Return the address that a file of the suite has here."""
    return BASE + file.relative_to(SUITE).as_posix()


def file_of(iri: object) -> Path:
    """Return the file of the suite at an address."""
    return SUITE / str(iri).removeprefix(BASE)


@cache
def cases() -> tuple[Case, ...]:
    """Return all tests that `manifest.ttl` lists, and those on the syntax of SERVICE; none where there is no suite."""
    if not SUITE.is_dir():
        return ()
    found = {case.name: case for file in ("manifest.ttl", "syntax-fed/manifest.ttl") for case in _cases(SUITE / file)}
    return tuple(found.values())


def _cases(file: Path) -> Iterator[Case]:
    manifest = rdflib.Graph().parse(file, publicID=iri_of(file), format="turtle")
    for included in manifest.objects(None, MF.include):
        for each in Collection(manifest, included):
            yield from _cases(file_of(each))
    for listed in manifest.objects(None, MF.entries):
        for entry in Collection(manifest, listed):
            name = f"{file.parent.name}/{str(entry).rpartition('#')[2]}"
            yield _case(manifest, entry, name)


def _case(manifest: rdflib.Graph, entry: rdflib.term.Node, name: str) -> Case:
    kind = str(manifest.value(entry, RDF.type)).rpartition("#")[2]
    action, result = manifest.value(entry, MF.action), manifest.value(entry, MF.result)
    request = manifest.value(action, QT.query) or manifest.value(action, UT.request) or action
    is_file = isinstance(result, rdflib.URIRef)
    return Case(
        name,
        kind,
        file_of(request),
        _state(manifest, action),
        file_of(result) if is_file else None,
        State(()) if is_file or result is None else _state(manifest, result),
    )


def _state(manifest: rdflib.Graph, node: rdflib.term.Node | None) -> State:
    files = [("", file_of(each)) for name in (QT.data, UT.data) for each in manifest.objects(node, name)]
    files += [(str(each), file_of(each)) for each in manifest.objects(node, QT.graphData)]
    for each in manifest.objects(node, UT.graphData):
        label, graph = manifest.value(each, RDFS.label), manifest.value(each, UT.graph)
        files.append((str(label), file_of(graph)) if graph is not None else (str(each), file_of(each)))
    return State(tuple(sorted(files)))


def triples(files: list[Path]) -> ox.Dataset:
    """Return what files of the suite say, without the names of their blank nodes."""
    found = ox.Dataset()
    for file in files:
        for quad in ox.parse(path=str(file), format=_READERS[file.suffix], base_iri=iri_of(file)):
            found.add(quad)
    found.canonicalize(ox.CanonicalizationAlgorithm.UNSTABLE)
    return found


def said(turtle: bytes) -> ox.Dataset:
    """Return what an answer in N-Triples says, without the names of its blank nodes."""
    found = ox.Dataset(ox.parse(turtle, format=ox.RdfFormat.N_TRIPLES))
    found.canonicalize(ox.CanonicalizationAlgorithm.UNSTABLE)
    return found


def expected_rows(file: Path) -> Rows | bool:
    """Return the rows, or the truth value, that a file of results holds."""
    if file.suffix in _RESULTS:
        return rows(file.read_bytes(), file.suffix)
    graph = rdflib.Graph().parse(file, publicID=iri_of(file))
    rs = Namespace("http://www.w3.org/2001/sw/DataAccess/tests/result-set#")
    head = next(graph.subjects(RDF.type, rs.ResultSet))
    names = tuple(sorted(str(each) for each in graph.objects(head, rs.resultVariable)))
    found: list[Row] = []
    for solution in graph.objects(head, rs.solution):
        bindings = list(graph.objects(solution, rs.binding))
        bound = {str(graph.value(each, rs.variable)): graph.value(each, rs.value) for each in bindings}
        found.append(tuple(None if bound.get(name) is None else _term(bound[name]) for name in names))
    return names, found


def rows(text: bytes, suffix: str) -> Rows | bool:
    """Return the rows, or the truth value, that a text in one of the result formats holds."""
    found = ox.parse_query_results(text, format=_RESULTS[suffix])
    if isinstance(found, ox.QueryBoolean):
        return bool(found)
    names = tuple(sorted(variable.value for variable in found.variables))
    return names, [tuple(solution[name] for name in names) for solution in found]


def csv_rows(text: bytes) -> tuple[list[str], Counter[tuple[str, ...]]]:
    """Return the columns and rows of CSV; blank nodes have no names, and numbers stand as one writes them here."""
    header, *lines = csv.reader(io.StringIO(text.decode(), newline=""))
    order = sorted(range(len(header)), key=header.__getitem__)
    found = Counter(tuple(_cell(line[place]) for place in order) for line in lines)
    return sorted(header), found


def _cell(text: str) -> str:
    if text.startswith("_:"):
        return "_:"
    return text if _value(text) is None else str(_value(text))


def same_rows(one: Rows, other: Rows) -> bool:
    """Return whether two tables hold the same rows in any order, blank nodes renamed where that makes them equal."""
    return one[0] == other[0] and len(one[1]) == len(other[1]) and _matches(one[1], list(other[1]), {})


def _matches(left: list[Row], right: list[Row], names: dict[object, object]) -> bool:
    if not left:
        return True
    for place, row in enumerate(right):
        renamed = _renamed(left[0], row, names)
        if renamed is not None and _matches(left[1:], right[:place] + right[place + 1 :], renamed):
            return True
    return False


def _renamed(row: Row, other: Row, names: dict[object, object]) -> dict[object, object] | None:
    found = dict(names)
    for one, two in zip(row, other, strict=True):
        if isinstance(one, ox.BlankNode) and isinstance(two, ox.BlankNode):
            if found.setdefault(one, two) != two:
                return None
        elif one != two and not _same_value(one, two):
            return None
    return found if len(set(found.values())) == len(found) else None


def _same_value(one: object, two: object) -> bool:
    """Return whether two terms are numbers or truth values of one datatype that are equal, however they are written."""
    if not (isinstance(one, ox.Literal) and isinstance(two, ox.Literal) and one.datatype == two.datatype):
        return False
    return one.datatype.value.startswith(str(rdflib.XSD)) and _value(one.value) == _value(two.value) is not None


def _value(text: str) -> float | None:
    try:
        return float({"true": "1", "false": "0"}.get(text, text))
    except ValueError:
        return None


def _term(node: object) -> object:
    if isinstance(node, rdflib.URIRef):
        return ox.NamedNode(str(node))
    if isinstance(node, rdflib.BNode):
        return ox.BlankNode(str(node))
    assert isinstance(node, rdflib.Literal)
    if node.language:
        return ox.Literal(str(node), language=node.language)
    return ox.Literal(str(node), datatype=ox.NamedNode(str(node.datatype))) if node.datatype else ox.Literal(str(node))
