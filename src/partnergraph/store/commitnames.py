"""Names for the commits of a store, which outlive the process that made them where it ended cleanly."""

from __future__ import annotations

import hashlib
import secrets
from contextlib import suppress
from pathlib import Path

_FILE = "COMMIT"


class CommitNames:
    """The names of the commits since a folder was opened, or since a store in memory was made.

    The name that a process left in the folder is taken out of it: one that is killed leaves none behind, since nobody
    could tell whether it still holds.
    """

    def __init__(self, folder: Path | None) -> None:
        self._file = None if folder is None else folder / _FILE
        self._first = secrets.token_hex(16)
        if self._file is not None:
            with suppress(OSError):
                self._first = self._file.read_text(encoding="utf-8").strip() or self._first
                self._file.unlink()

    def of(self, version: int) -> str:
        """Return the name of the commit that made that version; version 0 is what was there at first."""
        if version == 0:
            return self._first
        return hashlib.sha256(f"{self._first} {version}".encode()).hexdigest()[:32]

    def leave(self, version: int) -> None:
        """Leave the name for the next process; where there is no room for it, there will be a new one."""
        if self._file is not None:
            with suppress(OSError):
                self._file.write_text(f"{self.of(version)}\n", encoding="utf-8")
