"""The staging of an import: every file is read, and nothing is kept where one of them cannot be."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

from partnergraph.importing.bundle import BundleReader
from partnergraph.importing.codes import Codes
from partnergraph.importing.columns import DESIGNATIONS
from partnergraph.importing.detection import detect
from partnergraph.importing.faults import FaultList
from partnergraph.importing.rdf import RdfReader, Sink
from partnergraph.importing.source import Progress, SourceFile
from partnergraph.importing.transcript import Transcript
from partnergraph.settings import Limits


@dataclass(frozen=True, slots=True)
class Staged:
    """What was handed to the sink.

    `lists_designations` is true where a designations.csv came with the bundle. `notes` say in words what was there and
    was not read.
    """

    files: tuple[SourceFile, ...]
    lists_designations: bool
    notes: tuple[str, ...] = ()


def stage(paths: Sequence[Path], sink: Sink, codes: Codes, limits: Limits, progress: Progress | None = None) -> Staged:
    """Read all that the paths hold and hand it to the sink.

    Raise UnreadableInput with the faults of all files where anything cannot be read; CSV rows have not reached the
    sink then, RDF files may have in part, so that whoever owns the sink drops it.
    """
    faults = FaultList(limits.listed_faults)
    found = detect(paths, limits, faults)
    if not paths:
        faults.add("input", "No path was given.", "Name at least one file or folder.")
    with Transcript() as transcript:
        bundle = BundleReader(codes, transcript, faults, found.notes, progress)
        files = bundle.read(found.tables)
        files += RdfReader(sink, limits, faults, progress).load(found.rdf)
        faults.raise_if_any()
        if found.tables:
            sink.bulk_load(transcript.stream(), "ntriples", None)
        lists_designations = any(table is DESIGNATIONS for table, _ in found.tables)
        return Staged(files, lists_designations, tuple(found.notes))
