"""The files and columns of the bundle, as its description has them and as the ontology knows their words."""

from __future__ import annotations

import re
from pathlib import Path

import pytest
import rdflib
from rdflib import OWL, RDF

from partnergraph import vocabulary
from partnergraph.importing.columns import TABLES
from partnergraph.importing.table import Column, Node, Table
from partnergraph.terms import PG

ROOT = Path(__file__).resolve().parents[2]
DESCRIPTION = ROOT.parent / "shared" / "domain" / "bundle.md"


def _nodes(table: Table) -> tuple[Node, ...]:
    return table.nodes if table.measures is None else table.measures.things


def _columns(table: Table) -> list[Column]:
    columns = [column for node in _nodes(table) for column in node.columns]
    if table.measures is not None:
        columns += [table.measures.month, table.measures.variant, *table.measures.figures]
    return columns


def _described() -> dict[str, tuple[set[str], set[str]]]:
    """Return all columns and the required columns of each file, as the description's table lists them."""
    found = {}
    for line in DESCRIPTION.read_text(encoding="utf-8").splitlines():
        match = re.match(r"\| `(\w+\.csv)` \| (.*?) \| ", line)
        if match:
            listed = re.sub(r"\([^()]*\)", "", match[2])
            names = {name.strip().strip("*") for name in listed.split(",")}
            found[match[1]] = (names, set(re.findall(r"\*\*(\w+)\*\*", listed)))
    return found


@pytest.mark.skipif(not DESCRIPTION.exists(), reason="the description of the bundle lies outside this repository")
def test_files_and_columns_are_those_of_the_description() -> None:
    described = _described()
    assert len(described) == 14
    assert {table.file: (set(table.columns), set(table.required)) for table in TABLES} == described


@pytest.fixture(scope="module")
def ontology() -> rdflib.Graph:
    graph = rdflib.Graph()
    for path in sorted((ROOT / "ontology").glob("*.ttl")):
        graph.parse(path)
    return graph


@pytest.mark.parametrize("table", TABLES, ids=lambda table: table.file)
def test_every_class_and_property_is_in_the_ontology(table: Table, ontology: rdflib.Graph) -> None:
    classes = {node.type for node in _nodes(table)}
    classes |= {column.of for column in _columns(table) if column.form == "code"}
    properties = {column.property for column in _columns(table) if column.property != "type"}
    properties |= {column.when_empty[0] for column in _columns(table) if column.when_empty}
    properties |= {name for node in _nodes(table) for name in (node.leads_to, node.reached_by) if name}
    kinds = {OWL.ObjectProperty, OWL.DatatypeProperty}
    assert {name for name in classes if (rdflib.URIRef(PG + name), RDF.type, OWL.Class) not in ontology} == set()
    assert {
        name for name in properties if not kinds & set(ontology.objects(rdflib.URIRef(PG + name), RDF.type))
    } == set()


def test_the_words_that_are_always_written_are_in_the_ontology(ontology: rdflib.Graph) -> None:
    for name in ("statedAt", "measures", "productName", "unrecognisedType"):
        assert (rdflib.URIRef(PG + name), RDF.type, None) in ontology, name


CODES = {
    "AccountType": "global location",
    "AccountStatus": "active inactive deleted",
    "PartnerKind": "direct_bill indirect_provider indirect_reseller lsp eda servicing",
    "Segment": "enterprise smb",
    "Cloud": "public china government",
    "Channel": "EA CASA_EES WEB_DIRECT MPSA CSP_LEGACY CSP_NCE MCA_E OPEN",
    "SubscriptionStatus": "active in_grace suspended disabled deleted expired pending",
    "OfferType": "paid trial benefit internal support",
    "ClaimSubtype": "OSU_M365 USAGE_ONLY_M365 OSA REVREC REVREC_PERFORMANCE OSU_BA",
    "CspRole": "provider reseller",
    "AssociationState": """
        draft submitted under_review partner_action_required approved rejected disputed rejected_final canceled
        active ended
    """,
    "ActorRole": """
        incentives_admin incentives_user partner_user other_partner customer_owner customer_global_admin
        customer_account_admin customer_subscription_admin customer_service_admin customer_co_admin customer_admin
        partner_delegated_admin microsoft
    """,
    "CredentialKind": "user guest service_account service_principal",
    "ResourceKind": "app flow dataset instance azure",
    "EnvironmentType": "production sandbox developer trial",
    "ResourceRelation": "owner co_owner creator publisher active_user",
    "MetricType": "paid trial",
    "SolutionArea": "modern_work business_applications security data_ai digital_app_innovation infrastructure",
}
"""The codes of each class, as the bundle's description lists them."""


@pytest.mark.parametrize(("owner", "codes"), CODES.items())
def test_every_code_of_the_description_is_known(owner: str, codes: str) -> None:
    known = vocabulary.codes()
    assert [code for code in codes.split() if known.concept(PG + owner, code) is None] == []
    assert all(known.concept(PG + owner, code.swapcase()) for code in codes.split())


def test_every_association_type_is_known() -> None:
    known = vocabulary.codes()
    assert [code for code in ["CPOR", "DPOR", "PAL", "CSP_T1", "CSP_T2", "TPOR"] if known.kind(code) is None] == []


@pytest.mark.parametrize(
    "label", ["Exchange", "exchange", " Microsoft 365  E5", "Dynamics 365 Sales", "Sales Insights"]
)
def test_products_are_known_by_their_labels(label: str) -> None:
    assert vocabulary.codes().product(label) is not None


def test_what_others_point_to_is_read_first() -> None:
    files = [table.file for table in TABLES]
    assert files.index("principals.csv") < files.index("associations.csv")
    for remembered in ("tenants.csv", "subscriptions.csv", "resources.csv"):
        assert files.index(remembered) < files.index("role_assignments.csv")
