"""Zip archives and gzip streams, opened only as far as the limits allow. Nested archives are never opened."""

from __future__ import annotations

import gzip
import io
import lzma
import zipfile
import zlib
from functools import partial
from pathlib import Path, PurePosixPath
from typing import IO

from partnergraph.importing.content import HEAD_BYTES
from partnergraph.importing.faults import FaultList
from partnergraph.importing.source import Source
from partnergraph.settings import MEBIBYTE, Limits

DAMAGED = (
    zipfile.BadZipFile,
    gzip.BadGzipFile,
    zlib.error,
    lzma.LZMAError,
    EOFError,
    NotImplementedError,
    UnicodeDecodeError,
)
"""What Python raises while it reads a damaged or truncated archive."""

_ENCRYPTED = 0x1
_CALM_BYTES = MEBIBYTE
"""Below this size a high ratio is no danger: a column of equal cells packs better than any limit."""


class TooLargeError(EOFError):
    """A packed file that unpacks to more than the limits allow."""


def members(path: Path, name: str, limits: Limits, faults: FaultList) -> tuple[Source, ...]:
    """Return the files in the zip archive `path`; each is named by its place in the archive.

    An archive that is none, is damaged, tries to leave its folder, or would unpack to more than the limits allow is
    noted in `faults` and gives nothing.
    """
    try:
        with zipfile.ZipFile(path) as archive:
            entries = [entry for entry in archive.infolist() if not entry.filename.endswith("/")]
    except DAMAGED:
        faults.add(name, "is no zip archive, or was cut off.", "Pack the folder again, or give the folder itself.")
        return ()
    before = faults.total
    _refuse_bombs(entries, name, limits, faults)
    for entry in entries:
        if (problem := _problem_of(entry)) is not None:
            faults.add(f"{name}/{entry.filename}", problem, "Pack the plain CSV files of the bundle again.")
    if faults.total > before:
        return ()
    return tuple(
        Source(entry.filename, entry.file_size, partial(_open_member, path, entry.filename)) for entry in entries
    )


def _refuse_bombs(entries: list[zipfile.ZipInfo], name: str, limits: Limits, faults: FaultList) -> None:
    remedy = "Nothing was unpacked. Import the data in several archives, or raise the limit if you trust the file."
    if len(entries) > limits.archive_members:
        faults.add(name, f"holds {len(entries)} files; {limits.archive_members} are allowed.", remedy)
    total = sum(entry.file_size for entry in entries)
    if total > limits.unpacked_bytes:
        faults.add(name, f"would unpack to {total} bytes; {limits.unpacked_bytes} are allowed.", remedy)
    for entry in entries:
        if entry.file_size > _CALM_BYTES and entry.file_size > limits.unpacked_ratio * entry.compress_size:
            faults.add(
                f"{name}/{entry.filename}",
                f"would unpack to more than {limits.unpacked_ratio} times its size, as a zip bomb does.",
                remedy,
            )


def _problem_of(entry: zipfile.ZipInfo) -> str | None:
    place = PurePosixPath(entry.filename.replace("\\", "/"))
    if not place.parts:
        return "has no name."
    if place.is_absolute() or ".." in place.parts or ":" in place.parts[0]:
        return "has a path that leads out of the archive."
    if entry.flag_bits & _ENCRYPTED:
        return "is encrypted."
    return None


def _open_member(path: Path, member: str) -> IO[bytes]:
    with zipfile.ZipFile(path) as archive:
        return archive.open(member)


def unpacked_head(path: Path) -> bytes:
    """Return the first bytes of what the gzip file `path` holds; none where it is damaged."""
    try:
        with gzip.open(path) as stream:
            return stream.read(HEAD_BYTES)
    except DAMAGED:
        return b""


class Unpacked(io.RawIOBase):
    """The content of a gzip file, cut short with TooLargeError where it outgrows the limits."""

    def __init__(self, path: Path, limits: Limits) -> None:
        self._packed = path.stat().st_size
        self._limits = limits
        self._stream = gzip.GzipFile(path)
        self._given = 0

    def readable(self) -> bool:
        """Return True."""
        return True

    def seekable(self) -> bool:
        """Return True: a second reading starts by seeking to the beginning."""
        return True

    def seek(self, offset: int, whence: int = io.SEEK_SET) -> int:
        """Move to `offset`, unpacking anew where it lies behind."""
        self._given = self._stream.seek(offset, whence)
        return self._given

    def tell(self) -> int:
        """Return how many bytes were given."""
        return self._given

    def readinto(self, buffer: bytearray | memoryview) -> int:  # type: ignore[override]
        """Fill `buffer`; raise TooLargeError where the content outgrows the limits, EOFError where it is cut off."""
        chunk = self._stream.read(len(buffer))
        self._given += len(chunk)
        self._check_size()
        buffer[: len(chunk)] = chunk
        return len(chunk)

    def close(self) -> None:
        """Close the file."""
        self._stream.close()
        super().close()

    def _check_size(self) -> None:
        if self._given > self._limits.unpacked_bytes:
            raise TooLargeError(f"unpacks to more than {self._limits.unpacked_bytes} bytes.")
        if self._given > _CALM_BYTES and self._given > self._limits.unpacked_ratio * self._packed:
            raise TooLargeError(f"unpacks to more than {self._limits.unpacked_ratio} times its size, as a bomb does.")
