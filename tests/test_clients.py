"""Real clients against a really running service, as people use them."""

from __future__ import annotations

import io
import json
import shutil
import subprocess
import warnings
from collections.abc import Iterator
from urllib.parse import urlencode

import httpx2
import pandas
import pytest
import rdflib
from rdflib.plugins.stores.sparqlstore import SPARQLStore, SPARQLUpdateStore

from served import served

with warnings.catch_warnings():
    warnings.simplefilter("ignore")  # of these packages' own code
    import sparql_dataframe
    from SPARQLWrapper import CSV, JSON, N3, POST, TURTLE, XML, SPARQLWrapper

GRAPH = "urn:g:clients"
ROWS = f"SELECT ?o {{ GRAPH <{GRAPH}> {{ ?s ?p ?o }} }} ORDER BY ?o"
EX = rdflib.Namespace("urn:ex:")


@pytest.fixture(scope="module")
def address() -> Iterator[str]:
    with served("--allow-write") as found:
        yield found


@pytest.fixture(autouse=True)
def _two_triples(address: str) -> None:
    held = '<urn:a> <urn:p> "100%25" . <urn:b> <urn:p> "Zürich" .'
    put = httpx2.put(
        f"{address}/graphs", params={"graph": GRAPH}, content=held.encode(), headers={"Content-Type": "text/turtle"}
    )
    assert put.status_code in (200, 201)


def wrapper(address: str, query: str, form: str) -> SPARQLWrapper:
    client = SPARQLWrapper(f"{address}/sparql", updateEndpoint=f"{address}/update")
    client.setQuery(query)
    client.setReturnFormat(form)
    return client


def test_sparqlwrapper_reads_rows_in_every_format(address: str) -> None:
    found = wrapper(address, ROWS, JSON).queryAndConvert()["results"]["bindings"]
    assert [row["o"]["value"] for row in found] == ["100%25", "Zürich"]
    document = wrapper(address, ROWS, XML).queryAndConvert()
    assert [each.firstChild.data for each in document.getElementsByTagName("literal")] == ["100%25", "Zürich"]
    assert wrapper(address, ROWS, CSV).queryAndConvert().decode() == "o\r\n100%25\r\nZürich\r\n"


@pytest.mark.filterwarnings("ignore:ConjunctiveGraph is deprecated:DeprecationWarning")  # SPARQLWrapper's own code
def test_sparqlwrapper_reads_triples(address: str) -> None:
    query = f"CONSTRUCT {{ ?s ?p ?o }} WHERE {{ GRAPH <{GRAPH}> {{ ?s ?p ?o }} }}"
    for form in (TURTLE, N3):
        text = wrapper(address, query, form).queryAndConvert()
        assert len(rdflib.Graph().parse(data=text, format="turtle")) == 2
    assert len(wrapper(address, query, XML).queryAndConvert()) == 2


def test_sparqlwrapper_posts_with_a_dataset(address: str) -> None:
    client = wrapper(address, "SELECT ?o { ?s ?p ?o } ORDER BY ?o", JSON)
    client.setMethod(POST)
    client.addDefaultGraph(GRAPH)
    found = client.queryAndConvert()["results"]["bindings"]
    assert [row["o"]["value"] for row in found] == ["100%25", "Zürich"]


def test_sparqlwrapper_updates(address: str) -> None:
    client = wrapper(address, f"INSERT DATA {{ GRAPH <{GRAPH}> {{ <urn:c> <urn:p> 'new' }} }}", XML)
    client.setMethod(POST)
    assert client.query().response.status == 200
    found = wrapper(address, ROWS, JSON).queryAndConvert()["results"]["bindings"]
    assert "new" in [row["o"]["value"] for row in found]


@pytest.mark.parametrize("method", ["GET", "POST", "POST_FORM"])
def test_rdflib_asks(address: str, method: str) -> None:
    graph = rdflib.Graph(SPARQLStore(f"{address}/sparql", method=method))
    assert [str(row.o) for row in graph.query(ROWS)] == ["100%25", "Zürich"]
    assert graph.query("ASK { <urn:a> ?p ?o }").askAnswer is True
    query = f"CONSTRUCT {{ ?s ?p ?o }} WHERE {{ GRAPH <{GRAPH}> {{ ?s ?p ?o }} }}"
    assert len(graph.query(query).graph) == 2


