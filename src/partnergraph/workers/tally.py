"""What a worker writes an answer to: it counts, passes on whole rows only, and says when it is enough."""

from __future__ import annotations

import time
from collections.abc import Callable
from itertools import islice, takewhile

from partnergraph.workers.bounds import Bounds, Stop
from partnergraph.workers.rowends import RowEnds

PIECE = 128 * 1024
_GLANCE = 256


class Enough(Exception):
    """Ends the writing of rows; `stop` says which bound was reached."""

    def __init__(self, stop: Stop) -> None:
        super().__init__(stop.value)
        self.stop = stop


class Triples:
    """Passes on what is written, and has enough triples at the bound of rows, bytes or time."""

    def __init__(self, send: Callable[[bytes], None], bounds: Bounds) -> None:
        self._send = send
        self._bounds = bounds
        self._until = time.monotonic() + bounds.seconds
        self._kept = bytearray()
        self._bytes = 0
        self.rows = 0
        self.stop: Stop | None = None

    def write(self, piece: bytes, /) -> int:
        """Take the next piece."""
        self._kept += piece
        self._bytes += len(piece)
        if len(self._kept) >= 2 * PIECE:
            self._send(bytes(self._kept[:PIECE]))
            del self._kept[:PIECE]
        return len(piece)

    def flush(self) -> None:
        """Do nothing: `finish` passes on the rest."""

    def enough(self) -> bool:
        """Return whether a bound is reached, and keep which."""
        if self.rows >= self._bounds.rows:
            self.stop = Stop.ROWS
        elif self._bytes >= self._bounds.bytes:
            self.stop = Stop.BYTES
        elif self.rows % _GLANCE == 0 and time.monotonic() >= self._until:
            self.stop = Stop.SECONDS
        self.rows += self.stop is None
        return self.stop is not None

    def end_with(self, remark: bytes, instead_of: bytes) -> None:
        """Let the text end with `remark`, in place of the end `instead_of`."""
        if self._kept.endswith(instead_of):
            del self._kept[len(self._kept) - len(instead_of) :]
            self._kept += remark

    def finish(self) -> None:
        """Pass on what was kept back."""
        if self._kept:
            self._send(bytes(self._kept))
            self._kept.clear()


class Rows:
    """Passes on whole rows and counts them; raises Enough at the bound of rows, bytes or time."""

    def __init__(self, send: Callable[[bytes], None], bounds: Bounds, ends: RowEnds) -> None:
        self._send = send
        self._bounds = bounds
        self._ends = ends
        self._until = time.monotonic() + bounds.seconds
        self._kept = bytearray()
        self._look_at = PIECE
        self._bytes = 0
        self._places = 0

    @property
    def rows(self) -> int:
        """How many whole rows were passed on, until `finish`; then how many there are."""
        return max(0, self._places - 1)

    def write(self, piece: bytes, /) -> int:
        """Take the next piece; raise Enough where no more is wanted."""
        self._kept += piece
        if len(self._kept) >= self._look_at:
            self._look()
        return len(piece)

    def flush(self) -> None:
        """Do nothing: `finish` passes on the rest."""

    def enough(self) -> bool:
        """Return False: rows end by Enough."""
        return False

    def finish(self) -> None:
        """Pass on the rest of an answer that is whole; raise Enough where the rest is past a bound."""
        self._look()
        if self._bytes + len(self._kept) > self._bounds.bytes:
            raise Enough(Stop.BYTES)
        self._pass_on(len(self._kept))
        self._places += self._ends.starts and self._places > 0

    def _look(self) -> None:
        text = bytes(self._kept)
        found, last = self._ends.count(text)
        room = self._bounds.rows + 1 - self._places
        if found + (self._ends.starts and found > 0) > room:
            place = next(islice(self._ends.places(text), room - 1, None)) if room else 0
            self._cut(Stop.ROWS, min(place, self._fitting(text)), text)
        if self._bytes + last > self._bounds.bytes:
            self._cut(Stop.BYTES, self._fitting(text), text)
        self._places += found
        self._pass_on(last)
        self._look_at = max(PIECE, 2 * len(self._kept))
        if self._bytes + len(self._kept) > self._bounds.bytes:
            raise Enough(Stop.BYTES)
        if time.monotonic() >= self._until:
            raise Enough(Stop.SECONDS)

    def _cut(self, stop: Stop, place: int, text: bytes) -> None:
        self._places += sum(1 for _ in takewhile(lambda each: each <= place, self._ends.places(text)))
        self._pass_on(place)
        raise Enough(stop)

    def _fitting(self, text: bytes) -> int:
        room = self._bounds.bytes - self._bytes
        if len(text) <= room:
            return len(text)
        return max(takewhile(lambda place: place <= room, self._ends.places(text)), default=0)

    def _pass_on(self, length: int) -> None:
        if length:
            self._send(bytes(self._kept[:length]))
            self._bytes += length
            del self._kept[:length]
