"""Outcomes: answers that agree in all but area and metric, told once with the areas and metrics they hold for."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import replace

from partnergraph.explain.answer import Answer, Condition, Outcome, Place


def by_association(answers: Iterable[Answer]) -> Iterator[list[Answer]]:
    """Yield the answers about each association, in their order."""
    groups: dict[str, list[Answer]] = {}
    for answer in answers:
        groups.setdefault(answer.association_id, []).append(answer)
    yield from groups.values()


def outcomes(answers: Iterable[Answer]) -> Iterator[tuple[str, Answer]]:
    """Yield each outcome once, with the areas and metrics that it holds for in words; empty where it holds for all."""
    found: dict[Answer, dict[str, list[str]]] = {}
    for answer in answers:
        areas = found.setdefault(replace(answer, solution_area="", metric=""), {})
        areas.setdefault(answer.metric, []).append(answer.solution_area)
    for answer, areas_by_metric in found.items():
        yield _where(areas_by_metric), answer


def shared(answers: Sequence[Answer]) -> tuple[Condition, ...]:
    """Return the conditions that passed with the same facts in all of several answers; none of only one."""
    first, *rest = answers
    common = [each for each in first.conditions if each.outcome is Outcome.PASSED]
    kept = tuple(each for each in common if all(each in answer.conditions for answer in rest))
    return kept if rest else ()


def association(answer: Answer) -> str:
    """Return what an answer is about: id, type and sub-type of the association."""
    if not answer.association_id:
        return "No association"
    kind = " ".join(filter(None, (answer.association_type, answer.cpor_subtype)))
    return f"{answer.association_id} ({kind})"


def source(place: Place) -> str:
    """Return a place in words: file, row and import, as far as they are known."""
    where = place.file if place.row is None else f"{place.file} row {place.row}"
    named = f"import {place.import_name}" if place.import_name else ""
    return " of ".join(filter(None, (where, named)))


def _where(areas_by_metric: dict[str, list[str]]) -> str:
    metrics_by_areas: dict[tuple[str, ...], list[str]] = {}
    for metric, areas in areas_by_metric.items():
        metrics_by_areas.setdefault(tuple(areas), []).append(metric)
    parts = [
        " ".join(filter(None, (", ".join(metrics), "in " + ", ".join(areas) if any(areas) else "")))
        for areas, metrics in metrics_by_areas.items()
    ]
    return "; ".join(filter(None, parts))
