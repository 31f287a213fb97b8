"""The second, plain reading of the score comes to the figures worked out by hand, and to those of the package."""

import csv
from collections import Counter
from collections.abc import Iterable
from fractions import Fraction
from pathlib import Path
from random import Random
from tempfile import TemporaryDirectory

import pytest

from agreement import Answers, asked_by, named_by_violations, on_invented_bundles
from oracle.bundle import Bundle
from oracle.invention import PARTNERS, invent, write
from oracle.programme import Evaluation
from oracle.scores import Score, scores_of
from partnergraph.graph import PartnerGraph
from scenario import Expectation, expectation, folders, story

DAY, NOW, THEN = "2023-09-30", "2023-09", "2022-09"
TENANTS = [f"t{n}" for n in range(10)]
Rows = list[dict[str, object]]


class Facts:
    """One partner with a location and ten customers' tenants, of which a test says the rest."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        self.files: dict[str, Rows] = {
            "partners": [
                {"partner_id": "g1", "account_type": "global", "business_applications_track": "enterprise"},
                {"partner_id": "p1", "account_type": "location", "global_partner_id": "g1"},
            ],
            "customers": [{"customer_id": "c1"}],
            "tenants": [{"tenant_id": tenant, "customer_id": "c1"} for tenant in TENANTS],
        }

    def say(self, file: str, columns: str, *rows: Iterable[object]) -> None:
        """Add rows to a file."""
        names = columns.split()
        self.files.setdefault(file, []).extend(dict(zip(names, row, strict=True)) for row in rows)

    def sell(self, tenant: str, product: str, channel: str = "CSP_NCE") -> str:
        """Add a subscription of a tenant."""
        key = f"{tenant}-{product}"
        self.say("subscriptions", "subscription_id tenant_id product channel", (key, tenant, product, channel))
        return key

    def hold(self, kind: str, subscription: str, starts_on: str, ends_on: str = "") -> None:
        """Add an association of the partner on a subscription."""
        columns = "association_id type partner_id subscription_id state starts_on ends_on"
        key = f"{kind}-{subscription}"
        self.say("associations", columns, (key, kind, "p1", subscription, "active", starts_on, ends_on))

    def claim(self, tenant: str, workload: str, starts_on: str) -> None:
        """Add an approved usage claim of the partner."""
        columns = "association_id type cpor_subtype partner_id tenant_id workload state starts_on"
        key = f"claim-{tenant}-{workload}"
        self.say("associations", columns, (key, "CPOR", "OSU_M365", "p1", tenant, workload, "approved", starts_on))

    def use(self, tenant: str, workload: str, month: str, units: int, users: int) -> None:
        """Add seats and active users of a tenant."""
        columns = "tenant_id workload month paid_available_units monthly_active_users"
        self.say("usage", columns, (tenant, workload, month, units, users))

    def consume(self, subscription: str, service: str, month: str, amount: int) -> None:
        """Add consumption of an Azure subscription."""
        columns = "tenant_id subscription_id workload month acr_usd"
        self.say("usage", columns, (subscription.partition("-")[0], subscription, service, month, amount))

    def certify(self, people: Iterable[object], *certifications: str, **cells: str) -> None:
        """Add certifications of each of some people, linked with the partner."""
        columns = f"person_key certification global_partner_id linked_on {' '.join(cells)}"
        rows = [(p, name, "g1", "2022-10-01", *cells.values()) for p in people for name in certifications]
        self.say("certifications", columns, *rows)

    def score(self, day: str = DAY, pack: str = "", **options: str) -> dict[tuple[str, ...], Score]:
        """Return the rows of the partner's score by area, track, metric and option."""
        for name, rows in self.files.items():
            write(self.folder / f"{name}.csv", rows)
        rows = scores_of(self.folder, Evaluation(day, pack, options), "g1", set())
        return {(row.solution_area, row.track, row.metric, row.option): row for row in rows}


def shown(row: Score) -> dict[str, str]:
    """Return the cells of a row of the score as the package prints them."""
    return {name: _cell(value) for name, value in row._asdict().items()}


def _cell(value: object) -> str:
    if isinstance(value, bool):
        return str(value).lower()
    if isinstance(value, Fraction):
        return f"{float(round(value, 6)):.6f}".rstrip("0").rstrip(".")
    return str(value)


@pytest.fixture
def facts(tmp_path: Path) -> Facts:
    return Facts(tmp_path)


def test_sc64_the_better_option_of_growth_counts_not_the_sum(facts: Facts) -> None:
    facts.hold("CSP_T1", facts.sell("t1", "SharePoint"), "2022-01-01")
    facts.sell("t2", "SharePoint")
    facts.claim("t2", "SharePoint", "2022-01-01")
    for tenant in ("t1", "t2"):
        for month, users in ((THEN, 500), (NOW, 1500)):
            facts.use(tenant, "Exchange", month, 100, 10)
            facts.use(tenant, "SharePoint", month, 200, users)
    score = facts.score()
    csp, cpor = (score["modern_work", "smb", "usage_growth", option] for option in ("CSP", "CPOR"))
    assert (csp.actual, csp.points, csp.counts) == (1000, 15, False)
    assert (cpor.actual, cpor.points, cpor.counts) == (1000, 30, True)
    assert cpor.total == 30


