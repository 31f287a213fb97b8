"""What upkeep says follows from a change is what follows from everything, through long sequences of changes."""

from __future__ import annotations

from random import Random

from hypothesis import settings, strategies
from hypothesis.stateful import RuleBasedStateMachine, initialize, rule

from agreement import examples
from upkeep_trial import Trial


class Upkept(RuleBasedStateMachine):
    """A store to which things happen; `Trial` fails where the two ways to look at it differ."""

    @initialize(random=strategies.randoms(), faulty=strategies.booleans())
    def begin(self, random: Random, *, faulty: bool) -> None:
        """Begin with an invented ecosystem in three imports."""
        self.trial = Trial(random, faulty=faulty)

    @rule()
    def one_row_more_or_less(self) -> None:
        """Import one row more, or without one."""
        self.trial.shift(1)

    @rule(count=strategies.integers(2, 30))
    def some_rows_more_or_less(self, count: int) -> None:
        """Import some rows more, or without some."""
        self.trial.shift(count)

    @rule(part=strategies.sampled_from([1, 3, 10]))
    def contradiction(self, part: int) -> None:
        """Import what contradicts the rest."""
        self.trial.invade(part)

    @rule()
    def removal(self) -> None:
        """Remove an import."""
        self.trial.remove()

    @rule(count=strategies.integers(1, 6))
    def update(self, count: int) -> None:
        """Delete and insert triples that no import would make."""
        self.trial.edit(count)


TestUpkept = Upkept.TestCase
TestUpkept.settings = settings(max_examples=examples(3), stateful_step_count=6, deadline=None)
