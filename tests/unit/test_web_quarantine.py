"""The guard's modes over HTTP, and the way into quarantine and out of it."""

from __future__ import annotations

import io
import zipfile
from collections.abc import Iterator

import pytest
from starlette.testclient import TestClient
from test_guard_modes import BASE, DAY, HEADER, claim

from partnergraph.graph import PartnerGraph
from partnergraph.web import create_app

ZIP = {"Content-Type": "application/zip"}


@pytest.fixture
def client() -> Iterator[TestClient]:
    with PartnerGraph.open() as graph, TestClient(create_app(graph)) as client:
        sent = client.post("/imports", params={"name": "base", "as_of": DAY}, content=zipped(BASE), headers=ZIP)
        assert sent.status_code == 201, sent.text
        yield client


def zipped(files: dict[str, str]) -> bytes:
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w") as archive:
        for name, text in files.items():
            archive.writestr(name, text)
    return out.getvalue()


def send(client: TestClient, name: str, *claims: str, **params: str) -> tuple[int, dict[str, object]]:
    body = zipped({"associations.csv": HEADER + "".join(claims)})
    answer = client.post("/imports", params={"name": name, "as_of": DAY, **params}, content=body, headers=ZIP)
    return answer.status_code, answer.json()


def test_what_violates_is_set_apart_listed_and_released(client: TestClient) -> None:
    assert send(client, "one", claim("a1", "0011", "s1"))[0] == 201
    status, told = send(client, "two", claim("a2", "0021", "s1"), claim("a3", "0021", "s2"), mode="quarantine")
    assert (status, told["mode"]) == (201, "quarantine")
    (held,) = client.get("/quarantine").json()["quarantine"]
    assert told["held"] == [held]
    assert (held["import"], held["id"], held["code"]) == ("two", "a2", "V-CPOR-DUP")
    assert client.get("/quarantine", params={"format": "csv", "import": "one"}).text.count("\n") == 1
    still = client.post("/quarantine/release", params={"as_of": DAY}).json()
    assert (still["released"], [each["id"] for each in still["held"]]) == ([], ["a2"])
    assert send(client, "one", claim("a1", "0011", "s1", "2023-01-01", "2023-02-01"))[0] == 201
    free = client.post("/quarantine/release", params={"as_of": DAY, "id": "a2"}).json()
    assert ([each["id"] for each in free["released"]], free["held"]) == (["a2"], [])
    assert client.get("/quarantine").json()["quarantine"] == []
    assert client.post("/quarantine/release").status_code == 400


def test_an_unknown_mode_is_refused(client: TestClient) -> None:
    assert send(client, "one", claim("a1", "0011", "s1"), mode="shrug")[0] == 422


def test_pages_of_other_sites_may_not_release(client: TestClient) -> None:
    answer = client.post("/quarantine/release", headers={"Origin": "https://elsewhere.example"})
    assert answer.status_code == 403


def test_a_rehearsal_tells_what_would_change_and_its_token_commits_it_once(client: TestClient) -> None:
    body = zipped({"associations.csv": HEADER + claim("a1", "0011", "s1")})
    asked = {"name": "one", "as_of": DAY}
    told = client.post("/imports/rehearsal", params=asked, content=body, headers=ZIP).json()
    assert (told["would_commit"], told["triples"]["removed"], told["findings"]["new"]) == (True, 0, [])
    assert [made["name"] for made in client.get("/imports").json()["imports"]] == ["base"]
    assert client.post("/imports/commit", params={"token": told["token"]}).status_code == 201
    assert [made["name"] for made in client.get("/imports").json()["imports"]] == ["base", "one"]
    stale = client.post("/imports/commit", params={"token": told["token"]})
    assert (stale.status_code, stale.json()["title"]) == (409, "Store changed")
    assert client.post("/imports/commit", params={"token": "nonsense"}).status_code == 400
