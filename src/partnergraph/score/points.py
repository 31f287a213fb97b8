"""The arithmetic of points, in exact fractions: figures, points of a row, and what the options of a metric make up."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from fractions import Fraction

from partnergraph.score.rules import ScoringRow, chosen
from partnergraph.terms import PGV

_NOTHING = Fraction(0)
_WHOLE = Fraction(100)


@dataclass(frozen=True, slots=True)
class Measure:
    """What a scoring row counted now and a year before; `then` holds what was there when younger associations began."""

    now: Fraction = _NOTHING
    then: Fraction = _NOTHING


@dataclass(frozen=True, slots=True)
class RowPoints:
    """What one row gives for one measure; `below_floor` where the account is too small for the row to give anything."""

    row: ScoringRow
    measure: Measure
    actual: Fraction
    points: Fraction
    below_floor: bool


@dataclass(frozen=True, slots=True)
class MetricPoints:
    """What the rows of one metric make up together, and the rows that are used for it."""

    rows: tuple[RowPoints, ...]
    used: tuple[RowPoints, ...]
    points: Fraction


def row_points(row: ScoringRow, measure: Measure) -> RowPoints:
    """Return the figure and the points of a row: `maximum * min(1, actual / threshold)`, never below nothing (R90)."""
    below = _is_below(measure.then, row.least_then) or _is_below(measure.now, row.least_now)
    actual = _NOTHING if below else chosen(_FORMULAS, row.formula, row.iri)(measure)
    share = min(Fraction(1), max(_NOTHING, actual / row.threshold))
    return RowPoints(row, measure, actual, row.maximum * share, below)


def metric_points(rows: Sequence[RowPoints]) -> MetricPoints:
    """Return what the options of one metric make up, by the combination that its rows name (R79)."""
    first = rows[0].row
    used = chosen(_COMBINATIONS, first.combination, first.iri)(rows)
    return MetricPoints(
        tuple(rows), tuple(used), min(first.metric_maximum, sum((each.points for each in used), _NOTHING))
    )


def _is_below(amount: Fraction, least: Fraction | None) -> bool:
    return least is not None and amount < least


def _growth(measure: Measure) -> Fraction:
    return measure.now - measure.then


def _percent_growth(measure: Measure) -> Fraction:
    if measure.then <= 0:
        return _WHOLE if measure.now > 0 else _NOTHING
    return (measure.now - measure.then) / measure.then * _WHOLE


def _level(measure: Measure) -> Fraction:
    return measure.now


def _best(rows: Sequence[RowPoints]) -> Sequence[RowPoints]:
    return [max(rows, key=lambda each: each.points)]


def _all(rows: Sequence[RowPoints]) -> Sequence[RowPoints]:
    return rows


_FORMULAS: Mapping[str, Callable[[Measure], Fraction]] = {
    PGV + "NetChange": _growth,
    PGV + "Growth": _growth,
    PGV + "PercentGrowth": _percent_growth,
    PGV + "Level": _level,
}
_COMBINATIONS: Mapping[str, Callable[[Sequence[RowPoints]], Sequence[RowPoints]]] = {
    PGV + "BestOption": _best,
    PGV + "SumOfOptions": _all,
    PGV + "OnlyOption": _all,
}
