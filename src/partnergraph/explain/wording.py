"""The wording of answers: text for a person, by association, with what agrees told once."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence

from partnergraph.explain.answer import Answer, Place, Refusal, RuleData, Unit
from partnergraph.explain.question import Question


def told(asked: Question, as_of: str, pack: str, answers: Sequence[Answer]) -> str:
    """Return the answers as text: what was asked, then each association with what it earns and does not earn."""
    lines = [_asked(asked, as_of, pack)]
    for group in _grouped(answers):
        lines += ["", _association(group[0]), *_outcomes(group)]
    return "\n".join(lines) + "\n"


def _asked(asked: Question, as_of: str, pack: str) -> str:
    parts = [("tenant", asked.tenant), ("workload", asked.workload), ("subscription", asked.subscription)]
    named = [f"{name} {value}" for name, value in [*parts, ("metric", asked.metric)] if value is not None]
    return f"{', '.join([f'Partner {asked.partner}', *named])}, on {as_of} under pack {pack}:"


def _grouped(answers: Iterable[Answer]) -> Iterator[list[Answer]]:
    groups: dict[str, list[Answer]] = {}
    for answer in answers:
        groups.setdefault(answer.association_id, []).append(answer)
    yield from groups.values()


def _association(answer: Answer) -> str:
    if not answer.association_id:
        return "No association."
    kind = " ".join(filter(None, (answer.association_type, answer.cpor_subtype)))
    places = "; ".join(map(_place, answer.stated))
    stated = f", stated in {places}" if places else ""
    return f"{answer.association_id} ({kind}) of {answer.partner_id}, global account {answer.global_partner_id}{stated}"


def _place(place: Place) -> str:
    where = place.file if place.row is None else f"{place.file} row {place.row}"
    return " of ".join(filter(None, (where, f"import {place.import_name}")))


def _outcomes(answers: Sequence[Answer]) -> list[str]:
    """Return one block for each outcome, headed by the areas and metrics that it holds for."""
    blocks: dict[tuple[str, ...], dict[str, list[str]]] = {}
    for answer in answers:
        metrics = blocks.setdefault(tuple(_outcome(answer)), {}).setdefault(answer.metric, [])
        metrics.append(answer.solution_area)
    lines: list[str] = []
    for (verdict, *details), where in blocks.items():
        lines += [f"  {_where(where)}{verdict}", *(f"    {line}" for line in details)]
    return lines


def _where(areas_by_metric: dict[str, list[str]]) -> str:
    metrics_by_areas: dict[tuple[str, ...], list[str]] = {}
    for metric, areas in areas_by_metric.items():
        metrics_by_areas.setdefault(tuple(areas), []).append(metric)
    parts = [
        " ".join(filter(None, (", ".join(metrics), "in " + ", ".join(areas) if any(areas) else "")))
        for areas, metrics in metrics_by_areas.items()
    ]
    return "; ".join(filter(None, parts)) + ": " if any(parts) else ""


def _outcome(answer: Answer) -> Iterator[str]:
    if answer.refusal is not None:
        yield from _refusal(answer.refusal)
        yield from answer.taken
        return
    yield "credited"
    rows: dict[str, RuleData] = {}
    for unit in answer.units:
        rows[unit.row.name] = unit.row
        yield _unit(unit)
    for row in rows.values():
        yield _row(row)


def _refusal(refusal: Refusal) -> Iterator[str]:
    yield f"not credited, {refusal.reason} ({', '.join(refusal.rules)})"
    yield refusal.because
    yield f"To change it: {refusal.hint}"
    yield from map(_row, refusal.grounds)


def _unit(unit: Unit) -> str:
    things = [
        ("workload", unit.workload),
        ("resource", unit.resource_id),
        ("subscription", unit.subscription_id),
        ("tenant", unit.tenant_id),
        ("segment", unit.segment),
    ]
    place = ", ".join(f"{name} {value}" for name, value in things if value)
    since = f" from {unit.starts_on}" if unit.starts_on else ""
    until = f" until {unit.ends_on}" if unit.ends_on else ""
    through = f" through {unit.through} ({unit.cpor_subtype}), which it brings" if unit.derived_from else ""
    return f"{place}{since}{until}, threshold {unit.threshold}{through}"


def _row(row: RuleData) -> str:
    basis = "; ".join(filter(None, (", ".join(row.rules), row.basis)))
    return " ".join(filter(None, (f"Row {row.name} ({basis}):", row.comment, f"Source: {row.source}.")))
