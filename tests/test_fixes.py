"""Fixes: what a rule offers is applied to its own cases; the finding goes, and nothing else comes."""

from __future__ import annotations

import re
from functools import cache
from pathlib import Path

import pyoxigraph as ox
import pytest

from partnergraph import validation
from partnergraph.evidence import evidenced
from partnergraph.evidence.fixes import parsed
from partnergraph.report import Finding, Fix
from partnergraph.store import Draft
from partnergraph.terms import PREFIXES
from test_rules import ASKED, CASE, RULES, world

FIXING = {rule.id: rule for rule in validation.rules() if rule.fixes}
FAILING = [path for path in sorted(RULES.glob("*/fail-*.ttl")) if path.parent.name in FIXING]

# What a fix says on a case, worked out by hand from the case.
SAID = {
    "ClaimDomainBelongsToTenant/fail-other-domain": "Write contoso.example, the domain of tenant t1, in claim a1.",
    "CspOnCspChannel/fail-moved-off-csp": "End a1 on 2023-06-01, when the subscription moves to EA.",
    "GlobalAccountHasNoParent/fail-parent": "Let g1, which is a global account, belong to none.",
    "AdminLinkInCommercialCloud/fail-government": "Remove the link a1.",
    "DigitalPartnerOffCsp/fail-moved-to-csp": "End a1 on 2023-06-01, when the subscription moves to CSP_NCE.",
    "FigureIsNumber/fail-text": "Write 400 as the number 400.",
    "IndirectSaleNamesReseller/fail-nobody-named": "Name p2, who is the reseller, as partner of record of s1.",
    "OneDigitalPartnerPerSubscription/fail-one-day-in-common": "End a1 on 2023-06-01, when the other starts.",
    "OneIndirectPartnerPerRole/fail-two-resellers": "End a1 on 2023-06-01, when the other starts.",
    "ParentIsGlobalAccount/fail-location-under-location-of-another": "Let p1 belong to g1, to which p2 belongs.",
    "ProviderIsNotOfRecord/fail-provider-named": "Name p2, who is the reseller, as partner of record of s1.",
    "StartIsDay/fail-text": "Write 2023-02-28 as the day 2023-02-28.",
    "SubscriptionPeriodsDoNotOverlap/fail-one-day-in-common": (
        "End the period of s1 that starts first on 2023-06-01, when the other starts."
    ),
    "UsageIsOfMonth/fail-day": "Write 2023-09-01 as the month 2023-09.",
}
# Cases in which nobody can say what is meant.
UNSAID = (
    "CspOnCspChannel/fail-enterprise-agreement",
    "OneDigitalPartnerPerSubscription/fail-kinds-only",
    "DigitalPartnerOffCsp/fail-csp",
    "DigitalPartnerOffModernCommerce/fail-azure-plan",
    "FlagIsBoolean/fail-text",
    "StartIsDay/fail-no-such-day",
    "SubscriptionPeriodsDoNotOverlap/fail-no-dates",
)
UPDATE = """PREFIX pg: <https://w3id.org/partnergraph/ns#>
PREFIX xsd: <http://www.w3.org/2001/XMLSchema#>
DELETE {
  GRAPH <https://w3id.org/partnergraph/graph/asserted/case> {
    <https://w3id.org/partnergraph/id/association/a1> pg:endsOn "2023-06-02"^^xsd:date .
  }
}
INSERT {
  GRAPH <https://w3id.org/partnergraph/graph/asserted/case> {
    <https://w3id.org/partnergraph/id/association/a1> pg:endsOn "2023-06-01"^^xsd:date .
  }
}
WHERE {
  GRAPH <https://w3id.org/partnergraph/graph/asserted/case> {
    <https://w3id.org/partnergraph/id/association/a1> pg:endsOn "2023-06-02"^^xsd:date .
  }
}"""


