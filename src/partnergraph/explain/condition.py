"""Conditions: what was tested on an association in which order, how each test came out, and what it looked at."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import replace

from partnergraph.explain.answer import Condition, Fact, Outcome, Place, Refusal
from partnergraph.explain.subject import Subject
from partnergraph.explain.verdict import Reason, Verdict

Facts = Mapping[tuple[str, str, str], tuple[Fact, ...]]
"""What was looked at by subject, reason code and metric; an empty metric stands for all."""


def conditions(
    verdict: Verdict, tested: Sequence[Reason], facts: Facts, failed: Refusal | None, broken: Iterable[Fact]
) -> Iterator[Condition]:
    """Yield the conditions of a verdict in the order in which they are tested.

    All of a credit passed. Else they passed up to the first that failed; of those behind it nothing is told. `failed`
    is that one in words, and `broken` are the violated rules, where it is a violation.
    """
    place = verdict.failure.reason.place if verdict.failure else 0
    subjects = verdict.members if verdict.credited else (verdict.subject,)
    for reason in tested:
        told = Condition(reason.code, reason.requirement, reason.rules, Outcome.NOT_REACHED)
        if verdict.credited or reason.place < place:
            known = tuple(_known(subjects, reason.code, verdict.metric, facts))
            told = replace(told, outcome=Outcome.PASSED, looked_at=known)
        elif reason.place == place:
            known = (*broken, *_known(subjects, reason.code, verdict.metric, facts))
            rules = failed.rules if failed else told.rules
            told = replace(told, outcome=Outcome.FAILED, rules=rules, looked_at=known)
        yield told


def unmet(reason: Reason, rest: Iterable[Reason]) -> Iterator[Condition]:
    """Yield the condition that failed before all others, and the others."""
    yield Condition(reason.code, reason.requirement, reason.rules, Outcome.FAILED)
    for each in rest:
        yield Condition(each.code, each.requirement, each.rules, Outcome.NOT_REACHED)


def _known(subjects: Iterable[Subject], code: str, metric: str, facts: Facts) -> Iterator[Fact]:
    """Yield what was looked at on any of the subjects, each once, with all places where it was stated."""
    merged: dict[tuple[str, str], dict[Place, None]] = {}
    for subject in subjects:
        for fact in (*facts.get((subject.iri, code, ""), ()), *facts.get((subject.iri, code, metric), ())):
            merged.setdefault((fact.name, fact.value), {}).update(dict.fromkeys(fact.stated))
    yield from (Fact(name, value, tuple(stated)) for (name, value), stated in merged.items())
