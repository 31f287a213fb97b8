"""History: what is closed stays, and a comparison says what changed and why."""

from __future__ import annotations

import csv
import io
import shutil
from pathlib import Path

import pytest
from starlette.testclient import TestClient

from partnergraph import PartnerGraph
from partnergraph.cli import main
from partnergraph.errors import WrongUse
from partnergraph.web import create_app
from scenario import SCENARIOS

RECORD = SCENARIOS / "SC12" / "facts"
"""Partner p1 sells a Dynamics 365 subscription on an Enterprise Agreement and is its digital partner of record."""
SEPTEMBER = "2023-09"


@pytest.fixture
def ended(tmp_path: Path) -> Path:
    """Give the same facts, but the digital partner was removed in the middle of September 2023."""
    facts = shutil.copytree(RECORD, tmp_path / "ended")
    file = facts / "associations.csv"
    header, *rows = csv.reader(file.read_text(encoding="utf-8").splitlines())
    if "ends_on" not in header:
        header.append("ends_on")
        rows = [[*row, ""] for row in rows]
    place = header.index("ends_on")
    for row in rows:
        if row[header.index("type")] == "DPOR":
            row[place] = "2023-09-15"
    out = io.StringIO()
    csv.writer(out).writerows([header, *rows])
    file.write_text(out.getvalue(), encoding="utf-8")
    return facts


def imported(store: Path, facts: Path) -> PartnerGraph:
    graph = PartnerGraph.open(store)
    graph.import_files([facts], name="facts", who="data team", validate=False)
    return graph


def test_a_closed_month_is_there_after_the_store_is_opened_again(tmp_path: Path) -> None:
    with imported(tmp_path / "store", RECORD) as graph:
        made = graph.close_month(SEPTEMBER, who="finance")
    assert (made.name, made.as_of, made.pack, made.who) == (SEPTEMBER, "2023-09-30", "2023-06", "finance")
    assert all(len(digest) == 64 for digest in (made.content, made.origin.data, made.origin.pack, made.origin.shapes))
    with PartnerGraph.open(tmp_path / "store") as graph:
        assert graph.snapshots() == (made,)


def test_what_is_closed_cannot_be_closed_again(tmp_path: Path) -> None:
    with imported(tmp_path / "store", RECORD) as graph:
        made = graph.close_month(SEPTEMBER)
        with pytest.raises(WrongUse, match="closed already"):
            graph.close_month(SEPTEMBER)
        other = graph.close_month(SEPTEMBER, name="again")
        assert graph.snapshots() == (made, other)
    assert made.content == other.content


def test_a_closed_month_does_not_change_with_the_data(tmp_path: Path, ended: Path) -> None:
    with imported(tmp_path / "store", RECORD) as graph:
        made = graph.close_month(SEPTEMBER)
        credited = len(graph.credits(as_of=SEPTEMBER))
        graph.import_files([ended], name="facts", validate=False)
        assert len(graph.credits(as_of=SEPTEMBER)) < credited
        assert graph.snapshots() == (made,)
        assert made.credits == credited


def test_the_cause_is_the_data_where_only_they_changed(tmp_path: Path, ended: Path) -> None:
    with imported(tmp_path / "store", RECORD) as graph:
        graph.close_month(SEPTEMBER, name="before")
        graph.import_files([ended], name="facts", validate=False)
        found = graph.diff("before", SEPTEMBER)
    lost = {(each.association_id, each.metric) for each in found.changes if each.change == "lost"}
    # The digital partner's three score metrics and revenue (R46); its transacting association stands.
    assert lost == {("record", metric) for metric in ("net_customer_adds", "deployments", "usage_growth", "revenue")}
    assert {each.cause for each in found.changes} == {"data"}


def test_two_stores_are_compared_and_the_import_that_differs_is_named(tmp_path: Path, ended: Path) -> None:
    with imported(tmp_path / "one", RECORD) as one, imported(tmp_path / "two", ended) as two:
        found = one.diff(SEPTEMBER, SEPTEMBER, against=two)
    assert {(each.change, each.cause) for each in found.changes if each.association_id == "record"} == {
        ("lost", "data")
    }
    (note,) = found.notes
    assert note.startswith("Import facts is another one (by data team, ")


def test_the_cause_is_the_date_where_only_it_differs(tmp_path: Path, ended: Path) -> None:
    with imported(tmp_path / "store", ended) as graph:
        found = graph.diff("2023-09-14", "2023-09-15")
    changes = {(each.association_id, each.metric, each.change) for each in found.changes}
    # The digital partner's association ends, and the transacting one is paid where no digital partner is (R72).
    assert changes == {
        *(("record", metric, "lost") for metric in ("net_customer_adds", "deployments", "usage_growth", "revenue")),
        ("deal", "incentive", "gained"),
    }
    assert {each.cause for each in found.changes} == {"date"}


def test_each_change_has_the_cause_that_made_it(tmp_path: Path) -> None:
    facts = SCENARIOS / "SC17" / "facts"
    facts = facts if facts.is_dir() else next(SCENARIOS.glob("SC17/*/facts"))
    with imported(tmp_path / "store", facts) as graph:
        found = graph.diff("2023-09@2023-06", "2023-09@2023-10")
    # The usage claim is not paid any more (R27).
    assert ("usage", "incentive", "lost", "rule") in {
        (each.association_id, each.metric, each.change, each.cause) for each in found.changes
    }


def test_an_unknown_side_says_how_to_write_one(tmp_path: Path) -> None:
    with imported(tmp_path / "store", RECORD) as graph, pytest.raises(WrongUse, match="no date"):
        graph.diff("last week", SEPTEMBER)


def test_the_command_line_and_http_tell_the_same(
    tmp_path: Path, ended: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    store = tmp_path / "store"
    with imported(store, ended):
        pass
    assert main(["close", SEPTEMBER, "--store", str(store), "--who", "finance"]) == 0
    capsys.readouterr()
    assert main(["diff", "2023-09-14", SEPTEMBER, "--store", str(store), "--format", "csv"]) == 0
    told = capsys.readouterr().out
    assert told.count("\nlost,") == 4
    with PartnerGraph.open(store) as graph, TestClient(create_app(graph)) as client:
        answer = client.get("/diff", params={"before": "2023-09-14", "after": SEPTEMBER, "format": "csv"})
        kept = client.get("/snapshots").json()["snapshots"]
    assert answer.text == told
    assert [(each["name"], each["who"]) for each in kept] == [(SEPTEMBER, "finance")]
