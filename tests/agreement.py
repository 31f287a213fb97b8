"""What the package answers about a bundle, as rows of texts, for tests that hold it against the second reading."""

import csv
import os
from collections.abc import Callable
from pathlib import Path

from hypothesis import Phase, given, settings, strategies

from oracle.programme import Evaluation
from partnergraph.graph import PartnerGraph
from partnergraph.table import Table
from scenario import evaluation, switches

Rows = list[dict[str, str]]
Test = Callable[..., None]


def examples(few: int) -> int:
    """Return how many invented bundles to judge: as many as the environment asks for, else a few."""
    return int(os.environ.get("PARTNERGRAPH_EXAMPLES", few))


def on_invented_bundles(few: int) -> Callable[[Test], Test]:
    """Run a test for some seeds; one that fails is told, and no smaller one looked for, as none is simpler."""

    def decorate(test: Test) -> Test:
        judged: Test = given(seed=strategies.integers(0, 2**32 - 1))(test)
        return settings(max_examples=examples(few), phases=[Phase.generate])(judged)

    return decorate


def asked_by(folder: Path) -> Evaluation:
    """Return what the story of a scenario asks for; without a date, the default one."""
    date, pack = evaluation(folder)
    return Evaluation(date, pack, dict(switch.split("=") for switch in switches(folder)))


class Answers:
    """The answers of the package about the bundle in a folder, on a day under a pack with options."""

    def __init__(self, graph: PartnerGraph, folder: Path, asked: Evaluation) -> None:
        graph.import_files([folder], name="bundle", validate=False)
        self._graph, self._day, self._pack, self._options = graph, asked.day, asked.named or None, dict(asked.chosen)

    def findings(self) -> Rows:
        """Return the findings."""
        return _texts(self._graph.validate(as_of=self._day, pack=self._pack, switches=self._options).table)

    def credits(self) -> Rows:
        """Return the credit rows."""
        return _texts(self._graph.credits(as_of=self._day, pack=self._pack, switches=self._options).table)

    def non_credits(self) -> Rows:
        """Return the rows that say why something is not credited."""
        return _texts(self._graph.non_credits(as_of=self._day, pack=self._pack, switches=self._options).table)

    def scores(self) -> Rows:
        """Return the rows of the scores of all global accounts."""
        return _texts(self._graph.scores(as_of=self._day, pack=self._pack, switches=self._options).table)


def named_by_violations(findings: Rows) -> set[str]:
    """Return what violations name, as the focus or, of two associations, as the other one."""
    violations = [row for row in findings if row["severity"] == "violation"]
    others = {row.get("other", "") for row in violations if row.get("focus_type", "association") == "association"}
    return {row.get("focus", "") for row in violations} | others - {""}


def _texts(table: Table) -> Rows:
    return list(csv.DictReader(table.to_csv().splitlines()))
