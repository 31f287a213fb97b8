"""Validation: preparation, intervals, findings, and what the compiler leaves to the reference."""

from __future__ import annotations

import re
from collections.abc import Iterator
from contextlib import contextmanager
from functools import cache
from itertools import product

import pytest

from partnergraph import artifacts, catalogue, validation, vocabulary
from partnergraph.evaluation import evaluation
from partnergraph.report import Severity
from partnergraph.shacl.compiler import compiled
from partnergraph.shacl.rule import read_rules, shape_files
from partnergraph.store import Draft, Store
from partnergraph.terms import ID, asserted_graph

DAYS = ("", "2023-01-01", "2023-02-01", "2023-03-01", "2023-04-01")
CODES = (
    "V-ID-PGA V-ACC-PARENT V-CPOR-DUP V-CPOR-XSUB V-CPOR-AREA V-CPOR-CHANNEL V-CPOR-STATE V-CPOR-NOSUB V-CPOR-MISMATCH "
    "V-DPOR-DUP V-DPOR-CSP V-DPOR-MODERN V-PAL-DUP V-PAL-CLOUD V-CSP-CHAIN V-CSP-CHANNEL V-TPOR-CHANNEL V-SELF "
    "V-CPOR-POE V-CPOR-FLOW V-CPOR-ACTOR V-DPOR-ACTOR V-PAL-ACTOR V-PAL-NOACCESS V-TPOR-DPOR V-CERT-MULTI"
).split()
HEAD = """
@prefix association: <https://w3id.org/partnergraph/id/association/> .
@prefix partner: <https://w3id.org/partnergraph/id/partner/> .
@prefix period: <https://w3id.org/partnergraph/id/subscription-period/> .
@prefix pg: <https://w3id.org/partnergraph/ns#> .
@prefix pgsh: <https://w3id.org/partnergraph/shapes#> .
@prefix pgv: <https://w3id.org/partnergraph/vocabulary#> .
@prefix sh: <http://www.w3.org/ns/shacl#> .
@prefix subscription: <https://w3id.org/partnergraph/id/subscription/> .
@prefix tenant: <https://w3id.org/partnergraph/id/tenant/> .
@prefix xsd: <http://www.w3.org/2001/XMLSchema#> .
"""


@cache
def world() -> Store:
    store = Store.memory()
    vocabulary.refresh(store)
    return store


@contextmanager
def prepared(*texts: str) -> Iterator[Draft]:
    """Give a prepared draft that holds each text as an import of its own."""
    with world().draft(keep=False) as draft:
        for number, text in enumerate(texts):
            draft.add_turtle(HEAD + text, asserted_graph(f"part-{number}"))
        evaluation(draft, "2023-09-30", "2023-06").write(draft)
        validation.prepare(draft)
        yield draft


def rule(name: str) -> validation.Rule:
    (found,) = (each for each in validation.rules() if each.id == name)
    return found


def findings(name: str, *texts: str) -> list[tuple[str, str, str]]:
    with prepared(*texts) as draft:
        report = validation.validate(draft, by=[rule(name)])
    return [(finding.focus, finding.other, finding.value) for finding in report.findings]


# --- intervals ---


def between(start: str, end: str) -> str:
    given = (("startsOn", start), ("endsOn", end))
    return "".join(f' ; pg:{name} "{day}"^^xsd:date' for name, day in given if day)


def digital_partner(number: int, interval: tuple[str, str]) -> str:
    return (
        f"association:a{number} a pg:DigitalPartnerOfRecord ; pg:isHeldBy partner:p{number} ; "
        f"pg:coversSubscription subscription:s1 {between(*interval)} .\n"
    )


def allen(first: tuple[str, str], second: tuple[str, str]) -> str:
    """Return Allen's relation of two intervals; an open start is before and an open end after every day."""
    (a, b), (c, d) = ((start or "0000", end or "9999") for start, end in (first, second))
    if b < c or d < a:
        return "before" if b < c else "after"
    if b == c or d == a:
        return "meets" if b == c else "met by"
    starts = "starts" if a == c else "inside" if a > c else "outside"
    ends = "finishes" if b == d else "inside" if b < d else "outside"
    return f"{starts}, {ends}"


INTERVALS = [(start, end) for start, end in product(DAYS, DAYS) if not (start and end) or start < end]


