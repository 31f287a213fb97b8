"""Claims as the second reading sees them: what each stands on, when it is in force or pending, and what is wrong."""

from collections.abc import Iterator
from itertools import permutations

from oracle.accounts import owners
from oracle.bundle import EARLIEST, LATEST, Bundle, Row, Span, span
from oracle.finding import INFO, VIOLATION, WARNING, Finding, is_judged, is_rival, overlap
from oracle.products import CODES, SUITES, carried
from oracle.programme import Evaluation

_ON_WORKLOAD = {"OSU_M365", "USAGE_ONLY_M365"}
_ON_SUBSCRIPTION = {"OSA", "REVREC", "REVREC_PERFORMANCE", "OSU_BA"}
_SAME_SUBTYPE = {"USAGE_ONLY_M365": "OSU_M365", "REVREC_PERFORMANCE": "REVREC"}
_MICROSOFT_365 = {"M365_MW", "M365_MW_RECOG_ONLY", "M365_SEC", "M365_SEC_RECOG_ONLY"}
_BUSINESS = {"D365_CORE", "D365_CI", "POWER_PLATFORM"}
_VOLUME = {"EA", "CASA_EES", "WEB_DIRECT"}
KNOWN_CHANNELS = {"EA", "CASA_EES", "WEB_DIRECT", "MPSA", "CSP_LEGACY", "CSP_NCE", "MCA_E", "OPEN"}
_PENDING = {"submitted", "under_review", "partner_action_required", "disputed"}
_UNUSABLE = {"suspended", "disabled", "deleted", "expired", "pending"}


def known(label: str) -> bool:
    """Tell whether the product list names a product or workload."""
    return label in CODES or label in SUITES


def _channels(subtype: str, pack: str) -> set[str]:
    """Return where a claim on a subscription may be made."""
    if subtype == "OSU_BA":
        return _VOLUME - {"WEB_DIRECT"} if pack < "2023-10" else _VOLUME
    return _VOLUME | {"CSP_LEGACY"} if subtype != "OSA" and pack < "2023-10" else _VOLUME


def holdings(bundle: Bundle, row: Row) -> list[Span]:
    """Return when an association is in force, over all time."""
    spans = [span(row)]
    if row["type"] != "CPOR":
        spans = [] if row["state"] == "ended" and not row["ends_on"] else spans
    elif history := events(bundle, row):
        ends = [on for on, _ in history[1:]] + [LATEST]
        spans = [(on, end) for (on, state), end in zip(history, ends, strict=True) if state == "approved"]
        spans = [(start, min(end, row["ends_on"] or LATEST)) for start, end in spans]
    elif row["state"] in ("approved", ""):
        spans = [(row["starts_on"] or row["decided_on"] or EARLIEST, row["ends_on"] or LATEST)]
    elif not (row["state"] in ("rejected", "rejected_final") and row["starts_on"] and row["ends_on"]):
        spans = []
    return [one for one in spans if one[0] < one[1]]


def events(bundle: Bundle, row: Row) -> list[tuple[str, str]]:
    """Return the days and states of a claim's history, the oldest first."""
    mine = [event for event in bundle.rows("claim_events") if event["association_id"] == row["association_id"]]
    return sorted((event["on"], event["state"]) for event in mine)


class Claim:
    """A claim with the period in which it stands and the thing that it keeps others away from."""

    def __init__(self, bundle: Bundle, row: Row) -> None:
        self.bundle = bundle
        self.row = row
        self.id = row["association_id"]
        self.partner = row["partner_id"]
        self.subtype = row["cpor_subtype"]
        self.periods = bundle.subscriptions.get(row["subscription_id"], [])
        self.workload = row["workload"] if row["tenant_id"] else ""
        self.held = holdings(bundle, row)
        self.is_misfiled = self._is_misfiled()
        self.is_standing = is_judged(row) and not self.is_misfiled
        self.scope = self._scope()

    def _is_misfiled(self) -> bool:
        product = self.workload or (self.periods[0]["product"] if self.periods else "")
        fitting = _MICROSOFT_365 if self.subtype in _ON_WORKLOAD else _BUSINESS
        codes = {code for part in carried(product) for code in CODES.get(part, ())}
        return self.subtype in _ON_WORKLOAD | _ON_SUBSCRIPTION and bool(codes) and not codes & fitting

    def _scope(self) -> tuple[str, ...]:
        if self.is_misfiled:
            return ()
        if self.subtype in _ON_WORKLOAD and self.workload:
            return self.row["tenant_id"], self.workload.casefold()
        if self.subtype in _ON_SUBSCRIPTION and self.row["subscription_id"]:
            return (self.row["subscription_id"],)
        return ()

    def carriers(self) -> list[Row]:
        """Return the periods of the tenant's subscriptions that carry the workload, or that may, for all one knows."""
        rows = [row for row in self.bundle.rows("subscriptions") if row["tenant_id"] == self.row["tenant_id"]]
        return [row for row in rows if self.workload in carried(row["product"]) or not known(row["product"])]

    def pack(self, asked: Evaluation) -> str:
        """Return the pack that judges the claim: that of its submission, else of its start."""
        submitted = [on for on, state in events(self.bundle, self.row) if state == "submitted"]
        known = filter(None, [self.row["submitted_on"], *submitted, self.row["starts_on"], self.row["decided_on"]])
        return asked.pack_of(next(known, ""))

    def is_pending(self, day: str) -> bool:
        """Tell whether the claim waits for a decision on a day."""
        history = events(self.bundle, self.row)
        past = [state for on, state in history if on <= day]
        state = past[-1] if past else ("" if history else self.row["state"])
        submitted = history or (self.row["submitted_on"] or EARLIEST) <= day
        return state in _PENDING and bool(submitted) and day < (self.row["ends_on"] or LATEST)

    def start(self, day: str) -> str:
        """Return since when the claim is in force on a day, or nothing."""
        return next((one[0] for one in self.held if one[0] <= day < one[1]), "")


