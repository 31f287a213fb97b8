"""What the tests of importing share: a sink that keeps what it is given, a few codes, and short ways to stage files."""

from __future__ import annotations

import zipfile
from collections.abc import Mapping
from pathlib import Path
from typing import IO

import pytest

from partnergraph.errors import Fault, UnreadableInput
from partnergraph.importing import Codes, Staged, stage
from partnergraph.settings import DEFAULT_LIMITS, Limits
from partnergraph.store import Store
from partnergraph.terms import ID, PG, PGV, RDF_TYPE, XSD

CODES = Codes(
    [
        (PG + "AccountType", "global", PGV + "GlobalAccountType"),
        (PG + "AccountType", "location", PGV + "LocationAccountType"),
        (PG + "PartnerKind", "lsp", PGV + "KindLsp"),
        (PG + "PartnerKind", "eda", PGV + "KindEda"),
        (PG + "Channel", "EA", PGV + "EA"),
        (PG + "SubscriptionStatus", "active", PGV + "SubscriptionActive"),
        (PG + "AssociationState", "approved", PGV + "StateApproved"),
        (PG + "MetricType", "trial", PGV + "TrialUsage"),
        (PG + "MetricType", "paid", PGV + "PaidUsage"),
        (PG + "ResourceRelation", "owner", PGV + "RelationOwner"),
        (PG + "SolutionArea", "modern_work", PGV + "ModernWork"),
    ],
    [("Exchange", PGV + "Exchange"), ("Power BI", PGV + "PowerBi")],
    [("CPOR", PG + "ClaimingPartnerOfRecord"), ("PAL", PG + "PartnerAdminLink")],
)


class KeepingSink:
    """Keeps what it is given: the formats in order, and the text of all."""

    def __init__(self) -> None:
        self.formats: list[str] = []
        self.text = ""

    def bulk_load(self, stream: IO[bytes], form: str, base_iri: str | None = None, /) -> None:
        self.formats.append(form)
        self.text += stream.read().decode()


def write_files(folder: Path, files: Mapping[str, str | bytes]) -> Path:
    """Write the files into the folder, which is made where it is missing, and return it."""
    folder.mkdir(exist_ok=True)
    for name, content in files.items():
        (folder / name).write_bytes(content.encode() if isinstance(content, str) else content)
    return folder


def write_zip(path: Path, files: Mapping[str, str | bytes]) -> Path:
    """Write a zip archive of the files and return its path."""
    with zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, content in files.items():
            archive.writestr(name, content)
    return path


def stage_kept(*paths: Path) -> tuple[Staged, KeepingSink]:
    """Stage the paths into a sink that keeps the text."""
    sink = KeepingSink()
    return stage(paths, sink, CODES, DEFAULT_LIMITS), sink


def lines_of(folder: Path, files: Mapping[str, str]) -> set[str]:
    """Return what a bundle says, as shortened N-Triples lines; a line that comes twice is a failure."""
    _, sink = stage_kept(write_files(folder, files))
    lines = [shortened(line) for line in sink.text.splitlines()]
    assert all(line.endswith(" .") for line in lines)
    return {line.removesuffix(" .") for line in lines}


def shortened(line: str) -> str:
    """Return an N-Triples line with the namespaces cut to prefixes, and ids without any."""
    for namespace, prefix in ((ID, "/"), (PGV, "pgv:"), (PG, "pg:"), (XSD, "xsd:")):
        line = line.replace(f"<{namespace}", f"<{prefix}")
    return line.replace(f"<{RDF_TYPE}>", "a").replace("<", "").replace(">", "")


def faults_of(*paths: Path, limits: Limits = DEFAULT_LIMITS) -> tuple[Fault, ...]:
    """Return the faults for which the paths are refused by an import into a store."""
    with Store.memory().draft(keep=False) as draft, pytest.raises(UnreadableInput) as refusal:
        stage(paths, draft, CODES, limits)
    return refusal.value.faults


def places_of(*paths: Path) -> list[tuple[str, int | None, str | None]]:
    """Return file, row and column of each fault for which the paths are refused."""
    return [(fault.file, fault.row, fault.column) for fault in faults_of(*paths)]