def test_sc65_the_better_option_is_capped(facts: Facts) -> None:
    facts.hold("DPOR", facts.sell("t1", "SharePoint", "EA"), "2022-01-01")
    facts.sell("t2", "SharePoint")
    facts.claim("t2", "SharePoint", "2022-01-01")
    for tenant, users in (("t1", 2100), ("t2", 1600)):
        facts.use(tenant, "SharePoint", THEN, 9000, 100)
        facts.use(tenant, "SharePoint", NOW, 9000, users)
    score = facts.score()
    dpor, cpor = (score["modern_work", "enterprise", "usage_growth", option] for option in ("DPOR", "CPOR"))
    assert (dpor.actual, dpor.points, dpor.counts) == (2000, 15, False)
    assert (cpor.actual, cpor.points, cpor.counts) == (1500, 30, True)
    assert (cpor.total, cpor.qualified) == (30, False)


def test_sc67_a_workload_deployed_when_it_was_claimed_is_no_new_deployment(facts: Facts) -> None:
    for tenant, users in (("t1", 45), ("t2", 35)):
        facts.sell(tenant, "Exchange")
        facts.claim(tenant, "Exchange", "2023-04-10")
        facts.use(tenant, "Exchange", "2023-04", 100, users)
    facts.use("t1", "Exchange", NOW, 100, 50)
    facts.use("t2", "Exchange", NOW, 100, 42)
    score = facts.score()
    assert score["modern_work", "smb", "deployments", "CPOR"].actual == 1
    assert score["modern_work", "smb", "usage_growth", "CPOR"].actual == 5 + 7


def test_sc68_business_applications_of_an_enterprise_partner(facts: Facts) -> None:
    columns = "tenant_id subscription_id workload month monthly_active_users revenue_usd"
    for tenant, product, users in (("t1", "Business Central", 43), ("t2", "Business Central", 10),
                                   ("t3", "Business Central", 10), ("t4", "Business Central", 10),
                                   ("t5", "Customer Service", 1)):  # fmt: skip
        key = facts.sell(tenant, product)
        facts.hold("CSP_T1", key, "2022-01-01" if tenant == "t1" else "2023-01-01")
        facts.say("usage", columns, (tenant, key, product, NOW, users, 1500))
    facts.say("usage", columns, ("t1", "t1-Business Central", "Business Central", THEN, 60, 1500))
    facts.certify(range(18), "Power Platform Developer")
    facts.certify(range(5), "Power Platform Solution Architect Expert")
    score = facts.score()
    points = {metric: row.points for (area, track, metric, _), row in score.items()
              if (area, track) == ("business_applications", "enterprise")}  # fmt: skip
    assert points == {"net_customer_adds": 12, "intermediate_certs": 18, "advanced_certs": Fraction(75, 7),
                      "usage_growth": 22, "deployments": 12}  # fmt: skip
    row = score["business_applications", "enterprise", "usage_growth", ""]
    assert (row.total, row.qualified, row.counts) == (64 + Fraction(75, 7), True, True)


def infrastructure(facts: Facts) -> None:
    services = ["SQL Database", "App Service", "Kubernetes Service", "Key Vault", "Network Watcher", "Azure Firewall"]
    facts.hold("CSP_T1", facts.sell("t0", "Azure"), "2021-10-01", "2023-01-01")
    for month, amount in (("2022-05", 700), ("2022-06", 700), ("2022-07", 700), (THEN, 300)):
        facts.consume("t0-Azure", "SQL Database", month, amount)
    for n in (1, 2, 3):
        key = facts.sell(f"t{n}", "Azure")
        facts.hold("CSP_T1", key, "2023-02-01")
        for service in services[2 * n - 2 : 2 * n]:
            facts.consume(key, service, NOW, 500)
    facts.certify("ab", "Azure Administrator Associate")
    facts.certify("cdefg", "Network Engineer")


def test_sc70_a_metric_at_zero_is_not_qualified_whatever_the_total(facts: Facts) -> None:
    infrastructure(facts)
    score = facts.score()
    points = {metric: row.points for (area, _, metric, _), row in score.items() if area == "infrastructure"}
    assert points == {"net_customer_adds": 30, "intermediate_certs": 20, "advanced_certs": 0, "usage_growth": 20,
                      "deployments": 10}  # fmt: skip
    row = score["infrastructure", "single", "usage_growth", ""]
    assert (row.actual, row.total, row.qualified) == (25, 80, False)


