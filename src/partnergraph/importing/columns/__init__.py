"""The files of a bundle, their columns, and what each says in the graph."""

from __future__ import annotations

from partnergraph.importing.columns.associations import (
    ASSOCIATIONS,
    CLAIM_EVENTS,
    PRINCIPALS,
    RESOURCE_ROLES,
    ROLE_ASSIGNMENTS,
)
from partnergraph.importing.columns.customers import CUSTOMERS, RESOURCES, SUBSCRIPTIONS, TENANTS, USAGE
from partnergraph.importing.columns.partners import CERTIFICATIONS, DESIGNATIONS, PARTNERS, SCORE_HISTORY

TABLES = (
    PARTNERS,
    CUSTOMERS,
    TENANTS,
    SUBSCRIPTIONS,
    RESOURCES,
    PRINCIPALS,
    ASSOCIATIONS,
    CLAIM_EVENTS,
    ROLE_ASSIGNMENTS,
    RESOURCE_ROLES,
    USAGE,
    DESIGNATIONS,
    SCORE_HISTORY,
    CERTIFICATIONS,
)
"""Every file of a bundle, in the order of reading: what others point to comes first."""

__all__ = ["DESIGNATIONS", "TABLES"]
