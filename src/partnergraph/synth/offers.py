"""What is sold in a synthetic ecosystem and on which terms: offers, channels and kinds of tenant, as tables."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Offer:
    """One product as a subscription names it, the workloads it carries, the claim sub-types that fit it.

    `measure` says how its usage is told: by seats, revenue, capacity or consumption.
    """

    label: str
    workloads: tuple[str, ...]
    subtypes: tuple[str, ...] = ()
    measure: str = "seats"


@dataclass(frozen=True, slots=True)
class CloudApp:
    """One kind of business resource: the workload it belongs to and the user that a partner must be."""

    kind: str
    workload: str
    relation: str


_OFFICE = ("Exchange", "SharePoint", "ProPlus", "Teams", "Yammer")
_MOBILITY = ("Intune", "Entra ID Premium", "Information Protection")
_DEFENDER = ("Defender for Office", "Defender for Endpoint", "Defender for Identity")

SUITES = (
    Offer("Microsoft 365 Business Premium", (*_OFFICE, *_MOBILITY, "Defender for Office")),
    Offer("Microsoft 365 E3", (*_OFFICE, *_MOBILITY)),
    Offer("Microsoft 365 E5", (*_OFFICE, *_MOBILITY, *_DEFENDER, "Teams Phone")),
    Offer("Office 365 E3", _OFFICE),
)
SINGLES = (
    Offer("Enterprise Mobility + Security E3", _MOBILITY),
    Offer("Defender for Endpoint", ("Defender for Endpoint",)),
    Offer("Viva Insights", ("Viva Insights",)),
    Offer("Teams Phone", ("Teams Phone",)),
)
# Recognised without pay: such a claim is filed as usage only.
RECOGNITION_ONLY = frozenset({"Teams", "Yammer", "Defender for Office"})
_CORE = ("OSA", "REVREC", "REVREC_PERFORMANCE", "OSU_BA")
_PLATFORM = ("OSA", "REVREC", "REVREC_PERFORMANCE")
DYNAMICS = (
    Offer("Dynamics 365 Sales", ("Dynamics 365 Sales",), _CORE, "revenue"),
    Offer("Customer Service", ("Customer Service",), _CORE, "revenue"),
    Offer("Field Service", ("Field Service",), _CORE, "revenue"),
    Offer("Finance", ("Finance",), _CORE, "revenue"),
    Offer("Business Central", ("Business Central",), _CORE, "revenue"),
    Offer("Supply Chain", ("Supply Chain",), _CORE, "revenue"),
)
INSIGHTS = Offer("Customer Insights", ("Customer Insights",), _PLATFORM, "capacity")
PLATFORM = (
    Offer("Power Apps", ("Power Apps",), _PLATFORM, "revenue"),
    Offer("Power Automate", ("Power Automate",), _PLATFORM, "revenue"),
    Offer("Power BI", ("Power BI",), _PLATFORM, "revenue"),
)
_SERVICES = ("Virtual Machines", "Virtual Machines Licenses", "SQL Database", "Key Vault", "Sentinel")
AZURE = Offer("Azure", _SERVICES, measure="consumption")
AZURE_PLAN = Offer("Azure plan", _SERVICES, measure="consumption")
APPS = {
    "Power Apps": CloudApp("app", "Power Apps", "owner"),
    "Power Automate": CloudApp("flow", "Power Automate", "creator"),
    "Power BI": CloudApp("dataset", "Power BI", "publisher"),
    "Customer Insights": CloudApp("instance", "Customer Insights", "active_user"),
}


@dataclass(frozen=True, slots=True)
class Channel:
    """The terms of one licensing channel: who sells, and which associations may stand on its subscriptions.

    `sold_by` and `transacted_by` are kinds of partner; empty means that nobody stands between customer and vendor.
    """

    code: str
    subtypes: tuple[str, ...] = ()
    sold_by: tuple[str, ...] = ()
    transacted_by: tuple[str, ...] = ()
    takes_usage_claims: bool = True
    takes_digital_partner: bool = False
    azure: Offer = AZURE


@dataclass(frozen=True, slots=True)
class Profile:
    """One kind of tenant: how often it occurs, its size, and the channels it buys through."""

    weight: int
    seats: tuple[int, int]
    suite: Channel
    business: Channel
    azure: Channel


_SELLERS = ("direct_bill", "indirect_reseller")
EA = Channel("EA", _CORE, transacted_by=("lsp", "eda"), takes_digital_partner=True)
CASA_EES = Channel("CASA_EES", _CORE, takes_digital_partner=True)
WEB_DIRECT = Channel("WEB_DIRECT", _PLATFORM, takes_digital_partner=True)
MPSA = Channel("MPSA", takes_usage_claims=False)
CSP_LEGACY = Channel("CSP_LEGACY", ("REVREC", "REVREC_PERFORMANCE"), sold_by=_SELLERS)
CSP_NCE = Channel("CSP_NCE", sold_by=_SELLERS, azure=AZURE_PLAN)

PROFILES = (
    Profile(25, (120, 12_000), EA, EA, EA),
    Profile(38, (1, 290), CSP_NCE, CSP_NCE, CSP_NCE),
    Profile(9, (1, 290), CSP_LEGACY, CSP_LEGACY, CSP_LEGACY),
    Profile(16, (1, 320), WEB_DIRECT, WEB_DIRECT, WEB_DIRECT),
    Profile(6, (200, 6_000), CASA_EES, CASA_EES, EA),
    Profile(3, (200, 6_000), MPSA, WEB_DIRECT, WEB_DIRECT),
    Profile(3, (300, 9_000), EA, CSP_NCE, CSP_NCE),
)

# The local names of the product concepts behind the labels above and those of planted.
CONCEPTS = {
    "Azure": "Azure",
    "Azure plan": "AzurePlan",
    "Business Central": "BusinessCentral",
    "Customer Insights": "CustomerInsights",
    "Customer Service": "CustomerService",
    "Defender for Endpoint": "DefenderForEndpoint",
    "Defender for Identity": "DefenderForIdentity",
    "Defender for Office": "DefenderForOffice",
    "Dynamics 365 Sales": "Sales",
    "Enterprise Mobility + Security E3": "EnterpriseMobilitySecurityE3",
    "Entra ID Premium": "EntraIdPremium",
    "Exchange": "Exchange",
    "Field Service": "FieldService",
    "Finance": "Finance",
    "Information Protection": "InformationProtection",
    "Intune": "Intune",
    "Key Vault": "KeyVault",
    "Microsoft 365 Business Premium": "Microsoft365BusinessPremium",
    "Microsoft 365 E3": "Microsoft365E3",
    "Microsoft 365 E5": "Microsoft365E5",
    "Office 365 E3": "Office365E3",
    "Power Apps": "PowerApps",
    "Power Automate": "PowerAutomate",
    "Power BI": "PowerBi",
    "ProPlus": "ProPlus",
    "SQL Database": "SqlDatabase",
    "Sentinel": "Sentinel",
    "SharePoint": "SharePoint",
    "Supply Chain": "SupplyChain",
    "Teams": "Teams",
    "Teams Phone": "TeamsPhone",
    "Virtual Machines": "VirtualMachines",
    "Virtual Machines Licenses": "VirtualMachinesLicenses",
    "Viva Insights": "VivaInsights",
    "Viva Topics": "VivaTopics",
    "Yammer": "Yammer",
}
