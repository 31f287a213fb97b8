"""The audit log: who asked what, when, how long it took, and how many rows came; one JSON object to a line.

It holds no query, no parameter, no address and no name: of what was asked only a digest.
"""

from __future__ import annotations

import json
import os
import threading
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from contextvars import ContextVar
from pathlib import Path

from partnergraph.errors import StoreUnavailable

_rows: ContextVar[list[int] | None] = ContextVar("rows", default=None)


class Audit:
    """A file that entries are added to; it is opened anew when it has been moved away, so that it can be rotated."""

    def __init__(self, path: Path) -> None:
        self._path = path
        self._lock = threading.Lock()
        self.write(None)

    def write(self, entry: Mapping[str, object] | None) -> None:
        """Add an entry; with None only see that the file can be written. Raise StoreUnavailable where it cannot."""
        text = b"" if entry is None else (json.dumps(entry, ensure_ascii=False) + "\n").encode()
        try:
            with self._lock:
                descriptor = os.open(self._path, os.O_WRONLY | os.O_APPEND | os.O_CREAT, 0o600)
                try:
                    os.write(descriptor, text)
                finally:
                    os.close(descriptor)
        except OSError as fault:
            raise StoreUnavailable(
                str(self._path), f"cannot be written: {fault.strerror}.", "Name another file with --audit."
            ) from fault


@contextmanager
def told_rows() -> Iterator[list[int]]:
    """Give a list that holds the number of rows of the answer once that is known."""
    found: list[int] = []
    token = _rows.set(found)
    try:
        yield found
    finally:
        _rows.reset(token)


def tell_rows(number: int) -> None:
    """Say how many rows the answer to the request at hand has."""
    found = _rows.get()
    if found is not None:
        found[:] = [number]
