"""A scenario folder: its story, when and how it is evaluated, and what its CSV files expect."""

import csv
import re
from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass
from fnmatch import fnmatchcase
from pathlib import Path

import pytest

SCENARIOS = Path(__file__).parent / "scenarios"
_EVALUATED = re.compile(
    r"^Evaluated on (?:(?P<date>\d{4}-\d\d(?:-\d\d)?)|the default date) with "
    r"(?:pack (?P<pack>\S+)|the pack of the date)\.$",
    re.MULTILINE,
)
_SWITCHED = re.compile(r"^With switch (?P<switch>\w+=\w+)\.$", re.MULTILINE)


@dataclass(frozen=True, slots=True)
class Expectation:
    """Some columns of a table, and the rows they hold in any order."""

    columns: tuple[str, ...]
    rows: Counter[tuple[str, ...]]

    def differences(self, actual: Sequence[dict[str, str]]) -> list[str]:
        """Return one line for each row that is missing (-) or too much (+)."""
        rows = self._counted(actual)
        return [*_lines("-", self.rows - rows), *_lines("+", rows - self.rows)]

    def missing(self, actual: Sequence[dict[str, str]]) -> list[str]:
        """Return one line for each row here that no row agrees with; a `*` in a cell here stands for any text."""
        rows = self._counted(actual)
        return _lines("-", Counter(told for told in self.rows if not any(_agrees(row, told) for row in rows)))

    def named(self, actual: Sequence[dict[str, str]], *columns: str) -> list[dict[str, str]]:
        """Return the rows that have in these columns, as far as they stand here, what some row here has in them."""
        shared = [column for column in columns if column in self.columns]
        told = {tuple(row[self.columns.index(column)] for column in shared) for row in self.rows}
        return [row for row in actual if tuple(row[column] for column in shared) in told]

    def values(self, column: str) -> list[str]:
        """Return what stands in a column, sorted, each value once."""
        return sorted({row[self.columns.index(column)] for row in self.rows})

    def _counted(self, actual: Sequence[dict[str, str]]) -> Counter[tuple[str, ...]]:
        return Counter(tuple(row[column] for column in self.columns) for row in actual)


def folders(expected: str) -> list[object]:
    """Return the folders that hold a file of this name, as parameters named after the folder."""
    files = sorted(SCENARIOS.rglob(expected))
    return [pytest.param(file.parent, id=file.parent.relative_to(SCENARIOS).as_posix()) for file in files]


def story(folder: Path) -> str:
    """Return the story of a scenario."""
    return (folder / "story.md").read_text(encoding="utf-8")


def evaluation(folder: Path) -> tuple[str, str]:
    """Return the date, empty for the default, and the pack that the story names, empty for the pack of the date."""
    evaluated = _EVALUATED.search(story(folder))
    assert evaluated, f"{folder}/story.md does not say for which date and pack."
    return evaluated["date"] or "", evaluated["pack"] or ""


def switches(folder: Path) -> list[str]:
    """Return the switches that the story sets, each as name=option."""
    return [switched["switch"] for switched in _SWITCHED.finditer(story(folder))]


def expectation(file: Path) -> Expectation:
    """Return what a CSV file expects."""
    header, *rows = csv.reader(file.read_text(encoding="utf-8").splitlines())
    return Expectation(tuple(header), Counter(tuple(row) for row in rows))


def _agrees(row: tuple[str, ...], told: tuple[str, ...]) -> bool:
    return all(fnmatchcase(cell, pattern) for cell, pattern in zip(row, told, strict=True))


def _lines(sign: str, rows: Counter[tuple[str, ...]]) -> list[str]:
    return [f"{sign} {' | '.join(row)}" for row in sorted(rows.elements())]