def test_intervals_overlap_in_all_of_allens_relations_but_those_of_apart_and_touching() -> None:
    pairs = list(product(INTERVALS, INTERVALS))
    assert len({allen(*pair) for pair in pairs}) == 13
    for first, second in pairs:
        found = findings("OneDigitalPartnerPerSubscription", digital_partner(1, first) + digital_partner(2, second))
        apart = allen(first, second) in {"before", "after", "meets", "met by"}
        assert bool(found) is not apart, (first, second)


# --- preparation ---


def test_every_query_below_prepare_is_run() -> None:
    shipped = [query.name.removeprefix("prepare/") for query in catalogue.queries("prepare")]
    assert sorted(validation.PREPARATION) == sorted(shipped)


def holdings(*lines: str) -> list[tuple[str, str]]:
    claim = "association:a1 a pg:Association , pg:ClaimingPartnerOfRecord ; pg:coversSubscription subscription:s1"
    events = "".join(
        f"<https://w3id.org/partnergraph/id/claim-event/a1/{number}> a pg:ClaimEvent ; pg:ofClaim association:a1 ; "
        f'pg:occurredOn "{line.split()[0]}"^^xsd:date ; pg:hasState pgv:State{line.split()[1]} .\n'
        for number, line in enumerate(lines[1:])
    )
    with prepared(f"{claim} {lines[0]} .\n{events}") as draft:
        _, rows = draft.rows(
            "SELECT ?s ?e { ?h pg:ofAssociation ?a OPTIONAL { ?h pg:startsOn ?s } OPTIONAL { ?h pg:endsOn ?e } }"
        )
    return sorted((start or "", end or "") for start, end in rows)


ENDS_IN_MARCH = '; pg:endsOn "2023-03-01"^^xsd:date'


@pytest.mark.parametrize(
    ("lines", "expected"),
    [
        (["; pg:hasState pgv:StateApproved"], [("", "")]),
        ([""], [("", "")]),
        (['; pg:hasState pgv:StateApproved ; pg:decidedOn "2023-02-01"^^xsd:date'], [("2023-02-01", "")]),
        (["; pg:hasState pgv:StateSubmitted"], []),
        (["; pg:hasState pgv:StateRejected", "2023-01-05 Submitted", "2023-02-01 Approved"], [("2023-02-01", "")]),
        (
            ["", "2023-02-01 Approved", "2023-03-01 Rejected", "2023-04-01 Disputed", "2023-05-01 Approved"],
            [("2023-02-01", "2023-03-01"), ("2023-05-01", "")],
        ),
        (["", "2023-02-01 Approved", "2023-03-01 Approved", "2023-04-01 Rejected"], [("2023-02-01", "2023-04-01")]),
        ([ENDS_IN_MARCH, "2023-02-01 Approved", "2023-04-01 Rejected"], [("2023-02-01", "2023-03-01")]),
        ([ENDS_IN_MARCH, "2023-03-01 Approved"], []),
        (["; pg:hasState pgv:StateApproved", "2023-02-01 Submitted"], []),
        (["", "2023-02-01 Approved", "2023-02-01 Rejected"], []),
        (["", "2023-02-01 Approved", "2023-02-01 Disputed", "2023-02-01 Rejected"], [("2023-02-01", "")]),
        (["", "2023-02-01 Approved", "2023-02-01 RejectedFinal", "2023-03-01 Approved"], [("2023-03-01", "")]),
        (["", "2023-02-01 Approved", "2023-03-01 UnderReview"], [("2023-02-01", "2023-03-01")]),
    ],
)  # fmt: skip
def test_a_claim_holds_while_it_is_approved(lines: list[str], expected: list[tuple[str, str]]) -> None:
    assert holdings(*lines) == expected


# --- findings ---


def test_a_thing_in_two_imports_is_found_once() -> None:
    both = digital_partner(1, ("", "")) + digital_partner(2, ("", ""))
    assert findings("OneDigitalPartnerPerSubscription", both, both) == [("a1", "a2", ""), ("a2", "a1", "")]


def test_a_finding_stands_at_the_first_row_that_states_its_focus() -> None:
    stated = 'association:a1 pg:statedAt "associations.csv:12" , "associations.csv:9" .\n'
    with prepared(digital_partner(1, ("2023-02-01", "2023-01-01")) + stated) as draft:
        (finding,) = validation.validate(draft, by=[rule("PeriodEndsAfterStart")]).findings
    assert (finding.source_file, finding.source_row, finding.focus_type) == ("associations.csv", 9, "association")
    assert finding.focus_iri == f"{ID}association/a1"


