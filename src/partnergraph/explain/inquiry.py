"""The inquiry into one question: its subjects, the credits on them, and why the rest is refused."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import replace

from partnergraph.explain.answer import Answer, Refusal
from partnergraph.explain.question import Marked
from partnergraph.explain.refusal import Failure, first_failures, reasons, refusal, violations
from partnergraph.explain.subject import (
    Key,
    Subject,
    alternatives,
    credited_units,
    openings,
    places,
    rule_data,
    subjects,
    taken,
)
from partnergraph.report import Report
from partnergraph.store import View

Group = tuple[str, str, str, str]
"""Id and IRI of an association, solution area, metric: what one answer is about."""
_UNNAMED = Refusal("", (), "No single condition that failed can be named.", "Compare the credits with the matrix.")


def answers(view: View, marked: Marked, report: Report) -> tuple[Answer, ...]:
    """Return one answer for each association, solution area and metric asked about, in a total order.

    Where the partner has no association with what is asked about, one answer says so. The question must be marked
    and the steps of `explain/steps` be done.
    """
    covered = subjects(view)
    return tuple(_about(view, marked, report, covered)) if covered else (_without(view, marked),)


def _about(view: View, marked: Marked, report: Report, covered: Sequence[Subject]) -> Iterator[Answer]:
    data = rule_data(view)
    units = credited_units(view, data)
    groups = _grouped(covered, marked.metrics)
    refused = {group for group, members in groups.items() if not any((each.iri, group[3]) in units for each in members)}
    wanted = {(each.iri, group[3]) for group in refused for each in groups[group]}
    tested = [reason for reason in reasons(view) if reason.place]
    failed = first_failures(view, tested, {iri: code for code, iri in marked.metrics.items()}, wanted)
    violated = violations(view, marked, report)
    stated, occupied, others = places(view), taken(view), alternatives(view)
    for group, members in sorted(groups.items()):
        association, metric = group[1], group[3]
        if group not in refused:
            earned = tuple(dict.fromkeys(unit for each in members for unit in units.get((each.iri, metric), ())))
            answer = replace(_answer(members[0], metric, marked), units=earned)
        else:
            subject, failure = _last(members, metric, failed)
            instead = others.get((subject.iri, metric), "")
            why = refusal(failure, data, violated, instead) if failure else _UNNAMED
            answer = replace(_answer(subject, metric, marked), refusal=why, taken=occupied.get(association, ()))
        yield replace(answer, stated=stated.get(association, ()))


def _grouped(covered: Iterable[Subject], metrics: Iterable[str]) -> dict[Group, list[Subject]]:
    groups: dict[Group, list[Subject]] = {}
    codes = tuple(metrics)
    for subject in covered:
        for code in codes:
            group = (subject.association_id, subject.association, subject.solution_area, code)
            groups.setdefault(group, []).append(subject)
    return groups


def _last(members: Sequence[Subject], metric: str, failed: Mapping[Key, Failure]) -> tuple[Subject, Failure | None]:
    """Return the subject that came furthest: at its failure nothing was left that could earn."""
    found = [(each, failed[(each.iri, metric)]) for each in members if (each.iri, metric) in failed]
    return max(found, key=lambda pair: pair[1].reason.place) if found else (members[0], None)


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


def _without(view: View, marked: Marked) -> Answer:
    """Return the answer for a partner without an association: whether the place is taken, and what could earn there."""
    reason = next(reason for reason in reasons(view) if not reason.place)
    account = marked.accounts[0]
    return Answer(
        partner_id=marked.partner,
        global_partner_id=account.global_id,
        metric=next(iter(marked.metrics)) if len(marked.metrics) == 1 else "",
        refusal=Refusal(reason.code, reason.rules, reason.definition, reason.hinted(openings(view))),
        taken=taken(view).get("", ()),
    )
