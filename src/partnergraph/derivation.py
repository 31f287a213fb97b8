"""Derivation: CONSTRUCT queries run over a draft, those that do not read each other's output at the same time."""

from __future__ import annotations

import re
from collections.abc import Collection, Iterable, Iterator, Mapping
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from functools import lru_cache

from partnergraph.catalogue import RULES, Query
from partnergraph.store import Draft
from partnergraph.terms import RULES_GRAPH

_THREADS = 2
_TEMPLATE = re.compile(r"CONSTRUCT\s*(?:\{([^}]*)\}\s*)?WHERE\s*(\{.*)", re.DOTALL)
_COMMENT = re.compile(r"^\s*#.*$", re.MULTILINE)
_STRING = re.compile(r'"[^"\n]*"')
_NAME = re.compile(r"[A-Za-z]\w*:\w[\w-]*")
_VERB = re.compile(r"(?:^|[;.])\s*(?:\?\w+\s+)?(\?\w+|[\w-]+(?::[\w-]+)?)\s+(\S+)")
_OPEN = re.compile(
    r"(?:^|[.{}])\s*[?$]\w+\s+[?$]\w+\s | [.{}]\s*\w+:[\w-]+\s+[?$]\w+\s | ;\s*[?$]\w+\s",
    re.MULTILINE | re.VERBOSE,
)
_OPEN_CLASS = re.compile(r"\sa\s+[?$]")
_UNREAD = "graph credit"
_ANY = "any"
_CLASS = "a"


def derive(
    draft: Draft, steps: Iterable[Query], targets: Mapping[str, str], metrics: Collection[str] | None = None
) -> None:
    """Add what each of the steps gives to the named graph that `targets` has for what it returns.

    It comes to the same as running them in their order. With `metrics` (codes), steps that give only others are
    passed over. Where the draft holds what follows from the rules alone, so are the steps that read nothing else.
    """
    ruled = draft.has(RULES_GRAPH)
    needed = tuple(
        step
        for step in steps
        if not (ruled and step.reads == RULES)
        and (metrics is None or not step.metrics or not set(step.metrics).isdisjoint(metrics))
    )

    def run(step: Query) -> None:
        draft.construct_into(step.text, targets[step.returns.removeprefix("graph ")])

    with ThreadPoolExecutor(_THREADS) as threads:
        for wave in waves(needed):
            if len(wave) == 1:
                run(wave[0])
            else:
                list(threads.map(run, wave))


@lru_cache(maxsize=64)
def waves(steps: tuple[Query, ...]) -> tuple[tuple[Query, ...], ...]:
    """Return the steps in groups, one after the other, in each of which none reads what another one writes.

    Credits count as read by none of them.
    """
    traces = [_trace(step) for step in steps]
    places: list[int] = []
    for number, trace in enumerate(traces):
        before = (places[other] for other in range(number) if trace.meets(traces[other]))
        places.append(1 + max(before, default=-1))
    return tuple(
        tuple(step for step, place in zip(steps, places, strict=True) if place == wave)
        for wave in range(1 + max(places, default=-1))
    )


@dataclass(frozen=True, slots=True)
class _Trace:
    """The names of properties and classes that a step reads and writes.

    Among them `any` stands for all, and `a` for whatever class.
    """

    reads: frozenset[str]
    writes: frozenset[str]

    def meets(self, other: _Trace) -> bool:
        """Return whether the order of the two matters."""
        return _shares(self.reads, other.writes) or _shares(other.reads, self.writes)


def _shares(reads: frozenset[str], writes: frozenset[str]) -> bool:
    if not reads or not writes:
        return False
    return _ANY in reads or _ANY in writes or not reads.isdisjoint(writes)


def _trace(step: Query) -> _Trace:
    text = _STRING.sub('""', _COMMENT.sub("", step.text))
    parts = _TEMPLATE.search(text)
    if parts is None:
        return _Trace(frozenset({_ANY}), frozenset({_ANY}))
    template, pattern = parts[1] if parts[1] is not None else parts[2], parts[2]
    reads = {_ANY} if _OPEN.search(pattern) else set(_NAME.findall(pattern))
    if _OPEN_CLASS.search(pattern):
        reads.add(_CLASS)
    writes = set() if step.returns == _UNREAD else set(_written(template))
    return _Trace(frozenset(reads), frozenset(writes))


def _written(template: str) -> Iterator[str]:
    """Yield the names that the triples of a template write: their properties, of types the classes."""
    for verb, value in _VERB.findall(template.strip()):
        if verb.startswith("?") or (verb == _CLASS and value.startswith("?")):
            yield _ANY
        else:
            yield from (_CLASS, value) if verb == _CLASS else (verb,)
