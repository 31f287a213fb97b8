"""The service is closed: it says who may ask, lets nobody else in, and does not start where it would be open to all."""

from __future__ import annotations

import json
import subprocess
import sys
from collections.abc import Iterator
from datetime import date
from pathlib import Path

import pytest
from starlette.testclient import TestClient

from partnergraph.access import Door, Tokens
from partnergraph.cli import main
from partnergraph.cli.closing import gate_of
from partnergraph.configuration import Configuration
from partnergraph.errors import WrongUse
from partnergraph.graph import PartnerGraph
from partnergraph.web import Audit, Gate, Rates, create_app

LATER = date(2999, 1, 1)
EVERYTHING = "SELECT * WHERE { ?s ?p ?o } LIMIT 3"


def bearer(text: str) -> dict[str, str]:
    return {"Authorization": f"Bearer {text}"}


@pytest.fixture
def tokens(tmp_path: Path) -> Tokens:
    return Tokens(tmp_path / "tokens.json")


@pytest.fixture
def client(tokens: Tokens) -> Iterator[TestClient]:
    with (
        PartnerGraph.open() as graph,
        TestClient(create_app(graph, gate=Gate(Door(tokens)), writable=True)) as client,
    ):
        yield client


@pytest.mark.parametrize("path", ["/", "/sparql", "/credits", "/nowhere", "/metrics", "/docs", "/openapi.json"])
def test_nobody_asks_without_a_token(client: TestClient, path: str) -> None:
    for headers in ({}, bearer("nonsense"), bearer("pgt_000000000000_" + "A" * 43), {"Authorization": "Basic YTpi"}):
        answer = client.get(path, headers=headers)
        assert answer.status_code == 401
        assert answer.headers["WWW-Authenticate"].startswith("Bearer ")
        assert answer.headers["Content-Type"] == "application/problem+json"


def test_health_is_told_to_all(client: TestClient) -> None:
    assert client.get("/health").status_code == 200
    assert client.get("/ready").status_code == 200


def test_unknown_expired_and_revoked_tokens_are_answered_alike(client: TestClient, tokens: Tokens) -> None:
    kept, revoked = tokens.create("reader", None, [], LATER)
    expired, past = tokens.create("reader", None, [], LATER)
    tokens.revoke(kept.id)
    written = json.loads(tokens.path.read_text(encoding="utf-8"))
    for each in written["tokens"]:
        each["expires"] = "2020-01-01" if each["id"] == expired.id else each["expires"]
    tokens.path.write_text(json.dumps(written), encoding="utf-8")
    answers = [client.get("/rules", headers=bearer(text)) for text in (revoked, past, "pgt_000000000000_" + "A" * 43)]
    assert {answer.status_code for answer in answers} == {401}
    assert len({answer.content for answer in answers}) == 1


def test_a_reader_reads_and_writes_nothing(client: TestClient, tokens: Tokens) -> None:
    headers = bearer(tokens.create("reader", None, [], LATER)[1])
    assert client.get("/sparql", params={"query": EVERYTHING}, headers=headers).status_code == 200
    update = {"update": "INSERT DATA { <urn:a> <urn:b> <urn:c> }"}
    for method, path, content in (
        ("POST", "/imports", {}),
        ("POST", "/update", update),
        ("POST", "/sparql", update),
        ("DELETE", "/graphs?default", {}),
        ("GET", "/queries", {}),
        ("HEAD", "/queries", {}),
        ("GET", "/metrics", {}),
    ):
        answer = client.request(method, path, data=content or None, headers=headers)
        assert answer.status_code == 403, path


def test_who_sees_a_part_only_asks_nothing_of_the_whole(client: TestClient, tokens: Tokens) -> None:
    for role, subject in (("partner", "5000001"), ("auditor", "5000001"), ("customer", "C-1")):
        headers = bearer(tokens.create(role, subject, [], LATER)[1])
        nowhere = client.get("/nowhere", headers=headers)
        for path in ("/imports", "/snapshots", "/diff", "/metrics", "/queries", "/openapi.json", "/explain"):
            answer = client.get(path, headers=headers)
            assert (answer.status_code, "ETag" in answer.headers) == (404, False), path
            assert answer.json()["detail"] == nowhere.json()["detail"].replace("/nowhere", path)
        assert client.post("/imports", headers=headers).status_code == 403


def test_a_client_that_has_the_answer_is_told_so_only_with_a_good_token(client: TestClient, tokens: Tokens) -> None:
    kept, text = tokens.create("reader", None, [], LATER)
    known = {"If-None-Match": client.get("/rules", headers=bearer(text)).headers["ETag"]}
    assert client.get("/rules", headers={**bearer(text), **known}).status_code == 304
    tokens.revoke(kept.id)
    assert client.get("/rules", headers={**bearer(text), **known}).status_code == 401


def test_an_importer_writes_and_operates_nothing(client: TestClient, tokens: Tokens) -> None:
    headers = bearer(tokens.create("importer", None, [], LATER)[1])
    written = client.post("/update", data={"update": "INSERT DATA { <urn:a> <urn:b> <urn:c> }"}, headers=headers)
    assert written.status_code == 200
    assert client.get("/metrics", headers=headers).status_code == 403
    operator = bearer(tokens.create("operator", None, [], LATER)[1])
    assert client.get("/metrics", headers=operator).status_code == 200


def test_answers_to_one_caller_are_kept_for_nobody_else(client: TestClient, tokens: Tokens) -> None:
    answer = client.get("/rules", headers=bearer(tokens.create("reader", None, [], LATER)[1]))
    assert "Authorization" in answer.headers["Vary"]
    assert answer.headers["Cache-Control"].startswith("private")
    assert answer.headers["Cross-Origin-Opener-Policy"] == "same-origin"
    assert answer.headers["Permissions-Policy"]
    assert "Strict-Transport-Security" not in answer.headers


