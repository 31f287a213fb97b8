from __future__ import annotations

import csv
import io
import zipfile
from collections.abc import Iterator

import pytest
from starlette.testclient import TestClient

from partnergraph.graph import PartnerGraph
from partnergraph.web import create_app

HEADER = (
    "partner_id,global_partner_id,association_id,association_type,cpor_subtype,derived_from,solution_area,segment,"
    "metric,customer_id,tenant_id,subscription_id,workload,resource_id,from,until,pack,threshold,rules"
)
# A Dynamics 365 subscription under an enterprise agreement whose customer named partner 0011 as its digital partner.
BUNDLE = {
    "partners.csv": (
        "partner_id,account_type,global_partner_id,parent_since,status,business_applications_track\n"
        "0010,global,,,active,smb\n"
        "0011,location,0010,2020-01-01,active,\n"
        "0020,global,,,active,smb\n"
    ),
    "customers.csv": "customer_id,name\nc1,Fabrikam\n",
    "tenants.csv": "tenant_id,customer_id,cloud\nt1,c1,public\n",
    "subscriptions.csv": (
        "subscription_id,tenant_id,product,channel,status,starts_on,offer_type\n"
        "s1,t1,Dynamics 365 Customer Service,EA,active,2022-01-01,paid\n"
    ),
    "associations.csv": (
        "association_id,type,partner_id,tenant_id,subscription_id,state,starts_on,set_by_role\n"
        "a1,DPOR,0011,t1,s1,active,2022-02-01,customer_global_admin\n"
    ),
}
DAY = {"as_of": "2023-09", "pack": "2023-06"}


@pytest.fixture(scope="module")
def client() -> Iterator[TestClient]:
    packed = io.BytesIO()
    with zipfile.ZipFile(packed, "w") as archive:
        for name, text in BUNDLE.items():
            archive.writestr(name, text)
    with PartnerGraph.open() as graph, TestClient(create_app(graph)) as client:
        made = client.post(
            "/imports", params=DAY, content=packed.getvalue(), headers={"Content-Type": "application/zip"}
        )
        assert made.status_code == 201, made.text
        yield client


def rows(client: TestClient, **narrowed: str) -> list[dict[str, str]]:
    answer = client.get("/credits", params={**DAY, **narrowed, "format": "csv"})
    assert answer.status_code == 200, answer.text
    return list(csv.DictReader(io.StringIO(answer.text)))


def test_credits_come_as_csv_under_the_header_of_the_bundle(client: TestClient) -> None:
    answer = client.get("/credits", params=DAY, headers={"Accept": "text/csv"})
    assert answer.headers["content-type"] == "text/csv; charset=utf-8"
    assert answer.headers["left-out"] == "0"
    assert answer.text.splitlines()[0] == HEADER


def test_the_digital_partner_is_credited_for_the_new_customer(client: TestClient) -> None:
    (row,) = [row for row in rows(client) if row["metric"] == "net_customer_adds"]
    assert (row["partner_id"], row["global_partner_id"], row["association_id"]) == ("0011", "0010", "a1")
    assert (row["association_type"], row["solution_area"], row["tenant_id"]) == ("DPOR", "business_applications", "t1")


def test_credits_come_as_json_with_date_and_pack(client: TestClient) -> None:
    content = client.get("/credits", params=DAY).json()
    assert (content["as_of"], content["pack"], content["left_out"]) == ("2023-09-30", "2023-06", [])
    assert list(content["credits"][0]) == [*HEADER.split(","), "disputed"]
    assert len(content["credits"]) == len(rows(client))


def test_credits_are_narrowed_by_partner_and_tenant(client: TestClient) -> None:
    everything = rows(client)
    assert rows(client, partner="0011") == everything
    assert rows(client, partner="0010") == everything
    assert rows(client, partner="0020") == []
    assert rows(client, tenant="t1") == everything
    assert rows(client, tenant="t2") == []


def test_an_explanation_comes_as_json_and_as_text(client: TestClient) -> None:
    asked = {**DAY, "partner": "0011", "subscription": "s1", "metric": "net_customer_adds"}
    answer = client.get("/explain", params=asked)
    assert answer.headers["content-type"] == "application/json"
    assert "a1" in answer.text
    text = client.get("/explain", params=asked, headers={"Accept": "text/plain"})
    assert text.headers["content-type"] == "text/plain; charset=utf-8"
    assert "a1" in text.text


def test_a_partner_without_association_is_told_so(client: TestClient) -> None:
    answer = client.get("/explain", params={**DAY, "partner": "0020", "tenant": "t1"})
    assert answer.status_code == 200
    assert answer.json()


def test_a_format_that_is_not_offered_is_not_acceptable(client: TestClient) -> None:
    answer = client.get("/credits", params=DAY, headers={"Accept": "application/rdf+xml"})
    assert (answer.status_code, answer.json()["offered"]) == (406, ["application/json", "text/csv"])
