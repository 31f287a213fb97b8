"""How a bundle row reads as triples: for each kind of row its nodes, and for each column its property and form."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from functools import lru_cache

from partnergraph.synth.offers import CONCEPTS
from partnergraph.terms import PGV, instance, literal

Form = Callable[[str], str]


def _typed(datatype: str) -> Form:
    return lambda value: literal(value, datatype)


def link(kind: str) -> Form:
    """Return the form of a cell that names a thing of type `kind` by its id."""
    return lambda value: node(kind, value)


@lru_cache(maxsize=4096)
def node(kind: str, *parts: str) -> str:
    """Return the IRI of an instance as N-Quads writes it."""
    return f"<{instance(kind, *parts)}>"


def product(label: str) -> str:
    """Return the concept behind a product's label."""
    return f"<{PGV}{CONCEPTS[label]}>"


def _concept(prefix: str, names: dict[str, str] | None = None) -> Form:
    """Return the form of a code whose concept is `prefix` and the code in camel case, or what `names` says."""
    special = names or {}

    def form(code: str) -> str:
        local = special.get(code) or "".join(word.capitalize() for word in code.split("_"))
        return f"<{PGV}{prefix}{local}>"

    return lru_cache(maxsize=256)(form)


def _verbatim(code: str) -> str:
    return f"<{PGV}{code}>"


date, month, boolean = _typed("date"), _typed("gYearMonth"), _typed("boolean")
integer, decimal = _typed("integer"), _typed("decimal")
_NO, _YES = boolean("false"), boolean("true")
_KINDS = {"lsp": "LicensingSolutionProvider", "eda": "EnterpriseDirectAdvisor"}
_role = _concept("Role")


@dataclass(frozen=True, slots=True)
class Column:
    """One column: its property, the form of its value, and what an empty cell says (nothing, for most)."""

    name: str
    property: str
    form: Form
    empty: str = ""


@dataclass(frozen=True, slots=True)
class Node:
    """One node that a row gives: its type word, class, key columns and columns.

    A key column that is empty stands in the key as the word after its colon.
    """

    kind: str
    type: str
    key: tuple[str, ...]
    columns: tuple[Column, ...]


