"""A partner sees what is its own and nothing else: no byte names another, or changes with another's data."""

from __future__ import annotations

import csv
import shutil
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import date
from pathlib import Path

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from starlette.testclient import TestClient

from partnergraph import catalogue
from partnergraph.access import Door, Role, Scope, Tokens
from partnergraph.graph import PartnerGraph
from partnergraph.visibility import Views, visible
from partnergraph.web import Gate, create_app

GOOD = Path(__file__).resolve().parents[1] / "examples" / "good"
LATER = date(2999, 1, 1)
OWN = "5000100"
PLACES = {"5000100", "5000001"}
ALL = "SELECT ?g ?s ?p ?o WHERE { GRAPH ?g { ?s ?p ?o } } ORDER BY ?g ?s ?p ?o"
UNION = "CONSTRUCT { ?s ?p ?o } WHERE { ?s ?p ?o }"


def rows(name: str, folder: Path = GOOD) -> list[dict[str, str]]:
    with (folder / f"{name}.csv").open(encoding="utf-8", newline="") as file:
        return list(csv.DictReader(file))


def foreign() -> set[str]:
    """Return what names other partners and what is theirs: ids and names, and ids of their associations."""
    others = [row for row in rows("partners") if row["partner_id"] not in PLACES]
    held = [row["association_id"] for row in rows("associations") if row["partner_id"] not in PLACES]
    return {row["partner_id"] for row in others} | {row["name"] for row in others} | set(held)


@contextmanager
def served(graph: PartnerGraph, folder: Path, role: str = "partner", *locations: str) -> Iterator[TestClient]:
    tokens = Tokens(folder / "tokens.json")
    text = tokens.create(role, OWN, locations, LATER)[1]
    with TestClient(create_app(graph, gate=Gate(Door(tokens)), writable=True)) as client:
        client.headers["Authorization"] = f"Bearer {text}"
        yield client


@pytest.fixture(scope="module")
def whole() -> Iterator[PartnerGraph]:
    with PartnerGraph.open() as graph:
        assert graph.import_files([GOOD]).committed
        yield graph


def requests() -> list[tuple[str, dict[str, str]]]:
    paths = [
        "/",
        "/docs",
        "/rules",
        "/questions",
        "/imports",
        "/snapshots",
        "/diff",
        "/queries",
        "/metrics",
        "/nowhere",
    ]
    asked = [(path, {}) for path in (*paths, "/validate", "/non-credits", "/.well-known/void", "/openapi.json")]
    asked += [("/sparql", {"query": query}) for query in (ALL, UNION, "DESCRIBE ?s WHERE { ?s a pg:Association }")]
    asked += [("/graphs", {"default": ""}), ("/graphs", {"graph": "https://w3id.org/partnergraph/graph/asserted/good"})]
    asked += [("/explain", {"partner": OWN}), ("/sparql", {"query": "SELECT nonsense"})]
    asked += [(path, {"format": form}) for path in ("/credits", "/scores") for form in ("json", "csv")]
    asked += [("/scores", {"units": "true"}), ("/credits", {"tenant": "harbour"}), ("/credits", {"as_of": "2023-08"})]
    asked += [
        (
            f"/questions/{each.name}",
            {p.name: OWN if p.kind == "iri" else "2023-09" for p in each.parameters if p.required},
        )
        for each in catalogue.queries("questions")
    ]
    return asked


def test_no_answer_names_another_partner(whole: PartnerGraph, tmp_path: Path) -> None:
    canaries = {each.encode() for each in foreign()}
    assert len(canaries) > 10
    with served(whole, tmp_path) as client:
        answers = {(path, str(values)): client.get(path, params=values) for path, values in requests()}
    told = {
        ask: [each for each in canaries if each in got.content or each in str(got.headers).encode()]
        for ask, got in answers.items()
    }
    assert {ask: found for ask, found in told.items() if found} == {}
    assert not [ask for ask, got in answers.items() if got.status_code >= 500]
    assert not [ask for ask, got in answers.items() if "ETag" in got.headers]


def test_it_sees_its_own_associations_usage_credits_and_scores(whole: PartnerGraph, tmp_path: Path) -> None:
    with served(whole, tmp_path) as client:
        query = "SELECT ?id WHERE { ?a pg:associationId ?id } ORDER BY ?id"
        seen = client.get("/sparql", params={"query": query}, headers={"Accept": "text/csv"}).text.split()[1:]
        usage = (
            "SELECT ?m ?n WHERE { ?u pg:measures/pg:ofWorkload pgv:Exchange ; pg:month ?m ; pg:monthlyActiveUsers ?n }"
        )
        months = client.get("/sparql", params={"query": usage + " ORDER BY ?m"}, headers={"Accept": "text/csv"}).text
        credits_ = client.get("/credits", params={"format": "csv"}).text
        scores = client.get("/scores", params={"format": "csv"}).text
    assert seen == sorted(row["association_id"] for row in rows("associations") if row["partner_id"] in PLACES)
    assert "harbour-exchange" in seen
    assert "2023-08,700" in months
    assert "2022-09" not in months  # held from 2022-10-14 on
    assert credits_ == whole.credits(partner=OWN).table.to_csv()
    assert scores == whole.scores(OWN).table.to_csv()


def test_that_a_slot_is_taken_is_told_and_nothing_more(whole: PartnerGraph, tmp_path: Path) -> None:
    query = "SELECT ?label WHERE { ?slot pg:isTaken true ; pg:ofWorkload/skos:prefLabel ?label }"
    with served(whole, tmp_path) as client:
        taken = client.get("/sparql", params={"query": query}, headers={"Accept": "text/csv"}).text
    assert "Teams" in taken  # another partner's claim at harbour


