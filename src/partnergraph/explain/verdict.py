"""Verdicts: for each association, solution area and metric whether it is credited, or which condition failed first."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass

from partnergraph.explain.subject import Key, Row, Subject, rows
from partnergraph.store import View

_ALTERNATIVES = "{alternatives}"
_Group = tuple[str, str, str, str]
"""Id and IRI of an association, solution area, metric: what one verdict is about."""


@dataclass(frozen=True, slots=True)
class Reason:
    """One reason for no credit, as the vocabulary states it; `place` is its place in the order of the tests, or 0.

    `requirement` is what must hold so that it is none.
    """

    code: str
    place: int
    requirement: str
    definition: str
    hint: str
    rules: tuple[str, ...]

    def hinted(self, instead: str) -> str:
        """Return the hint with the associations to take instead; without any it says so."""
        return self.hint.replace(_ALTERNATIVES, instead or "none that is known")


@dataclass(frozen=True, slots=True)
class Failure:
    """A reason that holds for one subject and metric, with the rows of the query that found it."""

    reason: Reason
    rows: tuple[Row, ...]


@dataclass(frozen=True, slots=True)
class Verdict:
    """What became of one association in one solution area and metric, over all that it covers there.

    `members` are what is credited, or what is not. `subject` is the one that came furthest: at its `failure` nothing
    was left that could earn. A verdict without a failure is a credit, unless `credited` denies it: then no condition
    that failed can be named.
    """

    members: tuple[Subject, ...]
    metric: str
    subject: Subject
    credited: bool
    failure: Failure | None


def reasons(view: View) -> tuple[Reason, ...]:
    """Return the reasons in the order in which they are tested, first those that are not."""
    return tuple(
        Reason(
            row["code"],
            int(row["place"]),
            row["requirement"],
            row["definition"],
            row["hint"],
            tuple(row["rules"].split("|")),
        )
        for row in rows(view, "lookup/reasons")
    )


def verdicts(
    view: View, covered: Sequence[Subject], metrics: Mapping[str, str], credited: Collection[Key]
) -> Iterator[Verdict]:
    """Yield one verdict for each association, solution area and metric of the subjects, in a total order.

    `metrics` are IRIs by code; `credited` are the subjects and metrics that earn. The steps of `explain/steps` must be
    done.
    """
    groups = _grouped(covered, metrics)
    earning = {group for group, members in groups.items() if any((each.iri, group[3]) in credited for each in members)}
    open_ones = {
        (each.iri, group[3]): each for group, members in groups.items() if group not in earning for each in members
    }
    failed = _first_failures(view, {iri: code for code, iri in metrics.items()}, open_ones)
    for group, members in sorted(groups.items()):
        metric = group[3]
        if group in earning:
            earners = tuple(each for each in members if (each.iri, metric) in credited)
            yield Verdict(earners, metric, earners[0], credited=True, failure=None)
        else:
            subject, failure = _last(members, metric, failed)
            yield Verdict(tuple(members), metric, subject, credited=False, failure=failure)


def _grouped(covered: Iterable[Subject], metrics: Iterable[str]) -> dict[_Group, list[Subject]]:
    groups: dict[_Group, list[Subject]] = {}
    codes = tuple(metrics)
    for subject in covered:
        for code in codes:
            group = (subject.association_id, subject.association, subject.solution_area, code)
            groups.setdefault(group, []).append(subject)
    return groups


def _first_failures(view: View, metrics: Mapping[str, str], wanted: Mapping[Key, Subject]) -> dict[Key, Failure]:
    """Return for each wanted subject and metric the first reason whose query names it.

    A row without a metric holds for all of them; one about a profile holds for all its subjects.
    """
    found: dict[Key, Failure] = {}
    still_open = dict(wanted)
    for reason in (each for each in reasons(view) if each.place):
        if not still_open:
            break
        named: dict[Key, tuple[Row, ...]] = {}
        for row in rows(view, f"explain/{reason.code}"):
            thing = row.get("subject") or row.get("profile", "")
            for code in [metrics[row["metric"]]] if row.get("metric") else metrics.values():
                named[thing, code] = (*named.get((thing, code), ()), row)
        for key, subject in list(still_open.items()) if named else ():
            if failing := (*named.get(key, ()), *named.get((subject.profile, key[1]), ())):
                found[key] = Failure(reason, failing)
                del still_open[key]
    return found


def _last(members: Sequence[Subject], metric: str, failed: Mapping[Key, Failure]) -> tuple[Subject, Failure | None]:
    found = [(each, failed[(each.iri, metric)]) for each in members if (each.iri, metric) in failed]
    return max(found, key=lambda pair: pair[1].reason.place) if found else (members[0], None)
