"""The W3C tests that are exchanges over HTTP, as data: SPARQL Protocol and Graph Store Protocol."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path

import rdflib
from rdflib import RDF, RDFS, Namespace
from rdflib.collection import Collection

from w3c import MF, SUITE, UT

HT = Namespace("http://www.w3.org/2011/http#")
CNT = Namespace("http://www.w3.org/2011/content#")


@dataclass(frozen=True, slots=True)
class Exchange:
    """One request of a test and what the manifest expects of its response.

    `location` is the name under which the Location of the response is known in later requests.
    """

    method: str
    path: str
    headers: dict[str, str]
    body: bytes | None
    statuses: frozenset[str]
    format: str
    boolean: bool | None
    location: str
    content: bytes | None


@dataclass(frozen=True, slots=True)
class HttpCase:
    """One test: the named graphs it needs, and its exchanges in order."""

    name: str
    authority: str
    graphs: dict[str, bytes]
    exchanges: tuple[Exchange, ...]


def read(*manifests: str) -> dict[str, HttpCase]:
    """Return the tests of manifests of the suite by their names, in their order; none where there is no suite."""
    found: dict[str, HttpCase] = {}
    for name in manifests:
        file = SUITE / name
        if file.is_file():
            manifest = rdflib.Graph().parse(file)
            for entry in Collection(manifest, next(manifest.objects(None, MF.entries))):
                case = _case(manifest, entry, file.parent)
                found[case.name] = case
    return found


def _case(manifest: rdflib.Graph, entry: rdflib.term.Node, folder: Path) -> HttpCase:
    graphs = {
        str(manifest.value(each, RDFS.label)): (folder / Path(str(manifest.value(each, UT.graph))).name).read_bytes()
        for each in manifest.objects(entry, UT.graphData)
    }
    connection = manifest.value(entry, MF.action)
    requests = [
        request
        for chain in manifest.objects(connection, HT.requests)
        for request in Collection(manifest, chain)
        if (request, RDF.type, HT.Request) in manifest
    ]
    assert requests, f"{entry} has no request"
    authority = str(manifest.value(connection, HT.connectionAuthority) or "")
    exchanges = tuple(_exchange(manifest, request) for request in requests)
    return HttpCase(str(entry).rpartition("#")[2], authority, graphs, exchanges)


def _exchange(manifest: rdflib.Graph, request: rdflib.term.Node) -> Exchange:
    headers = {
        str(manifest.value(header, HT.fieldName)): str(manifest.value(header, HT.fieldValue))
        for chain in manifest.objects(request, HT.headers)
        for header in Collection(manifest, chain)
    }
    response = manifest.value(request, HT.resp)
    boolean = manifest.value(response, MF.expectedBoolean)
    return Exchange(
        method=str(manifest.value(request, HT.methodName)),
        path=str(manifest.value(request, HT.absolutePath)),
        headers=headers,
        body=_content(manifest, request),
        statuses=frozenset(_status(each) for each in manifest.objects(response, MF.expectedStatus)),
        format=str(manifest.value(response, MF.expectedFormat) or ""),
        boolean=None if boolean is None else bool(boolean.toPython()),  # type: ignore[attr-defined]
        location=str(manifest.value(response, MF.expectedLocation) or ""),
        content=_content(manifest, response),
    )


def _content(manifest: rdflib.Graph, message: rdflib.term.Node | None) -> bytes | None:
    content = manifest.value(message, HT.body)
    if content is None:
        return None
    return str(manifest.value(content, CNT.chars)).encode(str(manifest.value(content, CNT.characterEncoding)))


def _status(node: rdflib.term.Node) -> str:
    """Return a status as three digits, or as a class such as `2xx`."""
    name = str(node).rpartition("#")[2]
    names = {"OK": "200", "Created": "201", "NoContent": "204", "NotFound": "404"}
    return names.get(name, name[-3:])
