"""The outcome of a change that has not been made yet: what would be found, and which credits would come and go."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from partnergraph.credit import Credit
from partnergraph.store import Delta
from partnergraph.upkeep.register import Register
from partnergraph.validation import RulesReport


@dataclass(frozen=True, slots=True)
class CreditsChange:
    """The nodes of the credits that go, and the credits that come, by their nodes; some may be in both.

    `named` are the things whose entries in `Credits.touched` go, and `touched` the entries that come.
    """

    gone: frozenset[str]
    come: Mapping[str, Credit]
    named: frozenset[str]
    touched: Mapping[str, frozenset[str]]


@dataclass(frozen=True, slots=True)
class Outcome:
    """What would follow from a change, which was judged by looking at `things` only.

    `change` is what it would change in the store: that which was asked for, and what is derived from it. `credits` is
    None where the credits of the state before are not known.
    """

    register: Register
    change: Delta
    things: frozenset[str]
    credits: CreditsChange | None

    @property
    def report(self) -> RulesReport:
        """What the rules would find in the whole store."""
        return self.register.report
