"""What the score asks for: the metrics of each area and track with their options, typed off the parameters."""

from fractions import Fraction
from typing import NamedTuple

BUSINESS, MODERN, SECURITY = "business_applications", "modern_work", "security"
AZURE_AREAS = ("data_ai", "digital_app_innovation", "infrastructure")
AREAS = (MODERN, BUSINESS, SECURITY, *AZURE_AREAS)


class Goal(NamedTuple):
    """What brings the points of one option of a metric."""

    area: str
    track: str
    metric: str
    option: str
    most: int
    threshold: int

    def points(self, actual: Fraction) -> Fraction:
        """Return the points of an actual value, exactly."""
        return max(Fraction(0), self.most * min(Fraction(1), actual / self.threshold))


# area, track, then metric, most points, threshold and option of each row
_TABLES = {
    (MODERN, "enterprise"): """
        net_customer_adds 20 5; intermediate_certs 10 4; advanced_certs 15 2; usage_growth 30 1000 CPOR;
        usage_growth 30 4000 DPOR; deployments 25 5 CPOR; deployments 25 10 DPOR""",
    (MODERN, "smb"): """
        net_customer_adds 20 10; intermediate_certs 10 2; advanced_certs 15 1; usage_growth 30 500 CPOR;
        usage_growth 30 2000 CSP; deployments 25 5 CPOR; deployments 25 10 CSP""",
    (BUSINESS, "enterprise"): """
        net_customer_adds 15 5; intermediate_certs 20 20; advanced_certs 15 7; usage_growth 30 30; deployments 20 5""",
    (BUSINESS, "smb"): """
        net_customer_adds 15 5; intermediate_certs 20 5; advanced_certs 15 2; usage_growth 30 30; deployments 20 5""",
    (SECURITY, "single"): """
        net_customer_adds 20 10 AZURE(PAL)+M365(CPOR); intermediate_certs 40 6; usage_growth 20 25000 AZURE(PAL);
        usage_growth 20 2500 M365(CPOR); deployments 20 6 AZURE(PAL)+M365(CPOR)""",
    ("data_ai", "single"): """
        net_customer_adds 30 3; intermediate_certs 40 10; usage_growth 20 20; deployments 10 5""",
    ("digital_app_innovation", "single"): """
        net_customer_adds 30 3; intermediate_certs 20 5; advanced_certs 20 5; usage_growth 20 20; deployments 10 5""",
    ("infrastructure", "single"): """
        net_customer_adds 30 3; intermediate_certs 20 5; advanced_certs 20 5; usage_growth 20 20; deployments 10 5""",
}
_SECURITY_IN_2026 = {
    (SECURITY, "enterprise"): """
        net_customer_adds 20 10; usage_growth 20 25000 AZURE(PAL+CSP); usage_growth 20 2500 M365(CPOR+CSP);
        deployments 20 6; intermediate_certs 40 6 STEP3""",
    (SECURITY, "smb"): """
        net_customer_adds 20 5; usage_growth 20 15000 AZURE(PAL+CSP); usage_growth 20 1000 M365(CPOR+CSP);
        deployments 20 6; intermediate_certs 4 1 STEP1; intermediate_certs 4 1 STEP2; intermediate_certs 32 4 STEP3""",
}


def goals(pack: str) -> list[Goal]:
    """Return all goals of a pack."""
    tables = dict(_TABLES)
    if pack >= "2026-08":
        del tables[SECURITY, "single"]
        tables |= _SECURITY_IN_2026
    return [_goal(area, track, row.split()) for (area, track), text in tables.items() for row in text.split(";")]


def _goal(area: str, track: str, cells: list[str]) -> Goal:
    metric, most, threshold, *option = cells
    return Goal(area, track, metric, "".join(option), int(most), int(threshold))


def is_summed(goal: Goal) -> bool:
    """Tell whether the options of a metric add up; else the better one counts."""
    return goal.area == SECURITY


def cap(goal: Goal) -> int:
    """Return the most points that all options of the metric of a goal can bring together."""
    return 40 if (goal.area, goal.metric) == (SECURITY, "intermediate_certs") else goal.most
