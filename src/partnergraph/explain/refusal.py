"""Refusals: a failure in words, with the rules behind it and what would change it, and without another partner."""

from __future__ import annotations

import re
from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass

from partnergraph import validation
from partnergraph.explain.answer import Fact, Place, Refusal, RuleData
from partnergraph.explain.subject import Key
from partnergraph.explain.verdict import Failure
from partnergraph.report import Finding, Report
from partnergraph.terms import PGW

UNNAMED = Refusal("", (), "No single condition that failed can be named.", "Compare the credits with the matrix.")
"""What is said where no condition is found to have failed."""
_RULE = "R"
"""How the numbers of rules begin, and those of resolved conflicts do not."""


@dataclass(frozen=True, slots=True)
class Violation:
    """What a violated rule says of one thing, without a word about another partner, its rule numbers and its place."""

    name: str
    sentence: str
    rules: tuple[str, ...]
    stated: tuple[Place, ...]


def refusal(failure: Failure, data: Mapping[str, RuleData], violated: Mapping[Key, Violation], instead: str) -> Refusal:
    """Return the refusal for a failure: in the words of its rows where they have any, else in those of its reason.

    `data` are rows of the matrix and thresholds by IRI; `violated` what violations say, by thing and rule; `instead`
    names the associations that the matrix allows where this one earns nothing.
    """
    reason = failure.reason
    grounds = tuple(data[name] for name in dict.fromkeys(row.get("ground", "") for row in failure.rows) if name in data)
    broken = _broken(failure, violated)
    words = [*(row.get("because", "") for row in failure.rows), *(violation.sentence for violation in broken)]
    numbers = [each.rules for each in grounds] + [each.rules for each in broken]
    because = " ".join(word for word in dict.fromkeys(words) if word)
    rules = tuple(dict.fromkeys(rule for each in numbers for rule in each if rule.startswith(_RULE))) or reason.rules
    return Refusal(reason.code, rules, because or reason.definition, reason.hinted(instead), grounds)


def broken_facts(failure: Failure, violated: Mapping[Key, Violation]) -> tuple[Fact, ...]:
    """Return the violated rules that a failure names, each with where what it found was stated."""
    return tuple(Fact("violated rule", each.name, each.stated) for each in _broken(failure, violated))


def violations(report: Report, foreign: Collection[str]) -> dict[Key, Violation]:
    """Return by thing and rule, as the working graph names it, what each violation says.

    A message that contains one of the ids in `foreign`, or is about two things, is left out: the rule itself speaks
    then.
    """
    known = {rule.id: rule for rule in validation.rules()} if not report.conforms else {}
    found: dict[Key, Violation] = {}
    for finding in report.violations:
        rule = known[finding.rule]
        name = f"{rule.name} ({rule.code or rule.id})"
        words = (f"Violated: {name}.", "" if _names(finding, foreign) else finding.message, rule.reason)
        place = (Place("", finding.source_file, finding.source_row),) if finding.source_file else ()
        sentence = " ".join(word for word in words if word)
        found.setdefault((finding.focus_iri, PGW + finding.rule), Violation(name, sentence, rule.rules, place))
    return found


def _broken(failure: Failure, violated: Mapping[Key, Violation]) -> list[Violation]:
    keys = ((row.get("named", ""), row.get("rule", "")) for row in failure.rows)
    return [violated[key] for key in keys if key in violated]


def _names(finding: Finding, foreign: Iterable[str]) -> bool:
    """Return whether the message speaks of another thing or contains one of the ids."""
    return bool(finding.other_iri) or any(
        name in finding.message and re.search(rf"(?<!\w){re.escape(name)}(?!\w)", finding.message) for name in foreign
    )
