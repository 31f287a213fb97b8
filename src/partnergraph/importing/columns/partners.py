"""Partner accounts, what they were awarded, and their certified people."""

from __future__ import annotations

from partnergraph.importing.table import (
    Column,
    Node,
    Omission,
    Part,
    Table,
    code,
    date,
    flag,
    identifier,
    or_open,
    text,
    thing,
)

PARTNERS = Table(
    file="partners.csv",
    required=("partner_id", "account_type"),
    nodes=(
        Node(
            kind="partner",
            type="PartnerAccount",
            key=(Part(column="partner_id"),),
            columns=(
                identifier("partner_id", "partnerId"),
                text("name", "name"),
                text("country", "country"),
                text("region", "region"),
                code("status", "hasStatus", "AccountStatus"),
                date("deleted_on", "deletedOn"),
                Column(name="kinds", form="code", property="actsAs", of="PartnerKind", many=True),
                date("mpa_signed_on", "agreementSignedOn"),
                identifier("csp_tenant_id", "cspTenantId"),
                code("business_applications_track", "hasTrack", "Segment"),
            ),
        ),
        Node(
            kind="account-period",
            type="AccountPeriod",
            key=(
                Part(column="partner_id"),
                or_open("parent_since"),
                Part(column="global_partner_id", otherwise="none"),
            ),
            columns=(
                code("account_type", "hasAccountType", "AccountType"),
                thing("global_partner_id", "hasParentAccount", "partner"),
                date("parent_since", "startsOn"),
                date("parent_until", "endsOn"),
            ),
            leads_to="ofAccount",
            leaves_out=Omission(
                property="hasParentAccount",
                column="global_partner_id",
                same_as="partner_id",
                where="account_type",
                holds="global",
            ),
        ),
    ),
)

DESIGNATIONS = Table(
    file="designations.csv",
    required=("global_partner_id", "solution_area"),
    nodes=(
        Node(
            kind="designation",
            type="Designation",
            key=(Part(column="global_partner_id"), Part(column="solution_area", form="code"), or_open("enrolled_on")),
            columns=(
                thing("global_partner_id", "isAwardedTo", "partner"),
                code("solution_area", "inSolutionArea", "SolutionArea"),
                date("enrolled_on", "startsOn"),
                date("anniversary_on", "endsOn"),
            ),
        ),
    ),
)

SCORE_HISTORY = Table(
    file="score_history.csv",
    required=("global_partner_id", "solution_area", "on"),
    nodes=(
        Node(
            kind="score",
            type="ScoreRecord",
            key=(Part(column="global_partner_id"), Part(column="solution_area", form="code"), Part(column="on")),
            columns=(
                thing("global_partner_id", "isAwardedTo", "partner"),
                code("solution_area", "inSolutionArea", "SolutionArea"),
                date("on", "recordedOn"),
                Column(name="total", form="amount", property="total"),
                flag("qualified", "qualified"),
            ),
        ),
    ),
)

CERTIFICATIONS = Table(
    file="certifications.csv",
    required=("person_key", "certification", "global_partner_id"),
    nodes=(
        Node(
            kind="certification-link",
            type="CertificationLink",
            key=(
                Part(column="person_key", form="person"),
                Part(column="certification", form="label"),
                or_open("linked_on"),
                Part(column="global_partner_id", otherwise="none"),
            ),
            columns=(
                Column(name="person_key", form="person", property="ofPerson"),
                text("certification", "certificationName"),
                thing("global_partner_id", "isLinkedTo", "partner"),
                date("completed_on", "completedOn"),
                date("expires_on", "expiresOn"),
                date("linked_on", "startsOn"),
                date("unlinked_on", "endsOn"),
            ),
        ),
    ),
)
