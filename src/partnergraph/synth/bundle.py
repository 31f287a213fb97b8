"""A synthetic ecosystem as a CSV bundle: one file for each kind of row."""

from __future__ import annotations

import csv
from collections.abc import Iterable
from contextlib import ExitStack
from pathlib import Path

from partnergraph.synth.market import Row

COLUMNS = {
    "partners": (
        "partner_id", "account_type", "name", "global_partner_id", "parent_since", "parent_until", "country", "region",
        "status", "kinds", "mpa_signed_on", "csp_tenant_id", "business_applications_track",
    ),
    "designations": ("global_partner_id", "solution_area", "enrolled_on", "anniversary_on"),
    "certifications": (
        "person_key", "certification", "global_partner_id", "completed_on", "expires_on", "linked_on", "unlinked_on",
    ),
    "customers": ("customer_id", "name", "same_organisation_as"),
    "tenants": ("tenant_id", "customer_id", "name", "domain", "country", "cloud"),
    "subscriptions": (
        "subscription_id", "tenant_id", "product", "channel", "status", "agreement_id", "provisioned", "starts_on",
        "ends_on", "seats", "offer_type", "azure_plan", "partner_id_on_record", "replaces_subscription_id",
        "first_activity_on",
    ),
    "associations": (
        "association_id", "type", "cpor_subtype", "partner_id", "tenant_id", "tenant_domain", "subscription_id",
        "workload", "principal_id", "csp_role", "state", "starts_on", "ends_on", "submitted_on", "decided_on",
        "set_by_role", "changed_by_role", "poe", "incentive_opt_out", "via_lighthouse",
    ),
    "claim_events": ("association_id", "on", "state", "actor_role"),
    "principals": ("principal_id", "tenant_id", "kind", "disabled_on"),
    "role_assignments": ("principal_id", "scope", "role", "starts_on", "ends_on"),
    "resources": ("resource_id", "tenant_id", "subscription_id", "kind", "environment_type"),
    "resource_roles": ("resource_id", "principal_id", "relation", "last_active_on"),
    "usage": (
        "tenant_id", "subscription_id", "resource_id", "workload", "month", "paid_available_units",
        "monthly_active_users", "revenue_usd", "acr_usd", "capacity", "metric_type",
    ),
}  # fmt: skip
"""The files of the bundle and their columns; an empty cell of any of them means what the bundle's reader says."""


def write_bundle(rows: Iterable[Row], folder: Path) -> int:
    """Write every row into the file of its kind below `folder`, and return how many there were."""
    folder.mkdir(parents=True, exist_ok=True)
    count = 0
    with ExitStack() as files:
        writers = {}
        for name, columns in COLUMNS.items():
            file = files.enter_context((folder / f"{name}.csv").open("w", encoding="utf-8", newline=""))
            writers[name] = csv.writer(file, lineterminator="\n").writerow
            writers[name](columns)
        for name, cells in rows:
            writers[name]([cells.get(column, "") for column in COLUMNS[name]])
            count += 1
    return count
