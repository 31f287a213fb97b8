"""The date and the rule pack that an answer is given for. Nothing else in this package knows what day it is."""

from __future__ import annotations

import calendar
import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date

from partnergraph import catalogue
from partnergraph.errors import WrongUse
from partnergraph.store import Draft, View
from partnergraph.terms import CONTEXT_GRAPH, PG, PGV, RDF_TYPE, literal

_MONTHS = 12


@dataclass(frozen=True, slots=True)
class Pack:
    """A rule pack as the graph names it; `starts_on` and `ends_on` are ISO days, half-open, empty where open."""

    iri: str
    name: str
    starts_on: str
    ends_on: str

    def holds_on(self, day: date) -> bool:
        """Return whether the pack is valid on the day."""
        text = day.isoformat()
        return self.starts_on <= text and (not self.ends_on or text < self.ends_on)


@dataclass(frozen=True, slots=True)
class Evaluation:
    """`as_of` is the day judged; `pack` the name of the rule pack, which was asked for by name where `named` says so.

    `options` are the IRIs of the options chosen for this run, in place of the pack's own. Accounts
    and rules are those of the day `asked_on`.
    """

    as_of: date
    pack: str
    pack_iri: str
    named: bool
    options: tuple[str, ...]
    asked_on: date

    def baseline(self) -> Evaluation:
        """Return the evaluation that a growth over twelve months is measured against (rules.md R81, 4.6).

        It judges the last day of the same month a year earlier by the same rules, with the accounts of today.
        """
        month = _month(self.as_of, _MONTHS)
        then = _last_day(int(month[:4]), int(month[5:]))
        return replace(self, as_of=then, named=True)

    @property
    def window(self) -> tuple[str, ...]:
        """The month of the day and the eleven before it, backwards."""
        return tuple(_month(self.as_of, back) for back in range(_MONTHS))

    @property
    def compared_months(self) -> tuple[str, str, str]:
        """The month of the day, the one before it, and the same a year earlier."""
        return (_month(self.as_of, 0), _month(self.as_of, 1), _month(self.as_of, _MONTHS))

    def write(self, draft: Draft) -> None:
        """Put the day, its months, the pack and the options where shapes and queries read them."""
        evaluated, previous, year_earlier = self.compared_months
        facts = [
            ("evaluatedOn", literal(self.as_of.isoformat(), "date")),
            ("askedOn", literal(self.asked_on.isoformat(), "date")),
            ("usesPack", f"<{self.pack_iri}>"),
            ("packIsNamed", literal(str(self.named).lower(), "boolean")),
            ("evaluatedMonth", literal(evaluated, "gYearMonth")),
            ("previousMonth", literal(previous, "gYearMonth")),
            ("yearEarlierMonth", literal(year_earlier, "gYearMonth")),
            *(("inWindow", literal(month, "gYearMonth")) for month in self.window),
            *(("chooses", f"<{option}>") for option in self.options),
        ]
        lines = [f"<{PGV}Evaluation> <{RDF_TYPE}> <{PG}Evaluation> .\n"]
        lines += [f"<{PGV}Evaluation> <{PG}{name}> {value} .\n" for name, value in facts]
        draft.clear(CONTEXT_GRAPH)
        draft.add_ntriples("".join(lines).encode(), CONTEXT_GRAPH)


def packs(view: View) -> tuple[Pack, ...]:
    """Return the rule packs that the graph holds, by name."""
    return tuple(Pack(*row) for row in catalogue.texts(view, "lookup/packs"))


def evaluation(
    view: View, as_of: date | str | None, pack: str | None, switches: Mapping[str, str] | None = None
) -> Evaluation:
    """Return what to judge by; raise WrongUse for an unknown pack, switch or option, a malformed or no date.

    Without `as_of` it is the last day of the newest month with usage, else of the newest month in which an
    association starts, is decided or submitted (bundle.md, "How it is read"). Without `pack` it is the one that is
    valid on that day, of several the one that starts last. `switches` are names of options by names of switches.
    """
    day = _newest(view) if as_of is None else parse_day(as_of)
    chosen = _pack(packs(view), day, pack)
    return Evaluation(day, chosen.name, chosen.iri, pack is not None, _options(view, switches or {}), day)


def _pack(known: Sequence[Pack], day: date, name: str | None) -> Pack:
    fitting = [each for each in known if (each.name == name if name is not None else each.holds_on(day))]
    if not fitting:
        names = ", ".join(each.name for each in known)
        asked = f"There is no rule pack {name}." if name is not None else f"No rule pack is valid on {day}."
        raise WrongUse(f"{asked} Known are: {names}.")
    return max(fitting, key=lambda each: each.starts_on)


def _options(view: View, switches: Mapping[str, str]) -> tuple[str, ...]:
    offered: dict[str, dict[str, str]] = {}
    if switches:
        for switch, _, _, _, option, _, iri, _ in catalogue.texts(view, "lookup/switches"):
            offered.setdefault(switch, {})[option] = iri
    for switch, option in switches.items():
        if switch not in offered:
            raise WrongUse(f"There is no switch {switch}. Known are: {', '.join(offered)}.")
        if option not in offered[switch]:
            raise WrongUse(f"The switch {switch} takes {', '.join(offered[switch])}, and not {option}.")
    return tuple(sorted(offered[switch][option] for switch, option in switches.items()))


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
