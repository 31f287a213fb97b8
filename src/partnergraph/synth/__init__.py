"""Synthetic ecosystems of any size, for trials and measurements: the same seed gives the same bytes everywhere."""

from __future__ import annotations

import csv
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

from partnergraph.errors import WrongUse
from partnergraph.synth.bundle import write_bundle
from partnergraph.synth.ecosystem import Plan, grow
from partnergraph.synth.faults import Planted
from partnergraph.synth.quads import write_quads

__all__ = ["FORMS", "Planted", "SynthSummary", "write"]

FORMS = ("nquads", "bundle")


@dataclass(frozen=True, slots=True)
class SynthSummary:
    """What was written: the file or folder to import, the list of planted violations, and how much there is.

    `statements` counts triples of an N-Quads file and rows of a bundle; `planted` counts expected findings.
    """

    path: Path
    planted_path: Path
    tenants: int
    statements: int
    planted: int


def write(
    out: Path, *, tenants: int, seed: int, violations: float = 0.01, usage_months: int = 13, form: str = "nquads"
) -> SynthSummary:
    """Write an ecosystem of `tenants` tenants into the folder `out`, which is made if need be.

    `form` is "nquads" (ecosystem.nq) or "bundle" (the folder itself); both hold the same ecosystem. In
    `violations` of the tenants one violation is planted, and planted.csv lists the findings that must come of them.
    Raise WrongUse for arguments out of range, and OSError where the folder cannot be written.
    """
    _check(tenants, violations, usage_months, form)
    out.mkdir(parents=True, exist_ok=True)
    planted: list[Planted] = []
    rows = grow(Plan(tenants, seed, violations, usage_months), planted)
    path = out / _TARGETS[form]
    statements = _WRITERS[form](rows, path)
    planted_path = out / "planted.csv"
    _list(planted, planted_path)
    return SynthSummary(path, planted_path, tenants, statements, len(planted))


_TARGETS = {"nquads": "ecosystem.nq", "bundle": ""}
_WRITERS = {"nquads": write_quads, "bundle": write_bundle}


def _check(tenants: int, violations: float, usage_months: int, form: str) -> None:
    if tenants < 1:
        raise WrongUse(f"An ecosystem of {tenants} tenants cannot be made. Ask for at least 1.")
    if not 0 <= violations <= 1:
        raise WrongUse(f"A share of violations of {violations} cannot be planted. Give a number from 0 to 1.")
    if not 0 <= usage_months <= 240:
        raise WrongUse(f"Usage of {usage_months} months cannot be made. Give a number from 0 to 240.")
    if form not in FORMS:
        raise WrongUse(f"There is no form called {form}. Choose one of: {', '.join(FORMS)}.")


def _list(planted: Sequence[Planted], path: Path) -> None:
    with path.open("w", encoding="utf-8", newline="") as file:
        listing = csv.writer(file, lineterminator="\n")
        listing.writerow(("code", "focus", "other", "what"))
        listing.writerows((entry.code, entry.focus, entry.other, entry.what) for entry in planted)
