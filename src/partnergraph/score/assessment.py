"""The assessment: tracks, points and standing of each account in each solution area, from what was counted."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import date
from fractions import Fraction

from partnergraph import catalogue
from partnergraph.score.points import Measure, RowPoints
from partnergraph.score.result import exact
from partnergraph.score.rules import ScoreRules, ScoringRow, read_rules
from partnergraph.score.standing import Designation, Record, qualified_on, state
from partnergraph.score.tracks import Track, tracks, used
from partnergraph.store import View
from partnergraph.terms import PGV

_DAY = len("2023-09-30")
"""An xsd:date may have a time zone behind the day."""

Place = tuple[str, str]
"""A global account and a solution area."""


@dataclass(frozen=True, slots=True)
class Assessment:
    """One account in one area: all its tracks, the one used, and where it stands."""

    account: str
    area: str
    tracks: tuple[Track, ...]
    used: Track
    qualified_on: date | None
    state: str
    enrolled_until: date | None

    def rows(self) -> Iterator[tuple[Track, RowPoints, bool]]:
        """Yield each row with its track and whether it is one of those used, in the order of the published table."""
        for track in self.tracks:
            for metric in track.metrics:
                for each in metric.rows:
                    yield track, each, track is self.used and any(each is one for one in metric.used)


def assess(view: View, day: date) -> tuple[Assessment, ...]:
    """Return where every account stands in every area on the day, from the units in the score graph."""
    rules = read_rules(view)
    areas: dict[str, list[ScoringRow]] = {}
    for row in rules.rows:
        areas.setdefault(row.area, []).append(row)
    assigned = {account: track for account, _, track in catalogue.texts(view, "score/measures/accounts")}
    counted, records, designations = _measures(view), _records(view), _designations(view)
    return tuple(
        _assessment(
            (account, area),
            used_of(rows, counted.get(account, {}), rules, track),
            rules,
            day,
            records.get((account, area), []),
            designations.get((account, area), []),
        )
        for account, track in assigned.items()
        for area, rows in areas.items()
    )


def used_of(
    rows: list[ScoringRow], measures: Mapping[str, Measure], rules: ScoreRules, assigned: str
) -> tuple[tuple[Track, ...], Track]:
    """Return the tracks of one area and the one whose points are used."""
    found = tracks(rows, measures)
    return found, used(found, rules.tracks[rows[0].area], assigned)


def _assessment(
    place: Place,
    found: tuple[tuple[Track, ...], Track],
    rules: ScoreRules,
    day: date,
    records: list[Record],
    designations: list[Designation],
) -> Assessment:
    needed = rules.qualification
    qualified = qualified_on(day, records, needed, now=found[1].qualifies(needed))
    ends = [each.anniversary_on for each in designations if each.holds_on(day) and each.anniversary_on]
    return Assessment(*place, *found, qualified, state(day, qualified, designations, needed), max(ends, default=None))


def _measures(view: View) -> dict[str, dict[str, Measure]]:
    sums: defaultdict[Place, dict[str, Fraction]] = defaultdict(lambda: defaultdict(Fraction))
    for account, row, moment, amount, base in catalogue.texts(view, "score/measures/amounts"):
        sums[account, row][moment] += exact(amount)
        sums[account, row][PGV + "MomentThen"] += exact(base)
    found: dict[str, dict[str, Measure]] = {}
    for (account, row), amounts in sums.items():
        found.setdefault(account, {})[row] = Measure(amounts[PGV + "MomentNow"], amounts[PGV + "MomentThen"])
    return found


def _records(view: View) -> dict[Place, list[Record]]:
    found: dict[Place, list[Record]] = {}
    for account, area, day, qualified, total in catalogue.texts(view, "score/measures/records"):
        said = None if not qualified else qualified in ("true", "1")
        known = _day(day)
        if known is not None:
            found.setdefault((account, area), []).append(Record(known, said, exact(total) if total else None))
    return found


def _designations(view: View) -> dict[Place, list[Designation]]:
    found: dict[Place, list[Designation]] = {}
    for account, area, start, end in catalogue.texts(view, "score/measures/designations"):
        found.setdefault((account, area), []).append(Designation(_day(start), _day(end)))
    return found


def _day(text: str) -> date | None:
    try:
        return date.fromisoformat(text[:_DAY])
    except ValueError:
        return None
