"""The policy of a store: what it does with changes that the rules find violations in. It is kept in the store."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum

from partnergraph import catalogue
from partnergraph.errors import WrongUse
from partnergraph.store import Draft, View
from partnergraph.terms import PG, POLICY_GRAPH, literal


class Mode(StrEnum):
    """What becomes of a change that the rules find violations in.

    `reject` keeps nothing of it; `quarantine` sets apart what violates and keeps the rest; `record` keeps all and
    writes the findings into the store.
    """

    REJECT = "reject"
    QUARANTINE = "quarantine"
    RECORD = "record"


@dataclass(frozen=True, slots=True)
class Policy:
    """`mode` holds for every import that does not name its own."""

    mode: Mode = Mode.REJECT


def mode_of(text: str) -> Mode:
    """Return the mode of that name; raise WrongUse where there is none."""
    try:
        return Mode(text)
    except ValueError:
        raise WrongUse(f"There is no guard mode {text}. Known are: {', '.join(Mode)}.") from None


def read(view: View) -> Policy:
    """Return the policy that the store holds; without one, changes with violations are refused."""
    modes = [row[0] for row in catalogue.texts(view, "lookup/policy")]
    return Policy(Mode(modes[0])) if modes else Policy()


def write(draft: Draft, policy: Policy) -> None:
    """Make `policy` the one that the draft holds."""
    draft.clear(POLICY_GRAPH)
    draft.add_ntriples(f"<{POLICY_GRAPH}> <{PG}guardMode> {literal(policy.mode)} .\n".encode(), POLICY_GRAPH)
