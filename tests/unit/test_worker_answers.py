"""Answers that are cut short: whole rows, well-formed, counted, and they say that they are not whole."""

from __future__ import annotations

import csv
import io
import json
import xml.etree.ElementTree as ElementTree
from dataclasses import dataclass, field

import pyoxigraph
import pytest
from hypothesis import given
from hypothesis import strategies as st

from partnergraph.workers.bounds import Bounds, Stop
from partnergraph.workers.ending import ending
from partnergraph.workers.rowends import row_ends
from partnergraph.workers.tally import Enough, Rows, Triples

MANY = 1_000_000
FORMATS = {
    "json": pyoxigraph.QueryResultsFormat.JSON,
    "xml": pyoxigraph.QueryResultsFormat.XML,
    "csv": pyoxigraph.QueryResultsFormat.CSV,
    "tsv": pyoxigraph.QueryResultsFormat.TSV,
}
SPARQL = "{http://www.w3.org/2005/sparql-results#}"
NASTY = (
    "plain",
    'a "quoted" one',
    "two\nlines\r\nthree",
    '}},{"a":{"type":"literal"',
    ',{"a":{"type":',
    "</result><result>",
    "tab\tand\\n",
    '"',
    ",",
    "# truncated: not really",
    "",
)


@dataclass
class Kept:
    """What was passed on, in one text."""

    text: bytearray = field(default_factory=bytearray)

    def __call__(self, piece: bytes) -> None:
        self.text += piece


def written(values: list[tuple[str | None, str]], form: str) -> bytes:
    """Return rows of ?a (which may be unbound) and ?b as the store writes them."""
    rows = " ".join(f"({'UNDEF' if a is None else literal(a)} {literal(b)})" for a, b in values)
    text = pyoxigraph.Store().query(f"SELECT ?a ?b {{ VALUES (?a ?b) {{ {rows} }} }}").serialize(format=FORMATS[form])
    assert text is not None
    return text


def literal(text: str) -> str:
    return str(pyoxigraph.Literal(text))


def read(text: bytes, form: str) -> list[tuple[str | None, str]]:
    """Return the rows that a reader of the format finds, without the note that they are not all."""
    if form == "json":
        rows = json.loads(text)["results"]["bindings"]
        return [(row.get("a", {}).get("value"), row["b"]["value"]) for row in rows]
    if form == "xml":
        found = ElementTree.fromstring(text).iter(f"{SPARQL}result")
        return [(cell(row, "a"), str(cell(row, "b"))) for row in found]
    if form == "csv":
        lines = list(csv.reader(io.StringIO(text.decode(), newline="")))[1:]
        return [(a or None, b) for a, b in (line for line in lines if len(line) == 2)]
    lines = [line.split("\t") for line in text.decode().split("\n")[1:-1]]
    unquoted = [[unescaped(each) for each in line] for line in lines if len(line) == 2]
    return [(a, str(b)) for a, b in unquoted]


def cell(row: ElementTree.Element, name: str) -> str | None:
    for binding in row.iter(f"{SPARQL}binding"):
        if binding.get("name") == name:
            return binding[0].text or ""
    return None


def unescaped(term: str) -> str | None:
    if not term:
        return None
    found = next(iter(pyoxigraph.parse(f"<e:s> <e:p> {term} .", format=pyoxigraph.RdfFormat.TURTLE))).object
    assert isinstance(found, pyoxigraph.Literal)
    return found.value


def cut(text: bytes, form: str, bounds: Bounds, step: int) -> tuple[bytes, int, Stop | None]:
    """Return what is passed on of `text`, written in pieces of `step` bytes; how many rows; and what bound was hit."""
    kept = Kept()
    rows = Rows(kept, bounds, row_ends(form, ("a", "b")))
    rows._look_at = 1  # noqa: SLF001 - so that it looks after each piece, as it would in a long answer
    try:
        for place in range(0, len(text), step):
            rows.write(text[place : place + step])
        rows.finish()
    except Enough as enough:
        return bytes(kept.text) + ending(form, enough.stop, "no more, thanks."), rows.rows, enough.stop
    return bytes(kept.text), rows.rows, None


# CSV cannot tell an unbound value from an empty one.
VALUES = st.tuples(st.one_of(st.none(), st.sampled_from(NASTY).filter(bool)), st.sampled_from(NASTY))


@pytest.mark.parametrize("form", FORMATS)
@given(values=st.lists(VALUES, max_size=12), most=st.integers(1, 14), step=st.integers(1, 200))
def test_an_answer_ends_after_as_many_rows_as_it_may_have(
    form: str, values: list[tuple[str | None, str]], most: int, step: int
) -> None:
    text = written(values, form)
    passed_on, rows, stop = cut(text, form, Bounds(60, MANY, most, MANY), step)
    whole = read(text, form)
    if form in ("json", "tsv"):
        assert whole == values
    assert read(passed_on, form) == whole[:most]
    assert rows == min(most, len(values))
    assert stop is (Stop.ROWS if len(values) > most else None)
    assert (passed_on == text) is (stop is None)


@pytest.mark.parametrize("form", FORMATS)
@given(values=st.lists(VALUES, min_size=1, max_size=12), most=st.integers(1, 2000), step=st.integers(1, 200))
def test_an_answer_has_no_more_bytes_than_it_may_have(
    form: str, values: list[tuple[str | None, str]], most: int, step: int
) -> None:
    text = written(values, form)
    passed_on, rows, stop = cut(text, form, Bounds(60, MANY, MANY, most), step)
    if stop is None:
        assert len(text) <= most
        assert passed_on == text
        return
    assert stop is Stop.BYTES
    assert len(text) > most
    assert len(passed_on) - len(ending(form, stop, "no more, thanks.")) <= most
    if rows:
        assert read(passed_on, form) == read(text, form)[:rows]


@pytest.mark.parametrize("form", FORMATS)
def test_time_that_is_up_ends_rows(form: str) -> None:
    text = written([("1", "2"), ("3", "4")], form)
    _, _, stop = cut(text, form, Bounds(0, MANY, MANY, MANY), 1000)
    assert stop is Stop.SECONDS


def test_triples_are_enough_at_their_number() -> None:
    kept = Kept()
    triples = Triples(kept, Bounds(60, MANY, 3, MANY))
    asked = [triples.enough() for _ in range(4)]
    assert asked == [False, False, False, True]
    assert (triples.rows, triples.stop) == (3, Stop.ROWS)


def test_triples_are_enough_at_their_bytes_and_when_time_is_up() -> None:
    triples = Triples(Kept(), Bounds(60, MANY, MANY, 10))
    assert not triples.enough()
    triples.write(b"0123456789")
    assert triples.enough()
    assert triples.stop is Stop.BYTES
    late = Triples(Kept(), Bounds(0, MANY, MANY, MANY))
    assert late.enough()
    assert late.stop is Stop.SECONDS


def test_the_end_of_triples_can_be_replaced_whatever_was_passed_on() -> None:
    kept = Kept()
    triples = Triples(kept, Bounds(60, MANY, 3, MANY))
    for _ in range(40):
        triples.write(b"x" * 8192)
    triples.write(b"]")
    triples.end_with(b",{}]", b"]")
    triples.finish()
    assert bytes(kept.text) == b"x" * 8192 * 40 + b",{}]"
