"""What is wrong with rows by themselves: ids that name nothing, words that nobody knows, rows that disagree."""

import re
from collections import defaultdict
from collections.abc import Iterator

from oracle.bundle import Bundle, Row, span
from oracle.claims import known
from oracle.finding import VIOLATION, WARNING, Finding, overlap

_KEYS = {
    "partners": ("partner_id",),
    "customers": ("customer_id",),
    "tenants": ("tenant_id",),
    "subscriptions": ("subscription_id",),
    "associations": ("association_id",),
    "claim_events": ("association_id", "on", "state"),
    "principals": ("tenant_id", "principal_id"),
    "role_assignments": ("principal_id", "scope", "role", "starts_on"),
    "resources": ("resource_id",),
    "resource_roles": ("resource_id", "principal_id", "relation"),
    "designations": ("global_partner_id", "solution_area", "enrolled_on"),
    "score_history": ("global_partner_id", "solution_area", "on"),
    "certifications": ("person_key", "certification", "linked_on", "global_partner_id"),
}
_WITHOUT_ID = {"claim_events"}
_NAMED = {
    ("partners", "global_partner_id"): "partners",
    ("customers", "same_organisation_as"): "partners",
    ("tenants", "customer_id"): "customers",
    ("subscriptions", "tenant_id"): "tenants",
    ("subscriptions", "partner_id_on_record"): "partners",
    ("associations", "partner_id"): "partners",
    ("associations", "tenant_id"): "tenants",
    ("associations", "subscription_id"): "subscriptions",
    ("claim_events", "association_id"): "associations",
    ("principals", "tenant_id"): "tenants",
    ("resources", "tenant_id"): "tenants",
    ("resources", "subscription_id"): "subscriptions",
    ("resource_roles", "resource_id"): "resources",
    ("designations", "global_partner_id"): "partners",
    ("score_history", "global_partner_id"): "partners",
    ("certifications", "global_partner_id"): "partners",
    ("usage", "tenant_id"): "tenants",
    ("usage", "subscription_id"): "subscriptions",
    ("usage", "resource_id"): "resources",
}
_STATES = "draft submitted under_review partner_action_required approved rejected disputed rejected_final canceled"
_KINDS = {"CPOR", "DPOR", "PAL", "CSP_T1", "CSP_T2", "TPOR"}
_CODES = {
    ("partners", "account_type"): "global location",
    ("subscriptions", "channel"): "EA CASA_EES WEB_DIRECT MPSA CSP_LEGACY CSP_NCE MCA_E OPEN",
    ("subscriptions", "status"): "active in_grace suspended disabled deleted expired pending",
    ("associations", "type"): " ".join(_KINDS),
    ("associations", "cpor_subtype"): "OSU_M365 USAGE_ONLY_M365 OSA REVREC REVREC_PERFORMANCE OSU_BA",
    ("claim_events", "state"): _STATES,
    ("resources", "kind"): "app flow dataset instance azure",
}
_PERIODIC = {
    "partners": {"global_partner_id", "parent_since", "parent_until", "account_type", "kinds"},
    "subscriptions": {"status", "channel", "provisioned", "seats", "starts_on", "ends_on", "partner_id_on_record"},
}
_INTERVALS = {"partners": ("parent_since", "parent_until"), "designations": ("enrolled_on", "anniversary_on"),
              "certifications": ("linked_on", "unlinked_on")}  # fmt: skip
_FIGURES = ("paid_available_units", "monthly_active_users", "revenue_usd", "acr_usd", "capacity")


def row_findings(bundle: Bundle) -> Iterator[Finding]:
    """Yield what is wrong with rows, each thing once for each kind of fault."""
    for file in (*_KEYS, "usage"):
        for row in bundle.rows(file):
            yield from _dangling(bundle, file, row)
            yield from _unknown(file, row)
    for file in _KEYS:
        yield from _disagreements(bundle, file) if file not in _WITHOUT_ID else ()
        start, end = _INTERVALS.get(file, ("starts_on", "ends_on"))
        for row in bundle.rows(file):
            if row[start] and row[end] and row[end] <= row[start]:
                yield Finding("interval", VIOLATION, _name(file, row))
    yield from _usage_findings(bundle)
    for subscription, rows in bundle.subscriptions.items():
        different = list(
            {tuple(row[name] for name in sorted(_PERIODIC["subscriptions"])): row for row in rows}.values()
        )
        if any(overlap([span(one)], [span(two)]) for one in different for two in different if one is not two):
            yield Finding("overlap", VIOLATION, subscription)


