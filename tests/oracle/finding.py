"""A finding of the second reading, and the one question that all exclusivity comes down to."""

from itertools import product
from typing import NamedTuple, Protocol

from oracle.bundle import Row, Span

VIOLATION, WARNING, INFO = "violation", "warning", "info"
_JUDGED = {"", "submitted", "under_review", "partner_action_required", "disputed", "approved"}


class Finding(NamedTuple):
    """What is wrong with a thing: a V- code, or for a fault without a code the word for its kind."""

    code: str
    severity: str
    focus: str
    other: str = ""


def overlap(some: list[Span], others: list[Span]) -> bool:
    """Tell whether two half-open intervals, one of each list, have a day in common."""
    return any(max(one[0], two[0]) < min(one[1], two[1]) for one, two in product(some, others))


class Held(Protocol):
    """An association, and who holds it."""

    id: str
    partner: str


def is_rival(one: Held, other: Held) -> bool:
    """Tell whether two known partners hold two associations."""
    return bool(one.partner and other.partner) and one.partner != other.partner and one.id != other.id


def is_judged(row: Row) -> bool:
    """Tell whether the state of a claim is one that shapes look at; other associations always are."""
    return row["type"] != "CPOR" or row["state"] in _JUDGED
