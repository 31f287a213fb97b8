"""Reading: what the asserted graphs say of things, and of what they refer to."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Iterator, Sequence
from typing import TypeVar

from partnergraph import catalogue
from partnergraph.store import View
from partnergraph.terms import PG, PREFIXES, RDF_TYPE, is_asserted

_OURS = tuple(f"<{namespace}" for namespace in PREFIXES.values())
_CLASS = f"<{PG}"
_TYPE = f"<{RDF_TYPE}>"


_MANY = 200
Things = TypeVar("Things", bound=Sequence[object])


def portions(things: Things) -> list[Things]:
    """Return the things in two portions where they are many, so that two threads can ask about them."""
    middle = len(things) // 2
    return [things[:middle], things[middle:]] if len(things) > _MANY else [things]  # type: ignore[list-item]


class Reading:
    """What the asserted graphs of a store say of a growing number of things, read a round of them at a time.

    A term costs a look into the store each time it is given out, so things, properties and graphs are given out by
    their numbers. `properties` are those met before, which this reading adds to.
    """

    def __init__(self, view: View, properties: dict[str, int]) -> None:
        self._view = view
        self._properties = properties
        self._graphs = [f"<{graph}>" for graph in view.graphs() if is_asserted(graph)]
        self._numbers: dict[str, int] = {}
        self._things: list[str] = []
        self._told = 0
        self.lines: dict[str, list[str]] = defaultdict(list)

    @property
    def waits(self) -> bool:
        """Whether things were noted of which nothing has been read."""
        return self._told < len(self._things)

    def note(self, things: Iterable[str]) -> None:
        """Let things be read in the next round; what is no thing of the data is passed over."""
        for thing in things:
            if thing not in self._numbers and thing.startswith("<") and not thing.startswith(_OURS):
                self._numbers[thing] = len(self._things)
                self._things.append(thing)

    def read(self) -> Iterator[tuple[str, str]]:
        """Read what is said of the things noted until now, and yield their classes, each as a name, and themselves."""
        first, self._told = self._told, len(self._things)
        if first == self._told:
            return
        names = list(self._properties)
        questions = [self._question(numbers) for numbers in portions(range(first, self._told))]
        for number, property_, value, graph in self._view.terms(*questions):
            if graph[0] == "<":
                continue  # not an asserted graph
            name = property_ if property_[0] == "<" else names[int(property_)]
            self._properties.setdefault(name, len(self._properties))
            thing = self._things[int(number)]
            self.lines[self._graphs[int(graph)][1:-1]].append(f"{thing} {name} {value} .\n")
            if value[0] == "<":
                self.note((value,))
                if name == _TYPE and value.startswith(_CLASS):
                    yield value[len(_CLASS)].lower() + value[len(_CLASS) + 1 : -1], thing

    def _question(self, numbers: Iterable[int]) -> str:
        text = catalogue.query("slice/statements").text
        for columns, terms in (
            ("?number ?thing", [f"({n} {self._things[n]})" for n in numbers]),
            ("?propertyNumber ?namedProperty", [f"({n} {name})" for name, n in self._properties.items()]),
            ("?graphNumber ?namedGraph", [f"({n} {name})" for n, name in enumerate(self._graphs)]),
        ):
            text = text.replace(f"VALUES ({columns}) {{ }}", f"VALUES ({columns}) {{ {' '.join(terms)} }}")
        return text
