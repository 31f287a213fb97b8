from __future__ import annotations

import csv
import gzip
import io
import json
import zipfile
from collections.abc import Iterator

import pytest
import rdflib
from starlette.testclient import TestClient

from partnergraph.graph import PartnerGraph
from partnergraph.report import COLUMNS
from partnergraph.settings import Limits
from partnergraph.web import create_app

TRIPLE = "<https://a.example/s> <https://a.example/p> <https://a.example/o> "
TURTLE = {"Content-Type": "text/turtle"}
DAY = {"as_of": "2023-09-30"}
GOOD = {
    "partners.csv": "partner_id,account_type\n0001,global\n",
    "customers.csv": "customer_id,name\nc1,Fabrikam\n",
    "tenants.csv": "tenant_id,customer_id\nt1,c1\n",
}
DANGLING = {**GOOD, "tenants.csv": "tenant_id,customer_id\nt1,nobody\n"}


@pytest.fixture
def client() -> Iterator[TestClient]:
    with PartnerGraph.open() as graph, TestClient(create_app(graph)) as client:
        yield client


def zipped(files: dict[str, str]) -> bytes:
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w") as archive:
        for name, text in files.items():
            archive.writestr(name, text)
    return out.getvalue()


def holds_anything(client: TestClient) -> bool:
    query = "ASK { GRAPH ?g { ?s ?p ?o } FILTER(CONTAINS(STR(?g), '/asserted/')) }"
    return bool(client.get("/sparql", params={"query": query}).json()["boolean"])


BODIES = {
    "text/turtle": TRIPLE + ".",
    "application/n-triples": TRIPLE + ".",
    "application/n-quads": TRIPLE + "<https://a.example/g> .",
    "application/trig": "GRAPH <https://a.example/g> { " + TRIPLE + "}",
    "application/ld+json": '{"@id": "https://a.example/s", "https://a.example/p": {"@id": "https://a.example/o"}}',
    "application/rdf+xml": (
        '<rdf:RDF xmlns:rdf="http://www.w3.org/1999/02/22-rdf-syntax-ns#" xmlns:a="https://a.example/">'
        '<rdf:Description rdf:about="https://a.example/s"><a:p rdf:resource="https://a.example/o"/></rdf:Description>'
        "</rdf:RDF>"
    ),
}


@pytest.mark.parametrize("media_type", BODIES)
@pytest.mark.parametrize("packed", [False, True], ids=["plain", "gzip"])
def test_a_graph_of_each_format_is_imported(client: TestClient, media_type: str, *, packed: bool) -> None:
    body = BODIES[media_type].encode()
    headers = {"Content-Type": media_type} | ({"Content-Encoding": "gzip"} if packed else {})
    answer = client.post("/imports", content=gzip.compress(body) if packed else body, headers=headers)
    assert answer.status_code == 201, answer.text
    assert answer.json()["triples"] == 1
    query = "ASK { GRAPH ?g { " + TRIPLE + "} }"
    assert client.get("/sparql", params={"query": query}).json()["boolean"] is True


def test_an_import_says_what_was_kept_and_is_listed(client: TestClient) -> None:
    made = client.post("/imports", params={"name": "mine", "who": "Ada"}, content=TRIPLE + ".", headers=TURTLE).json()
    assert (made["committed"], made["name"]) == (True, "mine")
    assert made["graph"] == "https://w3id.org/partnergraph/graph/asserted/mine"
    assert made["report"]["conforms"] is True
    (listed,) = client.get("/imports").json()["imports"]
    assert (listed["name"], listed["who"], listed["triples"]) == ("mine", "Ada", 1)
    assert len(listed["files"][0]["sha256"]) == 64


def test_importing_a_name_again_replaces_it(client: TestClient) -> None:
    for text in (TRIPLE + ".", TRIPLE + ", <https://a.example/o2> ."):
        client.post("/imports", params={"name": "mine"}, content=text, headers=TURTLE)
    assert [each["triples"] for each in client.get("/imports").json()["imports"]] == [2]


