"""The inquiry into one question: its subjects, the credits on them, and why the rest is refused."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import replace

from partnergraph.explain.answer import Answer, Refusal
from partnergraph.explain.condition import conditions, unmet
from partnergraph.explain.question import Marked, Question
from partnergraph.explain.refusal import UNNAMED, broken_facts, refusal, violations
from partnergraph.explain.subject import (
    Key,
    Subject,
    alternatives,
    credited_units,
    facts,
    openings,
    places,
    rows,
    rule_data,
    subjects,
    taken,
)
from partnergraph.explain.verdict import reasons, verdicts
from partnergraph.report import Report
from partnergraph.store import View
from partnergraph.terms import local_id

Disputes = Mapping[str, tuple[str, ...]]
"""What makes rules disputed or little sure, by the rule's IRI."""


def answers(view: View, asked: Question, marked: Marked, report: Report, disputes: Disputes) -> tuple[Answer, ...]:
    """Return one answer for each association, solution area and metric asked about, in a total order.

    Where the partner has no association with what is asked about, the answers say so, one for each area in which it
    could have one. The question must be marked and the steps of `explain/steps` and `explain/facts` be done.
    """
    covered = subjects(view)
    told = _about(view, marked, report, disputes, covered) if covered else _without(view, asked, marked)
    return tuple(told)


def _about(
    view: View, marked: Marked, report: Report, disputes: Disputes, covered: Sequence[Subject]
) -> Iterator[Answer]:
    data = rule_data(view, disputes)
    units = credited_units(view, data)
    tested = [reason for reason in reasons(view) if reason.place]
    violated = violations(report, _foreign(view, marked, report))
    stated, occupied, others, known = places(view), _slots(view), alternatives(view), facts(view)
    for verdict in verdicts(view, covered, marked.metrics, units.keys()):
        subject, failure, metric = verdict.subject, verdict.failure, verdict.metric
        instead = others.get((subject.profile, metric), "")
        why = refusal(failure, data, violated, instead) if failure else None
        broken = broken_facts(failure, violated) if failure else ()
        answer = replace(
            _answer(subject, metric, marked),
            stated=stated.get(subject.association, ()),
            conditions=tuple(conditions(verdict, tested, known, why, broken)),
        )
        if verdict.credited:
            earned = tuple(dict.fromkeys(unit for each in verdict.members for unit in units[each.iri, metric]))
            yield replace(answer, units=earned)
        else:
            yield replace(answer, refusal=why or UNNAMED, taken=occupied.get(subject.association, ()))


def _foreign(view: View, marked: Marked, report: Report) -> frozenset[str]:
    """Return the ids and names of other partners, where there is a message that could tell one."""
    if report.conforms:
        return frozenset()
    own = {iri for account in marked.accounts for iri in (account.iri, account.global_iri)}
    others = [row for row in rows(view, "lookup/named-partners") if row["account"] not in own]
    known = {name for row in others for name in (local_id(row["account"])[1], row["partner"], row["name"])}
    return frozenset(known) - {"", *(id_ for each in marked.accounts for id_ in (each.partner_id, each.global_id))}


def _slots(view: View) -> dict[str, tuple[str, ...]]:
    """Return by association what is said of places taken, in whatever area."""
    found: dict[str, tuple[str, ...]] = {}
    for (association, _), sentences in taken(view).items():
        found[association] = tuple(dict.fromkeys((*found.get(association, ()), *sentences)))
    return found


def _answer(subject: Subject, metric: str, marked: Marked) -> Answer:
    account = next(account for account in marked.accounts if account.iri == subject.holder)
    return Answer(
        partner_id=account.partner_id,
        global_partner_id=account.global_id,
        association_id=subject.association_id,
        association_type=subject.association_type,
        cpor_subtype=subject.cpor_subtype,
        solution_area=subject.solution_area,
        metric=metric,
        customer_id=subject.customer_id,
        tenant_id=subject.tenant_id,
        subscription_id=subject.subscription_id,
        workload=subject.workload,
        resource_id=subject.resource_id,
    )


def _without(view: View, asked: Question, marked: Marked) -> Iterator[Answer]:
    """Yield the answers for a partner without an association: what could earn where, and whether the place is taken."""
    first, *rest = reasons(view)
    open_to = openings(view) or {"": ""}
    occupied: Mapping[Key, tuple[str, ...]] = taken(view)
    for area, instead in open_to.items():
        yield Answer(
            partner_id=marked.partner,
            global_partner_id=marked.accounts[0].global_id,
            solution_area=area,
            metric=next(iter(marked.metrics)) if len(marked.metrics) == 1 else "",
            tenant_id=asked.tenant or "",
            subscription_id=asked.subscription or "",
            workload=asked.workload or "",
            refusal=Refusal(first.code, first.rules, first.definition, first.hinted(instead)),
            taken=_taken(occupied, area, open_to),
            conditions=tuple(unmet(first, rest)),
        )


def _taken(occupied: Mapping[Key, tuple[str, ...]], area: str, areas: Mapping[str, str]) -> tuple[str, ...]:
    """Return what is taken in an area; the only one, or what no area is known of, is told everywhere."""
    return tuple(
        dict.fromkeys(
            sentence
            for (_, known), sentences in occupied.items()
            if known in ("", area) or known not in areas
            for sentence in sentences
        )
    )