def test_sc70_two_architects_and_one_person_more_are_qualified(facts: Facts) -> None:
    infrastructure(facts)
    facts.certify("ab", "Azure Solutions Architect Expert")
    facts.certify("c", "Azure for SAP")
    row = facts.score()["infrastructure", "single", "advanced_certs", ""]
    assert (row.points, row.total, row.qualified) == (4, 84, True)


def test_sc72_a_missing_step_brings_no_points(facts: Facts) -> None:
    facts.certify("ab", "Azure Security Engineer")
    facts.certify("cdef", "Cybersecurity Architect")
    assert facts.score()["security", "single", "intermediate_certs", ""].points == 0
    facts.certify("a", "M365 Security Administrator")
    assert facts.score()["security", "single", "intermediate_certs", ""].points == Fraction(80, 3)
    assert facts.score("2023-12-31")["security", "single", "intermediate_certs", ""].points == 0
    facts.certify("b", "Security Operations Analyst")
    assert facts.score("2023-12-31")["security", "single", "intermediate_certs", ""].points == Fraction(80, 3)


@pytest.mark.parametrize(
    ("day", "options", "is_qualified"),
    [
        ("2024-08-15", {}, True),
        ("2024-09-02", {}, False),
        ("2024-08-10", {"qualificationWindow": "sameDay"}, False),
        ("2024-08-09", {"qualificationWindow": "sameDay"}, True),
    ],
)
def test_sc73_one_day_in_the_window_is_enough(
    facts: Facts, day: str, options: dict[str, str], *, is_qualified: bool
) -> None:
    facts.say("score_history", "global_partner_id solution_area on total qualified",
              ("g1", "security", "2024-03-09", 71, "true"))  # fmt: skip
    score = facts.score(day, **options)
    assert {row.qualified for (area, *_), row in score.items() if area == "security"} == {is_qualified}
    assert not any(row.qualified for (area, *_), row in score.items() if area != "security")


def test_sc75_a_person_counts_once_in_each_metric(facts: Facts) -> None:
    facts.certify("a", "Microsoft 365 Fundamentals", "Teams Administrator Associate",
                  "Messaging Administrator Associate", "Endpoint Administrator Associate",
                  "Teams Application Developer Associate", "Enterprise Administrator Expert")  # fmt: skip
    score = facts.score()
    assert score["modern_work", "enterprise", "intermediate_certs", ""].actual == 1
    assert score["modern_work", "enterprise", "advanced_certs", ""].actual == 1


def test_sc77_lost_customers_offset_new_ones(facts: Facts) -> None:
    for n, tenant in enumerate(TENANTS):
        starts, ends = ("2022-01-01", "2023-01-01") if n < 5 else ("2023-01-01", "")
        facts.hold("CSP_T1", facts.sell(tenant, "Exchange"), starts, ends)
        for month in (THEN, NOW):
            facts.use(tenant, "Exchange", month, 100, 50)
    row = facts.score()["modern_work", "smb", "net_customer_adds", ""]
    assert (row.actual, row.points, row.qualified) == (0, 0, False)


def test_sc91_virtual_machines_are_no_deployments(facts: Facts) -> None:
    key = facts.sell("t1", "Azure")
    facts.hold("CSP_T1", key, "2022-01-01")
    for service in ("Virtual Machines", "Virtual Machines Licenses", "SQL Database", "Key Vault"):
        facts.consume(key, service, NOW, 100)
    row = facts.score()["infrastructure", "single", "deployments", ""]
    assert (row.actual, row.points) == (2, 4)


@pytest.mark.parametrize("folder", folders("expected-scores.csv"))
def test_the_second_reading_agrees_with_the_scenario(folder: Path) -> None:
    file = folder / "expected-findings.csv"
    findings = list(csv.DictReader(file.read_text(encoding="utf-8").splitlines())) if file.exists() else []
    expected = expectation(folder / "expected-scores.csv")
    rows = [
        shown(row)
        for partner in expected.values("global_partner_id")
        for row in scores_of(folder / "facts", asked_by(folder), partner, named_by_violations(findings))
    ]
    differences = expected.differences(expected.named(rows, "global_partner_id", "solution_area", "track"))
    assert not differences, "\n".join([story(folder), *differences])


@pytest.fixture(scope="module")
def graph() -> PartnerGraph:
    return PartnerGraph.open()


@on_invented_bundles(15)
def test_the_score_agrees_with_the_second_reading(graph: PartnerGraph, seed: int) -> None:
    with TemporaryDirectory() as name:
        folder = Path(name)
        asked = invent(Random(seed), folder)
        answers = Answers(graph, folder, asked)
        left_out = named_by_violations(answers.findings())
        owners = {partner: Bundle(folder).account(partner, asked.day)[0] for partner in set(PARTNERS.values())}
        accounts = [partner for partner, owner in owners.items() if partner == owner]
        rows = [shown(row) for account in accounts for row in scores_of(folder, asked, account, left_out)]
        expected = Counter(tuple(row.values()) for row in rows)
        differences = Expectation(Score._fields, expected).differences(answers.scores())
    assert not differences, "\n".join([str(asked), *differences])
