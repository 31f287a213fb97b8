"""What a query of the shapes binds, gives and does, and which of that SHACL allows."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from itertools import pairwise

from partnergraph.errors import ShapesFault
from partnergraph.shacl.sparql.structure import Brackets, Expression, Group, Part, Query, Select, binds, flat, mentions
from partnergraph.shacl.sparql.tokens import Token
from partnergraph.shacl.world import Inexpressible

_NEVER_NESTED = {"shapesGraph", "currentShape", "PATH"}


def check(query: Query, bound: frozenset[str] | set[str], text: str) -> None:
    """Raise ShapesFault where a query does what SHACL forbids when these variables are bound beforehand.

    Raise Inexpressible where it means something else for all nodes at once than for each by itself.
    """
    whole = list(flat((query.select,)))
    for word, variable in pairwise(whole):
        if word.is_word("AS") and variable.variable in bound:
            raise ShapesFault(f"A query of the shapes binds {variable.text}, which SHACL has bound already:\n{text}")
    for select in _subqueries(query.select.where.parts):
        for name in sorted(bound - _NEVER_NESTED - projected(select)):
            raise ShapesFault(f"A sub-query of the shapes does not give ${name}, as SHACL demands:\n{text}")
    for each in (query.select, *_subqueries(query.select.where.parts)):
        if each.aggregates and not each.has("GROUP"):
            raise Inexpressible("a query reckons over all solutions without GROUP BY, which counts for each focus node")


def _subqueries(parts: Iterable[Part]) -> Iterator[Select]:
    for part in parts:
        match part:
            case Select():
                yield part
                yield from _subqueries((*part.head, part.where, *part.tail))
            case Brackets() | Expression() | Group():
                yield from _subqueries(part.parts)


def projected(select: Select) -> set[str]:
    """Return the names of the variables that a query gives."""
    names = {part.variable or part.text for part in select.head if isinstance(part, Token)}
    for part in select.head:
        if isinstance(part, Brackets):
            names.add([token.variable for token in flat(part.parts)][-1])
    return names


def finds(group: Group, node: str) -> bool:
    """Return whether a group that uses a node binds it in every solution, and so all groups in it."""
    if not mentions(group.parts, node):
        return True
    inner = [part.where if isinstance(part, Select) else part for part in group.parts]
    return _binds(group, node) and all(finds(part, node) for part in inner if isinstance(part, Group))


def _binds(group: Group, node: str) -> bool:
    """Return whether a node is bound in every solution: by a triple pattern, or by all branches of a union."""
    if binds(group, node) or any(isinstance(part, Select) and _binds(part.where, node) for part in group.parts):
        return True
    branches: list[Group] = []
    for part, following in zip(group.parts, (*group.parts[1:], None), strict=True):
        if isinstance(part, Group) and part.kind in ("", "GRAPH"):
            branches.append(part)
            if isinstance(following, Token) and following.is_word("UNION"):
                continue
            if all(_binds(branch, node) for branch in branches):
                return True
            branches = []
    return False


def stays(parts: Iterable[Part]) -> bool:
    """Return whether a path among the parts may lead from a node to itself without a triple."""
    for part in parts:
        match part:
            case Token() if part.kind == "sign" and part.text in "*?":
                return True
            case Group() | Brackets() if stays(part.parts):
                return True
            case Select() if stays(part.where.parts):
                return True
    return False
