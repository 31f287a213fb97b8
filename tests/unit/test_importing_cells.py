"""Cells: what is read, and what is malformed."""

from __future__ import annotations

from datetime import date

import pytest
from hypothesis import given
from hypothesis import strategies as st

from partnergraph.importing.cells import LITERALS, CellError
from partnergraph.terms import XSD

GOOD = [
    ("text", 'a "quoted" \\ cell\nof two lines', '"a \\"quoted\\" \\\\ cell\\nof two lines"'),
    ("text", "Żółć", '"Żółć"'),
    ("id", "0012345", '"0012345"'),
    ("id", "AAAAAAAA-0000-0000-0000-00000000000F", '"aaaaaaaa-0000-0000-0000-00000000000f"'),
    ("id", "/Subscriptions/S1/resourceGroups/RG", '"/subscriptions/s1/resourcegroups/rg"'),
    ("id", "Contoso-7", '"Contoso-7"'),
    ("date", "2023-05-12", f'"2023-05-12"^^<{XSD}date>'),
    ("date", "2024-02-29", f'"2024-02-29"^^<{XSD}date>'),
    ("month", "2023-05", f'"2023-05"^^<{XSD}gYearMonth>'),
    ("boolean", "TRUE", f'"true"^^<{XSD}boolean>'),
    ("boolean", "False", f'"false"^^<{XSD}boolean>'),
    ("count", "0", f'"0"^^<{XSD}integer>'),
    ("count", "007", f'"7"^^<{XSD}integer>'),
    ("money", "400", f'"400"^^<{XSD}decimal>'),
    ("money", "400.50", f'"400.5"^^<{XSD}decimal>'),
    ("money", "-12.00", f'"-12"^^<{XSD}decimal>'),
    ("money", "-0.0", f'"0"^^<{XSD}decimal>'),
    ("amount", "0.2", f'"0.2"^^<{XSD}decimal>'),
]
BAD = [
    ("date", "2023-02-30", "calendar"),
    ("date", "2023-02-29", "calendar"),
    ("date", "2023-13-01", "calendar"),
    ("date", "2023-05", "no date"),
    ("date", "12.05.2023", "no date"),
    ("date", "05/12/2023", "no date"),
    ("date", "2023-5-12", "no date"),
    ("date", "20230512", "no date"),
    ("date", "2023-05-12T00:00:00", "no date"),
    ("date", "\u0662\u0660\u0662\u0663-\u0660\u0665-\u0661\u0662", "no date"),
    ("date", "0000-01-01", "calendar"),
    ("month", "2023-13", "calendar"),
    ("month", "2023-00", "calendar"),
    ("month", "2023-05-12", "no month"),
    ("month", "May 2023", "no month"),
    ("boolean", "yes", "neither true nor false"),
    ("boolean", "1", "neither true nor false"),
    ("count", "-5", "negative"),
    ("count", "300.0", "whole number"),
    ("count", "1,000", "whole number"),
    ("count", "12a", "whole number"),
    ("count", "1" * 19, "whole number"),
    ("money", "1,5", "no number"),
    ("money", "1,000.00", "no number"),
    ("money", "$400", "no number"),
    ("money", "1e5", "no number"),
    ("money", "NaN", "no number"),
    ("money", "1.", "no number"),
    ("amount", "-1", "negative"),
]


@pytest.mark.parametrize(("form", "cell", "literal"), GOOD)
def test_a_well_formed_cell_is_read(form: str, cell: str, literal: str) -> None:
    assert LITERALS[form](cell) == literal


@pytest.mark.parametrize(("form", "cell", "word"), BAD)
def test_a_malformed_cell_is_named_with_a_remedy(form: str, cell: str, word: str) -> None:
    with pytest.raises(CellError) as error:
        LITERALS[form](cell)
    assert word in error.value.problem
    assert error.value.problem.startswith(f"'{cell}'")
    assert error.value.remedy


@pytest.mark.parametrize(
    ("form", "cell", "remedy"),
    [
        ("money", "1,5", "decimal point"),
        ("count", "1,000", "commas"),
        ("count", "-5", "zero or more"),
        ("count", "300.0", "no decimals"),
        ("money", "$400", "currency"),
    ],
)
def test_the_remedy_fits_what_is_wrong(form: str, cell: str, remedy: str) -> None:
    with pytest.raises(CellError) as error:
        LITERALS[form](cell)
    assert remedy in error.value.remedy


def test_a_long_cell_is_shown_shortened() -> None:
    with pytest.raises(CellError) as error:
        LITERALS["date"]("x" * 10_000)
    assert len(error.value.problem) < 80


@given(st.dates())
def test_every_day_of_the_calendar_is_a_date(day: date) -> None:
    assert LITERALS["date"](day.isoformat()) == f'"{day.isoformat()}"^^<{XSD}date>'


@given(st.text())
def test_a_text_never_breaks_its_line(text: str) -> None:
    literal = LITERALS["text"](text)
    assert "\n" not in literal
    assert "\r" not in literal
    assert '"' not in literal[1:-1].replace("\\\\", "").replace('\\"', "")
