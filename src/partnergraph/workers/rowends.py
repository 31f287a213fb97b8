"""Where rows end in the text of an answer, format by format."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import Protocol

_BRACKET, _COMMA = b"[,"


class RowEnds(Protocol):
    """Finds places between rows in text that begins at such a place."""

    @property
    def starts(self) -> bool:
        """Whether a place is only known by the row that follows it, so that the last row of all has none after it."""
        ...

    def places(self, text: bytes) -> Iterator[int]:
        """Yield the places, which include the one before the first row."""
        ...

    def count(self, text: bytes) -> tuple[int, int]:
        """Return how many places there are, and the last one (0 where there is none)."""
        ...


@dataclass(frozen=True, slots=True)
class AfterMark:
    """Rows that end in a mark which stands nowhere else: the line of TSV, the element of XML."""

    mark: bytes
    head: bytes
    starts: bool = False

    def places(self, text: bytes) -> Iterator[int]:
        """Yield the places."""
        return (found.end() for found in re.finditer(b"|".join({self.mark, self.head}), text))

    def count(self, text: bytes) -> tuple[int, int]:
        """Return how many places there are, and the last one."""
        marks = {self.mark, self.head}
        return sum(map(text.count, marks)), max(text.rfind(mark) + len(mark) if mark in text else 0 for mark in marks)


@dataclass(frozen=True, slots=True)
class OutsideQuotes:
    """Rows of CSV, which end in a line end that does not stand in quotes."""

    starts: bool = False

    def places(self, text: bytes) -> Iterator[int]:
        """Yield the places."""
        place = 0
        for number, piece in enumerate(text.split(b'"')):
            if number % 2 == 0 and b"\n" in piece:
                yield from (place + found.end() for found in re.finditer(b"\n", piece))
            place += len(piece) + 1

    def count(self, text: bytes) -> tuple[int, int]:
        """Return how many places there are, and the last one."""
        pieces = text.split(b'"')
        after = len(text)
        for number in range(len(pieces) - 1, -1, -1):
            after -= len(pieces[number])
            if number % 2 == 0 and b"\n" in pieces[number]:
                return sum(piece.count(b"\n") for piece in pieces[::2]), after + pieces[number].rfind(b"\n") + 1
            after -= 1
        return 0, 0


@dataclass(frozen=True, slots=True)
class BeforeBinding:
    """Rows of JSON: one begins where an object that binds a variable follows `[` or `,`, which no string can feign.

    A row that binds nothing is counted with the row before it.
    """

    variables: tuple[str, ...]
    starts: bool = True
    _begin: re.Pattern[bytes] = field(init=False)

    def __post_init__(self) -> None:
        names = b"|".join(re.escape(name.encode()) for name in self.variables)
        object.__setattr__(self, "_begin", re.compile(rb'\{"(?:' + names + rb')":\{"type":'))

    def places(self, text: bytes) -> Iterator[int]:
        """Yield the places."""
        for found in self._begin.finditer(text):
            place = found.start()
            if place > 0 and text[place - 1] == _BRACKET:
                yield place
            elif place > 1 and text[place - 1] == _COMMA:
                yield place - 1

    def count(self, text: bytes) -> tuple[int, int]:
        """Return how many places there are, and the last one."""
        places = list(self.places(text))
        return len(places), places[-1] if places else 0


def row_ends(form: str, variables: tuple[str, ...]) -> RowEnds:
    """Return what finds rows in an answer written as `form`: csv, tsv, xml or json."""
    if form == "csv":
        return OutsideQuotes()
    if form == "tsv":
        return AfterMark(b"\n", b"\n")
    if form == "xml":
        return AfterMark(b"</result>", b"<results>")
    return BeforeBinding(variables)
