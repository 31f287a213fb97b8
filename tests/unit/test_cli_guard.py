"""The guard on the command line: modes, quarantine, rehearsal and commit, line by line as a person reads them."""

from __future__ import annotations

import json
from pathlib import Path

import pytest
from test_guard_modes import DAY, bundle, claim

from partnergraph.cli import main


def run(capsys: pytest.CaptureFixture[str], *words: str | Path) -> tuple[int, str, str]:
    status = main([str(word) for word in words])
    told = capsys.readouterr()
    return status, told.out, told.err


def test_quarantine_from_import_to_release(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    store = tmp_path / "store"
    base = bundle(tmp_path / "base", claim("a1", "0011", "s1"), base=True)
    assert run(capsys, "import", base, "--store", store, "--as-of", DAY)[0] == 0
    rival = bundle(tmp_path / "rival", claim("a2", "0021", "s1"), claim("a3", "0021", "s2"))
    status, out, _ = run(capsys, "import", rival, "--store", store, "--as-of", DAY, "--dry-run", "--format", "json")
    assert (status, json.loads(out)["token"]) == (1, "")
    status, _, err = run(capsys, "import", rival, "--store", store, "--as-of", DAY, "--mode", "quarantine")
    assert (status, err.splitlines()[-1]) == (
        0,
        "Imported rival: 10 triples of 1 file; 1 thing set apart in quarantine, the rest kept.",
    )
    status, out, err = run(capsys, "quarantine", "list", "--store", store, "--format", "csv")
    assert (status, err) == (0, "1 thing in quarantine.\n")
    assert out.splitlines()[1].startswith("rival,association,a2,V-CPOR-DUP,OneClaimingPartnerPerScope,a1,")
    status, _, err = run(capsys, "quarantine", "release", "a2", "--store", store, "--as-of", DAY)
    assert (status, err.splitlines()[-1]) == (1, "Released: 0 things. Still in quarantine: 1 thing.")
    assert run(capsys, "quarantine", "release", "a7", "--store", store)[0] == 2


def test_a_rehearsal_and_its_commit(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    store = tmp_path / "store"
    base = bundle(tmp_path / "base", claim("a1", "0011", "s1"), base=True)
    status, out, err = run(capsys, "import", base, "--store", store, "--as-of", DAY, "--dry-run")
    assert status == 0
    # The claim earns deployments, usage growth and incentive (R27).
    assert [line for line in out.splitlines() if line.endswith(("removed.", "unchanged.", "changed."))][1:] == [
        "Findings: 0 new, 0 fixed, 0 unchanged.",
        "Credits: 3 gained, 0 lost, 0 changed.",
    ]
    command = err.splitlines()[-1].split()
    assert command[:2] == ["partnergraph", "commit"]
    status, _, err = run(capsys, *command[1:])
    assert (status, err.startswith("Imported base: ")) == (0, True)
    status, _, err = run(capsys, *command[1:])
    assert (status, "has changed since" in err) == (2, True)


def test_the_policy_is_shown_and_decided(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    store = tmp_path / "store"
    base = bundle(tmp_path / "base", claim("a1", "0011", "s1"), base=True)
    run(capsys, "import", base, "--store", store, "--as-of", DAY)
    assert run(capsys, "policy", "--store", store, "--format", "csv")[1] == "setting,value\nmode,reject\n"
    assert run(capsys, "policy", "--store", store, "--mode", "record")[0] == 0
    rival = bundle(tmp_path / "rival", claim("a2", "0021", "s1"))
    status, _, err = run(capsys, "import", rival, "--store", store, "--as-of", DAY)
    assert (status, err.splitlines()[-1]) == (0, "Imported rival: 10 triples of 1 file, with the findings on record.")
