"""The worked scenarios: each folder under `scenarios/` says in CSV who is credited, what is found, what is scored."""

import csv
import json
import re
from collections.abc import Iterator
from pathlib import Path

import pytest

from partnergraph.cli import main
from scenario import SCENARIOS, evaluation, expectation, folders, story, switches

RULES = re.compile(r"R\d+(\|R\d+)*")
UNIT_COLUMNS = (
    "partner_id,global_partner_id,association_id,association_type,cpor_subtype,derived_from,solution_area,segment,metric,"
    "customer_id,tenant_id,subscription_id,workload,resource_id,from,until,pack"
)
CREDIT_COLUMNS = f"{UNIT_COLUMNS},threshold,rules"
NON_CREDIT_COLUMNS = f"{UNIT_COLUMNS},reason,rules,hint"
FINDING_COLUMNS = "code,rule,severity,focus,focus_type,other,value,message,source_file,source_row"
SCORE_COLUMNS = (
    "global_partner_id,solution_area,track,metric,option,actual,threshold,points,max_points,counts,total,qualified,"
    "as_of,pack"
)


class Printed:
    """What a command printed about the facts of a scenario."""

    def __init__(self, command: str, folder: Path, capsys: pytest.CaptureFixture[str], *options: str) -> None:
        date, pack = evaluation(folder)
        as_of = ["--as-of", date] if date else []
        packed = ["--pack", pack] if pack else []
        switched = [word for switch in switches(folder) for word in ("--switch", switch)]
        form = [] if "--format" in options else ["--format", "csv"]
        self.status = main([command, str(folder / "facts"), *as_of, *packed, *switched, *options, *form])
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


@pytest.mark.parametrize("folder", folders("expected-non-credits.csv"))
def test_the_reasons_against_a_credit_are_those_worked_out_by_hand(
    folder: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    printed = Printed("credit", folder, capsys, "--why-not")
    assert printed.header == NON_CREDIT_COLUMNS, printed.err
    missing = expectation(folder / "expected-non-credits.csv").missing(printed.rows)
    assert not missing, "\n".join([story(folder), *missing, printed.out])


@pytest.mark.parametrize("folder", folders("expected-findings.csv"))
def test_the_findings_are_those_worked_out_by_hand(folder: Path, capsys: pytest.CaptureFixture[str]) -> None:
    printed = Printed("validate", folder, capsys)
    assert printed.header == FINDING_COLUMNS, printed.err
    expected = expectation(folder / "expected-findings.csv")
    differences = expected.differences(printed.rows)
    assert not differences, "\n".join([story(folder), *differences, printed.out])
    assert printed.status == int(any("violation" in row for row in expected.rows))


@pytest.mark.parametrize("folder", folders("expected-scores.csv"))
def test_the_scores_are_those_worked_out_by_hand(folder: Path, capsys: pytest.CaptureFixture[str]) -> None:
    expected = expectation(folder / "expected-scores.csv")
    rows: list[dict[str, str]] = []
    for partner in expected.values("global_partner_id"):
        printed = Printed("score", folder, capsys, "--partner", partner)
        assert printed.header == SCORE_COLUMNS, printed.err
        rows += printed.rows
    differences = expected.differences(expected.named(rows, "global_partner_id", "solution_area", "track"))
    assert not differences, "\n".join([story(folder), *differences])


@pytest.mark.parametrize("folder", folders("expected-state.csv"))
def test_the_states_are_those_worked_out_by_hand(folder: Path, capsys: pytest.CaptureFixture[str]) -> None:
    expected = expectation(folder / "expected-state.csv")
    rows: list[dict[str, str]] = []
    for partner in expected.values("global_partner_id"):
        printed = Printed("score", folder, capsys, "--partner", partner, "--format", "json")
        rows += [{"global_partner_id": partner, **area} for area in _areas(json.loads(printed.out))]
    missing = expected.missing(rows)
    assert not missing, "\n".join([story(folder), *missing])


def _areas(answer: object) -> Iterator[dict[str, str]]:
    """Yield solution area and state of each area in the JSON of a score, however deep it stands."""
    if isinstance(answer, dict) and {"solution_area", "state"} <= answer.keys():
        yield {"solution_area": answer["solution_area"], "state": answer["state"]}
    parts = answer.values() if isinstance(answer, dict) else answer if isinstance(answer, list) else ()
    for part in parts:
        yield from _areas(part)