def test_a_finding_on_a_subscription_stands_at_the_row_that_shows_the_fault() -> None:
    text = """
        subscription:s1 a pg:Subscription ; pg:statedAt "subscriptions.csv:2" , "subscriptions.csv:3" .
        period:a pg:ofSubscription subscription:s1 ; pg:hasChannel pgv:EA ; pg:statedAt "subscriptions.csv:2" .
        period:b pg:ofSubscription subscription:s1 ; pg:statedAt "subscriptions.csv:3" ;
            pg:hasChannel <https://w3id.org/partnergraph/id/unrecognised/channel/E%20A> .
    """
    with prepared(text) as draft:
        (finding,) = validation.validate(draft, by=[rule("ChannelIsRecognised")]).findings
    assert (finding.focus, finding.value, finding.source_row) == ("s1", "E A", 3)


def test_several_values_of_one_focus_are_one_finding() -> None:
    text = (
        digital_partner(1, ("", ""))
        + """
        period:a pg:ofSubscription subscription:s1 ; pg:hasChannel pgv:CSP_NCE ; pg:startsOn "2023-06-01"^^xsd:date .
        period:b pg:ofSubscription subscription:s1 ; pg:hasChannel pgv:CSP_LEGACY ; pg:endsOn "2023-06-01"^^xsd:date .
    """
    )
    assert findings("DigitalPartnerOffCsp", text) == [("a1", "", "CSP_LEGACY")]


def test_rows_that_disagree_in_two_properties_are_one_finding_that_names_both() -> None:
    text = 'tenant:t1 a pg:Tenant ; pg:domain "a.example" , "b.example" ; pg:country "DE" , "FR" .'
    with prepared(text) as draft:
        (finding,) = validation.validate(draft, by=[rule("TenantRowsAgree")]).findings
    assert (finding.focus, finding.value) == ("t1", "DE")
    assert "DE and FR" in finding.message
    assert "a.example and b.example" in finding.message


def test_a_message_names_things_by_their_ids_and_codes() -> None:
    text = digital_partner(1, ("", "")) + "period:a pg:ofSubscription subscription:s1 ; pg:hasChannel pgv:CSP_NCE ."
    with prepared(text) as draft:
        (finding,) = validation.validate(draft, by=[rule("DigitalPartnerOffCsp")]).findings
    assert finding.message.startswith(
        "a1 is a digital partner of record on subscription s1 while that is on channel CSP_NCE."
    )


def test_a_foreign_iri_is_its_own_id() -> None:
    text = "<https://example.org/links/7> a pg:PartnerAdminLink ; pg:isHeldBy partner:p1 ."
    assert findings("AdminLinkCoversCredential", text) == [("https://example.org/links/7", "", "")]


def test_violations_come_first_and_the_order_is_total() -> None:
    text = (
        digital_partner(1, ("", ""))
        + digital_partner(2, ("", ""))
        + """
        subscription:s1 a pg:Subscription ; pg:productName "Ofice" .
    """
    )
    with prepared(text) as draft:
        once, again = (validation.validate(draft) for _ in range(2))
    assert once == again
    assert not once.conforms
    severities = [finding.severity for finding in once.findings]
    assert severities == sorted(severities, key=list(Severity).index)


def test_an_empty_store_conforms() -> None:
    with prepared() as draft:
        assert validation.validate(draft).findings == ()


def test_without_an_evaluation_what_needs_no_day_is_still_found() -> None:
    with world().draft(keep=False) as draft:
        draft.add_turtle(HEAD + digital_partner(1, ("", "")) + digital_partner(2, ("", "")), asserted_graph("part"))
        validation.prepare(draft)
        codes = {finding.code for finding in validation.validate(draft).findings}
    assert "V-DPOR-DUP" in codes


# --- rules ---


def test_the_rules_have_the_codes_of_the_reference() -> None:
    assert {each.code for each in validation.rules()} == {"", *CODES}


def test_rules_for_our_own_texts_are_not_run_on_data() -> None:
    assert "shapes/house.ttl" not in shape_files()
    assert len({each.id for each in validation.rules()}) == len(validation.rules())


