"""What is wrong with the associations that are not claims: records, admin links, CSP chains and transactions."""

from collections.abc import Iterator
from itertools import permutations

from oracle.accounts import accounts
from oracle.bundle import Bundle, Row, span
from oracle.claims import KNOWN_CHANNELS, holdings
from oracle.finding import VIOLATION, WARNING, Finding, is_rival, overlap

_CSP = {"CSP_LEGACY", "CSP_NCE"}
_KIND_OF_ROLE = {"provider": "indirect_provider", "reseller": "indirect_reseller"}
KINDS = {"direct_bill", "indirect_provider", "indirect_reseller", "lsp", "eda", "servicing"}


class Sale:
    """An association on a subscription, or of a credential, with the channels that it meets while it holds."""

    def __init__(self, bundle: Bundle, row: Row) -> None:
        self.bundle = bundle
        self.row = row
        self.id, self.kind, self.partner = row["association_id"], row["type"], row["partner_id"]
        self.subscription, self.role = row["subscription_id"], row["csp_role"]
        self.held = holdings(bundle, row)
        self.periods = [p for p in bundle.subscriptions.get(self.subscription, []) if overlap(self.held, [span(p)])]
        self.channels = {period["channel"] for period in self.periods} & KNOWN_CHANNELS

    def beside(self, other: "Sale") -> bool:
        """Tell whether two associations stand on one subscription at one time."""
        return self.subscription == other.subscription != "" and overlap(self.held, other.held)


def sale_findings(bundle: Bundle) -> Iterator[Finding]:
    """Yield what is wrong with associations other than claims."""
    sales = [Sale(bundle, row) for row in bundle.rows("associations") if row["type"] not in ("CPOR", "")]
    for sale in sales:
        match sale.kind:
            case "DPOR":
                yield from _record(sale)
            case "PAL" if any(_is_cut_off(tenant, sale.row) for tenant in bundle.rows("tenants")):
                yield Finding("V-PAL-CLOUD", VIOLATION, sale.id)
            case "TPOR" if sale.channels - {"EA"}:
                yield Finding("V-TPOR-CHANNEL", WARNING, sale.id)
            case "CSP_T1" | "CSP_T2" if sale.channels - _CSP:
                yield Finding("V-CSP-CHANNEL", VIOLATION, sale.id)
            case "CSP_T1" | "CSP_T2" if any(_chain_faults(sale, sales)):
                yield Finding("V-CSP-CHAIN", VIOLATION, sale.id)
    for one, other in permutations(sales, 2):
        if one.kind == other.kind == "DPOR" and is_rival(one, other) and one.beside(other):
            yield Finding("V-DPOR-DUP", VIOLATION, one.id, other.id)
        if one.kind == other.kind == "PAL" and is_rival(one, other) and _share_credential(one, other):
            yield Finding("V-PAL-DUP", VIOLATION, one.id, other.id)
        if _break_chain(one, other) and not one.channels - _CSP:
            yield Finding("V-CSP-CHAIN", VIOLATION, one.id, other.id)


def _record(sale: Sale) -> Iterator[Finding]:
    subscribed = sale.bundle.subscriptions.get(sale.subscription, [])
    is_plan = any(row["azure_plan"] == "true" or row["product"] == "Azure plan" for row in subscribed)
    if sale.channels & _CSP:
        yield Finding("V-DPOR-CSP", VIOLATION, sale.id)
    elif "MCA_E" in sale.channels or (is_plan and sale.held):
        yield Finding("V-DPOR-MODERN", VIOLATION, sale.id)


def _is_cut_off(tenant: Row, link: Row) -> bool:
    return tenant["tenant_id"] == link["tenant_id"] and tenant["cloud"] in ("china", "government")


def _share_credential(one: Sale, other: Sale) -> bool:
    keys = [(sale.row["tenant_id"], sale.row["principal_id"]) for sale in (one, other)]
    return keys[0] == keys[1] and all(keys[0]) and overlap(one.held, other.held)


def _break_chain(one: Sale, other: Sale) -> bool:
    """Tell whether two CSP associations cannot be of one chain."""
    kinds = {one.kind, other.kind}
    if not kinds <= {"CSP_T1", "CSP_T2"} or not one.beside(other):
        return False
    if len(kinds) == 2:
        return True
    if kinds == {"CSP_T1"}:
        return is_rival(one, other)
    if one.role == other.role:
        return is_rival(one, other) and one.role != ""
    regions = {_region(sale) for sale in (one, other)} - {""}
    return len(regions) == 2 and "" not in (one.role, other.role)


def _region(sale: Sale) -> str:
    return next((row["region"].casefold() for row in accounts(sale.bundle, sale.partner) if row["region"]), "")


def _chain_faults(sale: Sale, sales: list[Sale]) -> Iterator[bool]:
    """Yield for each fault of one association in its chain whether it is there."""
    named = [period["partner_id_on_record"] for period in sale.periods]
    if sale.kind == "CSP_T1":
        yield any(named)
        return
    yield "" in named and sale.bundle.has("subscriptions", "partner_id_on_record")
    for period, partner in zip(sale.periods, named, strict=True):
        provided = [p.held for p in sales if p.kind == "CSP_T2" and p.role == "provider" and p.partner == partner
                    and p.subscription == sale.subscription]  # fmt: skip
        yield any(overlap(held, [span(period)]) for held in provided)
        kinds = _kinds(sale.bundle, partner)
        yield bool(kinds) and "indirect_reseller" not in kinds
    kinds = _kinds(sale.bundle, sale.partner)
    yield bool(kinds) and sale.role in _KIND_OF_ROLE and _KIND_OF_ROLE[sale.role] not in kinds
    signed = max((row["mpa_signed_on"] for row in accounts(sale.bundle, sale.partner)), default="")
    yield sale.role == "reseller" and sale.row["starts_on"] != "" and signed > sale.row["starts_on"]


def _kinds(bundle: Bundle, partner: str) -> set[str]:
    return {kind for row in accounts(bundle, partner) for kind in row["kinds"].split("|")} & KINDS
