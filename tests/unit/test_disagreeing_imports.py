"""Two imports that contradict each other are told apart from two of which one only knows more."""

from __future__ import annotations

import csv
import io
from pathlib import Path

from partnergraph import PartnerGraph

FOLDER = Path(__file__).parents[1] / "questions" / "disagreeing-imports"


def test_what_two_imports_state_differently_is_listed_with_both_values() -> None:
    with PartnerGraph.open() as graph:
        for name in ("portal", "report"):
            assert graph.import_files([FOLDER / name], validate=False).committed
        answer = graph.run("questions/disagreeing-imports", {}).to_csv()
    expected = (FOLDER / "two-imports.csv").read_text(encoding="utf-8").splitlines()
    assert [*csv.reader(io.StringIO(answer))] == [*csv.reader(expected)]
