"""Parties: the partner and the customer that a thing has to do with."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from itertools import islice

from partnergraph import catalogue
from partnergraph.store import View
from partnergraph.terms import local_id

_AT_ONCE = 1000
_PLACE = "VALUES ?thing { }"


@dataclass(frozen=True, slots=True)
class Parties:
    """The ids of a partner and a customer; empty where there is none."""

    partner: str = ""
    customer: str = ""


def parties_of(view: View, things: Iterable[str]) -> dict[str, Parties]:
    """Return the parties of the things, by their IRIs; of several the first."""
    query = catalogue.query("lookup/parties").text
    found: dict[str, Parties] = {}
    left = iter(sorted(things))
    while some := list(islice(left, _AT_ONCE)):
        named = " ".join(f"<{thing}>" for thing in some)
        for thing, partner, customer in view.rows(query.replace(_PLACE, f"VALUES ?thing {{ {named} }}"))[1]:
            known = Parties(local_id(partner or "")[1], local_id(customer or "")[1])
            held = found.get(str(thing), Parties())
            found[str(thing)] = Parties(held.partner or known.partner, held.customer or known.customer)
    return found