def _dangling(bundle: Bundle, file: str, row: Row) -> Iterator[Finding]:
    for (owner, column), named in _NAMED.items():
        named_id = row[column]
        if owner != file or not named_id or any(one[_KEYS[named][0]] == named_id for one in bundle.rows(named)):
            continue
        is_lighthouse = column == "tenant_id" and _is_of_lighthouse(bundle, file, row)
        is_itself = column == "global_partner_id" and named_id == row["partner_id"]
        if not is_lighthouse and not is_itself:
            yield Finding("dangling", VIOLATION, _name(file, row))


def _is_of_lighthouse(bundle: Bundle, file: str, row: Row) -> bool:
    """Tell whether the tenant of a row is a partner's own, or stands in a link that says all there is to say."""
    if file == "associations":
        return row["via_lighthouse"] == "true"
    key = row["tenant_id"], row["principal_id"]
    links = [(one["tenant_id"], one["principal_id"]) for one in bundle.rows("associations")]
    return file == "principals" and key in links


def _unknown(file: str, row: Row) -> Iterator[Finding]:
    for (owner, column), codes in _CODES.items():
        if owner == file and row[column] and row[column] not in codes.split():
            yield Finding("code", VIOLATION, _name(file, row))
    states = _STATES if row["type"] == "CPOR" else "active ended"
    if file == "associations" and row["state"] and row["type"] in _KINDS and row["state"] not in states.split():
        yield Finding("code", VIOLATION, _name(file, row))
    label = {"subscriptions": row["product"], "associations": row["workload"] if row["tenant_id"] else ""}.get(file, "")
    if label and not known(label):
        yield Finding("label", WARNING, _name(file, row))


def _disagreements(bundle: Bundle, file: str) -> Iterator[Finding]:
    things = defaultdict(list)
    for row in bundle.rows(file):
        things[_name(file, row)].append(row)
    for name, rows in things.items():
        columns = {column for row in rows for column in row} - _PERIODIC.get(file, set()) - {"label"}
        if any(len({row[column] for row in rows} - {""}) > 1 for column in columns):
            yield Finding("disagreement", VIOLATION, name)


def _usage_findings(bundle: Bundle) -> Iterator[Finding]:
    things, figures = defaultdict(list), defaultdict(set)
    for row in bundle.rows("usage"):
        things[_name("usage", row)].append(row)
        for figure in filter(row.get, _FIGURES):
            figures[_name("usage", row), row["month"], row["metric_type"].replace("paid", ""), figure].add(
                float(row[figure])
            )
    for name, rows in things.items():
        consumes = any(row["acr_usd"] for row in rows)
        if not known(rows[0]["workload"]) and not consumes:
            yield Finding("label", WARNING, name)
        if consumes and not any(row["subscription_id"] for row in rows):
            yield Finding("azure", WARNING, name)
    for (name, month, variant, _), values in figures.items():
        if len(values) > 1:
            yield Finding("disagreement", VIOLATION, "/".join(filter(None, [name, month, variant])))


def _name(file: str, row: Row) -> str:
    """Return the id of what a row is about."""
    if file == "usage":
        thing = row["resource_id"] or row["subscription_id"]
        return "/".join(filter(None, [row["tenant_id"], thing, row["workload"]]))
    return "/".join(row[column] or ("open" if column.endswith("_on") else "unknown") for column in _KEYS[file])


def spelled(focus: str) -> str:
    """Return the id of a thing without what is a matter of spelling."""
    return re.sub(r"[^a-z0-9/]", "", focus.lower())
