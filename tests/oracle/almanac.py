"""The time in which an invented bundle lives: its day of evaluation, months before it, and days worth a look."""

import calendar
from random import Random

from oracle.programme import OPTIONS, Evaluation

_ASKED = [
    ("2023-09-30", ""),
    ("2023-10-31", ""),
    ("2023-11-15", ""),
    ("2023-12-31", ""),
    ("2024-03-31", ""),
    ("2026-07-31", ""),
    ("2026-08-31", ""),
    ("2026-09-15", ""),
    ("2023-09-30", "2023-10"),
    ("2023-10-31", "2023-06"),
    ("2024-03-31", "2026-08"),
    ("2026-08-31", "2023-10"),
]
TURNS = ["2023-06-28", "2023-09-30", "2023-10-01", "2026-07-31", "2026-08-01"]


class Almanac:
    """A day of evaluation with the days and months that lie about it."""

    def __init__(self, random: Random) -> None:
        day, pack = random.choice(_ASKED)
        switches = random.sample(sorted(OPTIONS), random.choice([0, 0, 1, 2]))
        self.asked = Evaluation(day, pack, {switch: random.choice(OPTIONS[switch]) for switch in switches})
        self.day = day
        self.begins = self.date(30, 1)
        last = self.date(12, 31)
        self.starts = [self.date(14, 20), self.date(12, 5), last, self.date(11, 1), self.date(8, 15), self.date(5, 10)]
        self.starts += [self.date(1, 12), self.date(0, 9)]
        self.changes = [self.date(10, 15), self.date(7, 1), self.date(3, 1)]
        self.ends = [self.date(12, 31), self.date(10, 15), self.date(3, 1), day, self.date(-1, 5)]

    def month(self, before: int) -> str:
        """Return the month so many months before that of the day."""
        months = int(self.day[:4]) * 12 + int(self.day[5:7]) - 1 - before
        return f"{months // 12}-{months % 12 + 1:02}"

    def date(self, before: int, number: int) -> str:
        """Return a day of the month so many months before; one beyond its end is its last."""
        month = self.month(before)
        last = calendar.monthrange(int(month[:4]), int(month[5:]))[1]
        return f"{month}-{min(number, last):02}"
