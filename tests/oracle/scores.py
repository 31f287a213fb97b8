"""The Partner Capability Score of one global account: points of each area, track, metric and option, exactly."""

import calendar
from fractions import Fraction
from pathlib import Path
from typing import NamedTuple

from oracle.bundle import Bundle
from oracle.measures import Measures
from oracle.programme import Evaluation
from oracle.scoring import AREAS, BUSINESS, Goal, cap, goals, is_summed


class Score(NamedTuple):
    """One row of the score: an option of a metric in a track of an area."""

    global_partner_id: str
    solution_area: str
    track: str
    metric: str
    option: str
    actual: Fraction
    threshold: int
    points: Fraction
    max_points: int
    counts: bool
    total: Fraction
    qualified: bool
    as_of: str
    pack: str


def scores_of(folder: Path, asked: Evaluation, account: str, left_out: set[str]) -> list[Score]:
    """Return the rows of the score of a global account."""
    bundle = Bundle(folder)
    dated = asked.on(bundle.last_day(asked.day))
    measures = Measures(bundle, dated, account, left_out)
    actuals = {goal: measures.actual(goal) for goal in goals(dated.pack)}
    return [row for area in AREAS for row in _of_area(bundle, dated, account, area, actuals, measures.track)]


def _of_area(
    bundle: Bundle, asked: Evaluation, account: str, area: str, actuals: dict[Goal, Fraction], assigned: str
) -> list[Score]:
    tracks = {goal.track: Track(actuals, area, goal.track) for goal in actuals if goal.area == area}
    # Of two tracks with one total the first, which is that of enterprises, is used.
    used = tracks[assigned] if area == BUSINESS else max(tracks.values(), key=lambda track: track.total)
    least = Fraction(1 if asked.option("zeroMetric") == "onePoint" else 0)
    enough = used.total >= 70 and all(
        points >= least if least else points > 0 for points in used.points_of_metrics.values()
    )
    qualified = enough or _was_qualified(bundle, asked, account, area)
    return [
        Score(account, area, goal.track, goal.metric, goal.option, actual, goal.threshold, goal.points(actual),
              goal.most, track is used and goal in track.counted, track.total, qualified, asked.day, asked.pack)
        for track in tracks.values() for goal, actual in track.actuals.items()
    ]  # fmt: skip


class Track:
    """The points of one track of an area."""

    def __init__(self, actuals: dict[Goal, Fraction], area: str, track: str) -> None:
        self.actuals = {goal: actual for goal, actual in actuals.items() if (goal.area, goal.track) == (area, track)}
        self.counted: set[Goal] = set()
        self.points_of_metrics: dict[str, Fraction] = {}
        for metric in dict.fromkeys(goal.metric for goal in self.actuals):
            options = [goal for goal in self.actuals if goal.metric == metric]
            counted = options if is_summed(options[0]) else [max(options, key=self._points)]
            self.counted |= set(counted)
            points = sum(map(self._points, counted), Fraction(0))
            self.points_of_metrics[metric] = min(points, Fraction(cap(options[0])))
        self.total = sum(self.points_of_metrics.values(), Fraction(0))

    def _points(self, goal: Goal) -> Fraction:
        return goal.points(self.actuals[goal])


def _was_qualified(bundle: Bundle, asked: Evaluation, account: str, area: str) -> bool:
    """Tell whether the score of a day in the window was enough."""
    year, month = int(asked.day[:4]), int(asked.day[5:7]) - 5
    year, month = (year, month) if month > 0 else (year - 1, month + 12)
    first = int(asked.day[8:]) if asked.option("qualificationWindow") == "sameDay" else 1
    since = f"{year}-{month:02}-{min(first, calendar.monthrange(year, month)[1]):02}"
    return any(
        row["qualified"] == "true" if row["qualified"] else Fraction(row["total"] or 0) >= 70
        for row in bundle.rows("score_history")
        if (row["global_partner_id"], row["solution_area"]) == (account, area) and since <= row["on"] <= asked.day
    )
