"""The errors that callers can tell apart.

PartnerGraphError
├── UnreadableInput     files that cannot be read; every fault is listed        exit 3
├── StoreUnavailable    a store that cannot be opened or written                exit 3
├── ParseFault          one text that breaks its format's syntax                exit 3
├── WrongUse            a request that cannot be meant: unknown pack, no date   exit 2
│   ├── StaleToken      a rehearsed import, after which the store has changed       exit 2
│   └── ProtectedGraph  a write into a graph that is not the user's to write    exit 2
├── UpdateRejected      a change after which a rule would be violated           exit 1
├── Busy                more queries at once than are taken; come again          exit 3
├── Stopped             a query that reached a bound, or was cancelled          exit 3
├── ShapesFault         shapes that cannot be judged by: ill-formed, recursive  exit 2
└── BadQuery            SPARQL that cannot be run                               exit 2
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from partnergraph.report import Report


@dataclass(frozen=True, slots=True)
class Fault:
    """One thing that could not be read: where it stands, what is wrong, what to do.

    `row` counts records of a CSV file with the header as row 1, or lines of a text file.
    """

    file: str
    problem: str
    remedy: str
    row: int | None = None
    column: str | None = None

    def __str__(self) -> str:
        place = self.file
        if self.row is not None:
            place += f", row {self.row}"
        if self.column is not None:
            place += f", column {self.column}"
        return f"{place}: {self.problem} {self.remedy}".rstrip()


class PartnerGraphError(Exception):
    """The root of all errors of this package; `exit_status` is what the command line returns."""

    exit_status = 3


class UnreadableInput(PartnerGraphError):
    """Input that cannot be read. Nothing of it was stored. `faults` lists all that was found."""

    def __init__(self, faults: tuple[Fault, ...]) -> None:
        super().__init__("\n".join(str(fault) for fault in faults))
        self.faults = faults


class StoreUnavailable(PartnerGraphError):
    """A store folder that cannot be opened or written; what it held before is still there."""

    def __init__(self, path: str, reason: str, remedy: str) -> None:
        super().__init__(f"{path}: {reason} {remedy}".rstrip())
        self.path = path
        self.reason = reason
        self.remedy = remedy


class ParseFault(PartnerGraphError):
    """A text that breaks the syntax of its format, with line and column where the parser knows them."""

    def __init__(self, message: str, line: int | None = None, column: int | None = None) -> None:
        super().__init__(message)
        self.message = message
        self.line = line
        self.column = column


class WrongUse(PartnerGraphError):
    """A request that cannot be answered as put; the message says what would be accepted."""

    exit_status = 2


class ProtectedGraph(WrongUse):
    """A write into a graph that the product keeps itself: ontology, packs, provenance, or what is derived."""

    def __init__(self, graph: str) -> None:
        super().__init__(
            f"<{graph}> is kept by partnergraph itself: it holds rules, provenance or what is derived, and nobody "
            "writes into it. Write into an import's graph, into one of your own, or into none."
        )
        self.graph = graph


class UpdateRejected(PartnerGraphError):
    """A change that was rolled back whole, because a rule is violated in the state that would result: see `report`."""

    exit_status = 1

    def __init__(self, report: Report) -> None:
        count = len(report.violations)
        found = f"{count} violation{'' if count == 1 else 's'}"
        super().__init__(f"Refused: {found} in the state that would result. Everything is as it was.")
        self.report = report


class StaleToken(WrongUse):
    """A token of a rehearsal after which the store has changed, so that the change would not be the same any more."""

    def __init__(self, token: str, given: int, revision: int) -> None:
        super().__init__(
            f"The store has changed since {token} was given: it was at revision {given} and is at {revision}. Nothing "
            "was committed. Rehearse the import again (--dry-run) and look at what it would change now."
        )
        self.token = token


class ShapesFault(PartnerGraphError):
    """Shapes that cannot be judged by; the message names the shape, what is wrong with it and what would be right."""

    exit_status = 2


class BadQuery(PartnerGraphError):
    """SPARQL that cannot be run: bad syntax, an update, or a form that is switched off."""

    exit_status = 2

    def __init__(self, message: str, line: int | None = None, column: int | None = None) -> None:
        super().__init__(message)
        self.message = message
        self.line = line
        self.column = column


class Busy(PartnerGraphError):
    """More queries at once than the service takes; `retry_after` is in how many seconds there may be room."""

    def __init__(self, waiting: int, retry_after: int) -> None:
        super().__init__(f"{waiting} queries are waiting already. Ask again in {retry_after} seconds.")
        self.retry_after = retry_after


class Stopped(PartnerGraphError):
    """A query that was stopped before anything of its answer was there; `limit` names the bound, or what else it was.

    `limit` is one of seconds, memory, rows, bytes, cancelled, left, lost and ending.
    """

    def __init__(self, limit: str, message: str) -> None:
        super().__init__(message)
        self.limit = limit
