"""The upkeep of one store: what follows from a change, by a slice of the state that would result."""

from __future__ import annotations

from collections.abc import Collection, Iterable
from dataclasses import dataclass
from functools import cache

from partnergraph import catalogue, credit, rulebook, validation
from partnergraph.evaluation import Evaluation
from partnergraph.evidence import with_evidence
from partnergraph.slices import Bench
from partnergraph.store import Delta, Draft, Links, Store, Surroundings, TooFar, links_of
from partnergraph.terms import PGW, WORKING_GRAPH, credit_graph
from partnergraph.upkeep.outcome import CreditsChange, Outcome
from partnergraph.upkeep.register import Large, Register, tracks, violations
from partnergraph.validation import Told

MOST = 20_000
"""How many things a change may affect before everything is looked at instead."""


@dataclass(frozen=True, slots=True)
class _Found:
    """What was found in a slice, about everything in it, by the `rules` that the change can matter to."""

    rules: frozenset[str]
    findings: tuple[Told, ...]
    large: frozenset[Large] | None
    credits: CreditsChange | None
    derived: Delta


class Upkeep:
    """Says what follows from changes to a store, given what is known of its state."""

    def __init__(self, store: Store, bench: Bench, most: int = MOST) -> None:
        self._store = store
        self._bench = bench
        self._most = most

    def after(self, change: Delta, known: Register) -> Outcome | None:
        """Return what would follow from a change to the store, or None where everything has to be looked at.

        `known` is what was found in the store as it is.
        """
        try:
            around = self._store.around(change, links(), self._most)
            found = self._evaluated(around, known)
            moved = _moved(around.nodes, known, found.large)
            if moved:
                around = self._store.around(change, links(), self._most, moved)
                found = self._evaluated(around, known)
        except TooFar:
            return None
        register = known.changed(around.nodes, found.rules, found.findings, found.large)
        return Outcome(register, change + found.derived, frozenset(around.nodes), found.credits)

    def _evaluated(self, around: Surroundings, known: Register) -> _Found:
        judged_by = known.judged_by
        with self._bench.lent(judged_by) as draft:
            draft.add_quads(around.quads)
            judged_by.write(draft)
            validation.prepare(draft)
            by = validation.rules() if around.retold else validation.rules_met(draft, frozenset(around.names))
            rules = frozenset(rule.id for rule in by)
            told = _witnessed(draft, validation.findings(draft, by), around.nodes)
            if known.large is None:
                return _Found(rules, told, None, None, Delta())
            here = known.changed(around.nodes, rules, told, None).violations_at(around.nodes)
            _add_large(draft, [each for each in known.elsewhere(around.nodes) if each[0] in around.ground])
            credit.derive(draft, judged_by.pack, (*here, *known.violations_at(around.ground)))
            come, derived = self._credits(draft, around.nodes, judged_by)
            large = frozenset((a, t, w) for a, t, w in catalogue.texts(draft, "upkeep/large-workloads"))
            here_only = frozenset(each for each in large if each[1] in around.nodes)
            return _Found(rules, told, here_only, come, derived)

    def _credits(self, draft: Draft, things: Collection[str], judged_by: Evaluation) -> tuple[CreditsChange, Delta]:
        made = self._store.derivations(draft, credit_graph(judged_by.pack), things)
        read = credit.read_by_node(draft, judged_by.pack, rulebook.disputes(draft))
        come = {node: found for node, found in read.items() if node in made.come}
        touched = {partner: named & frozenset(things) for partner, named in credit.touched(draft).items()}
        return CreditsChange(made.gone, come, frozenset(things), touched), made.change


def _witnessed(draft: Draft, told: Iterable[Told], things: Collection[str]) -> tuple[Told, ...]:
    """Return findings with the evidence of those that refuse a change."""
    found = tuple(told)
    refusing = {finding.focus_iri for finding in violations(found, things)}
    return tuple(with_evidence(draft, [each])[0] if each.finding.focus_iri in refusing else each for each in found)


def _moved(things: Collection[str], known: Register, large: Iterable[Large] | None) -> list[str]:
    """Return the accounts whose track may become another one, since other workloads count for it."""
    if known.large is None or large is None:
        return []
    before, after = tracks(known.large), tracks([*large, *known.elsewhere(things)])
    return sorted(account for account in {*before, *after} if before.get(account) != after.get(account))


def _add_large(draft: Draft, large: Iterable[Large]) -> None:
    lines = []
    for number, each in enumerate(sorted(large)):
        names = ("isLargeFor", "isLargeIn", "isLargeOf")
        facts = (f"<{PGW}{name}> <{value}>" for name, value in zip(names, each, strict=True))
        lines.append(f"<{PGW}elsewhere-{number}> {' ; '.join(facts)} .\n")
    if lines:
        draft.add_lines("".join(lines), WORKING_GRAPH)
        draft.construct_into(catalogue.query("upkeep/large-figures").text, WORKING_GRAPH)


@cache
def links() -> Links:
    """Return which properties hold things together."""
    with Store.memory().draft() as draft:
        return links_of((a, b, c) for a, b, c in catalogue.texts(draft, "upkeep/links"))