C = Column
NODES: dict[str, tuple[Node, ...]] = {
    "partners": (
        Node("partner", "PartnerAccount", ("partner_id",), (
            C("partner_id", "partnerId", literal), C("name", "name", literal), C("country", "country", literal),
            C("region", "region", literal), C("status", "hasStatus", _concept("Account")),
            C("kinds", "actsAs", _concept("Kind", _KINDS)), C("mpa_signed_on", "agreementSignedOn", date),
            C("csp_tenant_id", "cspTenantId", literal), C("business_applications_track", "hasTrack", _concept("")),
        )),
        Node("account-period", "AccountPeriod", ("partner_id", "parent_since:open", "global_partner_id:none"), (
            C("partner_id", "ofAccount", link("partner")),
            C("account_type", "hasAccountType", _concept("", {
                "global": "GlobalAccountType", "location": "LocationAccountType",
            })),
            C("global_partner_id", "hasParentAccount", link("partner")), C("parent_since", "startsOn", date),
            C("parent_until", "endsOn", date),
        )),
    ),
    "designations": (
        Node("designation", "Designation", ("global_partner_id", "solution_area", "enrolled_on:open"), (
            C("global_partner_id", "isAwardedTo", link("partner")),
            C("solution_area", "inSolutionArea", _concept("")), C("enrolled_on", "startsOn", date),
            C("anniversary_on", "endsOn", date),
        )),
    ),
    "certifications": (
        Node(
            "certification-link", "CertificationLink",
            ("person_key", "certification", "linked_on:open", "global_partner_id"), (
                C("person_key", "ofPerson", link("person")), C("certification", "certificationName", literal),
                C("global_partner_id", "isLinkedTo", link("partner")), C("completed_on", "completedOn", date),
                C("expires_on", "expiresOn", date), C("linked_on", "startsOn", date),
                C("unlinked_on", "endsOn", date),
            ),
        ),
    ),
    "customers": (
        Node("customer", "Customer", ("customer_id",), (
            C("customer_id", "customerId", literal), C("name", "name", literal),
            C("same_organisation_as", "isSameOrganisationAs", link("partner")),
        )),
    ),
    "tenants": (
        Node("tenant", "Tenant", ("tenant_id",), (
            C("tenant_id", "tenantId", literal), C("customer_id", "belongsToCustomer", link("customer")),
            C("name", "name", literal), C("domain", "domain", literal), C("country", "country", literal),
            C("cloud", "isInCloud", _concept("Cloud")),
        )),
    ),
    "subscriptions": (
        Node("subscription", "Subscription", ("subscription_id",), (
            C("subscription_id", "subscriptionId", literal), C("tenant_id", "belongsToTenant", link("tenant")),
            C("product", "productName", literal), C("product", "isForProduct", product),
            C("agreement_id", "agreementId", literal), C("offer_type", "hasOfferType", _concept("Offer")),
            C("azure_plan", "azurePlan", boolean, _NO),
            C("replaces_subscription_id", "replacesSubscription", link("subscription")),
            C("first_activity_on", "firstActivityOn", date),
        )),
        Node("subscription-period", "SubscriptionPeriod", ("subscription_id", "starts_on:open"), (
            C("status", "hasStatus", _concept("Subscription")), C("channel", "hasChannel", _verbatim),
            C("provisioned", "provisioned", boolean), C("seats", "seatCount", integer),
            C("starts_on", "startsOn", date), C("ends_on", "endsOn", date),
            C("partner_id_on_record", "namesPartnerOfRecord", link("partner")),
        )),
    ),
    "associations": (
        Node("association", "Association", ("association_id",), (
            C("association_id", "associationId", literal), C("partner_id", "isHeldBy", link("partner")),
            C("cpor_subtype", "hasSubtype", _verbatim), C("state", "hasState", _concept("State")),
            C("starts_on", "startsOn", date), C("ends_on", "endsOn", date), C("submitted_on", "submittedOn", date),
            C("decided_on", "decidedOn", date), C("set_by_role", "isSetBy", _role),
            C("changed_by_role", "isChangedBy", _role), C("poe", "proofOfExecution", boolean),
            C("incentive_opt_out", "incentiveOptOut", boolean, _NO),
            C("via_lighthouse", "viaLighthouse", boolean, _NO), C("csp_role", "hasCspRole", _concept("Csp")),
            C("tenant_id", "concernsTenant", link("tenant")), C("tenant_domain", "tenantDomain", literal),
            C("subscription_id", "coversSubscription", link("subscription")),
        )),
    ),
    "claim_events": (
        Node("claim-event", "ClaimEvent", ("association_id", "on", "state"), (
            C("association_id", "ofClaim", link("association")), C("on", "occurredOn", date),
            C("state", "hasState", _concept("State")), C("actor_role", "isActedBy", _role),
        )),
    ),
    "principals": (
        Node("principal", "Credential", ("tenant_id", "principal_id"), (
            C("principal_id", "principalId", literal), C("tenant_id", "belongsToTenant", link("tenant")),
            C("kind", "hasCredentialKind", _concept("Credential")),
        )),
    ),
    "role_assignments": (
        Node("role-assignment", "RoleAssignment", ("principal_id", "scope", "role", "starts_on:open"), (
            C("principal_id", "principalId", literal), C("scope", "scope", literal), C("role", "roleName", literal),
            C("starts_on", "startsOn", date), C("ends_on", "endsOn", date),
        )),
    ),
    "resources": (
        Node("resource", "Resource", ("resource_id",), (
            C("resource_id", "resourceId", literal), C("tenant_id", "belongsToTenant", link("tenant")),
            C("subscription_id", "belongsToSubscription", link("subscription")),
            C("kind", "hasResourceKind", _concept("Resource")),
            C("environment_type", "hasEnvironmentType", _concept("Environment")),
        )),
    ),
    "resource_roles": (
        Node("resource-role", "ResourceRole", ("resource_id", "principal_id", "relation"), (
            C("resource_id", "ofResource", link("resource")), C("principal_id", "principalId", literal),
            C("relation", "hasRelation", _concept("Relation")), C("last_active_on", "lastActiveOn", date),
        )),
    ),
}  # fmt: skip
KIND_CLASSES = {
    "CPOR": "ClaimingPartnerOfRecord",
    "DPOR": "DigitalPartnerOfRecord",
    "PAL": "PartnerAdminLink",
    "CSP_T1": "DirectCloudSolutionProvider",
    "CSP_T2": "IndirectCloudSolutionProvider",
    "TPOR": "TransactingPartnerOfRecord",
}
MEASURES = {
    "paid_available_units": ("paidAvailableUnits", integer),
    "monthly_active_users": ("monthlyActiveUsers", integer),
    "revenue_usd": ("revenue", decimal),
    "acr_usd": ("azureConsumedRevenue", decimal),
    "capacity": ("capacity", decimal),
}
