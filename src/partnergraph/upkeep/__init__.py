"""Upkeep: what is known of a store, kept right through a change by looking only at what the change can affect.

What belongs together is said by `queries/upkeep/links.rq`.
"""

from __future__ import annotations

from partnergraph.upkeep.book import CreditBook
from partnergraph.upkeep.knowledge import Knowledge
from partnergraph.upkeep.notes import NOTES_GRAPH
from partnergraph.upkeep.outcome import CreditsChange, Outcome
from partnergraph.upkeep.register import Register
from partnergraph.upkeep.upkeep import Upkeep

__all__ = ["NOTES_GRAPH", "CreditBook", "CreditsChange", "Knowledge", "Outcome", "Register", "Upkeep"]
