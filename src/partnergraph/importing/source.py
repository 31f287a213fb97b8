"""A file as an import reads it: its name in provenance, its bytes, and what was counted while they passed."""

from __future__ import annotations

import hashlib
import io
from collections.abc import Callable
from dataclasses import dataclass
from typing import IO, Protocol

CHUNK_BYTES = 1 << 20


class Progress(Protocol):
    """Hears how far long work has come; `total` is None where it is not known."""

    def __call__(self, step: str, done: int, total: int | None, /) -> None:
        """Say that `done` of `total` bytes of `step` are through."""


@dataclass(frozen=True, slots=True)
class SourceFile:
    """One file that was read, as its provenance names it; `name` never tells where on the machine it lay."""

    name: str
    sha256: str
    byte_count: int


@dataclass(frozen=True, slots=True)
class Source:
    """A file that can be opened, more than once, for its bytes."""

    name: str
    byte_count: int
    open: Callable[[], IO[bytes]]


class Watched(io.RawIOBase):
    """A byte stream that digests and counts what is read through it, and tells `progress`."""

    def __init__(self, stream: IO[bytes], source: Source, progress: Progress | None) -> None:
        self._stream = stream
        self._source = source
        self._progress = progress
        self._digest = hashlib.sha256()
        self.byte_count = 0

    def readable(self) -> bool:
        """Return True."""
        return True

    def readinto(self, buffer: bytearray | memoryview) -> int:  # type: ignore[override]
        """Fill `buffer` as far as the stream goes."""
        chunk = self._stream.read(len(buffer))
        buffer[: len(chunk)] = chunk
        self._digest.update(chunk)
        self.byte_count += len(chunk)
        if self._progress is not None:
            self._progress(f"reading {self._source.name}", self.byte_count, self._source.byte_count)
        return len(chunk)

    def buffered(self) -> io.BufferedReader:
        """Return this stream with large steps, ready for reading by line."""
        return io.BufferedReader(self, CHUNK_BYTES)

    def file(self) -> SourceFile:
        """Return what provenance says about the file; meant for when it was read to its end."""
        return SourceFile(self._source.name, self._digest.hexdigest(), self.byte_count)
