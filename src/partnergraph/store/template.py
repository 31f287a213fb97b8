"""Templates: the triples that an update writes or takes away, with places for what it finds."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from itertools import pairwise

import pyoxigraph as ox

from partnergraph.store.operation import Group, Token
from partnergraph.store.view import bad_query
from partnergraph.terms import PREFIXES

_VARIABLE = "urn:partnergraph:variable:"
_LABEL = "urn:partnergraph:label:"
Solution = Mapping[str, object]


@dataclass(frozen=True, slots=True)
class Pattern:
    """One triple of a template and the graph it is for; no graph where the template names none.

    Variables and labels of blank nodes stand in it as IRIs of their own.
    """

    triple: ox.Triple
    graph: ox.NamedNode | None

    @property
    def variables(self) -> frozenset[str]:
        """The names of the variables in it."""
        terms = (*_terms(self.triple), self.graph)
        return frozenset(
            term.value.removeprefix(_VARIABLE)
            for term in terms
            if isinstance(term, ox.NamedNode) and term.value.startswith(_VARIABLE)
        )

    @property
    def makes_nodes(self) -> bool:
        """Whether a new blank node comes with every solution."""
        return any(
            isinstance(term, ox.BlankNode) or (isinstance(term, ox.NamedNode) and term.value.startswith(_LABEL))
            for term in _terms(self.triple)
        )


def patterns(prologue: str, group: Group) -> tuple[Pattern, ...]:
    """Return what the group of a template holds; raise BadQuery where it is none."""
    found: list[Pattern] = []
    for graph, text in _parts(group):
        node = None if graph is None else next(iter(_triples(prologue, f"<urn:s> <urn:p> {graph}"))).object
        target = node if isinstance(node, ox.NamedNode) else None
        found += [Pattern(triple, target) for triple in _triples(prologue, text)]
    return tuple(found)


def filled(template: Sequence[Pattern], solutions: Iterable[Solution], graph: ox.NamedNode) -> Iterator[ox.Quad]:
    """Yield the quads of a template for each solution; those without a graph are for `graph`.

    What a solution leaves open, or makes no triple of, is left out, as the standard says.
    """
    for solution in solutions:
        nodes: dict[str, ox.BlankNode] = {}
        for pattern in template:
            triple = _triple(pattern.triple, solution, nodes)
            target = graph if pattern.graph is None else _filled(pattern.graph, solution, nodes)
            if triple is not None and isinstance(target, ox.NamedNode):
                yield ox.Quad(triple.subject, triple.predicate, triple.object, target)


def _parts(group: Group) -> Iterator[tuple[str | None, str]]:
    """Yield the parts of a template, each with the graph it is for, as texts."""
    tokens = group.tokens
    start = at = 0
    while at < len(tokens):
        if not tokens[at].says("GRAPH"):
            at += 1
            continue
        yield None, _text(group, start, at)
        end = next(place for place in range(at, len(tokens)) if _closes(tokens, at + 2, place))
        yield _text(group, at + 1, at + 2), _text(group, at + 3, end)
        start = at = end + 1
    yield None, _text(group, start, len(tokens))


def _closes(tokens: Sequence[Token], opening: int, place: int) -> bool:
    if tokens[place].kind != "mark" or tokens[place].text != "}":
        return False
    inside = [token.text for token in tokens[opening : place + 1] if token.kind == "mark"]
    return inside.count("{") == inside.count("}")


def _text(group: Group, start: int, end: int) -> str:
    """Return the text of some tokens as it stands, but with IRIs for variables and for labels of blank nodes."""
    tokens = group.tokens[start:end]
    pieces = []
    for token, following in pairwise((*tokens, None)):
        if token is None:
            continue
        gap = " " if following is not None and following.start > token.start + len(token.text) else ""
        pieces.append(_spelled(token) + gap)
    return "".join(pieces)


def _spelled(token: Token) -> str:
    if token.kind == "variable":
        return f"<{_VARIABLE}{token.text[1:]}>"
    return f"<{_LABEL}{token.text[2:]}>" if token.kind == "label" else token.text


def _triples(prologue: str, text: str) -> Iterator[ox.Triple]:
    try:
        found = ox.Store().query(f"{prologue}CONSTRUCT {{ {text} }} WHERE {{}}", prefixes=PREFIXES)
    except SyntaxError as fault:
        raise bad_query(fault) from fault
    return found if isinstance(found, ox.QueryTriples) else iter(())


def _terms(triple: ox.Triple) -> Iterator[object]:
    for term in (triple.subject, triple.predicate, triple.object):
        if isinstance(term, ox.Triple):
            yield from _terms(term)
        else:
            yield term


def _triple(triple: ox.Triple, solution: Solution, nodes: dict[str, ox.BlankNode]) -> ox.Triple | None:
    subject, predicate, value = (
        _filled(term, solution, nodes) for term in (triple.subject, triple.predicate, triple.object)
    )
    if (
        isinstance(subject, ox.NamedNode | ox.BlankNode)
        and isinstance(predicate, ox.NamedNode)
        and isinstance(value, ox.NamedNode | ox.BlankNode | ox.Literal | ox.Triple)
    ):
        return ox.Triple(subject, predicate, value)
    return None


def _filled(term: object, solution: Solution, nodes: dict[str, ox.BlankNode]) -> object:
    if isinstance(term, ox.Triple):
        return _triple(term, solution, nodes)
    if isinstance(term, ox.BlankNode):
        return nodes.setdefault(f"_:{term.value}", ox.BlankNode())
    if isinstance(term, ox.NamedNode):
        if term.value.startswith(_VARIABLE):
            return solution.get(term.value.removeprefix(_VARIABLE))
        if term.value.startswith(_LABEL):
            return nodes.setdefault(term.value, ox.BlankNode())
    return term
