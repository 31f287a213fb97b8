"""Nothing that anybody sends makes the service fetch anything: not from the network, not from its own disk.

Every trick names a host of this machine that notes who calls, under each of its names, or a file with a secret in it.
"""

from __future__ import annotations

import json
import re
import subprocess
import sys
import threading
import urllib.error
import urllib.parse
import urllib.request
from collections.abc import Iterator
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from itertools import islice

import pytest

SECRET = "what-nobody-may-read"
TRIPLE = f"<urn:secret> <urn:says> '{SECRET}' ."


@dataclass
class Host:
    """A host that notes each call, and answers with triples, or with the way to another place."""

    port: int
    calls: list[str] = field(default_factory=list)

    def names(self, path: str) -> Iterator[str]:
        """Yield addresses of `path` on this host, as tricks spell them."""
        for name in ("127.0.0.1", "localhost", "[::ffff:127.0.0.1]", "[::ffff:7f00:1]", "2130706433", "0x7f.1"):
            yield f"http://{name}:{self.port}/{path}"


@pytest.fixture(scope="module")
def host() -> Iterator[Host]:
    class Handler(BaseHTTPRequestHandler):
        def answer(self) -> None:
            noted.calls.append(f"{self.command} {self.path}")
            if "redirect" in self.path:
                self.send_response(302)
                self.send_header("Location", f"http://127.0.0.1:{noted.port}/landed")
                self.end_headers()
                return
            self.send_response(200)
            self.send_header("Content-Type", "text/turtle")
            self.end_headers()
            self.wfile.write(TRIPLE.encode())

        do_GET = do_POST = do_HEAD = answer  # noqa: N815 - the names that http.server asks for

        def log_message(self, format: str, *arguments: object) -> None:
            """Say nothing."""

    with ThreadingHTTPServer(("127.0.0.1", 0), Handler) as server:
        noted = Host(server.server_port)
        threading.Thread(target=server.serve_forever, daemon=True).start()
        yield noted
        server.shutdown()


@pytest.fixture(scope="module")
def file(tmp_path_factory: pytest.TempPathFactory) -> str:
    path = tmp_path_factory.mktemp("disk") / "secret.ttl"
    path.write_text(TRIPLE, encoding="utf-8")
    return path.as_uri()


