"""The worked scenarios: each folder under `scenarios/` says in CSV who is credited and what is found."""

import csv
import re
from pathlib import Path

import pytest

from partnergraph.cli import main
from scenario import SCENARIOS, evaluation, expectation, folders, story

RULES = re.compile(r"R\d+(\|R\d+)*")
CREDIT_COLUMNS = (
    "partner_id,global_partner_id,association_id,association_type,cpor_subtype,derived_from,solution_area,segment,metric,"
    "customer_id,tenant_id,subscription_id,workload,resource_id,from,until,pack,threshold,rules"
)
FINDING_COLUMNS = "code,rule,severity,focus,focus_type,other,value,message,source_file,source_row"


class Printed:
    """What a command printed about the facts of a scenario."""

    def __init__(self, command: str, folder: Path, capsys: pytest.CaptureFixture[str]) -> None:
        date, pack = evaluation(folder)
        as_of = ["--as-of", date] if date else []
        self.status = main([command, str(folder / "facts"), *as_of, "--pack", pack, "--format", "csv"])
        self.out, self.err = capsys.readouterr()
        self.header = self.out.partition("\n")[0].rstrip()
        self.rows = list(csv.DictReader(self.out.splitlines()))


def test_each_scenario_expects_something() -> None:
    stories = SCENARIOS.rglob("story.md")
    assert not [file.parent.name for file in stories if not list(file.parent.glob("expected-*.csv"))]


@pytest.mark.parametrize("folder", folders("expected-credits.csv"))
def test_the_credits_are_those_worked_out_by_hand(folder: Path, capsys: pytest.CaptureFixture[str]) -> None:
    printed = Printed("credit", folder, capsys)
    assert printed.header == CREDIT_COLUMNS, printed.err
    differences = expectation(folder / "expected-credits.csv").differences(printed.rows)
    assert not differences, "\n".join([story(folder), *differences, printed.err])
    assert all(RULES.fullmatch(row["rules"]) for row in printed.rows)


@pytest.mark.parametrize("folder", folders("expected-absent.csv"))
def test_no_credit_is_one_that_the_scenario_rules_out(folder: Path, capsys: pytest.CaptureFixture[str]) -> None:
    printed = Printed("credit", folder, capsys)
    assert printed.header == CREDIT_COLUMNS, printed.err
    present = expectation(folder / "expected-absent.csv").present(printed.rows)
    assert not present, "\n".join([story(folder), *present])


@pytest.mark.parametrize("folder", folders("expected-findings.csv"))
def test_the_findings_are_those_worked_out_by_hand(folder: Path, capsys: pytest.CaptureFixture[str]) -> None:
    printed = Printed("validate", folder, capsys)
    assert printed.header == FINDING_COLUMNS, printed.err
    expected = expectation(folder / "expected-findings.csv")
    differences = expected.differences(printed.rows)
    assert not differences, "\n".join([story(folder), *differences, printed.out])
    assert printed.status == int(any("violation" in row for row in expected.rows))
