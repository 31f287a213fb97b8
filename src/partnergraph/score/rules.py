"""The rules of the score as the graph holds them for one evaluation: scoring rows, choice of tracks, qualification."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from fractions import Fraction
from typing import TypeVar

from partnergraph import catalogue
from partnergraph.errors import WrongUse
from partnergraph.store import View
from partnergraph.terms import compact

Way = TypeVar("Way")


@dataclass(frozen=True, slots=True)
class ScoringRow:
    """One row of the published table; area, track, metric, formula and combination are nodes of the graph.

    `least_then` and `least_now` are the totals that the account must have had, or have, for the row to give points.
    """

    iri: str
    area: str
    track: str
    metric: str
    option: str
    maximum: Fraction
    metric_maximum: Fraction
    threshold: Fraction
    formula: str
    combination: str
    least_then: Fraction | None
    least_now: Fraction | None


@dataclass(frozen=True, slots=True)
class TrackChoice:
    """How the track of an area is chosen, by the rule `iri`, and which one is taken where totals are equal."""

    iri: str
    method: str
    preferred: str


@dataclass(frozen=True, slots=True)
class Qualification:
    """What the used track and each of its metrics must reach, in which window, and when a renewal is due.

    A metric must have more than `exceeds` points and at least `least_points`.
    """

    least_total: Fraction
    exceeds: Fraction | None
    least_points: Fraction | None
    window_months: int
    window_start: str
    renewal_months: int


@dataclass(frozen=True, slots=True)
class ScoreRules:
    """All rules of the score; `rows` are in the order of the published table."""

    rows: tuple[ScoringRow, ...]
    tracks: dict[str, TrackChoice]
    qualification: Qualification


def chosen(ways: Mapping[str, Way], name: str, rule: str) -> Way:
    """Return the way to reckon that a rule names; raise WrongUse where it names none that there is."""
    if name not in ways:
        known = ", ".join(compact(each) for each in ways)
        raise WrongUse(f"{compact(rule)} says {compact(name) or 'nothing'} where it can say: {known}.")
    return ways[name]


def read_rules(view: View) -> ScoreRules:
    """Return the rules that hold for the evaluation that the graph was prepared for."""
    rows = tuple(_row(*cells[:12]) for cells in catalogue.texts(view, "score/rules/rows"))
    tracks = {row.area: TrackChoice(row.area, "", "") for row in rows}
    for area, rule, method, preferred in catalogue.texts(view, "score/rules/tracks"):
        tracks[area] = TrackChoice(rule, method, preferred)
    return ScoreRules(rows, tracks, _qualification(catalogue.texts(view, "score/rules/qualification")))


def _row(
    iri: str,
    area: str,
    track: str,
    metric: str,
    option: str,
    maximum: str,
    metric_maximum: str,
    threshold: str,
    formula: str,
    combination: str,
    least_then: str,
    least_now: str,
) -> ScoringRow:
    points = (Fraction(maximum), Fraction(metric_maximum), Fraction(threshold))
    return ScoringRow(
        iri, area, track, metric, option, *points, formula, combination, _known(least_then), _known(least_now)
    )


def _qualification(rules: list[tuple[str, ...]]) -> Qualification:
    least_total, exceeds, least_points, months, start, renewal = (
        next((rule[place] for rule in rules if rule[place]), "") for place in range(1, 7)
    )
    return Qualification(
        Fraction(least_total or 0), _known(exceeds), _known(least_points), int(months or 0), start, int(renewal or 0)
    )


def _known(text: str) -> Fraction | None:
    return Fraction(text) if text else None
