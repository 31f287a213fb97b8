"""What one query may take, and what it is told when it takes more."""

from __future__ import annotations

from dataclasses import dataclass
from enum import Enum

from partnergraph.settings import MEBIBYTE, Limits


class Stop(Enum):
    """Why a query was stopped before its answer was whole."""

    SECONDS = "seconds"
    MEMORY = "memory"
    ROWS = "rows"
    BYTES = "bytes"
    CANCELLED = "cancelled"
    LEFT = "left"
    LOST = "lost"
    ENDING = "ending"


@dataclass(frozen=True, slots=True)
class Bounds:
    """The most that one query may take: seconds of work, bytes of memory, rows or triples, and bytes of answer."""

    seconds: float
    memory: int
    rows: int
    bytes: int

    @classmethod
    def of(cls, limits: Limits, seconds: float | None = None, rows: int | None = None) -> Bounds:
        """Return the bounds of the service, or less where the caller asks for less."""
        return cls(
            min(limits.query_seconds, limits.query_seconds if seconds is None else seconds),
            limits.query_memory,
            min(limits.query_rows, limits.query_rows if rows is None else rows),
            limits.query_bytes,
        )

    def told(self, stop: Stop) -> str:
        """Return, for a person, which bound was reached and how to get further."""
        match stop:
            case Stop.SECONDS:
                return f"The query ran for its {self.seconds:g} seconds. {_LESS} {_MORE.format('timeout', 'seconds')}"
            case Stop.ROWS:
                return f"The answer has more than {self.rows} rows. {_LESS} {_MORE.format('max-rows', 'rows')}"
            case Stop.BYTES:
                return f"The answer is longer than {self.bytes} bytes. {_LESS} {_SET.format('bytes')}"
            case Stop.MEMORY:
                return f"The query needs more than {self.memory / MEBIBYTE:g} MiB. {_LESS} {_SET.format('memory')}"
        return _WORDS[stop]


_LESS = "Ask for less."
_MORE = "The parameter {} asks for more up to what the service is started with (--query-{})."
_SET = "Or start the service with more (--query-{})."
_WORDS = {
    Stop.CANCELLED: "The query was cancelled.",
    Stop.LEFT: "The client went away.",
    Stop.LOST: "The process that answered the query ended. Ask again; if it ends again, ask for less.",
    Stop.ENDING: "The service is stopping. Ask again in a while.",
}