def test_rdflib_gets_triples_where_it_only_names_a_format_of_rows(address: str) -> None:
    graph = rdflib.Graph(SPARQLStore(f"{address}/sparql", returnFormat="json"))
    assert [str(row.o) for row in graph.query(ROWS)] == ["100%25", "Zürich"]


def test_rdflib_writes_and_takes_back(address: str) -> None:
    store = SPARQLUpdateStore(f"{address}/sparql", f"{address}/update", context_aware=True)
    graph = rdflib.Graph(store, identifier=rdflib.URIRef("urn:g:rdflib"))
    graph.add((EX.a, EX.p, rdflib.Literal("one")))
    assert set(graph.objects(EX.a, EX.p)) == {rdflib.Literal("one")}
    graph.update("INSERT { ?s <urn:ex:q> ?o } WHERE { ?s <urn:ex:p> ?o }")
    assert len(graph) == 2
    graph.remove((EX.a, None, None))
    assert len(graph) == 0
    store.close()


def test_sparql_dataframe_gives_a_table(address: str) -> None:
    for post in (False, True):
        found = sparql_dataframe.get(f"{address}/sparql", ROWS, post=post)
        assert list(found["o"]) == ["100%25", "Zürich"]


@pytest.mark.parametrize("path", ["/sparql.csv?", "/sparql?format=csv&"])
def test_pandas_reads_an_address(address: str, path: str) -> None:
    found = pandas.read_csv(address + path + urlencode({"query": ROWS}))
    assert list(found["o"]) == ["100%25", "Zürich"]


def curl(*arguments: str) -> str:
    if shutil.which("curl") is None:
        pytest.skip("curl is not on this machine")
    return subprocess.run(["curl", "-sS", *arguments], check=True, capture_output=True).stdout.decode()


def test_curl_asks_writes_and_deletes(address: str) -> None:
    found = json.loads(curl(f"{address}/sparql", "--data-urlencode", f"query={ROWS}"))
    assert [row["o"]["value"] for row in found["results"]["bindings"]] == ["100%25", "Zürich"]
    assert curl("-G", f"{address}/sparql.csv", "--data-urlencode", f"query={ROWS}") == "o\r\n100%25\r\nZürich\r\n"
    update = f"update=INSERT DATA {{ GRAPH <{GRAPH}> {{ <urn:c> <urn:p> 3 }} }}"
    assert json.loads(curl(f"{address}/update", "--data-urlencode", update))["added"] == 1
    assert "<urn:c>" in curl("-H", "Accept: application/n-triples", f"{address}/graphs?graph={GRAPH}")
    assert "gzip" in curl("-I", "-H", "Accept-Encoding: gzip", f"{address}/rules.csv").lower()
    assert curl("--compressed", f"{address}/rules.csv").startswith("rule,")
    curl("-X", "DELETE", f"{address}/graphs?graph={GRAPH}")
    assert curl("-o", "-", "-w", "%{http_code}", "-X", "HEAD", "-I", f"{address}/graphs?graph={GRAPH}").endswith("404")


def test_a_refused_update_comes_with_its_report_in_the_format_asked_for(address: str) -> None:
    update = "INSERT DATA { <urn:x> a pg:Association, pg:DigitalPartnerOfRecord }"
    refused = curl("-w", "%{http_code}", "-H", "Accept: text/turtle", f"{address}/update", "-d", f"update={update}")
    report = rdflib.Graph().parse(data=refused.removesuffix("422"), format="turtle")
    shacl = rdflib.Namespace("http://www.w3.org/ns/shacl#")
    assert refused.endswith("422")
    assert (None, rdflib.RDF.type, shacl.ValidationReport) in report
    problem = json.loads(curl(f"{address}/update", "-d", f"update={update}"))
    assert problem["title"] == "Update refused"
    assert problem["report"]["findings"]
    assert json.loads(curl(f"{address}/sparql", "-d", "query=ASK { <urn:x> ?p ?o }"))["boolean"] is False


def test_roqet_asks(address: str) -> None:
    if shutil.which("roqet") is None:
        pytest.skip("roqet (Debian package rasqal-utils) is not on this machine")
    command = ["roqet", "-q", "-p", f"{address}/sparql", "-e", ROWS, "-r", "csv"]
    found = subprocess.run(command, check=True, capture_output=True).stdout.decode()
    assert list(pandas.read_csv(io.StringIO(found))["o"]) == ["100%25", "Zürich"]
