"""Partner accounts as the second reading sees them, what is wrong with them, and with who holds what."""

from collections.abc import Iterator

from oracle.bundle import EARLIEST, Bundle, Row, Span, common, span
from oracle.finding import VIOLATION, WARNING, Finding, is_judged

_ONLY_LOCATIONS = {"CPOR", "PAL", "CSP_T1", "CSP_T2"}


def accounts(bundle: Bundle, partner: str) -> list[Row]:
    """Return the rows of one partner account."""
    return [row for row in bundle.rows("partners") if row["partner_id"] == partner]


def owners(bundle: Bundle, partner: str, day: str) -> set[str]:
    """Return the global accounts of a partner on a day: itself, where it belongs to no other."""
    rows = [row for row in accounts(bundle, partner) if _is_in(period(row), day) and row["account_type"] != "global"]
    parents = {_parent(row) for row in rows} - {""}
    return parents or ({partner} if accounts(bundle, partner) else set())


def period(row: Row) -> Span:
    """Return the half-open interval of a row of an account."""
    return span({"starts_on": row["parent_since"], "ends_on": row["parent_until"]})


def account_findings(bundle: Bundle, day: str) -> Iterator[Finding]:
    """Yield what is wrong with accounts and with the accounts that hold associations."""
    for partner in {row["partner_id"] for row in bundle.rows("partners")}:
        rows = accounts(bundle, partner)
        if any(period(one)[0] == period(two)[0] for one in rows for two in rows if _are_two_types(one, two)):
            yield Finding("disagreement", VIOLATION, partner)
        if any(row["account_type"] == "global" and _parent(row) for row in rows):
            yield Finding("global with parent", VIOLATION, partner)
        if any(_returns(bundle, partner, row) for row in rows):
            yield Finding("cycle", VIOLATION, partner)
        if "location" in _types(bundle, partner, day) and not _has_one_parent(bundle, partner, day):
            yield Finding("V-ACC-PARENT", VIOLATION, partner)
    for row in bundle.rows("associations"):
        if row["type"] in {*_ONLY_LOCATIONS, "DPOR"} and is_judged(row) and _is_global_at_start(bundle, row, day):
            severity = WARNING if row["type"] == "DPOR" else VIOLATION
            yield Finding("V-ID-PGA", severity, row["association_id"])
        if is_judged(row) and row["via_lighthouse"] != "true" and _is_own_customer(bundle, row, day):
            yield Finding("V-SELF", WARNING, row["association_id"])


def _parent(row: Row) -> str:
    """Return the account above; a global account that names itself has none."""
    is_itself = row["account_type"] == "global" and row["global_partner_id"] == row["partner_id"]
    return "" if is_itself else row["global_partner_id"]


def _are_two_types(one: Row, two: Row) -> bool:
    return {one["account_type"], two["account_type"]} == {"global", "location"}


def _returns(bundle: Bundle, partner: str, row: Row) -> bool:
    """Tell whether who goes up from a row, on days common to all rows on the way, comes back to its partner."""
    paths = [(row, period(row), {partner})]
    while paths:
        lower, days, met = paths.pop()
        account = _parent(lower)
        if account == partner:
            return True
        if account and account not in met:
            higher = [(up, common(days, period(up)), met | {account}) for up in accounts(bundle, account)]
            paths += [path for path in higher if path[1][0] < path[1][1]]
    return False


def _types(bundle: Bundle, partner: str, day: str) -> set[str]:
    """Return what an account is on a day, or was last; nothing, where it is deleted by then."""
    begun = [row for row in accounts(bundle, partner) if period(row)[0] <= day]
    gone = [row["deleted_on"] or EARLIEST for row in begun if row["deleted_on"] or row["status"] == "deleted"]
    if any(deleted_on <= day for deleted_on in gone):
        return set()
    newest = max((period(row)[0] for row in begun), default="")
    return {row["account_type"] for row in begun if period(row)[0] == newest}


def _has_one_parent(bundle: Bundle, partner: str, day: str) -> bool:
    rows = [row for row in accounts(bundle, partner) if _is_in(period(row), day)]
    parents = {_parent(row) for row in rows} - {""}
    return len(parents) == 1 and not any(_types(bundle, parent, day) == {"location"} for parent in parents)


def _is_global_at_start(bundle: Bundle, row: Row, day: str) -> bool:
    start = row["starts_on"] or row["decided_on"] or row["submitted_on"] or day
    begun = [one for one in accounts(bundle, row["partner_id"]) if period(one)[0] <= start]
    newest = max((period(one)[0] for one in begun), default="")
    present = [one for one in begun if period(one)[0] == newest and start < period(one)[1]]
    return any(one["account_type"] == "global" for one in present)


def _is_own_customer(bundle: Bundle, row: Row, day: str) -> bool:
    subscribed = bundle.subscriptions.get(row["subscription_id"], [])
    tenants = {row["tenant_id"], *(one["tenant_id"] for one in subscribed)}
    customers = {one["customer_id"] for one in bundle.rows("tenants") if one["tenant_id"] in tenants}
    same = {one["same_organisation_as"] for one in bundle.rows("customers") if one["customer_id"] in customers} - {""}
    above = {owner for organisation in same for owner in owners(bundle, organisation, day)}
    mine = owners(bundle, row["partner_id"], day)
    return row["partner_id"] in same or bool(mine & (same | above))


def _is_in(interval: Span, day: str) -> bool:
    return interval[0] <= day < interval[1]
