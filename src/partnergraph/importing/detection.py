"""What the paths given to an import are: tables of a bundle, RDF files, or something that cannot be read."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field, replace
from functools import partial
from pathlib import Path
from typing import IO

from partnergraph.importing import archive
from partnergraph.importing.columns import TABLES
from partnergraph.importing.content import HEAD_BYTES, foreign, rdf_format
from partnergraph.importing.faults import FaultList
from partnergraph.importing.source import Source
from partnergraph.importing.table import Table
from partnergraph.settings import Limits

FORMATS = {
    ".ttl": "turtle",
    ".trig": "trig",
    ".nt": "ntriples",
    ".nq": "nquads",
    ".jsonld": "jsonld",
    ".json-ld": "jsonld",
    ".json": "jsonld",
    ".rdf": "rdfxml",
    ".xml": "rdfxml",
    ".owl": "rdfxml",
}
ACCEPTED = (
    f"Accepted are {', '.join(FORMATS)}, each also with .gz, a bundle folder or .zip, and the CSV files of a bundle."
)
_JUNK = ("__MACOSX", ".DS_Store", "Thumbs.db", "desktop.ini")


@dataclass(frozen=True, slots=True)
class RdfFile:
    """An RDF file on disk, its format as the name or the content has it, and whether it is packed with gzip."""

    name: str
    path: Path
    form: str
    gzipped: bool


@dataclass(slots=True)
class Found:
    """The tables and RDF files found, and notes on what was left aside."""

    tables: list[tuple[Table, Source]] = field(default_factory=list)
    rdf: list[RdfFile] = field(default_factory=list)
    notes: list[str] = field(default_factory=list)


def detect(paths: Sequence[Path], limits: Limits, faults: FaultList) -> Found:
    """Return what the paths hold; what cannot be read is noted in `faults`, what is left aside in the notes."""
    found = Found()
    seen: set[Path] = set()
    for path in paths:
        try:
            real = path.resolve()
            if real in seen:
                found.notes.append(f"{path.name}: was given twice and is read once")
            else:
                seen.add(real)
                _look_at(path, limits, found, faults)
        except OSError as fault:
            faults.add(path.name or str(path), f"cannot be opened: {fault.strerror}.", "Check the path and its rights.")
    _tell_apart(found)
    return found


def _look_at(path: Path, limits: Limits, found: Found, faults: FaultList) -> None:
    name = path.name or path.resolve().name or "folder"
    if path.is_dir():
        _look_into_folder(path, name, limits, found, faults)
    elif not path.exists():
        faults.add(name, "does not exist.", "Check the path.")
    elif not path.is_file():
        faults.add(name, "is no regular file.", "Write the data into a file first.")
    elif path.stat().st_size > limits.file_bytes:
        faults.add(name, *_too_large(limits))
    elif path.suffix.lower() == ".zip":
        _look_into_archive(path, name, limits, found, faults)
    elif path.suffix.lower() == ".csv":
        _take_table(path, name, found, faults)
    else:
        _take_rdf(path, name, limits, found, faults)


def _look_into_folder(path: Path, name: str, limits: Limits, found: Found, faults: FaultList) -> None:
    entries = sorted(entry for entry in path.iterdir() if not _is_junk(entry.name))
    files = [entry for entry in entries if entry.is_file()]
    sources = [Source(entry.name, entry.stat().st_size, partial(_open, entry)) for entry in files]
    aside = [entry.name for entry in entries if not entry.is_file()]
    if any(table_called(source.name) for source in sources):
        _take_bundle("", sources, limits, found, faults)
    else:
        rdf = [entry for entry in files if rdf_suffix(entry)]
        for entry in rdf:
            _look_at(entry, limits, found, faults)
        aside += [entry.name for entry in files if entry not in rdf]
        if not rdf:
            state = "holds nothing that can be imported." if entries else "is empty."
            faults.add(name, f"The folder {state}", ACCEPTED)
            return
    found.notes += [f"{entry}: is not part of the bundle and was not read" for entry in aside]


def _look_into_archive(path: Path, name: str, limits: Limits, found: Found, faults: FaultList) -> None:
    before = faults.total
    sources = [s for s in archive.members(path, name, limits, faults) if not _is_junk(*s.name.split("/"))]
    if faults.total > before:
        return
    if not any(table_called(_last(source.name)) for source in sources):
        state = "holds no CSV file of a bundle." if sources else "is empty."
        faults.add(name, f"The archive {state}", f"The files of a bundle are {', '.join(t.file for t in TABLES)}.")
        return
    _take_bundle(f"{name}/", sources, limits, found, faults)


def _take_bundle(prefix: str, sources: Iterable[Source], limits: Limits, found: Found, faults: FaultList) -> None:
    taken: dict[str, str] = {}
    for source in sources:
        table = table_called(_last(source.name))
        if table is None:
            found.notes.append(f"{prefix}{source.name}: is not part of the bundle and was not read")
        elif table.file in taken:
            faults.add(
                f"{prefix}{source.name}",
                f"is a second {table.file} of this bundle, beside {taken[table.file]}.",
                "Keep one of them, or give two bundles.",
            )
        elif source.byte_count > limits.file_bytes:
            faults.add(prefix + source.name, *_too_large(limits))
        else:
            taken[table.file] = source.name
            found.tables.append((table, replace(source, name=prefix + source.name)))


def _take_table(path: Path, name: str, found: Found, faults: FaultList) -> None:
    table = table_called(name)
    if table is None:
        known = ", ".join(known.file for known in TABLES)
        faults.add(name, "is not the name of a file of a bundle.", f"Name it after what it holds: {known}.")
        return
    found.tables.append((table, Source(name, path.stat().st_size, partial(_open, path))))


def _take_rdf(path: Path, name: str, limits: Limits, found: Found, faults: FaultList) -> None:
    form = rdf_suffix(path)
    gzipped = path.suffix.lower() == ".gz"
    with path.open("rb") as stream:
        head = stream.read(HEAD_BYTES)
    if gzipped and not head.startswith(b"\x1f\x8b"):
        faults.add(name, "is named .gz and is not packed with gzip.", "Take the .gz off its name, or pack it.")
        return
    if form is None and not gzipped and head.startswith(b"PK\x03\x04"):
        _look_into_archive(path, name, limits, found, faults)
        return
    if form is None:
        head = archive.unpacked_head(path) if gzipped else head
        form = None if foreign(head) else rdf_format(head)
    if form is None:
        holds = foreign(head)
        what = f"holds {holds}, which cannot be imported." if holds else "is in no known format."
        faults.add(name, what, ACCEPTED)
        return
    found.rdf.append(RdfFile(name, path, form, gzipped))


def rdf_suffix(path: Path) -> str | None:
    """Return the RDF format that the name of `path` promises, looking past .gz; None where it promises none."""
    inner = Path(path.stem) if path.suffix.lower() == ".gz" else path
    return FORMATS.get(inner.suffix.lower())


def table_called(name: str) -> Table | None:
    """Return the table of a bundle that a file called `name` holds: without regard to case, `_` and spaces."""
    return _BY_NAME.get(plain(name))


def plain(name: str) -> str:
    """Return a file or column name as it is compared: without regard to case, `_` and spaces."""
    return "".join(name.casefold().replace("_", "").split())


_BY_NAME = {plain(table.file): table for table in TABLES}


def _tell_apart(found: Found) -> None:
    """Number the files whose names are equal, so that each row can be found again."""
    counts: Counter[str] = Counter()

    def numbered(name: str) -> str:
        counts[name] += 1
        return name if counts[name] == 1 else f"{name} ({counts[name]})"

    found.tables = [(table, replace(source, name=numbered(source.name))) for table, source in found.tables]
    found.rdf = [replace(file, name=numbered(file.name)) for file in found.rdf]


def _open(path: Path) -> IO[bytes]:
    return path.open("rb")


def _too_large(limits: Limits) -> tuple[str, str]:
    return f"has more than {limits.file_bytes} bytes.", "Import it in parts, or raise the limit."


def _is_junk(*parts: str) -> bool:
    return any(part in _JUNK or part.startswith("._") for part in parts)


def _last(name: str) -> str:
    return name.rsplit("/", 1)[-1]
