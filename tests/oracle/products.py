"""Products, suites and rates, typed off the product list."""

from fractions import Fraction

SUITES = {
    "Office 365 E3": ["Exchange", "SharePoint", "ProPlus", "Teams", "Yammer"],
    "Enterprise Mobility + Security E3": ["Intune", "Entra ID Premium", "Information Protection"],
}
SUITES["Microsoft 365 E3"] = SUITES["Office 365 E3"] + SUITES["Enterprise Mobility + Security E3"]
SUITES["Microsoft 365 E5"] = [
    *SUITES["Microsoft 365 E3"],
    "Defender for Office",
    "Defender for Endpoint",
    "Defender for Identity",
    "Teams Phone",
]
SUITES["Microsoft 365 Business Premium"] = [*SUITES["Microsoft 365 E3"], "Defender for Office"]

_LABELS = {
    "M365_MW": "Exchange, SharePoint, ProPlus, Teams Meetings, Teams Phone, Teams Phone calling, Teams Platform, "
    "Viva Insights, Viva Topics, Viva Learning, Viva Connections, Intune, Microsoft 365 Copilot",
    "M365_MW_RECOG_ONLY": "Teams, Yammer, Outlook Mobile",
    "M365_SEC": "Intune, Entra ID Premium, Defender for Endpoint, Defender for Identity, Information Protection",
    "M365_SEC_RECOG_ONLY": "Defender for Office",
    "D365_CORE": "Dynamics 365 Sales, Sales Insights, Customer Service, Field Service, Finance, Project Operations, "
    "Business Central, Core HR, Guides, Remote Assist, Talent Attract, Talent Onboard, Retail, Supply Chain, "
    "Marketing, Commerce, Human Resources, Intelligent Order Management, Fraud Protection, Mixed Reality, Omni Channel",
    "D365_CI": "Customer Insights",
    "POWER_PLATFORM": "Power Apps, Power Automate, Power BI, Power Pages, Power Virtual Agent, AI Builder",
    "AZURE_ALL": "Azure, Azure plan, SQL Database, App Service, Kubernetes Service, Virtual Machines, "
    "Virtual Machines Licenses, Sentinel, Key Vault, Azure Firewall, Network Watcher",
    "AZURE_SEC": "Sentinel, Key Vault, Azure Firewall, Network Watcher",
}
CODES: dict[str, set[str]] = {}
for _code, _labels in _LABELS.items():
    for _label in _labels.split(", "):
        CODES.setdefault(_label, set()).add(_code)

_SINCE = {"Microsoft 365 Copilot": "2026-08"}

AREAS = {
    "M365_MW": ["modern_work"],
    "M365_MW_RECOG_ONLY": ["modern_work"],
    "M365_SEC": ["security"],
    "M365_SEC_RECOG_ONLY": ["security"],
    "AZURE_SEC": ["security"],
    "D365_CORE": ["business_applications"],
    "D365_CI": ["business_applications"],
    "POWER_PLATFORM": ["business_applications"],
    "AZURE_ALL": ["data_ai", "digital_app_innovation", "infrastructure"],
}

# Monthly consumption value: a line of the rate card, its rate and its workloads.
_LINES = [
    ("Customer Engagement", "200", "Dynamics 365 Sales, Sales Insights, Customer Service, Field Service"),
    ("Finance & Operations", "100", "Finance, Project Operations"),
    *((name, "1000", name) for name in ("Business Central", "Core HR", "Guides", "Remote Assist")),
    *((name, "1000", name) for name in ("Talent Attract", "Talent Onboard")),
    *((name, "200", name) for name in ("Power Apps", "Power Automate", "Power BI")),
    ("Retail", "100", "Retail"),
    ("Customer Insights", "0.2", "Customer Insights"),
]
LINE = {workload: line for line, _, workloads in _LINES for workload in workloads.split(", ")}
RATE = {workload: Fraction(rate) for _, rate, workloads in _LINES for workload in workloads.split(", ")}
BY_CAPACITY = {"Customer Insights"}
NOT_A_DEPLOYMENT = {"Virtual Machines", "Virtual Machines Licenses"}


def codes_of(label: str, pack: str) -> set[str]:
    """Return the codes of a workload or service in a pack; none, where a later one brings it."""
    return CODES.get(label, set()) if _SINCE.get(label, "") <= pack else set()


def canonical(label: str) -> str:
    """Return the label of the product list for a name that carries the family name as well, or lacks it."""
    for spelling in (label, label.removeprefix("Dynamics 365 "), f"Dynamics 365 {label}"):
        if spelling in CODES:
            return spelling
    return label


def carried(product: str) -> list[str]:
    """Return the workloads of a product: those of a suite, else the product itself, else nothing."""
    return SUITES.get(product) or ([product] if product in CODES else [])
