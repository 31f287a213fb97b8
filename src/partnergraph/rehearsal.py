"""The rehearsal: an import that is carried out and not kept, and what keeping it would change."""

from __future__ import annotations

import json
from collections import Counter
from collections.abc import Iterable
from dataclasses import dataclass

from partnergraph import guard, record
from partnergraph.changes import Changes, compared
from partnergraph.comparison import texts
from partnergraph.consequences import credited
from partnergraph.errors import WrongUse
from partnergraph.evaluator import Evaluator, judged
from partnergraph.intake import Arrival, ImportOutcome, Progress, written
from partnergraph.quarantine import Quarantine
from partnergraph.report import COLUMNS, Finding, Report
from partnergraph.settings import Limits
from partnergraph.store import Draft, Store
from partnergraph.table import Cell, Table
from partnergraph.terms import RDF_TYPE, compact

_TYPE = f"<{RDF_TYPE}>".encode()
_CLASSLESS = "(no class)"


@dataclass(frozen=True, slots=True)
class Difference:
    """The triples that would come and go, and how many of them are about things of each class.

    What is about a thing of two classes counts for both.
    """

    added: int
    removed: int
    classes: Table


@dataclass(frozen=True, slots=True)
class FindingsDelta:
    """The findings that would be new, those that would be gone, and those that would stay."""

    new: tuple[Finding, ...]
    fixed: tuple[Finding, ...]
    unchanged: tuple[Finding, ...]


@dataclass(frozen=True, slots=True)
class Rehearsal:
    """What an import would change. `outcome` is what would become of it; nothing of it was kept.

    Before and after are judged by the date and pack of the import. Findings and credits are those of the state that
    would be kept, or, where the import would be refused, of what it would have made. With `token` exactly this change
    can be committed as long as the store does not change; it is empty where the import would be refused.
    """

    outcome: ImportOutcome
    difference: Difference
    findings: FindingsDelta
    credits: Changes
    token: str = ""

    @property
    def credit_counts(self) -> dict[str, int]:
        """How many rows of credit would be gained, lost (displaced ones among them) and changed."""
        kinds = Counter(each.change for each in self.credits.changes)
        lost = kinds["lost"] + kinds["displaced"]
        return {"gained": kinds["gained"], "lost": lost, "changed": kinds["reclassified"]}

    def members(self) -> dict[str, object]:
        """Return everything as JSON values."""
        delta = self.findings
        return {
            "name": self.outcome.name,
            "mode": self.outcome.mode.value,
            "would_commit": self.outcome.committed,
            "token": self.token,
            "triples": {
                "added": self.difference.added,
                "removed": self.difference.removed,
                "classes": list(self.difference.classes.dicts()),
            },
            "findings": {
                "new": _told(delta.new),
                "fixed": _told(delta.fixed),
                "unchanged": _told(delta.unchanged),
            },
            "credits": {**self.credit_counts, "changes": list(self.credits.table.dicts())},
            "held": list(Quarantine(self.outcome.held).table.dicts()),
        }

    def to_json(self) -> str:
        """Return everything as a JSON object."""
        return json.dumps(self.members(), indent=1, ensure_ascii=False) + "\n"


def _told(findings: Iterable[Finding]) -> list[dict[str, Cell]]:
    return list(Table(COLUMNS, tuple(finding.row for finding in findings)).dicts())


def rehearse(
    store: Store, evaluator: Evaluator, arrival: Arrival, limits: Limits, progress: Progress | None
) -> Rehearsal:
    """Carry out the import in a draft that is dropped; return what keeping it would change."""
    with store.held():
        with store.draft(replaces=arrival.graphs, touches=guard.TOUCHED, keep=False) as draft:
            outcome, verdict = written(draft, arrival, limits, progress)
            if verdict.judged_by is None:
                raise WrongUse("A rehearsal says what the rules find: let it be judged.")
            day = verdict.judged_by
            difference = _difference(draft, arrival.graphs[0])
            state = draft.to_judge(tidy=False)
            report = judged(state, day)
            after = credited(state, day, report)
        with evaluator.derived(day, keep=False) as (before, known):
            rows = credited(before, day, known)
    findings = _delta(known, report)
    names = f"{arrival.label} not imported", f"{arrival.label} imported"
    changes = compared(names, texts(rows.table), [("data", texts(after.table))], ((), ()))
    return Rehearsal(outcome, difference, findings, changes)


def _delta(before: Report, after: Report) -> FindingsDelta:
    old, new = {record.key(each) for each in before.findings}, {record.key(each) for each in after.findings}
    return FindingsDelta(
        tuple(each for each in after.findings if record.key(each) not in old),
        tuple(each for each in before.findings if record.key(each) not in new),
        tuple(each for each in after.findings if record.key(each) in old),
    )


def _difference(draft: Draft, graph: str) -> Difference:
    old, new = (set(view.ntriples([graph]).splitlines()) for view in (draft.replaced, draft))
    added, removed = new - old, old - new
    gained, lost = _by_class(added, new), _by_class(removed, old)
    rows = tuple((name, gained[name], lost[name]) for name in sorted({*gained, *lost}))
    return Difference(len(added), len(removed), Table(("class", "added", "removed"), rows))


def _by_class(some: Iterable[bytes], all_of_it: Iterable[bytes]) -> Counter[str]:
    classes: dict[bytes, list[str]] = {}
    for line in all_of_it:
        subject, name, value = line.split(b" ", 2)
        if name == _TYPE:
            classes.setdefault(subject, []).append(compact(value.decode().removesuffix(" .")[1:-1]))
    counts: Counter[str] = Counter()
    for line in some:
        counts.update(classes.get(line.split(b" ", 1)[0], (_CLASSLESS,)))
    return counts