@pytest.fixture(scope="module")
def service(tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    store = tmp_path_factory.mktemp("outbound") / "store"
    command = [sys.executable, "-m", "partnergraph", "serve", "--store", str(store), "--port", "0", "--allow-write"]
    with subprocess.Popen(command, stderr=subprocess.PIPE, text=True) as process:
        assert process.stderr
        try:
            found = re.search(r"http://127\.0\.0\.1:\d+", process.stderr.readline())
            assert found
            yield found[0]
        finally:
            process.kill()


def send(url: str, body: str | bytes | None = None, media_type: str = "", method: str | None = None) -> tuple[int, str]:
    content = body.encode() if isinstance(body, str) else body
    headers = {"Content-Type": media_type} if media_type else {}
    request = urllib.request.Request(url, content, headers, method=method)
    try:
        with urllib.request.urlopen(request, timeout=300) as answer:
            return answer.status, answer.read().decode()
    except urllib.error.HTTPError as refused:
        return refused.code, refused.read().decode()


def ask(service: str, **values: str) -> tuple[int, str]:
    return send(f"{service}/sparql?{urllib.parse.urlencode(values)}")


CLAUSES = (
    "SELECT * {{ SERVICE <{}> {{ ?s ?p ?o }} }}",
    "SELECT * {{ SERVICE SILENT <{}> {{ ?s ?p ?o }} }}",
    "SELECT * {{ service\n#\n<{}>{{?s ?p ?o}} }}",
    "SELECT * {{ VALUES ?x {{ <{}> }} SERVICE ?x {{ ?s ?p ?o }} }}",
    "SELECT * {{ BIND(IRI('{}') AS ?x) SERVICE ?x {{ ?s ?p ?o }} }}",
    "PREFIX x: <{}> SELECT * {{ SERVICE x: {{ ?s ?p ?o }} }}",
    "BASE <{}> SELECT * {{ SERVICE <> {{ ?s ?p ?o }} }}",
    "SELECT * {{ \\u0053ERVICE <{}> {{ ?s ?p ?o }} }}",
    "SELECT * {{ ?s ?p '\\'' . SERVICE <{}> {{ ?s ?p ?o }} }}",
    "SELECT * {{ FILTER EXISTS {{ SERVICE <{}> {{ ?s ?p ?o }} }} }}",
    "ASK {{ OPTIONAL {{ SERVICE <{}> {{ ?s ?p ?o }} }} }}",
    "CONSTRUCT {{ ?s ?p ?o }} WHERE {{ SERVICE <{}> {{ ?s ?p ?o }} }}",
    "SELECT * FROM <{}> {{ ?s ?p ?o }}",
    "SELECT * FROM NAMED <{}> {{ GRAPH ?g {{ ?s ?p ?o }} }}",
    "SELECT * {{ GRAPH <{}> {{ ?s ?p ?o }} }}",
    "DESCRIBE <{}>",
    "LOAD <{}>",
)


@pytest.mark.parametrize("clause", CLAUSES)
def test_no_query_reaches_a_host_or_a_file(service: str, host: Host, file: str, clause: str) -> None:
    for address in (*host.names("query"), *host.names("redirect"), file, file.replace("file://", "file:")):
        _, text = ask(service, query=clause.format(address))
        assert SECRET not in text
    assert host.calls == []


@pytest.mark.parametrize("name", ["default-graph-uri", "named-graph-uri", "using-graph-uri", "using-named-graph-uri"])
def test_no_dataset_of_the_protocol_is_fetched(service: str, host: Host, file: str, name: str) -> None:
    for address in (*host.names("dataset"), file):
        _, text = ask(service, query="SELECT * { { ?s ?p ?o } UNION { GRAPH ?g { ?s ?p ?o } } }", **{name: address})
        assert SECRET not in text
    assert host.calls == []


@pytest.mark.parametrize(
    "update",
    [
        "LOAD <{}>",
        "LOAD SILENT <{}>",
        "LOAD <{}> INTO GRAPH <urn:g>",
        "INSERT {{ ?s ?p ?o }} WHERE {{ SERVICE <{}> {{ ?s ?p ?o }} }}",
        "INSERT {{ ?s ?p ?o }} USING <{}> WHERE {{ ?s ?p ?o }}",
        "COPY <{}> TO <urn:g>",
        "ADD SILENT <{}> TO DEFAULT",
    ],
)
@pytest.mark.parametrize("path", ["/sparql", "/update"])
def test_no_update_fetches(service: str, host: Host, file: str, path: str, update: str) -> None:
    for address in (*host.names("update"), *host.names("redirect"), file):
        text = update.format(address)
        _, said = send(service + path, text, "application/sparql-update")
        send(service + path, urllib.parse.urlencode({"update": text}), "application/x-www-form-urlencoded")
        assert SECRET not in said
    assert host.calls == []
    assert SECRET not in ask(service, query="SELECT * { ?s ?p ?o FILTER(STRSTARTS(STR(?s), 'urn:secret')) }")[1]


OWL = "http://www.w3.org/2002/07/owl#"
SH = "http://www.w3.org/ns/shacl#"
RDF = '<rdf:RDF xmlns:rdf="http://www.w3.org/1999/02/22-rdf-syntax-ns#"'
ENTITY = f"""<!DOCTYPE r [<!ENTITY x SYSTEM "HERE">]>{RDF}>
<rdf:Description rdf:about="urn:a"><b xmlns="urn:">&x;</b></rdf:Description></rdf:RDF>"""
INCLUSION = f"""<?xml-stylesheet href="HERE"?>{RDF} xmlns:xi="http://www.w3.org/2001/XInclude">
<xi:include href="HERE"/></rdf:RDF>"""
CONTEXT_OF_ONE = '{"@context": {"p": {"@id": "urn:p", "@context": "HERE"}}, "@id": "urn:a", "p": {"urn:b": "c"}}'
JSON_LD = "application/ld+json"
XML = "application/rdf+xml"
DOCUMENTS = {
    "an ontology that imports another": ("text/turtle", f"<urn:o> a <{OWL}Ontology> ; <{OWL}imports> <HERE> ."),
    "a base that is elsewhere": ("text/turtle", "@base <HERE> . <a> <b> <c> ."),
    "a context that is elsewhere": (JSON_LD, '{"@context": "HERE", "@id": "urn:a", "urn:b": "c"}'),
    "a context among others": (JSON_LD, '{"@context": [{}, "HERE"], "@id": "urn:a", "urn:b": "c"}'),
    "a context that takes in another": (JSON_LD, '{"@context": {"@version": 1.1, "@import": "HERE"}, "@id": "urn:a"}'),
    "a context of one property": (JSON_LD, CONTEXT_OF_ONE),
    "an external entity": (XML, ENTITY),
    "an external subset": (XML, f'<!DOCTYPE r SYSTEM "HERE">{RDF}/>'),
    "a style sheet and an inclusion": (XML, INCLUSION),
    "a resource": (
        XML,
        f'{RDF}><rdf:Description rdf:about="HERE"><rdf:type rdf:resource="HERE"/></rdf:Description></rdf:RDF>',
    ),
    "a graph that is elsewhere": ("application/trig", "GRAPH <HERE> { <urn:a> <urn:b> <HERE> }"),
    "shapes that are elsewhere": ("text/turtle", f"<urn:a> <{SH}shapesGraph> <HERE> ; <{SH}entailment> <HERE> ."),
}


@pytest.mark.parametrize("path", ["/imports", "/validate", "/graphs?default"])
@pytest.mark.parametrize("document", DOCUMENTS)
def test_no_document_fetches(service: str, host: Host, file: str, document: str, path: str) -> None:
    media_type, text = DOCUMENTS[document]
    for address in (*islice(host.names("document"), 3), next(host.names("redirect")), file):
        method = "PUT" if path.startswith("/graphs") else "POST"
        _, said = send(service + path, text.replace("HERE", address), media_type, method)
        assert SECRET not in said
    assert host.calls == []


SHAPE = """
@prefix sh: <http://www.w3.org/ns/shacl#> .
<urn:shape> a sh:NodeShape ; sh:targetNode <urn:a> ; sh:sparql [ sh:message "it is" ;
    sh:select '''SELECT $this ?value WHERE {{ SERVICE <{0}> {{ $this ?p ?value }} }}''' ] .
<urn:shapes> <http://www.w3.org/2002/07/owl#imports> <{0}> .
"""
FIELD = 'Content-Disposition: form-data; name="{0}"; filename="{0}.ttl"\r\nContent-Type: text/turtle\r\n\r\n{1}\r\n'


def test_no_shape_of_ones_own_fetches(service: str, host: Host, file: str) -> None:
    for address in (*islice(host.names("shape"), 3), file):
        fields = (FIELD.format("data", "<urn:a> <urn:b> <urn:c> ."), FIELD.format("shapes", SHAPE.format(address)))
        body = "".join(f"--edge\r\n{each}" for each in fields) + "--edge--\r\n"
        _, said = send(f"{service}/validate", body, "multipart/form-data; boundary=edge")
        assert SECRET not in said
    assert host.calls == []


@pytest.mark.parametrize("path", ["/graphs", "/imports", "/validate", "/credits", "/questions/lookup/imports"])
def test_no_parameter_is_fetched(service: str, host: Host, file: str, path: str) -> None:
    for address in (*host.names("parameter"), file):
        for name in ("graph", "url", "shapes", "data", "name", "pack"):
            _, said = send(f"{service}{path}?{urllib.parse.urlencode({name: address})}")
            assert SECRET not in said
    assert host.calls == []


def test_the_host_would_have_noted_a_call(host: Host) -> None:
    """What is above could not fail if nobody could reach the host at all."""
    with urllib.request.urlopen(f"http://127.0.0.1:{host.port}/redirect", timeout=10) as answer:
        assert SECRET in answer.read().decode()
    assert host.calls == ["GET /redirect", "GET /landed"]
    host.calls.clear()


def test_the_service_still_answers(service: str) -> None:
    status, text = ask(service, query="ASK {}")
    assert (status, json.loads(text)["boolean"]) == (200, True)