def test_who_asks_too_often_waits_and_nobody_else_does(tokens: Tokens) -> None:
    gate = Gate(Door(tokens), Rates(3))
    often, seldom = (bearer(tokens.create("reader", None, [], LATER)[1]) for _ in range(2))
    with PartnerGraph.open() as graph, TestClient(create_app(graph, gate=gate)) as client:
        answers = [client.get("/rules", headers=often) for _ in range(4)]
        assert [each.status_code for each in answers] == [200, 200, 200, 429]
        assert 1 <= int(answers[-1].headers["Retry-After"]) <= 20
        assert client.get("/rules", headers=seldom).status_code == 200


def test_a_rate_fills_up_again_with_time() -> None:
    rates = Rates(60)
    assert [rates.wait("a", 0.0) for _ in range(61)] == [0] * 60 + [1]
    assert rates.wait("a", 0.5) == 1
    assert rates.wait("a", 1.1) == 0


def test_the_audit_log_says_who_and_when_and_not_what(tokens: Tokens, tmp_path: Path) -> None:
    path = tmp_path / "audit.jsonl"
    kept, text = tokens.create("reader", None, [], LATER)
    with (
        PartnerGraph.open() as graph,
        TestClient(create_app(graph, gate=Gate(Door(tokens), audit=Audit(path)))) as client,
    ):
        query = 'SELECT ("a secret word" AS ?x) WHERE {}'
        client.get("/sparql", params={"query": query}, headers=bearer(text))
        client.post("/sparql", content=query, headers={**bearer(text), "Content-Type": "application/sparql-query"})
        client.get("/credits?partner=5000001")
    written = path.read_text(encoding="utf-8")
    first, second, third = map(json.loads, written.splitlines())
    assert (first["who"], first["role"], first["status"]) == (kept.id, "reader", 200)
    assert (first["method"], first["route"]) == ("GET", "/sparql")
    assert first["ms"] >= 0
    assert first["asked"] != second["asked"]
    assert (third["who"], third["status"]) == ("", 401)
    for private in ("secret", "word", "5000001", text):
        assert private not in written


@pytest.mark.parametrize("host", ["0.0.0.0", "::", "192.0.2.7", "partnergraph.example"])
def test_it_does_not_start_where_others_could_reach_it_unprotected(host: str, tokens: Tokens) -> None:
    tokens.create("reader", None, [], LATER)
    with pytest.raises(WrongUse, match="without a login"):
        gate_of(Configuration(host=host))
    with pytest.raises(WrongUse, match="without a login"):
        gate_of(Configuration(host=host, behind_proxy=True))
    with pytest.raises(WrongUse, match="in the clear"):
        gate_of(Configuration(host=host, tokens=tokens.path))
    assert gate_of(Configuration(host=host, tokens=tokens.path, behind_proxy=True)).door is not None


@pytest.mark.parametrize("host", ["127.0.0.1", "127.8.8.8", "::1", "localhost"])
def test_on_this_machine_it_may_be_open_unless_a_proxy_opens_it_to_others(host: str) -> None:
    assert gate_of(Configuration(host=host)).door is None
    with pytest.raises(WrongUse, match="without a login"):
        gate_of(Configuration(host=host, behind_proxy=True))


@pytest.mark.parametrize(
    ("configuration", "said"),
    [
        (Configuration(tokens=Path("nowhere.json")), "is not there"),
        (Configuration(certificate=Path("nowhere.pem")), "both --certificate and --key"),
        (Configuration(certificate=Path("nowhere.pem"), key=Path("nowhere.pem")), "cannot be used for TLS"),
        (Configuration(issuer="https://login.example/"), "three settings"),
    ],
)
def test_what_is_half_configured_does_not_start(configuration: Configuration, said: str) -> None:
    with pytest.raises(WrongUse, match=said):
        gate_of(configuration)


def test_the_command_says_why_it_does_not_start() -> None:
    command = [sys.executable, "-m", "partnergraph", "serve", "--host", "0.0.0.0", "--port", "0"]
    ended = subprocess.run(command, capture_output=True, text=True, timeout=120, check=False)
    assert ended.returncode == 2
    assert "partnergraph token create" in ended.stderr


def test_tokens_are_made_listed_and_revoked_by_the_command(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    file = ["--tokens", str(tmp_path / "tokens.json")]
    made = ["token", "create", "--role", "partner", "--partner", "5000001", "--location", "6000001"]
    assert main([*made, "--expires", "2999-01-01", *file]) == 0
    text = capsys.readouterr().out.strip()
    caller = Tokens(tmp_path / "tokens.json").caller(text)
    assert caller is not None
    assert main(["token", "list", "--format", "csv", *file]) == 0
    listed = capsys.readouterr().out
    assert f"{caller.name},partner,5000001,6000001," in listed
    assert text not in listed
    assert main(["token", "revoke", caller.name, *file]) == 0
    assert Tokens(tmp_path / "tokens.json").caller(text) is None


@pytest.mark.parametrize(
    "arguments",
    [
        ["create", "--role", "reader"],
        ["create", "--role", "reader", "--expires", "tomorrow"],
        ["create", "--role", "reader", "--expires", "2020-01-01"],
        ["create", "--role", "partner", "--expires", "2999-01-01"],
        ["create", "--role", "customer", "--partner", "5000001", "--expires", "2999-01-01"],
        ["revoke"],
        ["revoke", "000000000000"],
    ],
)
def test_the_command_refuses_what_cannot_be_meant(tmp_path: Path, arguments: list[str]) -> None:
    assert main(["token", *arguments, "--tokens", str(tmp_path / "tokens.json")]) == 2
