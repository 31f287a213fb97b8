"""The bench: slices of one store, evaluated apart from it, of which the last few are kept."""

from __future__ import annotations

import threading
from collections import OrderedDict
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from typing import TYPE_CHECKING

from partnergraph import catalogue, credit, validation
from partnergraph.report import Report
from partnergraph.slices.about import About
from partnergraph.slices.growth import Cut
from partnergraph.store import Draft, Store
from partnergraph.terms import IMPORTS_GRAPH, ONTOLOGY_GRAPH, RULES_GRAPH, pack_graph

if TYPE_CHECKING:
    from partnergraph.evaluation import Evaluation

_KEPT = 4
_WORN = 50_000
_COMMON = (ONTOLOGY_GRAPH, pack_graph(""), IMPORTS_GRAPH)

Rules = tuple[object, ...]


@dataclass(slots=True)
class Evaluated:
    """A slice with its credits and all that they were derived from, and the violations among what it is about.

    `draft` is as the derivation of credits left it. `worn` counts what was taken off the ground it stands on before.
    """

    draft: Draft
    report: Report
    cut: Cut
    rules: Rules
    worn: int


class Bench:
    """Evaluates slices of a store. `forget` must be called when the store changes."""

    def __init__(self, store: Store) -> None:
        self._store = store
        self._gate = threading.RLock()
        self._properties: dict[str, int] = {}
        self._judges: tuple[validation.Rule, ...] = ()
        self._grounds: dict[Rules, bytes] = {}
        self._free: dict[Rules, list[tuple[Draft, int]]] = {}
        self._kept: OrderedDict[tuple[About, Evaluation], Evaluated] = OrderedDict()

    def __len__(self) -> int:
        """Return how many evaluated slices are kept."""
        return len(self._kept)

    def forget(self) -> None:
        """Drop everything."""
        with self._gate:
            self._grounds.clear()
            self._free.clear()
            self._kept.clear()

    def forget_slices(self) -> None:
        """Drop what was read of the store, and keep what all slices share, which did not change."""
        with self._gate:
            while self._kept:
                self._drop(self._kept.popitem()[1])

    @contextmanager
    def evaluated(self, about: About, judged_by: Evaluation, *wider: About) -> Iterator[Evaluated]:
        """Give the evaluated slice, or one of the `wider` ones where it is kept; it is left as it was at the end."""
        with self._gate:
            keys = [(each, judged_by) for each in (about, *wider)]
            key = next((each for each in keys if each in self._kept), keys[0])
            if key not in self._kept:
                self._kept[key] = self._evaluate(about, judged_by)
            self._kept.move_to_end(key)
            while len(self._kept) > _KEPT:
                self._drop(self._kept.popitem(last=False)[1])
            with self._kept[key].draft.trial():
                yield self._kept[key]

    @contextmanager
    def kept(self, about: About, judged_by: Evaluation) -> Iterator[Evaluated | None]:
        """Give the evaluated slice where it is kept, or nothing; it is left as it was at the end."""
        with self._gate:
            found = self._kept.get((about, judged_by))
            if found is None:
                yield None
            else:
                with found.draft.trial():
                    yield found

    @contextmanager
    def spent(self, about: About, judged_by: Evaluation) -> Iterator[Evaluated]:
        """Give the evaluated slice with the usage of the year before, to be done with as one likes; it is not kept."""
        with self._gate:
            found = self._kept.pop((about, judged_by), None) or self._evaluate(about, judged_by)
            with self._store.reading():
                found.cut.grow_back()
            _add(found.draft, found.cut)
            try:
                yield found
            finally:
                self._drop(found)

    @contextmanager
    def lent(self, judged_by: Evaluation) -> Iterator[Draft]:
        """Give a draft with what all slices share, to put a slice on; nothing of it is kept."""
        with self._gate:
            rules = (judged_by.pack_iri, judged_by.options, judged_by.asked_on)
            draft, worn = self._ground(rules, judged_by)
            try:
                yield draft
            finally:
                self._recycle(rules, draft, worn)

    def _evaluate(self, about: About, judged_by: Evaluation) -> Evaluated:
        with self._store.reading() as view:
            cut = Cut(view, about, judged_by, self._properties)
        rules = (judged_by.pack_iri, judged_by.options, judged_by.asked_on)
        draft, worn = self._ground(rules, judged_by)
        _add(draft, cut)
        judged_by.write(draft)
        validation.prepare(draft)
        report = validation.validate(
            draft, as_of=judged_by.as_of.isoformat(), pack=judged_by.pack, by=self._silencing(draft)
        )
        credit.derive(draft, judged_by.pack, report.violations)
        return Evaluated(draft, report, cut, rules, worn)

    def _silencing(self, draft: Draft) -> tuple[validation.Rule, ...]:
        """Return the rules that matter to a slice: the others say nothing of what its partner earns."""
        if not self._judges:
            self._judges = validation.silencing_rules(draft)
        return self._judges

    def _ground(self, rules: Rules, judged_by: Evaluation) -> tuple[Draft, int]:
        """Return a draft that holds what all slices share: the ontology, rule packs, imports, and what rules give."""
        free = self._free.get(rules)
        if free:
            return free.pop()
        if rules not in self._grounds:
            self._grounds[rules] = self._laid(judged_by)
        return Draft.apart(self._grounds[rules]), 0

    def _laid(self, judged_by: Evaluation) -> bytes:
        draft = Draft.apart(b"")
        for graph in self._store.graphs():
            if graph.startswith(_COMMON):
                draft.add_ntriples(self._store.ntriples([graph]), graph)
        judged_by.write(draft)
        steps = [catalogue.query(f"prepare/{name}") for name in validation.PREPARATION] + [*catalogue.queries("credit")]
        for step in steps:
            if step.reads == catalogue.RULES:
                draft.construct_into(step.text, RULES_GRAPH)
        return draft.nquads()

    def _drop(self, used: Evaluated) -> None:
        self._recycle(used.rules, used.draft, used.worn)

    def _recycle(self, rules: Rules, draft: Draft, worn: int) -> None:
        """Clear the ground of a slice for the next one; a store that had much taken out of it becomes slow."""
        worn += draft.clear_but(*_COMMON, RULES_GRAPH)
        if rules in self._grounds and worn < _WORN:
            self._free.setdefault(rules, []).append((draft, worn))


def _add(draft: Draft, cut: Cut) -> None:
    for graph, lines in cut.lines().items():
        draft.add_lines(lines, graph)
