"""Growth: how a slice grows from what is asked about, by the queries below `queries/slice/`."""

from __future__ import annotations

import re
from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from functools import cache
from typing import TYPE_CHECKING

from partnergraph import catalogue
from partnergraph.slices.about import About, days, months
from partnergraph.slices.reading import Reading, portions
from partnergraph.store import View
from partnergraph.terms import PG, instance, literal, normal_key

if TYPE_CHECKING:
    from partnergraph.evaluation import Evaluation

Slice = Mapping[str, str]
"""Lines of Turtle by the IRI of the named graph they stand in."""

_SOURCE = re.compile(r"VALUES \?(\w+) \{ \}")


@dataclass(frozen=True, slots=True)
class _Step:
    """One way to grow: a query and the names of what its columns give."""

    columns: tuple[str, ...]
    text: str


class Cut:
    """The asserted statements that can bear on what is asked, of the store that `view` reads.

    All that follows for the partner (in the tenant, where one is named) from the whole store follows from them. Of
    other partners they hold what can stand in its way, and no more. `properties` is for `Reading`.
    """

    def __init__(self, view: View, about: About, judged_by: Evaluation, properties: dict[str, int]) -> None:
        self._reading = Reading(view, properties)
        self._growth = _Growth(view, "steps", days(judged_by) | months(judged_by), self._reading)
        family = _Growth(view, "families", {"day": [literal(judged_by.asked_on.isoformat(), "date")]})
        asked = _named(view, "partner", about.partner)
        family.grow({"asked": asked, "above": asked})
        accounts = [*family.members["above"], *family.members["beside"]]
        served = _named(view, "tenant", about.tenant)
        self._growth.grow(
            {
                "month": months(judged_by)["month"],
                "family": accounts,
                "asker" if about.narrow else "holder": accounts,
                "top": family.members["above"],
                "why": [] if about.narrow else ["true"],
                "askedSubscription": _named(view, "subscription", about.subscription),
                **dict.fromkeys(("served", "open", "used"), served),
            }
        )

    def grow_back(self) -> None:
        """Take in the usage of the year before, which the growth of a score is measured from."""
        members = self._growth.members
        again = {"remeasured": "measured", "resubscribed": "subscribed", "aged": "core"}
        self._growth.grow({name: [*members[origin]] for name, origin in again.items()})

    def lines(self) -> Slice:
        """Return the statements that were not returned before."""
        taken, self._reading.lines = self._reading.lines, defaultdict(list)
        return {graph: "".join(lines) for graph, lines in taken.items()}


def _named(view: View, kind: str, key: str | None) -> list[str]:
    """Return the things of a kind that have the id, as Turtle writes them; among them the one that it would name."""
    if key is None:
        return []
    query = f"SELECT ?thing WHERE {{ ?thing <{PG}{kind}Id> {literal(normal_key(key))} }}"
    return list(dict.fromkeys([f"<{instance(kind, key)}>", *(row[0] for row in view.terms(query))]))


@cache
def _steps(folder: str) -> dict[str, list[_Step]]:
    """Return the steps below `queries/slice/` by what they start from; those that start from nothing stand at ""."""
    found: dict[str, list[_Step]] = {}
    for query in catalogue.queries(f"slice/{folder}"):
        source = _SOURCE.search(query.text)
        found.setdefault(source[1] if source else "", []).append(_Step(query.columns, query.text))
    return found


class _Growth:
    """A set of things that grows by steps, and by the classes of things where `reading` tells them.

    `members` are the things by the names that steps give them. `given` are the values of names that no step grows.
    """

    def __init__(
        self, view: View, folder: str, given: Mapping[str, Iterable[str]], reading: Reading | None = None
    ) -> None:
        self._view = view
        self._given = given
        self._steps = _steps(folder)
        self._reading = reading
        self._fresh: dict[str, list[str]] = {}
        self.members: dict[str, dict[str, None]] = defaultdict(dict)

    def grow(self, seeds: Mapping[str, Iterable[str]]) -> None:
        """Grow from the seeds until nothing is added."""
        for name, things in seeds.items():
            self._add(name, things)
        self._take("", ())
        while self._fresh or (self._reading is not None and self._reading.waits):
            fresh, self._fresh = self._fresh, {}
            for name, things in fresh.items():
                self._take(name, things)
            for kind, thing in self._reading.read() if self._reading is not None else ():
                self._add(kind, (thing,))

    def _take(self, name: str, things: Sequence[str]) -> None:
        """Take all steps from the things called so."""
        values: dict[str, Iterable[str]] = {**self._given, **self.members}

        def filled(place: re.Match[str]) -> str:
            return f"VALUES ?{place[1]} {{ {' '.join(values.get(place[1], ()))} }}"

        for step in self._steps.get(name, ()):
            texts = []
            for portion in portions(things):
                values[name] = portion
                texts.append(_SOURCE.sub(filled, step.text))
            found = self._view.terms(*texts)
            for column, members in zip(step.columns, zip(*found, strict=True), strict=False):
                self._add(column, members)

    def _add(self, name: str, things: Iterable[str]) -> None:
        known = self.members[name]
        new = [thing for thing in dict.fromkeys(things) if thing and thing not in known]
        known.update(dict.fromkeys(new))
        if self._reading is not None:
            self._reading.note(new)
        if new and name in self._steps:
            self._fresh.setdefault(name, []).extend(new)