def test_without_a_name_the_content_makes_one(client: TestClient) -> None:
    first = client.post("/imports", content=TRIPLE + ".", headers=TURTLE).json()["name"]
    again = client.post("/imports", content=TRIPLE + ".", headers=TURTLE).json()["name"]
    other = client.post("/imports", content=TRIPLE + " .", headers=TURTLE).json()["name"]
    assert first == again != other
    assert len(client.get("/imports").json()["imports"]) == 2


def test_a_zipped_bundle_is_imported(client: TestClient) -> None:
    answer = client.post("/imports", params=DAY, content=zipped(GOOD), headers={"Content-Type": "application/zip"})
    assert answer.status_code == 201, answer.text
    query = 'ASK { ?account a pg:PartnerAccount ; pg:partnerId "0001" }'
    assert client.get("/sparql", params={"query": query}).json()["boolean"] is True


def test_files_of_a_form_are_one_import_and_csv_files_one_bundle(client: TestClient) -> None:
    files = [("file", (name, text)) for name, text in GOOD.items()]
    files.append(("file", ("more.ttl", TRIPLE + ".")))
    answer = client.post("/imports", params={**DAY, "name": "form"}, files=files)
    assert answer.status_code == 201, answer.text
    assert {file["name"] for file in answer.json()["files"]} == {*GOOD, "more.ttl"}


def test_a_file_without_a_suffix_is_what_its_content_type_says(client: TestClient) -> None:
    files = [("file", ("blob", TRIPLE + ".", "text/turtle"))]
    assert client.post("/imports", files=files).status_code == 201


@pytest.mark.parametrize("name", ["../../evil.ttl", "C:\\temp\\evil.ttl", "/etc/evil.ttl"])
def test_a_file_name_leads_nowhere(client: TestClient, name: str) -> None:
    answer = client.post("/imports", files=[("file", (name, TRIPLE + "."))])
    assert answer.status_code == 201
    assert answer.json()["files"][0]["name"] == "evil.ttl"


def test_an_import_with_violations_is_refused_with_its_report(client: TestClient) -> None:
    answer = client.post("/imports", params=DAY, content=zipped(DANGLING), headers={"Content-Type": "application/zip"})
    assert answer.status_code == 422
    assert answer.headers["content-type"] == "application/problem+json"
    assert answer.json()["title"] == "Import refused"
    report = answer.json()["report"]
    assert report["conforms"] is False
    assert "violation" in {finding["severity"] for finding in report["findings"]}
    assert not holds_anything(client)
    assert client.get("/imports").json()["imports"] == []


def test_what_cannot_be_read_is_told_fault_by_fault(client: TestClient) -> None:
    files = [("file", ("a.ttl", TRIPLE)), ("file", ("b.ttl", "<<<")), ("file", ("c.ttl", TRIPLE + "."))]
    answer = client.post("/imports", files=files)
    assert (answer.status_code, answer.json()["title"]) == (400, "Unreadable input")
    faults = answer.json()["faults"]
    assert [fault["file"] for fault in faults] == ["a.ttl", "b.ttl"]
    assert all(fault["problem"] and fault["remedy"] for fault in faults)
    assert not holds_anything(client)


@pytest.mark.parametrize(
    ("body", "headers"),
    [
        (b"\x00\x01", TURTLE),
        (gzip.compress(b"x" * 100)[:-5], {**TURTLE, "Content-Encoding": "gzip"}),
        (b"not gzip", {**TURTLE, "Content-Encoding": "gzip"}),
        (b"PK not a zip", {"Content-Type": "application/zip"}),
        (zipped({"readme.txt": "hello"}), {"Content-Type": "application/zip"}),
        ("<a> <b> <Zürich>".encode("latin-1"), TURTLE),
    ],
)
def test_a_body_that_is_not_what_it_says_is_unreadable(
    client: TestClient, body: bytes, headers: dict[str, str]
) -> None:
    for url in ("/imports", "/validate"):
        answer = client.post(url, content=body, headers=headers)
        assert (answer.status_code, answer.json()["title"]) == (400, "Unreadable input")
        assert "/" not in answer.json()["faults"][0]["file"]


