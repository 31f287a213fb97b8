"""The tracks of a solution area: the total of each, and the one whose points are used."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from fractions import Fraction

from partnergraph.score.points import Measure, MetricPoints, metric_points, row_points
from partnergraph.score.rules import Qualification, ScoringRow, TrackChoice, chosen
from partnergraph.terms import PGV


@dataclass(frozen=True, slots=True)
class Track:
    """One track of an area for one account: its metrics, and their points added up."""

    iri: str
    metrics: tuple[MetricPoints, ...]

    @property
    def total(self) -> Fraction:
        """The points of all metrics."""
        return sum((metric.points for metric in self.metrics), Fraction(0))

    def qualifies(self, needed: Qualification) -> bool:
        """Return whether the total and every metric are high enough (R86)."""
        return self.total >= needed.least_total and all(_is_enough(each.points, needed) for each in self.metrics)


def tracks(rows: Sequence[ScoringRow], measures: Mapping[str, Measure]) -> tuple[Track, ...]:
    """Return the tracks of one area, in the order of its rows; a row without a measure counted nothing."""
    by_track: dict[str, dict[str, list[ScoringRow]]] = {}
    for row in rows:
        by_track.setdefault(row.track, {}).setdefault(row.metric, []).append(row)
    return tuple(
        Track(
            iri,
            tuple(
                metric_points([row_points(row, measures.get(row.iri, Measure())) for row in options])
                for options in metrics.values()
            ),
        )
        for iri, metrics in by_track.items()
    )


def used(candidates: Sequence[Track], choice: TrackChoice, assigned: str) -> Track:
    """Return the track whose points are used, by the way of choosing that the rules name (R88)."""
    return chosen(_METHODS, choice.method, choice.iri)(candidates, choice, assigned)


def _is_enough(points: Fraction, needed: Qualification) -> bool:
    above = needed.exceeds is None or points > needed.exceeds
    return above and (needed.least_points is None or points >= needed.least_points)


def _better(candidates: Sequence[Track], choice: TrackChoice, _assigned: str) -> Track:
    return max(candidates, key=lambda each: (each.total, each.iri == choice.preferred))


def _assigned(candidates: Sequence[Track], _choice: TrackChoice, assigned: str) -> Track:
    return next((each for each in candidates if each.iri == assigned), candidates[0])


def _only(candidates: Sequence[Track], _choice: TrackChoice, _assigned: str) -> Track:
    return candidates[0]


_METHODS: Mapping[str, Callable[[Sequence[Track], TrackChoice, str], Track]] = {
    PGV + "BetterTotal": _better,
    PGV + "AssignedTrack": _assigned,
    PGV + "OnlyTrack": _only,
}