def held(text: str, *updates: str) -> Draft:
    """Return a draft that holds the words, the packs, and a case, changed by updates one after the other."""
    with world().draft(keep=False) as draft:
        draft.add_turtle(ASKED, CASE)
        draft.add_turtle(text, CASE)
        quads = draft.nquads()
    for update in updates:
        store = ox.Store()
        store.bulk_load(quads, format=ox.RdfFormat.N_QUADS, lenient=True)
        store.update(update)
        quads = store.dump(format=ox.RdfFormat.N_QUADS) or b""
    return Draft.apart(quads)


def judged(draft: Draft) -> tuple[Finding, ...]:
    validation.prepare(draft)
    return evidenced(draft, validation.validate(draft)).findings


@cache
def findings(path: Path) -> tuple[Finding, ...]:
    """Return what all rules find in a case, with the fixes."""
    return judged(held(path.read_text(encoding="utf-8")))


def fixes(path: Path) -> list[tuple[Finding, Fix]]:
    return [(finding, fix) for finding in findings(path) if finding.rule == path.parent.name for fix in finding.fixes]


def named(found: tuple[Finding, ...]) -> set[tuple[str, str, str]]:
    return {(finding.rule, finding.focus_iri, finding.other_iri) for finding in found}


OFFERED = [path for path in FAILING if fixes(path)]


def test_every_fix_is_shown_by_a_case_of_its_rule() -> None:
    assert {path.parent.name for path in OFFERED} == set(FIXING)


@pytest.mark.parametrize(("case", "said"), SAID.items(), ids=SAID)
def test_a_fix_says_what_it_does(case: str, said: str) -> None:
    assert {fix.says for _, fix in fixes(RULES / f"{case}.ttl")} == {said}


@pytest.mark.parametrize("case", UNSAID)
def test_where_nobody_can_say_what_is_meant_there_is_no_fix(case: str) -> None:
    assert fixes(RULES / f"{case}.ttl") == []


def test_a_fix_is_an_update_with_nothing_left_to_be_looked_for() -> None:
    (one, other) = fixes(RULES / "OneDigitalPartnerPerSubscription" / "fail-one-day-in-common.ttl")
    assert one[1].update == other[1].update == UPDATE


def test_a_fix_that_would_give_a_thing_two_ends_is_none() -> None:
    text = (RULES / "SubscriptionPeriodsDoNotOverlap" / "fail-one-day-in-common.ttl").read_text(encoding="utf-8")
    third = text + (
        "period:s1-x a pg:SubscriptionPeriod ; pg:ofSubscription subscription:s1 ; "
        'pg:startsOn "2023-05-01"^^xsd:date ; pg:endsOn "2023-07-01"^^xsd:date .'
    )
    (found,) = (each for each in judged(held(third)) if each.rule == "SubscriptionPeriodsDoNotOverlap")
    assert found.fixes == ()


@pytest.mark.parametrize("rule", FIXING.values(), ids=FIXING)
def test_the_text_of_a_fix_is_an_update_that_can_be_carried_out(rule: validation.Rule) -> None:
    for says, update in rule.fixes:
        prefixes = "".join(f"PREFIX {name}: <{iri}>\n" for name, iri in PREFIXES.items())
        ox.Store().update(prefixes + update)
        change = parsed(update)
        assert change.removed or change.added
        assert says.endswith(".")
        named = set(re.findall(r"\{[?$](\w+)\}", says))
        assert all(re.search(rf"[?$]{name}\b", update + rule.text + "$this ?value") for name in named)


@pytest.mark.parametrize("path", OFFERED, ids=lambda path: f"{path.parent.name}-{path.stem}")
def test_a_fix_clears_its_finding_and_brings_no_other(path: Path) -> None:
    before = named(findings(path))
    for finding, fix in fixes(path):
        after = named(judged(held(path.read_text(encoding="utf-8"), fix.update)))
        assert (finding.rule, finding.focus_iri, finding.other_iri) not in after
        assert after < before
        # What is applied twice does no more than once.
        again = named(judged(held(path.read_text(encoding="utf-8"), fix.update, fix.update)))
        assert again == after
