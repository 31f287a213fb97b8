"""Derivations: what a derived graph holds that follows from certain things, before and after it is made anew."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass

import pyoxigraph as ox

from partnergraph.store.delta import Delta
from partnergraph.store.view import View
from partnergraph.terms import PREFIXES

_FROM = ox.NamedNode(PREFIXES["prov"] + "wasDerivedFrom")


@dataclass(frozen=True, slots=True)
class Derivations:
    """The nodes of a derived graph that go and those that come, and how the graph changes by that."""

    gone: frozenset[str]
    come: frozenset[str]
    change: Delta


def derivations(before: ox.Store, made: View, graph: str, things: Iterable[str]) -> Derivations:
    """Return what follows from the things in a derived graph, in a store and where it was made anew.

    What was derived from something derived is among it.
    """
    named, origins = ox.NamedNode(graph), [ox.NamedNode(thing) for thing in things if _is_iri(thing)]
    anew = made.beneath()
    old, new = _followed(before, named, origins), _followed(anew, named, origins)
    was = {quad for node in old for quad in before.quads_for_pattern(node, None, None, named)}
    is_ = {quad for node in new for quad in anew.quads_for_pattern(node, None, None, named)}
    change = Delta(frozenset(is_ - was), frozenset(was - is_))
    return Derivations(frozenset(node.value for node in old), frozenset(node.value for node in new), change)


def _followed(quads: ox.Store, graph: ox.NamedNode, origins: Iterable[ox.NamedNode]) -> set[ox.NamedNode]:
    found: set[ox.NamedNode] = set()
    waiting = list(origins)
    while waiting:
        for quad in quads.quads_for_pattern(None, _FROM, waiting.pop(), graph):
            if isinstance(quad.subject, ox.NamedNode) and quad.subject not in found:
                found.add(quad.subject)
                waiting.append(quad.subject)
    return found


def _is_iri(text: str) -> bool:
    try:
        ox.NamedNode(text)
    except ValueError:
        return False
    return True
