"""A scenario folder: its story, when it is evaluated, and what its CSV files expect."""

import csv
import re
from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

import pytest

SCENARIOS = Path(__file__).parent / "scenarios"
_EVALUATED = re.compile(
    r"^Evaluated on (?:(?P<date>\d{4}-\d\d(?:-\d\d)?)|the default date) with pack (?P<pack>\S+)\.$", re.MULTILINE
)


@dataclass(frozen=True, slots=True)
class Expectation:
    """Some columns of a table, and the rows they hold in any order."""

    columns: tuple[str, ...]
    rows: Counter[tuple[str, ...]]

    def differences(self, actual: Sequence[dict[str, str]]) -> list[str]:
        """Return one line for each row that is missing (-) or too much (+)."""
        rows = self._counted(actual)
        return [*_lines("-", self.rows - rows), *_lines("+", rows - self.rows)]

    def present(self, actual: Sequence[dict[str, str]]) -> list[str]:
        """Return one line for each row that agrees with a row here."""
        return _lines("+", Counter({row: n for row, n in self._counted(actual).items() if row in self.rows}))

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
    """Return the date, empty for the default, and the pack that the story names."""
    evaluated = _EVALUATED.search(story(folder))
    assert evaluated, f"{folder}/story.md does not say for which date and pack."
    return evaluated["date"] or "", evaluated["pack"]


def expectation(file: Path) -> Expectation:
    """Return what a CSV file expects."""
    header, *rows = csv.reader(file.read_text(encoding="utf-8").splitlines())
    return Expectation(tuple(header), Counter(tuple(row) for row in rows))


def _lines(sign: str, rows: Counter[tuple[str, ...]]) -> list[str]:
    return [f"{sign} {' | '.join(row)}" for row in sorted(rows.elements())]
