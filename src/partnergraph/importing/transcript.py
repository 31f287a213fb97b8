"""What the rows of a bundle say, as N-Triples in a temporary file, so that memory stays flat."""

from __future__ import annotations

import tempfile
from collections.abc import Iterable
from types import TracebackType
from typing import IO

from partnergraph.errors import StoreUnavailable

_WAITING_PIECES = 20_000


class Transcript:
    """N-Triples lines on their way to the store; the file goes away when the block ends."""

    def __init__(self) -> None:
        self._waiting: list[str] = []
        self._file: IO[bytes] = tempfile.TemporaryFile()  # noqa: SIM115  (closed by __exit__)

    def __enter__(self) -> Transcript:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self._file.close()

    def write(self, pieces: Iterable[str]) -> None:
        """Add whole lines, given in pieces."""
        self._waiting += pieces
        if len(self._waiting) >= _WAITING_PIECES:
            self._flush()

    def stream(self) -> IO[bytes]:
        """Return the file from its beginning; nothing is written afterwards."""
        self._flush()
        self._file.seek(0)
        return self._file

    def _flush(self) -> None:
        text = "".join(self._waiting)
        self._waiting.clear()
        try:
            self._file.write(text.encode())
            self._file.flush()
        except OSError as fault:
            raise StoreUnavailable(
                "temporary files", f"cannot be written: {fault.strerror}.", "Free space there, or set TMPDIR."
            ) from fault
