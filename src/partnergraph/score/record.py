"""Assessments as graph and as values: the nodes that SPARQL questions ask, and the rows that people read."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from typing import TYPE_CHECKING

from partnergraph.score.assessment import Assessment
from partnergraph.score.result import AreaScore, MetricScore, decimal
from partnergraph.score.words import Words
from partnergraph.terms import PG, PGV, RDF_TYPE, instance, literal, local_id

if TYPE_CHECKING:
    from partnergraph.evaluation import Evaluation

_BELOW_FLOOR = PGV + "PassedBelowFloor"
Fact = tuple[str, str]


def statements(assessed: Iterable[Assessment], judged_by: Evaluation) -> bytes:
    """Return the scores and their metrics as N-Triples; numbers are decimals to twelve places."""
    lines: list[str] = []
    for each in assessed:
        account, area = local_id(each.account)[1], each.area.rpartition("#")[2]
        score = instance("area-score", account, area)
        lines += _lines(score, _score(each, judged_by))
        for track, row, is_used in each.rows():
            name = instance("metric-score", account, row.row.iri.rpartition("#")[2])
            facts = [
                (RDF_TYPE, f"<{PG}MetricScore>"),
                (PG + "ofScore", f"<{score}>"),
                (PG + "countsUnder", f"<{row.row.iri}>"),
                (PG + "hasMetric", f"<{row.row.metric}>"),
                (PG + "hasTrack", f"<{track.iri}>"),
                (PG + "amountNow", literal(decimal(row.measure.now), "decimal")),
                (PG + "amountThen", literal(decimal(row.measure.then), "decimal")),
                (PG + "actual", literal(decimal(row.actual), "decimal")),
                (PG + "points", literal(decimal(row.points), "decimal")),
                (PG + "isUsed", literal(str(is_used).lower(), "boolean")),
            ]
            facts += [(PG + "isPassedFor", f"<{_BELOW_FLOOR}>")] if row.below_floor else []
            lines += _lines(name, facts)
    return "".join(lines).encode()


def metric_scores(each: Assessment, words: Words) -> Iterator[MetricScore]:
    """Yield the rows of an assessment, in the order of the published table."""
    for track, row, is_used in each.rows():
        yield MetricScore(
            global_partner_id=words.id(each.account),
            solution_area=words.code(each.area),
            track=words.code(track.iri),
            metric=words.code(row.row.metric),
            option=row.row.option,
            actual=row.actual,
            threshold=row.row.threshold,
            points=row.points,
            max_points=row.row.maximum,
            counts=is_used,
            total=track.total,
            qualified=each.qualified_on is not None,
            now=row.measure.now,
            then=row.measure.then,
            reason=words.code(_BELOW_FLOOR) if row.below_floor else "",
            row=row.row.iri,
        )


def area_score(each: Assessment, words: Words) -> AreaScore:
    """Return where the account stands in the area."""
    return AreaScore(
        global_partner_id=words.id(each.account),
        solution_area=words.code(each.area),
        track=words.code(each.used.iri),
        total=each.used.total,
        qualified=each.qualified_on is not None,
        qualified_on=each.qualified_on,
        state=words.label(each.state),
        enrolled_until=each.enrolled_until,
    )


def _score(each: Assessment, judged_by: Evaluation) -> Iterator[Fact]:
    yield RDF_TYPE, f"<{PG}Score>"
    yield PG + "isAwardedTo", f"<{each.account}>"
    yield PG + "inSolutionArea", f"<{each.area}>"
    yield PG + "usesTrack", f"<{each.used.iri}>"
    yield PG + "total", literal(decimal(each.used.total), "decimal")
    yield PG + "qualified", literal(str(each.qualified_on is not None).lower(), "boolean")
    yield PG + "hasDesignationState", f"<{each.state}>"
    yield PG + "evaluatedOn", literal(judged_by.as_of.isoformat(), "date")
    yield PG + "usesPack", f"<{judged_by.pack_iri}>"
    if each.qualified_on:
        yield PG + "qualifiedOn", literal(each.qualified_on.isoformat(), "date")


def _lines(subject: str, facts: Iterable[Fact]) -> list[str]:
    return [f"<{subject}> <{predicate}> {value} .\n" for predicate, value in facts]
