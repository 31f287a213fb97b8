"""The register: what rules and derivation found in a state of a store, in a form that a part of it can replace."""

from __future__ import annotations

from collections.abc import Collection, Iterable
from dataclasses import dataclass, replace

from partnergraph import catalogue
from partnergraph.evaluation import Evaluation
from partnergraph.report import Finding, Severity
from partnergraph.store import Draft
from partnergraph.validation import RulesReport, Told, ordered, report_on

Large = tuple[str, str, str]
"""An account, a tenant, and a workload that is large enough there to count for the account's track."""


@dataclass(frozen=True, slots=True)
class Register:
    """What was found in a state judged by an evaluation.

    `large` is None where credits were not derived.
    """

    judged_by: Evaluation
    findings: tuple[Told, ...]
    large: frozenset[Large] | None

    @classmethod
    def of(cls, report: RulesReport, judged_by: Evaluation, derived: Draft | None = None) -> Register:
        """Return what was found in a state, and in the draft where its credits were derived, if they were."""
        large = None if derived is None else catalogue.texts(derived, "upkeep/large-workloads")
        known = None if large is None else frozenset((account, tenant, workload) for account, tenant, workload in large)
        return cls(judged_by, tuple(map(Told, report.findings, report.grounds)), known)

    @property
    def report(self) -> RulesReport:
        """The findings as a report."""
        return report_on(self.findings, self.judged_by.as_of.isoformat(), self.judged_by.pack)

    def violations_at(self, things: Collection[str]) -> tuple[Finding, ...]:
        """Return the violations that name one of the things."""
        return violations(self.findings, things)

    def elsewhere(self, things: Collection[str]) -> frozenset[Large]:
        """Return the large workloads in other tenants than those among the things."""
        return frozenset(each for each in self.large or () if each[1] not in things)

    def changed(
        self, things: Collection[str], rules: Collection[str], found: Iterable[Told], large: frozenset[Large] | None
    ) -> Register:
        """Return the register with what rules found anew about the things in place of what it says of those."""
        kept = [
            each for each in self.findings if each.finding.focus_iri not in things or each.finding.rule not in rules
        ]
        new = [each for each in found if each.finding.focus_iri in things]
        here = None if large is None or self.large is None else large | self.elsewhere(things)
        findings = self.findings if len(kept) == len(self.findings) and not new else ordered([*kept, *new])
        return replace(self, findings=findings, large=here)


def violations(found: Iterable[Told], things: Collection[str]) -> tuple[Finding, ...]:
    """Return the violations among findings that name one of the things."""
    named = (each.finding for each in found if each.finding.focus_iri in things)
    return tuple(finding for finding in named if finding.severity is Severity.VIOLATION)


def tracks(large: Iterable[Large]) -> dict[str, frozenset[str]]:
    """Return the different workloads that count for each account."""
    found: dict[str, set[str]] = {}
    for account, _, workload in large:
        found.setdefault(account, set()).add(workload)
    return {account: frozenset(workloads) for account, workloads in found.items()}
