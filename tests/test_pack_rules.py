"""The rules for rule packs: ours keep them, a small good text keeps them, and each of them can really fail."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from functools import cache
from pathlib import Path

import pytest
import rdflib

from partnergraph import artifacts, validation, vocabulary
from partnergraph.shacl.compiler import compiled
from partnergraph.store import Draft, Store
from partnergraph.terms import ONTOLOGY_GRAPH, PGM, PGV, pack_graph

GOOD = Path(__file__).parent / "packs" / "good.ttl"
PACKLESS = [path for path in artifacts.names("ontology", ".ttl") if "/packs/" not in path and "prefixes" not in path]

# One way to break each rule: what stands in good.ttl, what to put in its place, and on what it is found.
BREAKS = {
    "PackHasName": ('skos:notation "2031" ;', "", "pack-2031"),
    "PackNameIsItsOwn": ('skos:notation "2031" ;', 'skos:notation "2030" ;', "pack-2030 pack-2031"),
    "PackHasSource": ('pgv:pack-2030 ;\n    dcterms:source "a second guide" .', "pgv:pack-2030 .", "pack-2031"),
    "ValidityIsOfDays": ('"2031-01-01"^^xsd:date ;\n    dcterms', '"2031-01-01" ;\n    dcterms', "pack-2030"),
    "ValidityEndsAfterItStarts": ('pg:startsOn "2030-06-01"', 'pg:startsOn "2030-07-01"', "Row-Later"),
    "PacksDoNotOverlap": ('pg:endsOn "2031-01-01"', 'pg:endsOn "2031-01-02"', "pack-2030 pack-2031"),
    "PacksLeaveNoGap": ('pg:endsOn "2031-01-01"', 'pg:endsOn "2030-12-31"', "pack-2030"),
    "PacksHaveOneRoot": ("pg:follows pgv:pack-2031 ;", "", "pack-2030 pack-2032"),
    "PackFollowsKnownPack": ("pg:follows pgv:pack-2031 ;", "pg:follows pgv:pack-2013 ;", "pack-2032"),
    "PackFollowsOnePack": (
        "pg:follows pgv:pack-2031 ;",
        "pg:follows pgv:pack-2031 , pgv:pack-2030 ;",
        "pack-2032",
    ),
    "PackFollowsEarlierPack": ("pg:follows pgv:pack-2030 ;", "pg:follows pgv:pack-2032 ;", "pack-2031"),
    "PackRuleStandsInKnownPack": (
        "pg:Band ;\n    pg:inPack pgv:pack-2030",
        "pg:Band ;\n    pg:inPack pgv:pack-2013",
        "Band",
    ),
    "PackRuleStandsInOnePack": (
        "pg:Band ;\n    pg:inPack pgv:pack-2030",
        "pg:Band ;\n    pg:inPack pgv:pack-2030 , pgv:pack-2031",
        "Band",
    ),
    "PackRuleIsOfKnownKind": ("pgm:Band a pg:Band ;", "pgm:Band a pg:Bend ;", "Band"),
    "PackRuleUsesKnownTerms": ("pg:minimumPaidUnits 11", "pg:minimumPaidUnit 11", "Band"),
    "PackRuleHasNumber": ('11 ;\n    pg:rule "R60" ;', "11 ;", "Band"),
    "PackRuleNumberIsKnown": ('11 ;\n    pg:rule "R60" ;', '11 ;\n    pg:rule "R92" ;', "Band"),
    "PackRuleHasSource": (
        '11 ;\n    pg:rule "R60" ;\n    dcterms:source "a first guide" .',
        '11 ;\n    pg:rule "R60" .',
        "Band",
    ),
    "PackRuleReplacesEarlierRule": (
        "    pg:underOption pgm:Option-On ;\n    pg:replaces pgm:Row-Yes",
        "    pg:replaces pgm:Row-Yes",
        "Row-Chosen",
    ),
    "PackRuleReplacesItsLike": ("pg:replaces pgm:Score-Adds ;", "pg:replaces pgm:Band ;", "Score-Adds-2031"),
    "PackRuleReplacesWhatStillHolds": (
        "pg:replaces pgm:Channels-2031 ;",
        "pg:replaces pgm:Channels ;",
        "Channels-2032",
    ),
    "PackRuleOptionIsOffered": ("pg:underOption pgm:Option-On ;", "pg:underOption pgm:Option-Perhaps ;", "Row-Chosen"),
    "RowHasKind": ("pg:appliesToKind pg:DigitalPartnerOfRecord", "pg:appliesToKind pg:Tenant", "Row-Yes"),
    "RowHasArea": ("pg:appliesToArea pgv:ModernWork", "pg:appliesToArea pgv:EA", "Row-Yes"),
    "RowHasSegment": ("pg:appliesToSegment pgv:Enterprise , pgv:AnySegment", "pg:appliesToSegment pgv:EA", "Row-Yes"),
    "RowHasProductCode": ("pg:appliesToProductCode pgv:M365_MW , pgv:AnyProduct ;", "", "Row-Yes"),
    "RowHasChannel": ("pg:appliesToChannel pgv:EA , pgv:NoChannel", "pg:appliesToChannel pgv:EA , pgv:Smb", "Row-Yes"),
    "RowHasMetric": ("pg:appliesToMetric pgv:NetCustomerAdds ;", "", "Row-Yes"),
    "RowSaysEligible": ("pg:eligible true", 'pg:eligible "yes"', "Row-Yes"),
    "RowSaysOneThing": ("pg:eligible true", "pg:eligible true , false", "Row-Yes"),
    "RowHasExclusivityScope": ('pg:exclusivityScope "subscription" ;', "", "Row-Yes"),
    "RowHasReading": ('rdfs:comment "It counts."@en ;', "", "Row-Yes"),
    "RowHasBasis": ('pg:basis "seed"', 'pg:basis "hearsay"', "Row-Yes"),
    "ClaimRowNamesSubtype": ("pg:appliesToSubtype pgv:AnySubtype ;", "", "Row-UnchosenClaim"),
    "RowsAgreeOnCells": ("pg:appliesToChannel pgv:MPSA", "pg:appliesToChannel pgv:EA", "Row-Yes"),
    "ChannelRuleHasSubtype": ("pg:appliesToSubtype pgv:OSA ;", "", "Channels"),
    "ChannelRuleAllowsChannel": ("pg:allowsChannel pgv:EA ;", "pg:allowsChannel pgv:Smb ;", "Channels"),
    "ThresholdHasMetric": ("pg:appliesToMetric pgv:Deployments ;", "", "Threshold"),
    "ThresholdHasProductCode": (
        "pg:appliesToProductCode pgv:M365_MW ;\n    pg:minimumActiveShare",
        "pg:minimumActiveShare",
        "Threshold",
    ),
    "BandHasSegment": ("pg:appliesToSegment pgv:Smb", "pg:appliesToSegment pgv:EA", "Band"),
    "BandHasMinimum": ("pg:minimumPaidUnits 11", "pg:minimumPaidUnits 11.5", "Band"),
    "RateRuleNamesLine": ("pg:ofRateLine pgv:RateRetail", "pg:ofRateLine pgv:EA", "Rate"),
    "RateRuleHasRate": ("pg:monthlyValueRate 100.0", 'pg:monthlyValueRate "100"', "Rate"),
    "RateIsAboveZero": ("pg:monthlyValueRate 100.0", "pg:monthlyValueRate 0.0", "Rate"),
    "ScoringRowHasArea": ("pg:appliesToArea pgv:Infrastructure ;", "", "Score-Adds"),
    "ScoringRowHasTrack": ("pg:appliesToSegment pgv:SingleTrack", "pg:appliesToSegment pgv:AnySegment", "Score-Adds"),
    "ScoringRowHasMetric": ("pg:appliesToMetric pgv:UsageGrowth ;", "", "Score-Growth-One"),
    "ScoringRowHasPoints": ("pg:maximumPoints 60.0", 'pg:maximumPoints "sixty"', "Score-Adds"),
    "ScoringRowHasMetricMaximum": ("pg:metricMaximum 60.0 ;", "", "Score-Adds"),
    "ScoringRowHasThreshold": ("pg:thresholdForMaximum 5.0 ;", "", "Score-Adds"),
    "ScoringThresholdIsAboveZero": ("pg:thresholdForMaximum 5.0", "pg:thresholdForMaximum 0.0", "Score-Adds"),
    "TrackAddsUpTo100": ("7.0 ;\n    pg:metricMaximum 60.0", "7.0 ;\n    pg:metricMaximum 50.0", "pack-2031 pack-2032"),
    "SwitchHasName": ('skos:notation "strictness" ;', "", "Switch"),
    "SwitchNameIsItsOwn": ('"patience"', '"strictness"', "Switch Switch-Later"),
    "SwitchHasMeaning": ('skos:definition "Whether to be strict."@en ;', "", "Switch"),
    "SwitchHasNumber": (' ;\n    pg:rule "C41" .', " .", "Switch"),
    "SwitchOffersOptions": (
        "pg:offersOption pgm:Option-Wait , pgm:Option-Go",
        "pg:offersOption pgm:Option-Go",
        "Switch-Later",
    ),
    "SwitchOffersKnownOptions": ("pgm:Option-Wait a pg:Option ;", "pgm:Option-Wait", "Switch-Later"),
    "OptionHasName": ('skos:notation "wait" ;', "", "Option-Wait"),
    "OptionHasMeaning": (
        'skos:notation "wait" ;\n    skos:definition "Wait."@en .',
        'skos:notation "wait" .',
        "Option-Wait",
    ),
    "OptionsOfSwitchDiffer": ('"wait"', '"go"', "Switch-Later"),
    "SwitchHasDefault": ("pg:ofSwitch pgm:Switch-Later ;", "", "Switch-Later"),
    "SwitchIsDecidedWhereItMatters": (
        "pgm:Default a pg:SwitchDefault ;\n    pg:inPack pgv:pack-2030",
        "pgm:Default a pg:SwitchDefault ;\n    pg:inPack pgv:pack-2031",
        "Switch",
    ),
    "SwitchIsDecidedOnce": ("pg:replaces pgm:Default ;", "", "Default-2031"),
    "DefaultHasSwitch": ("pg:ofSwitch pgm:Switch-Later", "pg:ofSwitch pgm:Switch-Sooner", "Default-Later"),
    "DefaultHasOption": ("pg:defaultOption pgm:Option-Go ;", "", "Default-Later"),
    "DefaultIsOffered": ("pg:defaultOption pgm:Option-Go", "pg:defaultOption pgm:Option-On", "Default-Later"),
}


@cache
def words() -> Store:
    """Give a store with the terms and concepts, and without any pack."""
    store = Store.memory()
    with store.draft() as draft:
        for path in PACKLESS:
            draft.add_turtle(artifacts.text(path), ONTOLOGY_GRAPH)
    return store


@cache
def known() -> rdflib.Graph:
    return validation.rdflib_graph(words().ntriples())


@contextmanager
def holding(text: str) -> Iterator[Draft]:
    with words().draft(keep=False) as draft:
        draft.add_turtle(text, pack_graph("good"))
        yield draft


def broken(rule: str) -> str:
    old, new, _ = BREAKS[rule]
    text = GOOD.read_text(encoding="utf-8")
    assert old in text, "the case is stale"
    return text.replace(old, new, 1)


def rule(name: str) -> validation.Rule:
    (found,) = (each for each in validation.pack_rules() if each.id == name)
    return found


def short(iri: str) -> str:
    return iri.removeprefix(PGM).removeprefix(PGV)


def test_the_shipped_packs_keep_the_rules() -> None:
    store = Store.memory()
    vocabulary.refresh(store)
    assert [(short(each.focus_iri), each.rule) for each in validation.pack_findings(store)] == []


def test_the_good_packs_keep_the_rules() -> None:
    with holding(GOOD.read_text(encoding="utf-8")) as draft:
        assert validation.pack_findings(draft) == ()


def test_every_rule_has_a_case_that_fails() -> None:
    assert sorted(BREAKS) == [each.id for each in validation.pack_rules()]


@pytest.mark.parametrize("name", sorted(BREAKS))
def test_a_broken_pack_is_found_where_it_is_broken(name: str) -> None:
    with holding(broken(name)) as draft:
        results = validation.results(draft, [rule(name)])
        ours = {(each.focus, each.value) for each in results}
        case = validation.rdflib_graph(draft.ntriples([pack_graph("good")]))
    assert " ".join(sorted({short(focus) for focus, _ in ours})) == BREAKS[name][2]
    graph = known()
    graph += case
    reference = {(each.focus, each.value) for each in validation.reference_results(graph, [rule(name)])}
    graph -= case
    # A node shape that binds no value reports its focus node as the value.
    assert ours == {(focus, "" if value == focus else value) for focus, value in reference}


@pytest.mark.parametrize("name", sorted(BREAKS))
def test_a_finding_is_told_in_full(name: str) -> None:
    with holding(broken(name)) as draft:
        messages = [each.message for each in validation.pack_findings(draft) if each.rule == name]
    assert messages
    assert all(message.endswith(".") and "{" not in message and "  " not in message for message in messages)


def test_every_rule_is_understood_by_the_compiler() -> None:
    assert [each.id for each in validation.pack_rules() if compiled(each) is None] == []