def test_a_zip_bomb_is_unreadable() -> None:
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as archive:
        archive.writestr("partners.csv", "partner_id,account_type\n" + "0" * 50_000_000)
    with PartnerGraph.open() as graph, TestClient(create_app(graph)) as client:
        answer = client.post("/imports", content=out.getvalue(), headers={"Content-Type": "application/zip"})
    assert (answer.status_code, answer.json()["title"]) == (400, "Unreadable input")


@pytest.mark.parametrize(
    "headers",
    [
        {},
        {"Content-Type": "text/plain"},
        {"Content-Type": "application/x-www-form-urlencoded"},
        {"Content-Type": "text/turtle; charset=utf-16"},
        {"Content-Type": "text/turtle", "Content-Encoding": "br"},
        {"Content-Type": "application/zip", "Content-Encoding": "gzip"},
    ],
)
def test_a_body_of_another_type_is_refused(client: TestClient, headers: dict[str, str]) -> None:
    for url in ("/imports", "/validate"):
        answer = client.post(url, content=TRIPLE.encode() + b".", headers=headers)
        assert answer.status_code == 415
        assert "text/turtle" in answer.headers["accept-post"]


def test_an_empty_body_and_an_empty_form_are_refused(client: TestClient) -> None:
    assert client.post("/imports", content=b"", headers=TURTLE).json()["title"] == "Empty body"
    empty = b"--x--\r\n"
    form = {"Content-Type": "multipart/form-data; boundary=x"}
    assert client.post("/imports", content=empty, headers=form).json()["title"] == "Empty body"


def test_a_form_that_is_broken_or_holds_other_than_files_is_refused(client: TestClient) -> None:
    missing = client.post("/imports", content=b"x", headers={"Content-Type": "multipart/form-data"})
    assert (missing.status_code, missing.json()["title"]) == (400, "Unreadable input")
    field = client.post("/imports", files=[("file", ("a.ttl", TRIPLE + "."))], data={"name": "mine"})
    assert (field.status_code, field.json()["title"]) == (400, "Not a file")
    twice = client.post("/imports", files=[("file", ("a.ttl", TRIPLE + "."))] * 2)
    assert (twice.status_code, twice.json()["title"]) == (400, "Duplicate file")


def test_a_body_beyond_the_limit_is_too_large() -> None:
    with PartnerGraph.open() as graph, TestClient(create_app(graph, limits=Limits(request_bytes=1000))) as client:
        for answer in (
            client.post("/validate", content=b"#" * 2000, headers=TURTLE),
            client.post("/validate", content=iter([b"#" * 500] * 4), headers=TURTLE),
            client.post("/imports", files=[("file", ("a.ttl", "#" * 2000))]),
        ):
            assert (answer.status_code, answer.json()["title"]) == (413, "Too large")


def test_a_graph_is_judged_and_nothing_is_stored(client: TestClient) -> None:
    answer = client.post("/validate", params=DAY, content=zipped(GOOD), headers={"Content-Type": "application/zip"})
    assert answer.status_code == 200
    report = answer.json()
    assert (report["conforms"], report["as_of"], report["pack"]) == (True, "2023-09-30", "2023-06")
    assert not holds_anything(client)


def judged(client: TestClient, accept: str) -> str:
    headers = {"Content-Type": "application/zip", "Accept": accept}
    answer = client.post("/validate", params=DAY, content=zipped(DANGLING), headers=headers)
    assert answer.status_code == 200
    assert answer.headers["content-type"].partition(";")[0] == accept
    return answer.text


def test_a_report_comes_as_json_and_csv_with_the_same_findings(client: TestClient) -> None:
    report = json.loads(judged(client, "application/json"))
    assert report["conforms"] is False
    rows = list(csv.reader(io.StringIO(judged(client, "text/csv"))))
    assert tuple(rows[0]) == COLUMNS
    assert [row[3] for row in rows[1:]] == [finding["focus"] for finding in report["findings"]]


