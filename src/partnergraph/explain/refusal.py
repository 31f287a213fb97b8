"""Refusals: for each subject and metric without a credit, the first condition that failed, as the queries find it."""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass

from partnergraph import validation
from partnergraph.explain.answer import Refusal, RuleData
from partnergraph.explain.question import Marked
from partnergraph.explain.subject import Key, Row, rows
from partnergraph.report import Finding, Report
from partnergraph.store import View
from partnergraph.terms import PGW

_ALTERNATIVES = "{alternatives}"
_RULE = "R"
"""How the numbers of rules begin, and those of resolved conflicts do not."""


@dataclass(frozen=True, slots=True)
class Reason:
    """One reason for no credit, as the vocabulary states it; `place` is its place in the order of the tests, or 0."""

    code: str
    place: int
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
class Violation:
    """What a violated rule says of one thing, without a word about another partner, and its rule numbers."""

    sentence: str
    rules: tuple[str, ...]


def reasons(view: View) -> tuple[Reason, ...]:
    """Return the reasons in the order in which they are tested, first those that are not."""
    return tuple(
        Reason(row["code"], int(row["place"]), row["definition"], row["hint"], tuple(row["rules"].split("|")))
        for row in rows(view, "lookup/reasons")
    )


def first_failures(
    view: View, tested: Iterable[Reason], metrics: Mapping[str, str], wanted: set[Key]
) -> dict[Key, Failure]:
    """Return for each wanted subject and metric the first reason whose query names it.

    `metrics` are codes by IRI; a row without a metric holds for all of them. What no query names is not returned.
    """
    found: dict[Key, Failure] = {}
    for reason in tested:
        open_keys = wanted - found.keys()
        if not open_keys:
            break
        failed: dict[Key, tuple[Row, ...]] = {}
        for row in rows(view, f"explain/{reason.code}"):
            for code in [metrics[row["metric"]]] if row.get("metric") else metrics.values():
                key = (row["subject"], code)
                failed[key] = (*failed.get(key, ()), row)
        found |= {key: Failure(reason, named) for key, named in failed.items() if key in open_keys}
    return found


def refusal(failure: Failure, data: Mapping[str, RuleData], violated: Mapping[Key, Violation], instead: str) -> Refusal:
    """Return the refusal for a failure: in the words of its rows where they have any, else in those of its reason.

    `data` are rows of the matrix and thresholds by IRI; `violated` what violations say, by thing and rule; `instead`
    names the associations that the matrix allows where this one earns nothing.
    """
    reason = failure.reason
    grounds = tuple(data[name] for name in dict.fromkeys(row.get("ground", "") for row in failure.rows) if name)
    broken = [violated[key] for row in failure.rows if (key := (row.get("named", ""), row.get("rule", ""))) in violated]
    words = [*(row.get("because", "") for row in failure.rows), *(violation.sentence for violation in broken)]
    numbers = [each.rules for each in grounds] + [each.rules for each in broken]
    because = " ".join(word for word in dict.fromkeys(words) if word)
    rules = tuple(dict.fromkeys(rule for each in numbers for rule in each if rule.startswith(_RULE))) or reason.rules
    return Refusal(reason.code, rules, because or reason.definition, reason.hinted(instead), grounds)


def violations(view: View, marked: Marked, report: Report) -> dict[Key, Violation]:
    """Return by thing and rule, as the working graph names it, what each violation says.

    A message that names another partner, or something of another, is left out: the rule itself speaks then.
    """
    if report.conforms:
        return {}
    own = {name for account in marked.accounts for name in (account.partner_id, account.global_id)}
    foreign = {row["partner"] for row in rows(view, "lookup/partner-ids")} - own
    known = {rule.id: rule for rule in validation.rules()}
    found: dict[Key, Violation] = {}
    for finding in report.violations:
        rule = known[finding.rule]
        words = (
            f"Violated: {rule.name} ({rule.code or rule.id}).",
            "" if _names(finding, foreign) else finding.message,
            rule.reason,
        )
        sentence = " ".join(word for word in words if word)
        found.setdefault((finding.focus_iri, PGW + finding.rule), Violation(sentence, rule.rules))
    return found


def _names(finding: Finding, foreign: Iterable[str]) -> bool:
    """Return whether the message speaks of another thing or contains one of the ids."""
    return bool(finding.other_iri) or any(
        name in finding.message and re.search(rf"(?<!\w){re.escape(name)}(?!\w)", finding.message) for name in foreign
    )
