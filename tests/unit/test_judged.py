"""A graph that is judged keeps its terms to the letter, however it was read."""

from __future__ import annotations

from pathlib import Path

import pytest

from partnergraph.errors import UnreadableInput
from partnergraph.store.judged import Judged

XSD = "http://www.w3.org/2001/XMLSchema#"
SAID = "<http://a.example/s> <http://a.example/p> "


@pytest.mark.parametrize(
    "value",
    [
        "<http://a.example/o>",
        '"plain"',
        '"deutsch"@de',
        f'"7"^^<{XSD}integer>',
        f'"007"^^<{XSD}integer>',
        f'"2"^^<{XSD}int>',
        f'"300"^^<{XSD}byte>',
        f'"word"^^<{XSD}integer>',
        f'"1"^^<{XSD}boolean>',
        f'"2.50"^^<{XSD}decimal>',
        f'"1e1"^^<{XSD}double>',
        f'"2023-01-31"^^<{XSD}date>',
        f'"2023-02-30"^^<{XSD}date>',
        f'"2023-01-31T00:00:00+00:00"^^<{XSD}dateTime>',
        '"x"^^<http://a.example/own>',
    ],
)
@pytest.mark.parametrize("beside", ["", f"{SAID}_:b .\n"], ids=["alone", "beside a blank node"])
def test_terms_are_those_of_the_file(tmp_path: Path, value: str, beside: str) -> None:
    file = tmp_path / "one.nt"
    file.write_text(f"{SAID}{value} .\n{beside}", encoding="utf-8")
    graph = Judged.read([file], "d")
    found = {term for _, _, term in graph.triples()}
    assert found == {value, "_:d1"} if beside else {value}
    rows = graph.solutions("SELECT ?o WHERE { ?s ?p ?o FILTER (!isBlank(?o)) }")
    assert [row["o"] for row in rows] == [value]


def test_files_are_one_graph_in_which_a_triple_is_once(tmp_path: Path) -> None:
    one, two = tmp_path / "one.ttl", tmp_path / "two.nt"
    one.write_text("@prefix a: <http://a.example/> .\na:s a:p a:o , <here> .", encoding="utf-8")
    two.write_text(f"{SAID}<http://a.example/o> .\n", encoding="utf-8")
    triples = sorted(Judged.read([one, two], "d", "http://b.example/x").triples())
    assert [term for _, _, term in triples] == ["<http://a.example/o>", "<http://b.example/here>"]


def test_what_breaks_the_syntax_at_the_end_is_refused_with_its_row(tmp_path: Path) -> None:
    file = tmp_path / "late.nt"
    file.write_text(f'{SAID}"1" .\n' * 3 + "nonsense\n", encoding="utf-8")
    with pytest.raises(UnreadableInput, match=r"late\.nt, row 4"):
        Judged.read([file], "d")
