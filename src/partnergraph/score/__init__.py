"""The score: what a global account reaches in each solution area, derived by shipped queries and counted exactly."""

from __future__ import annotations

from partnergraph.score.derivation import derive
from partnergraph.score.result import AreaScore, MetricScore, Scores, Unit, plain

__all__ = ["AreaScore", "MetricScore", "Scores", "Unit", "derive", "plain"]