def test_the_list_of_rules_is_the_rules() -> None:
    listed = re.findall(r"^\| `(\w+)` \| ([\w-]*) \| (\w+) \|", artifacts.text("shapes/README.md"), re.MULTILINE)
    assert sorted(listed) == sorted((each.id, each.code, each.severity.value) for each in validation.rules())
    assert [row[0] for row in validation.rule_table().rows] == [each.id for each in validation.rules()]


def test_the_list_of_working_facts_names_every_query() -> None:
    listed = re.findall(r"^\| .* \| .* \| `([\w-]+)` \|$", artifacts.text("shapes/README.md"), re.MULTILINE)
    assert list(dict.fromkeys(listed)) == list(validation.PREPARATION)


def test_a_rule_names_its_target_in_its_query() -> None:
    """A query that is run with `$this` unbound must not find what its shape does not target."""
    for each in validation.rules():
        for select in each.statements.get("http://www.w3.org/ns/shacl#sparql", ()):
            assert re.search(r"\$this\b", select.split("WHERE", 1)[1]), each.id
            assert not re.search(r"\b(MINUS|VALUES|SERVICE)\b|AS \$this", select), each.id


# --- shapes of all kinds, and what the compiler does not understand ---

SHAPES = HEAD.replace("@prefix tenant", "@prefix skos: <http://www.w3.org/2004/02/skos/core#> .\n@prefix tenant")
ONE_NAME = (
    SHAPES
    + """
pgsh:TenantHasOneName a sh:PropertyShape ;
    sh:severity sh:Violation ;
    sh:message "Tenant {$this} has no name, or several." ;
    sh:targetClass pg:Tenant ;
    sh:path pg:name ;
    sh:minCount 1 ;
    sh:maxCount 1 .
"""
)
EITHER_NAME = (
    SHAPES
    + """
pgsh:TenantHasEitherName a sh:NodeShape ;
    sh:severity sh:Warning ;
    sh:message "Tenant {$this} has neither name nor domain." ;
    sh:targetClass pg:Tenant ;
    sh:or (
        [ sh:property [ sh:path pg:name ; sh:minCount 1 ] ]
        [ sh:property [ sh:path pg:domain ; sh:minCount 1 ] ]
    ) .
"""
)
# No engine of regular expressions that keeps to a linear time looks ahead.
OTHER_NAME = (
    SHAPES
    + """
pgsh:TenantHasOtherName a sh:PropertyShape ;
    sh:severity sh:Warning ;
    sh:message "Tenant {$this} has no name but this." ;
    sh:targetClass pg:Tenant ;
    sh:path pg:name ;
    sh:pattern "^(?!One)" .
"""
)
TENANTS = """
tenant:t1 a pg:Tenant ; pg:name "One" .
tenant:t2 a pg:Tenant ; pg:name "Two" , "Deux" .
tenant:t3 a pg:Tenant .
"""


@pytest.mark.parametrize(
    ("text", "left", "found"),
    [(ONE_NAME, [], ["t2", "t3"]), (EITHER_NAME, [], ["t3"]), (OTHER_NAME, ["TenantHasOtherName"], ["t1"])],
)
def test_a_shape_that_is_not_understood_is_judged_by_the_reference(
    text: str, left: list[str], found: list[str]
) -> None:
    rules = read_rules({"mine.ttl": text})
    assert [each.id for each in rules if compiled(each) is None] == left
    with prepared(TENANTS) as draft:
        report = validation.validate(draft, by=rules)
    assert [finding.focus for finding in report.findings] == found
    assert report.findings[0].message.startswith(f"Tenant {found[0]} has n")


def test_a_class_of_values_may_be_a_subclass() -> None:
    text = (
        SHAPES
        + """
        pgsh:SubscriptionIsLinked a sh:PropertyShape ; sh:severity sh:Violation ; sh:message "{?value} is none." ;
            sh:targetObjectsOf pg:isHeldBy ; sh:path pg:name ; sh:class pg:Association ; sh:nodeKind sh:IRI .
    """
    )
    data = digital_partner(1, ("", "")) + 'partner:p1 pg:name association:a1 , subscription:s1 , "Contoso" .'
    rules = read_rules({"mine.ttl": text})
    with prepared(data) as draft:
        found = sorted(
            (result.component.rpartition("#")[2], result.value) for result in validation.results(draft, rules)
        )
    assert found == [
        ("ClassConstraintComponent", "Contoso"),
        ("ClassConstraintComponent", f"{ID}subscription/s1"),
        ("NodeKindConstraintComponent", "Contoso"),
    ]
