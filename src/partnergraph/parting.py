"""The parting: which statements of a change must be set apart so that the rest breaks no rule.

The unit is what one graph says of one thing. Of what a violation names, the newest loses: what is stored stays. Of
things that came together and exclude each other the least number goes; where several choices are equally small, no
rule says who wins, and all that could go do.
"""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass
from itertools import combinations

from partnergraph.record import key
from partnergraph.report import Finding
from partnergraph.store import Draft, View
from partnergraph.terms import ID, PG

Judge = Callable[[], Sequence[Finding]]
"""Judges the state again and returns the violations that refuse it."""
Incoming = Mapping[str, Collection[str] | None]
"""The graphs that a change writes to, with the things that may be set apart; None for all."""
Edge = frozenset[str]

_ROUNDS = 20
_HOPS = 3
_MANY = 200
_SMALL = 12


@dataclass(frozen=True, slots=True)
class Parted:
    """What was set apart: graph, thing, what is said of it as N-Triples, and the finding that is the reason."""

    graph: str
    node: str
    said: str
    finding: Finding


class Parting:
    """Parts one draft. `state` is where it is judged, which may be a copy of it."""

    def __init__(self, draft: Draft, state: Draft, incoming: Incoming, judge: Judge) -> None:
        self._draft = draft
        self._state = state
        self._incoming = incoming
        self._judge = judge
        self._parted: dict[str, list[Parted]] = {}
        self._idle: set[str] = set()

    def part(self, violations: Sequence[Finding]) -> tuple[Parted, ...] | None:
        """Set apart what must be, in the draft and in the state; return it, or None where only all of it would do."""
        left = list(violations)
        for _ in range(_ROUNDS):
            if not left:
                return tuple(each for parts in self._parted.values() for each in parts)
            chosen = self._losers(left)
            if chosen:
                left = self._tried(chosen)
            elif (after := self._near(left)) is not None:
                left = after
            else:
                return None
        return None

    def _tried(self, chosen: Mapping[str, Finding]) -> list[Finding]:
        """Set apart what was chosen, but for what that did not help; return what is violated then."""
        self._take(chosen)
        left = list(self._judge())
        same = {key(each) for each in left}
        idle = [node for node, finding in chosen.items() if key(finding) in same]
        if idle:
            self._idle.update(idle)
            self._give_back(idle)
            left = list(self._judge())
        return left

    def _losers(self, violations: Sequence[Finding]) -> dict[str, Finding]:
        """Return what violations leave no choice about, else the least of those that exclude each other."""
        pairs = {key(each) for each in violations}
        forced: dict[str, Finding] = {}
        rivals: dict[str, Finding] = {}
        edges: set[Edge] = set()
        for each in violations:
            named = sorted(
                (self._age(node), place, node)
                for place, node in enumerate((each.focus_iri, each.other_iri))
                if node and node not in self._idle and self._graphs(node)
            )
            if not named:
                continue
            mutual = (each.rule, each.other_iri, each.focus_iri) in pairs
            if mutual and len(named) == 2 and named[0][0] == named[1][0]:
                edges.add(frozenset((each.focus_iri, each.other_iri)))
                rivals.setdefault(each.focus_iri, each)
            else:
                node = named[0][2]
                if node not in forced or each.focus_iri == node != forced[node].focus_iri:
                    forced[node] = each
        if forced:
            return forced
        return {node: rivals[node] for node in sorted(_least(edges))}

    def _near(self, violations: Sequence[Finding]) -> list[Finding] | None:
        """Set apart what comes in near to what violations name; return those left, or None where nothing helped."""
        around = {node for each in violations for node in (each.focus_iri, each.other_iri) if node}
        seen: set[str] = set()
        for _ in range(_HOPS):
            seen |= around
            around = {near for node in around for near in self._state.neighbours(node, ID, _MANY)} - seen
            candidates = sorted(node for node in around if self._graphs(node))
            if not candidates:
                continue
            self._take(dict.fromkeys(candidates, violations[0]))
            left = self._judge()
            if len(left) < len(violations):
                return self._spared(candidates, len(left))
            self._give_back(candidates)
        return None

    def _spared(self, candidates: Sequence[str], most: int) -> list[Finding]:
        """Give back as many of the candidates as can be without more than `most` violations; return those left."""
        waiting = [list(candidates)]
        left = list(self._judge())
        while waiting:
            some = waiting.pop()
            reasons = {node: self._parted[node][0].finding for node in some}
            self._give_back(some)
            found = list(self._judge())
            if len(found) <= most:
                left = found
                continue
            self._take(reasons)
            if len(some) > 1:
                middle = len(some) // 2
                waiting += [some[:middle], some[middle:]]
        return left

    def _graphs(self, node: str) -> list[str]:
        return [
            graph
            for graph, nodes in self._incoming.items()
            if (nodes is None or node in nodes) and self._draft.said_of(node, graph)
        ]

    def _age(self, node: str) -> int:
        """Return 0 for what the change brings, 1 for what its graphs said of the thing before in the same words."""
        graphs = self._graphs(node)

        def said(view: View) -> set[str]:
            return {line for each in graphs for line in view.said_of(node, each).splitlines() if _STATED not in line}

        return int(said(self._draft.replaced) == said(self._draft))

    def _take(self, chosen: Mapping[str, Finding]) -> None:
        for node, finding in chosen.items():
            for graph in self._graphs(node):
                said = self._draft.take_out(graph, [node])[node]
                if self._state is not self._draft:
                    self._state.take_out(graph, [node])
                self._parted.setdefault(node, []).append(Parted(graph, node, said, finding))

    def _give_back(self, nodes: Iterable[str]) -> None:
        for node in nodes:
            for each in self._parted.pop(node):
                for draft in {id(each): each for each in (self._draft, self._state)}.values():
                    draft.add_ntriples(each.said.encode(), each.graph)


_STATED = f"<{PG}statedAt>"


def _least(edges: set[Edge]) -> set[str]:
    """Return all that is in a smallest set of nodes without which no edge is left."""
    found: set[str] = set()
    for part in _components(edges):
        nodes = sorted({node for edge in part for node in edge})
        if len(nodes) > _SMALL:
            found |= set(nodes)
            continue
        for size in range(1, len(nodes)):
            covers = [set(some) for some in combinations(nodes, size) if all(edge & set(some) for edge in part)]
            if covers:
                found |= set[str]().union(*covers)
                break
    return found


def _components(edges: set[Edge]) -> list[list[Edge]]:
    left = set(edges)
    parts: list[list[Edge]] = []
    while left:
        part = [left.pop()]
        for edge in part:
            joined = {other for other in left if other & edge}
            left -= joined
            part += joined
        parts.append(part)
    return parts