def claim_findings(bundle: Bundle, asked: Evaluation) -> Iterator[Finding]:
    """Yield what is wrong with claims."""
    day = asked.day
    claims = [Claim(bundle, row) for row in bundle.rows("associations") if row["type"] == "CPOR"]
    for claim in claims:
        if claim.is_misfiled and is_judged(claim.row):
            yield Finding("V-CPOR-AREA", VIOLATION, claim.id)
        if claim.is_standing:
            yield from _mismatches(claim)
            on_workload = claim.subtype in _ON_WORKLOAD
            yield from _on_workload(claim, day) if on_workload else _on_subscription(claim, asked)
    for one, other in permutations(claims, 2):
        if one.scope and one.scope == other.scope and is_rival(one, other) and overlap(one.held, other.held):
            is_same = _SAME_SUBTYPE.get(one.subtype, one.subtype) == _SAME_SUBTYPE.get(other.subtype, other.subtype)
            accounts = owners(bundle, one.partner, day) & owners(bundle, other.partner, day)
            is_tolerated = not is_same and asked.option("exclusivityAcrossSubtypes") == "lenient"
            severity = WARNING if accounts else INFO if is_tolerated else VIOLATION
            yield Finding("V-CPOR-DUP" if is_same else "V-CPOR-XSUB", severity, one.id, other.id)


def _mismatches(claim: Claim) -> Iterator[Finding]:
    row, periods = claim.row, claim.periods
    tenant = row["tenant_id"] or (periods[0]["tenant_id"] if periods else "")
    written = [one["domain"] for one in claim.bundle.rows("tenants") if one["tenant_id"] == tenant]
    domains = {domain.strip() for cell in written for domain in cell.casefold().split("|")} - {""}
    faults = [
        domains and row["tenant_domain"] and row["tenant_domain"].casefold() not in domains,
        row["tenant_id"] and periods and row["tenant_id"] not in {period["tenant_id"] for period in periods},
        known(claim.workload) and periods and known(periods[0]["product"])
        and claim.workload not in carried(periods[0]["product"]),
    ]  # fmt: skip
    if any(faults):
        yield Finding("V-CPOR-MISMATCH", VIOLATION, claim.id)


def _on_workload(claim: Claim, day: str) -> Iterator[Finding]:
    start, carriers = claim.start(day), claim.carriers()
    is_pending = claim.is_pending(day)
    if not claim.scope or not (start or is_pending):
        return
    usable = [row for row in carriers if _is_usable(row)]
    now = [row for row in usable if _covers(row, day)]
    at_start = usable if start == EARLIEST else [row for row in usable if _covers(row, start)]
    if known(claim.workload):
        if not now if is_pending else not at_start:
            yield Finding("V-CPOR-NOSUB", VIOLATION, claim.id)
            return
        if not now and any(day < span(row)[1] for row in carriers):
            yield Finding("V-CPOR-NOSUB", WARNING, claim.id)
    if (is_pending or at_start) and now and all(row["channel"] == "MPSA" for row in now):
        yield Finding("V-CPOR-CHANNEL", VIOLATION, claim.id)


def _on_subscription(claim: Claim, asked: Evaluation) -> Iterator[Finding]:
    day = asked.day
    start, periods, row = claim.start(day), claim.periods, claim.row
    if not claim.scope:
        return
    dated = [on for on, _ in events(claim.bundle, row)[:1]]
    first = next(filter(None, [row["starts_on"], row["submitted_on"], row["decided_on"], *dated]), EARLIEST)
    met = {period["channel"] for period in periods if overlap([(first, row["ends_on"] or LATEST)], [span(period)])}
    if (met & KNOWN_CHANNELS) - _channels(claim.subtype, claim.pack(asked)):
        yield Finding("V-CPOR-CHANNEL", VIOLATION, claim.id)
    bad = [period for period in periods if not _is_usable(period)]
    is_bad_now = any(_covers(period, day) for period in bad)
    is_bad_at_start = start not in ("", EARLIEST) and any(_covers(period, start) for period in bad)
    has_ended = all(span(period)[1] <= day for period in periods)
    if (claim.is_pending(day) and is_bad_now) or (is_bad_at_start and not has_ended):
        yield Finding("V-CPOR-STATE", VIOLATION, claim.id)
    elif start and is_bad_now:
        yield Finding("V-CPOR-STATE", WARNING, claim.id)


def _is_usable(period: Row) -> bool:
    return period["status"] not in _UNUSABLE and period["provisioned"] != "false"


def _covers(row: Row, day: str) -> bool:
    return span(row)[0] <= day < span(row)[1]
