"""RDF files: read through once for what a parser would let pass, then handed to the store."""

from __future__ import annotations

import hashlib
import io
import re
from collections.abc import Iterable
from typing import IO, Protocol

from partnergraph.errors import ParseFault
from partnergraph.importing.archive import DAMAGED, TooLargeError, Unpacked
from partnergraph.importing.content import HEAD_BYTES, UTF8_MARK, foreign, looks_like
from partnergraph.importing.detection import RdfFile
from partnergraph.importing.faults import FaultList
from partnergraph.importing.guards import guards
from partnergraph.importing.source import CHUNK_BYTES, Progress, SourceFile
from partnergraph.settings import Limits
from partnergraph.terms import instance

_PLACE = re.compile(r"^Parser error at line \d+ (?:column \d+|between columns \d+ and \d+): | \(line \d+\)$")
_LOOKS = {"jsonld": "JSON", "rdfxml": "XML"}
_TITLES = {
    "ntriples": "N-Triples",
    "nquads": "N-Quads",
    "turtle": "Turtle",
    "trig": "TriG",
    "rdfxml": "RDF/XML",
    "jsonld": "JSON-LD",
}
_MEND = "Correct the file at this place, or get it again if it was cut off."
_FETCHES = "LoadDocumentCallback"
"""What the parser's word on a JSON-LD context holds that lies elsewhere."""


class Sink(Protocol):
    """What takes the triples of an import: a draft of the store."""

    def bulk_load(self, stream: IO[bytes], form: str, base_iri: str | None = None, /) -> None:
        """Take all triples of the stream; raise ParseFault where it breaks the syntax of its format."""


class RdfReader:
    """Loads RDF files one after the other; a fault in one does not keep the others from being looked at."""

    def __init__(self, sink: Sink, limits: Limits, faults: FaultList, progress: Progress | None) -> None:
        self._sink = sink
        self._limits = limits
        self._faults = faults
        self._progress = progress

    def load(self, files: Iterable[RdfFile]) -> tuple[SourceFile, ...]:
        """Hand the triples of all files to the sink, and return the files; faults gather in the list."""
        return tuple(self._load(file) for file in files)

    def _load(self, file: RdfFile) -> SourceFile:
        before = self._faults.total
        described = SourceFile(file.name, "", 0)
        try:
            described = _digest(file)
            with self._open(file, f"checking {file.name}") as stream:
                head = stream.peek(HEAD_BYTES)[:HEAD_BYTES]
                self._survey(file, stream, head)
            if self._faults.total == before:
                skip = len(UTF8_MARK) if head.startswith(UTF8_MARK) else 0
                with self._open(file, f"loading {file.name}", skip) as stream:
                    self._hand_over(file, stream, head)
        except TooLargeError as error:
            self._faults.add(file.name, str(error), "Import it in parts, or raise the limit if you trust the file.")
        except DAMAGED as error:
            self._faults.add(file.name, f"is damaged or cut off ({error}).", "Get or pack the file again.")
        return described

    def _open(self, file: RdfFile, step: str, skip: int = 0) -> io.BufferedReader:
        content = Unpacked(file.path, self._limits) if file.gzipped else file.path.open("rb")
        total = None if file.gzipped else file.path.stat().st_size
        return io.BufferedReader(_Told(content, step, skip, total, self._progress), CHUNK_BYTES)

    def _survey(self, file: RdfFile, stream: IO[bytes], head: bytes) -> None:
        """Note what would pass a parser unseen."""
        kind = foreign(head)
        if kind is not None:
            self._faults.add(
                file.name, f"holds {kind}, not {_TITLES[file.form]}.", "Give the file that its name promises."
            )
            return
        watchers = guards(file.form)
        try:
            while chunk := stream.read(CHUNK_BYTES):
                for guard in watchers:
                    guard.feed(chunk)
            for guard in watchers:
                guard.close()
        except ParseFault as error:
            self._note(file, error, head)

    def _hand_over(self, file: RdfFile, stream: IO[bytes], head: bytes) -> None:
        try:
            self._sink.bulk_load(stream, file.form, instance("file", file.name))
        except ParseFault as error:
            self._note(file, error, head)

    def _note(self, file: RdfFile, error: ParseFault, head: bytes) -> None:
        looks = looks_like(head)
        remedy = _MEND
        if looks is not None and looks != _LOOKS.get(file.form):
            remedy = f"The content looks like {looks}; name the file after what it holds."
        problem = _PLACE.sub("", error.message).rstrip(".") + "."
        if _FETCHES in problem:
            problem, remedy = "names a JSON-LD context that lies elsewhere.", "Write it into the file: none is fetched."
        column = None if error.column is None else str(error.column)
        self._faults.add(file.name, problem, remedy, row=error.line, column=column)


class _Told(io.RawIOBase):
    """A stream from `skip` bytes on, which tells how far it was read."""

    def __init__(
        self, stream: IO[bytes] | Unpacked, step: str, skip: int, total: int | None, progress: Progress | None
    ) -> None:
        self._stream = stream
        self._step = step
        self._skip = skip
        self._total = total
        self._progress = progress
        self._done = stream.seek(skip) if skip else 0

    def readable(self) -> bool:
        return True

    def seekable(self) -> bool:
        return True

    def seek(self, offset: int, whence: int = io.SEEK_SET) -> int:
        self._done = self._stream.seek(offset + self._skip if whence == io.SEEK_SET else offset, whence)
        return self._done - self._skip

    def readinto(self, buffer: bytearray | memoryview) -> int:  # type: ignore[override]
        chunk = self._stream.read(len(buffer)) or b""
        buffer[: len(chunk)] = chunk
        self._done += len(chunk)
        if self._progress is not None:
            self._progress(self._step, self._done, self._total)
        return len(chunk)

    def close(self) -> None:
        self._stream.close()
        super().close()


def _digest(file: RdfFile) -> SourceFile:
    with file.path.open("rb") as stream:
        digest = hashlib.file_digest(stream, "sha256").hexdigest()
        return SourceFile(file.name, digest, stream.tell())
