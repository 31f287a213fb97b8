"""The violations that are planted: each adds something wrong to a tenant that is otherwise right."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field

from partnergraph.synth.dice import Dice
from partnergraph.synth.edges import Register
from partnergraph.synth.market import Location, Market, Row
from partnergraph.synth.tenancy import Tenant

_ABSENT_DOMAIN = "elsewhere.example"
_RARE_WORKLOAD = "Viva Topics"


@dataclass(frozen=True, slots=True)
class Planted:
    """One finding that validation must come to: its code, the ids in it, and what was done to cause it."""

    code: str
    focus: str
    other: str
    what: str


@dataclass(slots=True)
class Scene:
    """Where a fault is planted, with the rows and the expected findings that come of it."""

    dice: Dice
    tenant: Tenant
    market: Market
    register: Register
    rows: list[Row] = field(default_factory=list)
    planted: list[Planted] = field(default_factory=list)

    def partner(self) -> Location:
        """Return any servicing partner near the tenant."""
        return self.market.pick(self.dice, self.tenant.region, "servicing")

    def subscribe(self, product: str, channel: str, cells: dict[str, str] | None = None) -> str:
        """Put a new subscription of the tenant on record and return its id."""
        subscription_id = self.dice.guid()
        self.rows.append(("subscriptions", {
            "subscription_id": subscription_id, "tenant_id": self.tenant.tenant_id, "product": product,
            "channel": channel, "status": "active", "provisioned": "true", "starts_on": "2021-06-01",
            "seats": "50", "offer_type": "paid", "azure_plan": "false", "first_activity_on": "2021-06-02",
            **(cells or {}),
        }))  # fmt: skip
        return subscription_id

    def associate(self, partner_id: str, cells: dict[str, str]) -> str:
        """Put a new association on record and return its id."""
        row = self.register.enter({
            "partner_id": partner_id, "tenant_id": self.tenant.tenant_id, "state": "active",
            "starts_on": "2022-02-01", **cells,
        })  # fmt: skip
        self.rows.append(row)
        return row[1]["association_id"]

    def claim(self, partner_id: str, cells: dict[str, str]) -> str:
        """Put an approved claim on record and return its id."""
        approved = {"type": "CPOR", "state": "approved", "decided_on": "2022-02-01", "poe": "true"}
        return self.associate(partner_id, {**approved, **cells})

    def expect(self, code: str, focus: str, what: str, other: str = "") -> None:
        """Note a finding that must come of this scene."""
        self.planted.append(Planted(code, focus, other, what))

    def expect_pair(self, code: str, one: str, another: str, what: str) -> None:
        """Note the two findings of a conflict, each side once as focus and once as the other."""
        self.expect(code, one, what, another)
        self.expect(code, another, what, one)


def _same_scope_twice(scene: Scene) -> None:
    place = {"subscription_id": scene.subscribe("Finance", "EA"), "cpor_subtype": "REVREC"}
    first = scene.partner()
    rival = scene.market.rival(scene.dice, first, "servicing")
    claims = scene.claim(first.partner_id, place), scene.claim(rival.partner_id, {**place, "starts_on": "2023-01-01"})
    scene.expect_pair("V-CPOR-DUP", *claims, "two partners hold revenue claims on one subscription")


def _two_subtypes(scene: Scene) -> None:
    place = {"subscription_id": scene.subscribe("Finance", "EA")}
    first = scene.partner()
    rival = scene.market.rival(scene.dice, first, "servicing")
    one = scene.claim(first.partner_id, {**place, "cpor_subtype": "OSU_BA"})
    another = scene.claim(rival.partner_id, {**place, "cpor_subtype": "REVREC"})
    scene.expect_pair("V-CPOR-XSUB", one, another, "two partners claim one subscription under different sub-types")


def _wrong_area(scene: Scene) -> None:
    place = {"subscription_id": scene.subscribe("Field Service", "EA"), "cpor_subtype": "OSU_M365"}
    claim = scene.claim(scene.partner().partner_id, place)
    scene.expect("V-CPOR-AREA", claim, "a Microsoft 365 usage claim on a Dynamics 365 subscription")


def _wrong_claim_channel(scene: Scene) -> None:
    place = {"subscription_id": scene.subscribe("Business Central", "CSP_NCE"), "cpor_subtype": "OSA"}
    claim = scene.claim(scene.partner().partner_id, place)
    scene.expect("V-CPOR-CHANNEL", claim, "an advisor claim on a cloud solution provider subscription")


def _suspended(scene: Scene) -> None:
    subscription_id = scene.subscribe("Customer Service", "EA", {"status": "suspended"})
    place = {"subscription_id": subscription_id, "cpor_subtype": "OSU_BA"}
    pending = {"state": "submitted", "starts_on": "", "decided_on": "", "submitted_on": "2023-08-01"}
    claim = scene.claim(scene.partner().partner_id, {**place, **pending})
    scene.expect("V-CPOR-STATE", claim, "a claim submitted for a suspended subscription")


def _nothing_to_use(scene: Scene) -> None:
    claim = scene.claim(scene.partner().partner_id, {"workload": _RARE_WORKLOAD, "cpor_subtype": "OSU_M365"})
    scene.expect("V-CPOR-NOSUB", claim, "a usage claim on a workload that no subscription of the tenant carries")


def _foreign_domain(scene: Scene) -> None:
    scene.subscribe(_RARE_WORKLOAD, "EA")
    place = {"workload": _RARE_WORKLOAD, "cpor_subtype": "OSU_M365", "tenant_domain": _ABSENT_DOMAIN}
    claim = scene.claim(scene.partner().partner_id, place)
    scene.expect("V-CPOR-MISMATCH", claim, "a claim with the tenant id of one tenant and the domain of another")


def _two_digital_partners(scene: Scene) -> None:
    place = {"type": "DPOR", "subscription_id": scene.subscribe("Azure", "EA")}
    first = scene.partner()
    rival = scene.market.rival(scene.dice, first, "servicing")
    one, another = scene.associate(first.partner_id, place), scene.associate(rival.partner_id, place)
    scene.expect_pair("V-DPOR-DUP", one, another, "two digital partners of record on one subscription")


def _digital_partner_on_csp(scene: Scene) -> None:
    place = {"type": "DPOR", "subscription_id": scene.subscribe("Power BI", "CSP_NCE")}
    association = scene.associate(scene.partner().partner_id, place)
    scene.expect("V-DPOR-CSP", association, "a digital partner of record on a cloud solution provider subscription")


def _digital_partner_on_plan(scene: Scene) -> None:
    place = {"type": "DPOR", "subscription_id": scene.subscribe("Azure plan", "MCA_E", {"azure_plan": "true"})}
    association = scene.associate(scene.partner().partner_id, place)
    scene.expect("V-DPOR-MODERN", association, "a digital partner of record on an Azure plan")


def _credential(scene: Scene) -> dict[str, str]:
    principal_id = scene.dice.guid()
    scene.rows.append(("role_assignments", {
        "principal_id": principal_id, "scope": scene.tenant.tenant_id, "role": "Contributor",
        "starts_on": "2022-01-15",
    }))  # fmt: skip
    return {"type": "PAL", "principal_id": principal_id, "changed_by_role": "partner_user", "via_lighthouse": "false"}


def _linked_twice(scene: Scene) -> None:
    place = _credential(scene)
    first = scene.partner()
    rival = scene.market.rival(scene.dice, first, "servicing")
    one, another = scene.associate(first.partner_id, place), scene.associate(rival.partner_id, place)
    scene.expect_pair("V-PAL-DUP", one, another, "two partners linked to one credential")


def _national_cloud(scene: Scene) -> None:
    association = scene.associate(scene.partner().partner_id, _credential(scene))
    scene.expect("V-PAL-CLOUD", association, "a partner admin link in a government cloud")


def _sold_on_agreement(scene: Scene) -> None:
    seller = scene.market.pick(scene.dice, scene.tenant.region, "direct_bill")
    place = {"type": "CSP_T1", "subscription_id": scene.subscribe("Power Apps", "EA"), "starts_on": "2021-06-01"}
    association = scene.associate(seller.partner_id, place)
    scene.expect("V-CSP-CHANNEL", association, "a cloud solution provider on an Enterprise Agreement subscription")


def _two_resellers(scene: Scene) -> None:
    first = scene.market.pick(scene.dice, scene.tenant.region, "indirect_reseller")
    rival = scene.market.rival(scene.dice, first, "indirect_reseller")
    subscription_id = scene.subscribe("Power Apps", "CSP_NCE", {"partner_id_on_record": first.partner_id})
    place = {"type": "CSP_T2", "csp_role": "reseller", "subscription_id": subscription_id}
    one, another = scene.associate(first.partner_id, place), scene.associate(rival.partner_id, place)
    scene.expect_pair("V-CSP-CHAIN", one, another, "two resellers of one subscription at one time")


def _orphan(scene: Scene) -> None:
    partner_id = f"9{int(scene.tenant.tenant_id[:6], 16):09d}"
    scene.rows.append(("partners", {
        "partner_id": partner_id, "account_type": "location", "name": "Orphan branch", "country": scene.tenant.country,
        "region": scene.tenant.region, "status": "active", "kinds": "servicing", "parent_since": "2016-01-01",
    }))  # fmt: skip
    scene.expect("V-ACC-PARENT", partner_id, "a location without a global account")


def _global_account(scene: Scene) -> None:
    place = {"subscription_id": scene.subscribe("Finance", "EA"), "cpor_subtype": "REVREC"}
    claim = scene.claim(scene.partner().organisation, place)
    scene.expect("V-ID-PGA", claim, "a claim under the id of a global account")


FAULTS: tuple[tuple[Callable[[Scene], None], str], ...] = (
    (_same_scope_twice, ""),
    (_wrong_claim_channel, ""),
    (_two_digital_partners, ""),
    (_digital_partner_on_csp, ""),
    (_linked_twice, "public"),
    (_sold_on_agreement, ""),
    (_wrong_area, ""),
    (_foreign_domain, ""),
    (_orphan, ""),
    (_two_subtypes, ""),
    (_suspended, ""),
    (_nothing_to_use, ""),
    (_digital_partner_on_plan, ""),
    (_national_cloud, "government"),
    (_two_resellers, ""),
    (_global_account, ""),
)
"""Each fault with the cloud that its tenant must be in; empty for any."""
