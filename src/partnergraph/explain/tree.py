"""A tree of short texts, and how it is drawn with lines."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Branch:
    """A text and the branches that hang from it."""

    text: str
    branches: tuple[Branch, ...] = ()

    def lines(self) -> Iterator[str]:
        """Yield the text and, drawn below it, its branches.

        >>> print("\\n".join(Branch("a", (Branch("b", (Branch("c"),)), Branch("d"))).lines()))
        a
        ├─ b
        │  └─ c
        └─ d
        """
        yield self.text
        for number, branch in enumerate(self.branches, 1):
            last = number == len(self.branches)
            first, *rest = branch.lines()
            yield ("└─ " if last else "├─ ") + first
            yield from (("   " if last else "│  ") + line for line in rest)
