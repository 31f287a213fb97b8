"""How the text of one cell becomes a literal, written as in N-Triples, or is found malformed."""

from __future__ import annotations

import re
from collections.abc import Callable
from datetime import date

from partnergraph.terms import literal, normal_key

_DATE = re.compile(r"[0-9]{4}-[0-9]{2}-[0-9]{2}")
_MONTH = re.compile(r"([0-9]{4})-([0-9]{2})")
_COUNT = re.compile(r"[0-9]{1,18}")
_DECIMAL = re.compile(r"([+-]?)([0-9]{1,18})(?:\.([0-9]{1,18}))?")
_DECIMAL_COMMA = re.compile(r"[+-]?[0-9]+,[0-9]{1,2}")
_DIGITS_AND_COMMAS = re.compile(r"[+-]?[0-9]{1,3}(,[0-9]{3})+(\.[0-9]+)?")
_SHOWN_CHARACTERS = 40


class CellError(Exception):
    """A cell that cannot be read: what is wrong with it, and what to do."""

    def __init__(self, problem: str, remedy: str) -> None:
        super().__init__(problem, remedy)
        self.problem = problem
        self.remedy = remedy


def shown(cell: str) -> str:
    """Return the cell in quotes, shortened where it is long."""
    short = cell if len(cell) <= _SHOWN_CHARACTERS else cell[: _SHOWN_CHARACTERS - 1] + "…"
    return f"'{short}'"


def identifier(cell: str) -> str:
    """Return an id as it is compared: GUIDs and resource paths in lower case, leading zeros kept."""
    return literal(normal_key(cell))


def day(cell: str) -> str:
    """Return a date."""
    if not _DATE.fullmatch(cell):
        raise CellError(f"{shown(cell)} is no date.", "Write dates as year-month-day: 2023-05-12.")
    try:
        date.fromisoformat(cell)
    except ValueError:
        raise CellError(f"{shown(cell)} is not a day of the calendar.", "Correct the date.") from None
    return literal(cell, "date")


def month(cell: str) -> str:
    """Return a month."""
    match = _MONTH.fullmatch(cell)
    if match is None:
        raise CellError(f"{shown(cell)} is no month.", "Write months as year-month: 2023-05.")
    if match[1] == "0000" or not 1 <= int(match[2]) <= 12:
        raise CellError(f"{shown(cell)} is not a month of the calendar.", "Correct the month.")
    return literal(cell, "gYearMonth")


def boolean(cell: str) -> str:
    """Return true or false."""
    folded = cell.casefold()
    if folded not in ("true", "false"):
        raise CellError(f"{shown(cell)} is neither true nor false.", "Write true, false, or leave the cell empty.")
    return literal(folded, "boolean")


def count(cell: str) -> str:
    """Return a whole number that is not negative."""
    if not _COUNT.fullmatch(cell):
        raise _bad_number(cell, "whole number")
    return literal(str(int(cell)), "integer")


def money(cell: str) -> str:
    """Return a decimal number; negative is a refund."""
    match = _DECIMAL.fullmatch(cell)
    if match is None:
        raise _bad_number(cell, "number")
    whole = str(int(match[2]))
    fraction = (match[3] or "").rstrip("0")
    number = f"{whole}.{fraction}" if fraction else whole
    return literal(f"-{number}" if match[1] == "-" and number != "0" else number, "decimal")


def amount(cell: str) -> str:
    """Return a decimal number that is not negative."""
    value = money(cell)
    if value.startswith('"-'):
        raise CellError(f"{shown(cell)} is negative.", "An amount is zero or more; leave the cell empty if unknown.")
    return value


LITERALS: dict[str, Callable[[str], str]] = {
    "text": literal,
    "id": identifier,
    "date": day,
    "month": month,
    "boolean": boolean,
    "count": count,
    "money": money,
    "amount": amount,
}
"""The forms of cells that are literals, each with the function that reads a trimmed cell that is not empty."""


def _bad_number(cell: str, wanted: str) -> CellError:
    problem = f"{shown(cell)} is no {wanted}."
    if _DIGITS_AND_COMMAS.fullmatch(cell):
        return CellError(problem, "Take the commas between the digits away.")
    if _DECIMAL_COMMA.fullmatch(cell):
        return CellError(problem, "Write a decimal point, not a comma.")
    if _DECIMAL.fullmatch(cell) is None:
        return CellError(problem, "Write digits only, without signs for currency or blanks; leave it empty if unknown.")
    if cell.startswith("-"):
        return CellError(f"{shown(cell)} is negative.", "A count is zero or more; leave the cell empty if unknown.")
    return CellError(problem, "A count has no sign and no decimals.")
