"""Which certifications count for what, typed off the lists, and the steps that must come first."""

from oracle.programme import Evaluation
from oracle.scoring import BUSINESS, MODERN, SECURITY

_ARCHITECT, _ADMINISTRATOR = "Azure Solutions Architect Expert", "Azure Administrator Associate"
_LISTS = {
    (MODERN, "intermediate_certs"): "Microsoft 365 Fundamentals, Teams Application Developer Associate, "
    "Teams Administrator Associate, Messaging Administrator Associate, Identity and Access Administrator Associate, "
    "Collaboration Communications Systems Engineer Associate, Endpoint Administrator Associate",
    (MODERN, "advanced_certs"): "Enterprise Administrator Expert, "
    "Teams Meetings and Meeting Rooms Technical Assessment",
    (BUSINESS, "intermediate_certs"): "Sales Functional Consultant, Field Service Functional Consultant, "
    "Business Central Functional Consultant, Finance and Operations Apps Developer, Power Platform App Maker, "
    "Data Analyst, Power Platform Functional Consultant, Power Platform Developer, "
    "Customer Data Platform Specialty, Azure Enterprise Data Analyst, Power Automate RPA Developer",
    (BUSINESS, "advanced_certs"): "Supply Chain Management Functional Consultant Expert, "
    "Finance and Operations Apps Solution Architect Expert, Power Platform Solution Architect Expert, "
    "Dynamics 365 + Power Platform Solution Architect Expert",
    ("data_ai", "intermediate_certs"): "Azure Database Administrator, AI Engineer, Data Scientist, Data Engineer, "
    "Data Analyst, Customer Data Platform Specialty, Cosmos DB Developer Specialty",
    ("digital_app_innovation", "intermediate_certs"): "Azure Developer, Power Platform Developer",
    ("digital_app_innovation", "advanced_certs"): "DevOps Engineer Expert, Power Platform Solution Architect Expert, "
    "IoT Developer",
    ("infrastructure", "intermediate_certs"): "Network Engineer, Windows Server Hybrid Administrator, "
    "Stack Hub Operator",
    ("infrastructure", "advanced_certs"): "Azure Virtual Desktop, Azure for SAP",
    (SECURITY, "intermediate_certs"): "Cybersecurity Architect, Security Operations Analyst, "
    "Identity and Access Admin, Information Protection Admin",
}
_STEPS = {
    ("data_ai", "intermediate_certs"): [{_ARCHITECT}, {_ADMINISTRATOR}],
    ("digital_app_innovation", "intermediate_certs"): [{_ADMINISTRATOR}],
    ("infrastructure", "intermediate_certs"): [{_ADMINISTRATOR}],
    ("digital_app_innovation", "advanced_certs"): [{_ARCHITECT}],
    ("infrastructure", "advanced_certs"): [{_ARCHITECT}],
    (SECURITY, "intermediate_certs"): [
        {"Azure Security Engineer"},
        {"Security Operations Analyst", "M365 Security Administrator"},
    ],
}
# The first day on which a certification no longer counts anywhere.
_RETIRED = {
    "Power Platform App Maker": "2023-12-01",
    "Dynamics 365 + Power Platform Solution Architect Expert": "2023-07-01",
    "Stack Hub Operator": "2024-08-01",
    "IoT Developer": "2024-08-01",
    "M365 Security Administrator": "2024-07-01",
}
# One certification under the two names that the lists give it.
_SAME = {"Identity and Access Admin": "Identity and Access Administrator Associate"}
NAMES = sorted({name for names in _LISTS.values() for name in names.split(", ")} | {_ARCHITECT, _ADMINISTRATOR}
               | set.union(*_STEPS[SECURITY, "intermediate_certs"]))  # fmt: skip


def counts(name: str, day: str) -> bool:
    """Tell whether a certification still counts on a day."""
    return day < _RETIRED.get(name, "9999")


def listed(area: str, metric: str, asked: Evaluation) -> set[str]:
    """Return the certifications of which each person counts for a metric."""
    names = set(_LISTS[area, metric].split(", "))
    if area == SECURITY and _is_stricter(asked):
        names.remove("Security Operations Analyst")
    return {one_name(name) for name in names}


def steps(area: str, metric: str, asked: Evaluation) -> list[tuple[int, set[str]]]:
    """Return how many people must first hold one of which certifications."""
    needed = 1 if area == SECURITY and not _is_stricter(asked) else 2
    return [(needed, {one_name(name) for name in names}) for names in _STEPS.get((area, metric), [])]


def one_name(name: str) -> str:
    """Return one name for a certification that has two."""
    return _SAME.get(name, name)


def _is_stricter(asked: Evaluation) -> bool:
    return asked.pack >= "2023-10" and asked.day >= "2023-12-01"
