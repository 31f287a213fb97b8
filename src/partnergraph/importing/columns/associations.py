"""Associations, the history of claims, and the credentials and rights that links rest on."""

from __future__ import annotations

from partnergraph.importing.columns.customers import TENANT_ID, WORKLOAD_IN_TENANT
from partnergraph.importing.table import (
    Column,
    Node,
    Part,
    Table,
    code,
    date,
    flag,
    flag_else_false,
    identifier,
    or_open,
    text,
    thing,
)

_CREDENTIAL_KEY = (TENANT_ID, Part(column="principal_id"))
_CREDENTIAL = (identifier("principal_id", "principalId"), thing("tenant_id", "belongsToTenant", "tenant"))

PRINCIPALS = Table(
    file="principals.csv",
    required=("principal_id", "tenant_id"),
    nodes=(
        Node(
            kind="principal",
            type="Credential",
            key=_CREDENTIAL_KEY,
            columns=(
                *_CREDENTIAL,
                code("kind", "hasCredentialKind", "CredentialKind"),
                date("disabled_on", "disabledOn"),
            ),
            remembered=True,
        ),
    ),
)

ASSOCIATIONS = Table(
    file="associations.csv",
    required=("association_id", "type", "partner_id"),
    nodes=(
        Node(
            kind="association",
            type="Association",
            key=(Part(column="association_id"),),
            columns=(
                identifier("association_id", "associationId"),
                Column(name="type", form="kind", property="type"),
                Column(name="type", form="unknown kind", property="unrecognisedType"),
                code("cpor_subtype", "hasSubtype", "ClaimSubtype"),
                thing("partner_id", "isHeldBy", "partner"),
                thing("tenant_id", "concernsTenant", "tenant"),
                text("tenant_domain", "tenantDomain"),
                thing("subscription_id", "coversSubscription", "subscription"),
                code("csp_role", "hasCspRole", "CspRole"),
                code("state", "hasState", "AssociationState"),
                date("starts_on", "startsOn"),
                date("ends_on", "endsOn"),
                date("submitted_on", "submittedOn"),
                date("decided_on", "decidedOn"),
                code("set_by_role", "isSetBy", "ActorRole"),
                code("changed_by_role", "isChangedBy", "ActorRole"),
                flag("poe", "proofOfExecution"),
                flag_else_false("incentive_opt_out", "incentiveOptOut"),
                flag_else_false("via_lighthouse", "viaLighthouse"),
            ),
        ),
        WORKLOAD_IN_TENANT,
        Node(
            kind="principal",
            type="Credential",
            key=_CREDENTIAL_KEY,
            columns=_CREDENTIAL,
            reached_by="coversCredential",
            once=True,
        ),
    ),
)

CLAIM_EVENTS = Table(
    file="claim_events.csv",
    required=("association_id", "on", "state"),
    nodes=(
        Node(
            kind="claim-event",
            type="ClaimEvent",
            key=(Part(column="association_id"), or_open("on"), Part(column="state", form="code", otherwise="unknown")),
            columns=(
                thing("association_id", "ofClaim", "association"),
                date("on", "occurredOn"),
                code("state", "hasState", "AssociationState"),
                code("actor_role", "isActedBy", "ActorRole"),
            ),
        ),
    ),
)

ROLE_ASSIGNMENTS = Table(
    file="role_assignments.csv",
    required=("principal_id", "scope", "role"),
    nodes=(
        Node(
            kind="role-assignment",
            type="RoleAssignment",
            key=(
                Part(column="principal_id"),
                Part(column="scope", form="scope"),
                Part(column="role", form="label", otherwise="unknown"),
                or_open("starts_on"),
            ),
            columns=(
                identifier("principal_id", "principalId"),
                Column(name="scope", form="scope", property="scope"),
                Column(name="scope", form="scoped thing", property="reaches"),
                Column(name="scope", form="scoped subscription", property="liesInSubscription"),
                text("role", "roleName"),
                date("starts_on", "startsOn"),
                date("ends_on", "endsOn"),
            ),
        ),
    ),
)

RESOURCE_ROLES = Table(
    file="resource_roles.csv",
    required=("resource_id", "principal_id", "relation"),
    nodes=(
        Node(
            kind="resource-role",
            type="ResourceRole",
            key=(
                Part(column="resource_id"),
                Part(column="principal_id"),
                Part(column="relation", form="code", otherwise="unknown"),
            ),
            columns=(
                thing("resource_id", "ofResource", "resource"),
                identifier("principal_id", "principalId"),
                code("relation", "hasRelation", "ResourceRelation"),
                date("last_active_on", "lastActiveOn"),
            ),
        ),
    ),
)
