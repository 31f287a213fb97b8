"""Rule packs: chosen by date, built on each other, extended by a folder, and decided otherwise by switches."""

from __future__ import annotations

import csv
import io
import shutil
from pathlib import Path

import pytest

from partnergraph import PartnerGraph
from partnergraph.cli import main
from partnergraph.credit import Credit
from partnergraph.errors import UnreadableInput, WrongUse
from scenario import SCENARIOS

OWN = Path(__file__).parent / "packs" / "own"
RECORD = SCENARIOS / "SC12" / "facts"
"""A Dynamics 365 subscription on an Enterprise Agreement, whose digital partner of record is p1."""


@pytest.mark.parametrize(
    ("day", "pack"),
    [
        ("2020-01-01", "2023-06"),
        ("2023-09-30", "2023-06"),
        ("2023-10-01", "2023-10"),
        ("2026-07-31", "2023-10"),
        ("2026-08-01", "2026-08"),
        ("2030-01-01", "2026-08"),
    ],
)
def test_the_pack_is_that_of_the_date(day: str, pack: str) -> None:
    with PartnerGraph.open() as graph:
        assert graph.credits(as_of=day).pack == pack


def test_a_named_pack_is_used_whatever_the_date() -> None:
    with PartnerGraph.open() as graph:
        assert graph.credits(as_of="2020-01-01", pack="2026-08").pack == "2026-08"


def test_a_folder_adds_a_pack() -> None:
    with PartnerGraph.open(packs=[OWN]) as graph:
        graph.import_files([RECORD], validate=False)
        after = graph.credits(as_of="2027-01-01", partner="p1")
        before = graph.credits(as_of="2026-12-31", partner="p1")
    assert (before.pack, after.pack) == ("2026-08", "2027-01")
    gained = {_cell(each) for each in after} - {_cell(each) for each in before}
    assert gained == {("record", "incentive")}


def test_a_folder_adds_a_pack_on_the_command_line(capsys: pytest.CaptureFixture[str]) -> None:
    asked = ["credit", str(RECORD), "--packs", str(OWN), "--pack", "2027-01", "--format", "csv"]
    assert main(asked) == 0
    rows = csv.DictReader(io.StringIO(capsys.readouterr().out))
    assert ("record", "incentive", "2027-01") in {(r["association_id"], r["metric"], r["pack"]) for r in rows}


def test_a_store_forgets_a_pack_that_is_no_longer_named(tmp_path: Path) -> None:
    with PartnerGraph.open(tmp_path / "store", packs=[OWN]) as graph:
        assert graph.credits(as_of="2027-01-01").pack == "2027-01"
    with PartnerGraph.open(tmp_path / "store") as graph, pytest.raises(WrongUse, match="Known are: 2023-06"):
        graph.credits(as_of="2027-01-01", pack="2027-01")


def test_a_pack_that_is_no_turtle_names_file_and_line(tmp_path: Path) -> None:
    broken = shutil.copytree(OWN, tmp_path / "own") / "2027-01" / "pack.ttl"
    broken.write_text(broken.read_text().replace('"2027-01" ;', '"2027-01" ,,'))
    with pytest.raises(UnreadableInput) as refused:
        PartnerGraph.open(packs=[tmp_path / "own"])
    (fault,) = refused.value.faults
    line = next(n for n, text in enumerate(broken.read_text().splitlines(), 1) if ",," in text)
    assert (fault.file, fault.row) == (str(broken), line)


def test_a_pack_without_a_source_is_refused(tmp_path: Path) -> None:
    bare = shutil.copytree(OWN, tmp_path / "own") / "2027-01" / "pack.ttl"
    bare.write_text(bare.read_text().replace('@en ;\n    pg:basis "inferred"', '@en ;\n    pg:basis "inferred"', 1))
    text = bare.read_text()
    cut = text.rindex(' ;\n    dcterms:source "our own forecast"')
    bare.write_text(text[:cut] + " .\n")
    with pytest.raises(WrongUse, match="Own-DigitalPartner-Dynamics-Incentive"):
        PartnerGraph.open(packs=[tmp_path / "own"])


def test_an_empty_folder_is_no_pack(tmp_path: Path) -> None:
    with pytest.raises(UnreadableInput, match="holds no rule pack"):
        PartnerGraph.open(packs=[tmp_path])


@pytest.mark.parametrize(
    ("switches", "message"),
    [
        ({"tierThreeProviderCredit": "on"}, "There is no switch tierThreeProviderCredit"),
        ({"tierTwoProviderCredit": "perhaps"}, "takes off, on, and not perhaps"),
    ],
)
def test_an_unknown_switch_or_option_says_what_is_known(switches: dict[str, str], message: str) -> None:
    with PartnerGraph.open() as graph, pytest.raises(WrongUse, match=message):
        graph.credits(as_of="2023-09-30", switches=switches)


def test_every_switch_has_a_default_and_cites_its_rule() -> None:
    with PartnerGraph.open() as graph:
        rows = list(graph.switches().dicts())
    switches = {str(row["switch"]) for row in rows}
    defaults = [str(row["switch"]) for row in rows if "2023-06" in str(row["defaults"] or "").split("|")]
    assert sorted(defaults) == sorted(switches)
    assert len(switches) >= 7
    assert all(str(row["rules"]) for row in rows)


def _cell(credit: Credit) -> tuple[str, str]:
    return credit.association_id, credit.metric
