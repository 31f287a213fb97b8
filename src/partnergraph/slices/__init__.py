"""Slices: the part of a store that can bear on one partner, so that an answer about it need not derive everything.

How a slice grows is said by the queries below `queries/slice/`. Each starts from the things that stand at its first
`VALUES` and gives more of them, under the names of its columns. Whatever a thing of the slice refers to is in it too.
"""

from __future__ import annotations

from partnergraph.slices.about import About
from partnergraph.slices.bench import Bench, Evaluated
from partnergraph.slices.growth import Cut

__all__ = ["About", "Bench", "Cut", "Evaluated"]
