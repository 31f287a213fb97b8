"""Chance that repeats: the same seed gives the same choices on every machine and every Python."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date
from random import Random
from typing import TypeVar

Choice = TypeVar("Choice")


class Dice:
    """A seeded source of choices.

    Everything is drawn from `Random.random`, the one method whose sequence Python promises to keep.
    """

    def __init__(self, seed: str) -> None:
        self._draw = Random(seed).random

    def chance(self, probability: float) -> bool:
        """Return true with the given probability."""
        return self._draw() < probability

    def between(self, low: int, high: int) -> int:
        """Return a whole number from `low` to `high`, both included."""
        return low + int(self._draw() * (high - low + 1))

    def skewed(self, low: int, high: int) -> int:
        """Return a whole number from `low` to `high`, far more often a small one."""
        draw = self._draw()
        return low + int(draw * draw * draw * (high - low + 1))

    def pick(self, choices: Sequence[Choice]) -> Choice:
        """Return one of `choices`, each as likely as the others."""
        return choices[int(self._draw() * len(choices))]

    def some(self, choices: Sequence[Choice], count: int) -> list[Choice]:
        """Return up to `count` different positions of `choices`, in random order."""
        left = list(choices)
        return [left.pop(int(self._draw() * len(left))) for _ in range(min(count, len(left)))]

    def day(self, first: str, last: str) -> str:
        """Return an ISO date from `first` to `last`, both included."""
        low, high = date.fromisoformat(first).toordinal(), date.fromisoformat(last).toordinal()
        return date.fromordinal(self.between(low, high)).isoformat()

    def guid(self) -> str:
        """Return an id of the form that tenants and subscriptions have, in lower case."""
        text = "".join(f"{int(self._draw() * 0x1_0000):04x}" for _ in range(8))
        return f"{text[:8]}-{text[8:12]}-{text[12:16]}-{text[16:20]}-{text[20:]}"
