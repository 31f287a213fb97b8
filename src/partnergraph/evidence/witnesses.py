"""Witnesses: the stated triples that make a finding so.

They are found by the patterns of the rule's own query: what these say of the nodes that the query found. A triple that
was derived is told by what the query that derives it looks at, and so on.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from functools import cache

from partnergraph import catalogue
from partnergraph.evidence.patterns import Pattern, speech
from partnergraph.shacl.rule import SH, Rule
from partnergraph.store import View
from partnergraph.terms import PG, PGM, PGV, RDF_TYPE, WORKING_GRAPH, is_asserted
from partnergraph.validation import PREPARATION

Triple = tuple[str, str, str]
Stated = dict[Triple, tuple[str, ...]]
"""Triples, each with the graphs that state it."""
Bound = dict[str, set[str]]
"""The N-Triples terms that each variable may stand for."""

_WORDS = tuple(f"<{namespace}" for namespace in (PG, PGV, PGM))
_ROUNDS = 3
_DEEPEST = 3
_STEPS = 3
_ENOUGH = 25


class Witnesses:
    """Looks for the witnesses of findings in one prepared graph."""

    def __init__(self, view: View) -> None:
        self._view = view
        self._about: dict[str, tuple[tuple[str, str, str], ...]] = {}
        self._grounds: dict[tuple[Triple, int], Stated] = {}

    def of(self, rule: Rule, solutions: Iterable[Mapping[str, str]]) -> Stated:
        """Return the stated triples that make these solutions of a rule so."""
        search = _Search(self)
        for solution in solutions:
            search.look(_patterns(rule), {f"?{name}": {term} for name, term in solution.items()}, 0)
        return search.found

    def about(self, node: str) -> tuple[tuple[str, str, str], ...]:
        """Return what is said of a node of the data: property and value as N-Triples terms, and the graph's IRI."""
        if node not in self._about:
            known = node.startswith("<") and not node.startswith(_WORDS)
            self._about[node] = tuple(sorted(self._view.about(node))) if known else ()
        return self._about[node]

    def grounds(self, triple: Triple, depth: int) -> Stated:
        """Return the stated triples from which a derived one follows, by the query that makes such triples."""
        if (triple, depth) not in self._grounds:
            search = _Search(self)
            for made, patterns in _makers().get(triple[1], ()):
                bound = _unified(triple, made)
                if bound is not None:
                    search.look(patterns, bound, depth)
            self._grounds[triple, depth] = search.found
        return self._grounds[triple, depth]

    def pointing(self, properties: Iterable[str], value: str) -> Iterator[str]:
        """Yield the nodes that have a value, as long as there are few of them."""
        for name in properties:
            found = self._view.pointing(name, value, _ENOUGH + 1)
            yield from sorted(found) if len(found) <= _ENOUGH else ()


@dataclass(slots=True)
class _Search:
    """One search for the witnesses of one finding."""

    known: Witnesses
    found: Stated = field(default_factory=dict)

    def look(self, patterns: Sequence[Pattern], bound: Bound, depth: int) -> None:
        """Note what the patterns say of the nodes bound, and bind what they lead to."""
        left = patterns
        for _ in range(_ROUNDS):
            before = len(left)
            left = [pattern for pattern in left if not self._match(pattern, bound, depth)]
            if not left or len(left) == before:
                return

    def _match(self, pattern: Pattern, bound: Bound, depth: int) -> bool:
        """Note what one pattern says; return whether enough was bound to tell."""
        subjects, values = _terms(pattern.subject, bound), _terms(pattern.value, bound)
        properties = {f"<{name}>" for name in pattern.properties if not name.startswith("?")}
        properties |= {term for name in pattern.properties for term in bound.get(name, ())}
        if not properties:
            return False
        if subjects is None:
            if pattern.wanders or values is None or not pattern.value.startswith("?"):
                return False
            subjects = {node for value in values for node in self.known.pointing(properties, value)}
            bound[pattern.subject] = subjects
        reached: set[str] = set()
        starts = sorted(subjects)[:_ENOUGH]
        for _ in range(_STEPS if pattern.wanders else 1):
            step = set()
            for start in starts:
                step |= self._note(start, properties, None if pattern.wanders else values, depth)
            reached |= step
            starts = sorted(step)[:_ENOUGH]
        if values is None and pattern.value.startswith("?") and reached:
            bound[pattern.value] = reached
        return True

    def _note(self, node: str, properties: set[str], values: set[str] | None, depth: int) -> set[str]:
        """Note what is said of a node with these properties, and return the values."""
        reached = set()
        for name, value, graph in self.known.about(node):
            if name not in properties or (values is not None and value not in values):
                continue
            reached.add(value)
            triple = (node, name, value)
            if is_asserted(graph):
                self.found[triple] = tuple(dict.fromkeys((*self.found.get(triple, ()), graph)))
            elif graph == WORKING_GRAPH and depth < _DEEPEST:
                for each, graphs in self.known.grounds(triple, depth + 1).items():
                    self.found.setdefault(each, graphs)
        return reached


def _unified(triple: Triple, made: Pattern) -> Bound | None:
    """Return what the variables of a pattern stand for in a triple; None where the triple is no case of it."""
    bound: Bound = {}
    for term, place in ((triple[0], made.subject), (triple[2], made.value)):
        if place.startswith("?"):
            bound[place] = {term}
        elif place != term:
            return None
    return bound


def _terms(place: str, bound: Bound) -> set[str] | None:
    """Return what a place of a pattern may stand for, nothing where that is not known."""
    if place.startswith("?"):
        return bound.get(place)
    return {place} if place else None


def _patterns(rule: Rule) -> tuple[Pattern, ...]:
    """Return the patterns of a rule: its target, the path of its property, and those of its queries."""
    said = rule.statements
    found = [Pattern("?this", (RDF_TYPE,), f"<{each}>") for each in said.get(SH + "targetClass", ())]
    found += [Pattern("?this", (each,), "?targeted") for each in said.get(SH + "targetSubjectsOf", ())]
    found += [Pattern("?targeting", (each,), "?this") for each in said.get(SH + "targetObjectsOf", ())]
    found += [Pattern("?this", (path,), "?value") for path in said.get(SH + "path", ())]
    found += [pattern for text in said.get(SH + "sparql", ()) for pattern in speech(text).looks_at]
    return tuple(found)


@cache
def _makers() -> Mapping[str, tuple[tuple[Pattern, tuple[Pattern, ...]], ...]]:
    """Return by property which preparation makes triples of it, and what that looks at."""
    makers: dict[str, list[tuple[Pattern, tuple[Pattern, ...]]]] = defaultdict(list)
    for name in PREPARATION:
        said = speech(catalogue.query(f"prepare/{name}").text)
        for pattern in said.makes:
            for each in pattern.properties:
                makers[f"<{each}>"].append((pattern, said.looks_at))
    return {name: tuple(each) for name, each in makers.items()}