def test_not_allowed_and_not_there_are_answered_alike(whole: PartnerGraph, tmp_path: Path) -> None:
    with served(whole, tmp_path) as client:
        pairs = (
            ("/credits?partner=5000003", "/credits?partner=9999999"),
            ("/credits?tenant=summit", "/credits?tenant=nowhere"),
            ("/scores?partner=5000300", "/scores?partner=9999999"),
        )
        for forbidden, missing in pairs:
            first, second = client.get(forbidden), client.get(missing)
            assert (first.status_code, first.content) == (second.status_code, second.content), forbidden
        graph = "https://w3id.org/partnergraph/graph/asserted/"
        first, second = (client.get("/graphs", params={"graph": graph + each}) for each in ("good", "none"))
        assert first.status_code == second.status_code == 404
        assert first.text.replace("good", "none") == second.text


def test_it_writes_nothing(whole: PartnerGraph, tmp_path: Path) -> None:
    update = {"update": "INSERT DATA { <urn:a> <urn:b> <urn:c> }"}
    with served(whole, tmp_path) as client:
        for method, path in (
            ("POST", "/update"),
            ("POST", "/sparql"),
            ("POST", "/imports"),
            ("DELETE", "/graphs?default"),
        ):
            assert client.request(method, path, data=update).status_code == 403, path


def test_who_is_limited_to_a_location_sees_that_one_only(whole: PartnerGraph) -> None:
    nothing = visible(whole.copies(), Scope(Role.PARTNER, OWN, ("5000003",)))  # a location of another partner
    own = visible(whole.copies(), Scope(Role.PARTNER, OWN, ("5000001",)))
    assert b"id/association/" not in nothing
    assert b"id/association/harbour-exchange" in own
    assert b"id/partner/5000100" not in own


def test_queries_of_workers_see_the_part_only(whole: PartnerGraph, tmp_path: Path) -> None:
    tokens = Tokens(tmp_path / "tokens.json")
    partner, reader = (tokens.create(role, who, [], LATER)[1] for role, who in (("partner", OWN), ("reader", None)))
    query = {"query": "SELECT (COUNT(*) AS ?n) WHERE { ?a a pg:Association }"}
    with whole.workers() as pool, TestClient(create_app(whole, gate=Gate(Door(tokens)), pool=pool)) as client:
        counts = [
            client.get("/sparql.csv", params=query, headers={"Authorization": f"Bearer {text}"}).text.split()[1]
            for text in (partner, reader, partner)
        ]
    own = sum(row["partner_id"] in PLACES for row in rows("associations"))
    assert counts == [str(own), str(len(rows("associations"))), str(own)]


@settings(max_examples=3, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(
    figures=st.lists(st.integers(1, 5000), min_size=4, max_size=4), name=st.from_regex(r"[A-Z][a-z]{6}", fullmatch=True)
)
def test_what_others_do_changes_no_byte(
    whole: PartnerGraph, tmp_path_factory: pytest.TempPathFactory, figures: list[int], name: str
) -> None:
    """Another partner's name, and the usage of tenants that are only others', in a month newer than any."""
    folder = tmp_path_factory.mktemp("changed")
    shutil.copytree(GOOD, folder / "good")
    shared = {"harbour"} | {row["tenant_id"] for row in rows("associations") if row["partner_id"] in PLACES}
    shared |= {
        row["tenant_id"]
        for row in rows("subscriptions")
        if row["subscription_id"]
        in {each["subscription_id"] for each in rows("associations") if each["partner_id"] in PLACES}
    }
    partners, usage = rows("partners"), rows("usage")
    for row in partners:
        row["name"] = name if row["partner_id"] not in PLACES else row["name"]
    changed = [row for row in usage if row["tenant_id"] not in shared]
    assert changed
    for row, figure in zip(changed, figures, strict=False):
        row["monthly_active_users"] = str(figure)
    usage.append({**changed[0], "month": "2023-10"})
    for file, content in (("partners", partners), ("usage", usage)):
        with (folder / "good" / f"{file}.csv").open("w", encoding="utf-8", newline="") as out:
            writer = csv.DictWriter(out, list(content[0]))
            writer.writeheader()
            writer.writerows(content)
    asked = [("/sparql", {"query": ALL}), ("/credits", {}), ("/scores", {"units": "true"}), ("/rules", {})]
    with PartnerGraph.open() as other:
        assert other.import_files([folder / "good"], name=name, validate=False).committed
        answers = []
        for number, graph in enumerate((whole, other)):
            place = folder / str(number)
            place.mkdir()
            with served(graph, place) as client:
                answers.append([client.get(path, params=values) for path, values in asked])
    for first, second in zip(*answers, strict=True):
        assert first.content == second.content
        assert {k: v for k, v in first.headers.items() if k != "x-request-id"} == {
            k: v for k, v in second.headers.items() if k != "x-request-id"
        }


def test_what_was_built_for_a_caller_is_let_go_of(whole: PartnerGraph) -> None:
    views = Views(whole)
    seen = views.of(Scope(Role.PARTNER, OWN))
    copy = seen.copies().published
    assert copy is not None
    assert copy.exists()
    assert views.of(Scope(Role.PARTNER, OWN)) is seen
    views.close()
    assert not copy.exists()
