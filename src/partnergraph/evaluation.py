"""The date and the rule pack that an answer is given for. Nothing else in this package knows what day it is."""

from __future__ import annotations

import calendar
import re
from dataclasses import dataclass
from datetime import date

from partnergraph import artifacts, catalogue
from partnergraph.errors import WrongUse
from partnergraph.settings import DEFAULT_PACK
from partnergraph.store import Draft, View
from partnergraph.terms import CONTEXT_GRAPH, PG, PGV, RDF_TYPE, literal

_MONTHS = 12


@dataclass(frozen=True, slots=True)
class Evaluation:
    """`as_of` is the day judged; `pack` the name of the rule pack."""

    as_of: date
    pack: str

    def write(self, draft: Draft) -> None:
        """Put the day, its month, the trailing twelve months and the pack where shapes and queries read them."""
        months = [_month(self.as_of, back) for back in range(_MONTHS)]
        facts = [
            ("evaluatedOn", literal(self.as_of.isoformat(), "date")),
            ("usesPack", f"<{PGV}pack-{self.pack}>"),
            ("evaluatedMonth", literal(months[0], "gYearMonth")),
            ("previousMonth", literal(months[1], "gYearMonth")),
            ("yearEarlierMonth", literal(_month(self.as_of, _MONTHS), "gYearMonth")),
            *(("inWindow", literal(month, "gYearMonth")) for month in months),
        ]
        lines = [f"<{PGV}Evaluation> <{RDF_TYPE}> <{PG}Evaluation> .\n"]
        lines += [f"<{PGV}Evaluation> <{PG}{name}> {value} .\n" for name, value in facts]
        draft.clear(CONTEXT_GRAPH)
        draft.add_ntriples("".join(lines).encode(), CONTEXT_GRAPH)


def packs() -> tuple[str, ...]:
    """Return the names of the shipped rule packs, oldest first."""
    folder = artifacts.root() / "ontology" / "packs"
    return tuple(sorted(path.name for path in folder.iterdir() if path.is_dir()))


def evaluation(view: View, as_of: date | str | None, pack: str | None) -> Evaluation:
    """Return what to judge by; raise WrongUse for an unknown pack, a malformed date, or no date to be found.

    Without `as_of` it is the last day of the newest month with usage, else of the newest month in which an
    association starts, is decided or submitted (bundle.md, "How it is read").
    """
    chosen = pack or DEFAULT_PACK
    if chosen not in packs():
        raise WrongUse(f"There is no rule pack {chosen}. Known are: {', '.join(packs())}.")
    return Evaluation(_newest(view) if as_of is None else parse_day(as_of), chosen)


def parse_day(text: date | str) -> date:
    """Return the day that `2023-09-30` or the month `2023-09` (its last day) means; raise WrongUse otherwise."""
    if isinstance(text, date):
        return text
    found = re.fullmatch(r"(\d{4})-(\d{2})(?:-(\d{2}))?", text.strip())
    try:
        if found and found[3]:
            return date(int(found[1]), int(found[2]), int(found[3]))
        if found:
            return _last_day(int(found[1]), int(found[2]))
    except (ValueError, calendar.IllegalMonthError):
        pass
    raise WrongUse(f"{text!r} is no date. Write a day such as 2023-09-30 or a month such as 2023-09.")


def newest_month(view: View) -> str:
    """Return the newest month of usage as `2023-09`, else of an association's dates, else nothing."""
    months = [row[0] for row in view.rows(catalogue.query("lookup/newest-month").text)[1] if row[0]]
    return months[0] if months else ""


def _newest(view: View) -> date:
    newest = newest_month(view)
    if not newest:
        raise WrongUse("The data names no month and no association date to judge by. Give the date with --as-of.")
    year, month = newest.split("-")[:2]
    return _last_day(int(year), int(month))


def _last_day(year: int, month: int) -> date:
    return date(year, month, calendar.monthrange(year, month)[1])


def _month(day: date, back: int) -> str:
    count = day.year * 12 + day.month - 1 - back
    return f"{count // 12:04d}-{count % 12 + 1:02d}"