@pytest.mark.filterwarnings("ignore:ConjunctiveGraph is deprecated:DeprecationWarning")  # rdflib's own JSON-LD reader
@pytest.mark.parametrize(("accept", "reader"), [("text/turtle", "turtle"), ("application/ld+json", "json-ld")])
def test_a_report_comes_as_a_shacl_validation_report(client: TestClient, accept: str, reader: str) -> None:
    sh = rdflib.SH
    findings = json.loads(judged(client, "application/json"))["findings"]
    graph = rdflib.Graph().parse(data=judged(client, accept), format=reader)
    report = next(graph.subjects(rdflib.RDF.type, sh.ValidationReport))
    assert graph.value(report, sh.conforms) == rdflib.Literal(False)
    results = list(graph.objects(report, sh.result))
    assert len(results) == len(findings)
    messages = {str(graph.value(result, sh.resultMessage)) for result in results}
    assert messages == {finding["message"] for finding in findings}
    assert all(graph.value(result, sh.focusNode) and graph.value(result, sh.sourceShape) for result in results)


@pytest.mark.parametrize(
    ("accept", "beginning"),
    [
        ("text/html", "<!DOCTYPE html>"),
        ("application/sarif+json", '{"$schema": '),
        ("application/n-triples", "_:report "),
        ("text/plain", "rule"),
    ],
)
def test_a_report_comes_for_people_and_for_tools(client: TestClient, accept: str, beginning: str) -> None:
    assert judged(client, accept).startswith(beginning)


def test_the_page_of_a_report_may_run_its_own_script_and_nothing_else(client: TestClient) -> None:
    headers = {"Content-Type": "application/zip", "Accept": "text/html"}
    answer = client.post("/validate", params=DAY, content=zipped(DANGLING), headers=headers)
    policy = answer.headers["content-security-policy"]
    assert policy.startswith("default-src 'none'; style-src 'sha256-")
    assert policy.endswith("frame-ancestors 'none'")
    assert "unsafe" not in policy


def test_a_limit_cuts_the_report_and_counts_what_it_cut(client: TestClient) -> None:
    headers = {"Content-Type": "application/zip"}
    three = zipped({**GOOD, "tenants.csv": "tenant_id,customer_id\nt1,nobody\nt2,nobody\nt3,nobody\n"})
    cut = client.post("/validate", params={**DAY, "limit": "1"}, content=three, headers=headers)
    assert [finding["focus"] for finding in cut.json()["findings"]] == ["t1"]
    assert cut.json()["withheld"] == 2
    assert cut.json()["counts"]["violation"] == 3
    assert cut.headers["left-out"] == "2"
    wrong = client.post("/validate", params={**DAY, "limit": "-1"}, content=three, headers=headers)
    assert wrong.status_code == 422


def test_the_store_is_judged_as_it_is(client: TestClient) -> None:
    client.post("/imports", params=DAY, content=zipped(GOOD), headers={"Content-Type": "application/zip"})
    report = client.get("/validate", params=DAY).json()
    assert (report["conforms"], report["findings"], report["as_of"]) == (True, [], "2023-09-30")
    assert {each["rule"]: each["nodes"] for each in report["looked"]}["TenantRowsAgree"] == 1
    assert report["stamp"]["data"]
    page = client.get("/validate", params=DAY, headers={"Accept": "text/html"})
    assert page.headers["content-type"].startswith("text/html")
    assert "Nothing was found." in page.text
    assert client.get("/validate", params=DAY, headers={"Accept": "image/png"}).status_code == 406


def test_a_refused_import_answers_with_its_report_in_the_format_asked_for(client: TestClient) -> None:
    headers = {"Content-Type": "application/zip", "Accept": "text/turtle"}
    answer = client.post("/imports", params=DAY, content=zipped(DANGLING), headers=headers)
    assert (answer.status_code, answer.headers["content-type"].partition(";")[0]) == (422, "text/turtle")
    graph = rdflib.Graph().parse(data=answer.text, format="turtle")
    assert list(graph.objects(None, rdflib.SH.result))
    assert not holds_anything(client)


def test_a_report_in_an_unknown_format_is_not_acceptable_before_anything_is_read(client: TestClient) -> None:
    answer = client.post("/validate", content=b"<<<", headers={**TURTLE, "Accept": "image/png"})
    assert answer.status_code == 406


def test_a_graph_without_any_date_needs_one_to_be_judged(client: TestClient) -> None:
    answer = client.post("/validate", content=TRIPLE + ".", headers=TURTLE)
    assert (answer.status_code, answer.json()["title"]) == (400, "Wrong use")
