"""Non-credits: for every association, area of its product and metric without a credit, which condition failed first."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, fields

from partnergraph import catalogue
from partnergraph.explain.refusal import UNNAMED, refusal, violations
from partnergraph.explain.subject import alternatives, rule_data, subjects
from partnergraph.explain.verdict import Verdict, verdicts
from partnergraph.report import Finding, Report
from partnergraph.store import View
from partnergraph.table import Table, Tabular
from partnergraph.terms import local_id

_IRREGULAR = {"starts_on": "from", "ends_on": "until"}


@dataclass(frozen=True, slots=True)
class NonCredit:
    """One association that does not earn one metric in one solution area, and why.

    Ids are those of the thing covered that came furthest; where nothing is known of an area it is empty. As nothing
    is earned, `derived_from` and `segment` are empty. `starts_on` and `ends_on` are those of the interval around the
    date in which the association itself is in force: both are empty where it is not, and each where it is not known.
    """

    partner_id: str
    global_partner_id: str
    association_id: str
    association_type: str
    cpor_subtype: str
    derived_from: str
    solution_area: str
    segment: str
    metric: str
    customer_id: str
    tenant_id: str
    subscription_id: str
    workload: str
    resource_id: str
    starts_on: str
    ends_on: str
    pack: str
    reason: str
    rules: str
    hint: str


_FIELDS = tuple(field.name for field in fields(NonCredit))
COLUMNS = tuple(_IRREGULAR.get(name, name) for name in _FIELDS)


@dataclass(frozen=True, slots=True)
class NonCredits(Tabular):
    """What is not credited on one day under one pack, in a total order, and the violations that left something out."""

    rows: tuple[NonCredit, ...]
    left_out: tuple[Finding, ...]
    as_of: str
    pack: str

    def __len__(self) -> int:
        return len(self.rows)

    def __iter__(self) -> Iterator[NonCredit]:
        return iter(self.rows)

    def __getitem__(self, index: int) -> NonCredit:
        return self.rows[index]

    @property
    def table(self) -> Table:
        """The rows under the column names of the bundle's `non_credits` file."""
        return Table(COLUMNS, tuple(tuple(getattr(row, name) for name in _FIELDS) for row in self.rows))


def non_credits(view: View, metrics: Mapping[str, str], report: Report, as_of: str, pack: str) -> NonCredits:
    """Return what is not credited of the associations asked about; `metrics` are IRIs by code.

    What to ask about must be marked and the steps of `explain/steps` be done.
    """
    words = _Words(view, report, pack)
    credited = {(subject, metric) for subject, metric in catalogue.texts(view, "lookup/credited-metrics")}
    refused = (each for each in verdicts(view, subjects(view), metrics, credited) if not each.credited)
    rows = tuple(sorted(map(words.row, refused), key=_order))
    return NonCredits(rows, report.violations, as_of, pack)


class _Words:
    """What rows of the table say, read once."""

    def __init__(self, view: View, report: Report, pack: str) -> None:
        self._pack = pack
        self._data = rule_data(view, {})
        self._violated = violations(report, ())
        self._instead = alternatives(view)
        self._holders = {iri: (partner, rolled) for iri, partner, rolled in catalogue.texts(view, "lookup/holders")}
        self._held = {each: (start, end) for each, start, end in catalogue.texts(view, "lookup/held-intervals")}

    def row(self, verdict: Verdict) -> NonCredit:
        """Return the row of a verdict that refuses."""
        subject = verdict.subject
        instead = self._instead.get((subject.profile, verdict.metric), "")
        why = refusal(verdict.failure, self._data, self._violated, instead) if verdict.failure else UNNAMED
        partner, rolled = self._holders.get(subject.holder, (local_id(subject.holder)[1], ""))
        start, end = self._held.get(subject.association, ("", ""))
        return NonCredit(
            partner_id=partner,
            global_partner_id=rolled,
            association_id=subject.association_id,
            association_type=subject.association_type,
            cpor_subtype=subject.cpor_subtype,
            derived_from="",
            solution_area=subject.solution_area,
            segment="",
            metric=verdict.metric,
            customer_id=subject.customer_id,
            tenant_id=subject.tenant_id,
            subscription_id=subject.subscription_id,
            workload=subject.workload,
            resource_id=subject.resource_id,
            starts_on=start,
            ends_on=end,
            pack=self._pack,
            reason=why.reason,
            rules="|".join(why.rules),
            hint=why.hint,
        )


def _order(row: NonCredit) -> tuple[str, ...]:
    return tuple(getattr(row, name) for name in _FIELDS)
