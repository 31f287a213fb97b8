"""The rule book: where each rule of the programme, R1 to R91, is carried out, and what credit rests on a dispute."""

from __future__ import annotations

import re
from collections import defaultdict
from collections.abc import Iterable, Iterator
from dataclasses import dataclass

from partnergraph import catalogue, validation
from partnergraph.store import View

_NUMBERS = re.compile(r"\bR(\d+)(?: to R(\d+))?")
_HEAD = """\
# R1 to R91

The rules of the programme and where each of them lives: the shapes that judge by it, the questions that derive or
explain by it, and the data that state it. `partnergraph rules --doc` writes this page from the shapes, the headers of
the queries and the packs, and a test compares it. What each rule says, how sure it is and who says so stands in
`ontology/rules.ttl`; where sources contradict each other, in `ontology/conflicts.ttl`
(`partnergraph query --name rules/conflicts`).

| no. | rule | shapes | queries | data | otherwise |
|---|---|---|---|---|---|
"""


@dataclass(frozen=True, slots=True)
class Entry:
    """One rule of the programme and its places.

    `shapes` are ids of rules for data, `queries` names of questions, `data` kinds of things that name the rule with
    the pack they are in. `files` carry it out without naming it; `reason` says why it, or a part of it, is not.
    """

    number: str
    title: str
    shapes: tuple[str, ...]
    queries: tuple[str, ...]
    data: tuple[str, ...]
    files: tuple[str, ...]
    reason: str

    @property
    def is_placed(self) -> bool:
        """Whether the rule has a place, or a reason to have none."""
        return any((self.shapes, self.queries, self.data, self.files, self.reason))


def entries(view: View) -> tuple[Entry, ...]:
    """Return the rules of the programme that the graph holds, by number."""
    files: dict[str, list[str]] = defaultdict(list)
    told: dict[str, tuple[str, str]] = {}
    for number, title, file, reason in catalogue.texts(view, "lookup/rule-notes"):
        told[number] = (title, reason)
        files[number] += [file] if file else []
    shapes = _places((rule.id, rule.rules) for rule in validation.rules())
    queries = _places((query.name, _named(query.source)) for query in catalogue.queries())
    data = _data(view)
    return tuple(
        Entry(number, title, shapes[number], queries[number], data[number], tuple(files[number]), reason)
        for number, (title, reason) in told.items()
    )


def markdown(view: View) -> str:
    """Return the rules of the programme with their places as the page `docs/rules.md`."""
    return _HEAD + "".join(f"| {' | '.join(_cells(entry))} |\n" for entry in entries(view))


def disputes(view: View) -> dict[str, tuple[str, ...]]:
    """Return what makes the rules of the packs disputed or little sure, by their IRI; others are left out.

    The texts are numbers of conflicts ("C5"), grounds ("basis inferred") and doubtful rules ("R26 low confidence").
    The graph must hold the evaluation, since some rules are disputed under later packs only.
    """
    found: dict[str, tuple[str, ...]] = {}
    for row, code, _ in catalogue.texts(view, "lookup/disputed-rules"):
        found[row] = (*found.get(row, ()), code)
    return found


def _places(named: Iterable[tuple[str, Iterable[str]]]) -> dict[str, tuple[str, ...]]:
    """Return the names of things by the numbers they name."""
    found: dict[str, list[str]] = defaultdict(list)
    for name, numbers in named:
        for number in numbers:
            found[number].append(name)
    return defaultdict(tuple, {number: tuple(names) for number, names in found.items()})


def _named(source: str) -> Iterator[str]:
    """Yield the numbers that the header of a query names, those of a span such as R23 to R27 one by one."""
    for first, last in _NUMBERS.findall(source):
        for number in range(int(first), int(last or first) + 1):
            yield f"R{number}"


def _data(view: View) -> dict[str, tuple[str, ...]]:
    """Return what names each rule: pack and kinds of things, such as "2023-06: band, threshold"."""
    kinds: dict[str, dict[str, list[str]]] = defaultdict(lambda: defaultdict(list))
    for number, pack, kind in catalogue.texts(view, "lookup/rule-places"):
        kinds[number][pack or "vocabulary"].append(kind)
    return defaultdict(
        tuple,
        {
            number: tuple(f"{place}: {', '.join(names)}" for place, names in by_place.items())
            for number, by_place in kinds.items()
        },
    )


def _cells(entry: Entry) -> Iterator[str]:
    yield entry.number
    yield entry.title
    yield " ".join(f"`{name}`" for name in entry.shapes)
    yield " ".join(f"`{name}`" for name in entry.queries)
    yield "; ".join(entry.data)
    yield ": ".join(text for text in (" ".join(f"`{file}`" for file in entry.files), entry.reason) if text)
