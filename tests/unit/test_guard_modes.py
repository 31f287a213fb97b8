"""The guard's modes: what is kept, what is set apart, what is on record, and what credit sees of it."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest

from partnergraph import PartnerGraph
from partnergraph.errors import WrongUse

BASE = {
    "partners.csv": "partner_id,account_type,global_partner_id\n0010,global,\n0011,location,0010\n0020,global,\n"
    "0021,location,0020\n0030,global,\n0031,location,0030\n",
    "customers.csv": "customer_id,name\nc1,Heron Foods\n",
    "tenants.csv": "tenant_id,customer_id,domain\nt1,c1,heron.example\n",
    "subscriptions.csv": "subscription_id,tenant_id,product,channel,status,starts_on\n"
    "s1,t1,Customer Service,EA,active,2023-01-01\ns2,t1,Customer Service,EA,active,2023-01-01\n"
    "s3,t1,Customer Service,EA,active,2023-01-01\n",
}
HEADER = "association_id,type,cpor_subtype,partner_id,tenant_id,subscription_id,state,starts_on,ends_on\n"
DAY = "2023-09"


def claim(name: str, partner: str, subscription: str, starts: str = "2023-02-01", ends: str = "") -> str:
    return f"{name},CPOR,OSU_BA,{partner},t1,{subscription},approved,{starts},{ends}\n"


def bundle(folder: Path, *claims: str, base: bool = False, **files: str) -> Path:
    folder.mkdir()
    texts = {**(BASE if base else {}), **({"associations.csv": HEADER + "".join(claims)} if claims else {})}
    for name, text in {**texts, **{f"{key}.csv": value for key, value in files.items()}}.items():
        (folder / name).write_text(text)
    return folder


@pytest.fixture(params=["memory", "folder"])
def graph(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[PartnerGraph]:
    with PartnerGraph.open(None if request.param == "memory" else tmp_path / "store") as opened:
        opened.import_files([bundle(tmp_path / "base", claim("a1", "0011", "s1"), base=True)], as_of=DAY)
        yield opened


def associations(graph: PartnerGraph) -> set[str]:
    rows = graph.query("SELECT ?id WHERE { ?a a pg:Association ; pg:associationId ?id }").table().rows
    return {str(row[0]) for row in rows}


def held(graph: PartnerGraph) -> set[str]:
    return {each.id for each in graph.quarantine().held}


def asks(graph: PartnerGraph, question: str) -> bool:
    return b"true" in graph.query(question).serialize("json")


def triples(graph: PartnerGraph) -> set[tuple[str, ...]]:
    answer = graph.query("SELECT ?g ?s ?p ?o WHERE { GRAPH ?g { ?s ?p ?o } }")
    return {tuple(str(cell) for cell in row) for row in answer.table().rows}


def test_the_newcomer_is_set_apart_and_the_rest_commits(graph: PartnerGraph, tmp_path: Path) -> None:
    newcomers = bundle(tmp_path / "new", claim("a2", "0021", "s1"), claim("a3", "0021", "s2"))
    outcome = graph.import_files([newcomers], as_of=DAY, mode="quarantine")
    assert outcome.committed
    assert [(each.id, each.finding.code, each.finding.source_row) for each in outcome.held] == [("a2", "V-CPOR-DUP", 2)]
    assert associations(graph) == {"a1", "a3"}
    assert graph.validate(as_of=DAY).conforms
    (kept,) = graph.quarantine().held
    assert (kept.name, kept.id, kept.finding.other) == ("new", "a2", "a1")


def test_credit_never_sees_what_is_in_quarantine(graph: PartnerGraph, tmp_path: Path) -> None:
    alone = graph.credits(as_of=DAY).table.rows
    outcome = graph.import_files([bundle(tmp_path / "new", claim("a2", "0021", "s1"))], as_of=DAY, mode="quarantine")
    assert outcome.committed
    assert graph.credits(as_of=DAY).table.rows == alone
    assert not graph.credits(as_of=DAY).left_out


def test_of_two_newcomers_that_exclude_each_other_both_are_set_apart(graph: PartnerGraph, tmp_path: Path) -> None:
    rivals = bundle(tmp_path / "new", claim("a2", "0021", "s2"), claim("a3", "0031", "s2"), claim("a4", "0011", "s3"))
    assert graph.import_files([rivals], as_of=DAY, mode="quarantine").committed
    assert held(graph) == {"a2", "a3"}
    assert associations(graph) == {"a1", "a4"}


def test_one_that_excludes_two_others_goes_alone(graph: PartnerGraph, tmp_path: Path) -> None:
    early = claim("early", "0011", "s2", "2023-02-01", "2023-05-01")
    late = claim("late", "0031", "s2", "2023-06-01")
    middle = claim("middle", "0021", "s2", "2023-03-01", "2023-08-01")
    assert graph.import_files([bundle(tmp_path / "new", early, late, middle)], as_of=DAY, mode="quarantine").committed
    assert held(graph) == {"middle"}
    assert associations(graph) == {"a1", "early", "late"}


def test_what_violates_by_itself_takes_no_rival_with_it(graph: PartnerGraph, tmp_path: Path) -> None:
    lost = claim("lost", "0099", "s2")
    assert graph.import_files([bundle(tmp_path / "new", lost, claim("a2", "0021", "s2"))], as_of=DAY, mode="quarantine")
    assert held(graph) == {"lost"}
    assert associations(graph) == {"a1", "a2"}


def test_what_rests_on_something_set_apart_follows_it(graph: PartnerGraph, tmp_path: Path) -> None:
    subscriptions = (
        "subscription_id,tenant_id,product,channel,status,starts_on\ns9,nowhere,Customer Service,EA,active,\n"
    )
    events = "association_id,on,state,by_role\na9,2023-02-01,approved,microsoft\n"
    files = bundle(tmp_path / "new", claim("a9", "0021", "s9"), subscriptions=subscriptions, claim_events=events)
    assert graph.import_files([files], as_of=DAY, mode="quarantine").committed
    assert held(graph) >= {"s9", "a9"}
    assert associations(graph) == {"a1"}
    assert graph.validate(as_of=DAY).conforms


def test_a_cause_that_no_finding_names_is_found(graph: PartnerGraph, tmp_path: Path) -> None:
    # Findings name the claim and the subscription that are stored; what is new is the subscription's other channel.
    periods = (
        "subscription_id,tenant_id,product,channel,status,starts_on\ns1,t1,Customer Service,CSP_NCE,active,2023-03-01\n"
        "s4,t1,Customer Service,EA,active,2023-01-01\n"
    )
    files = bundle(tmp_path / "new", subscriptions=periods)
    refused = graph.import_files([files], as_of=DAY)
    assert {finding.focus for finding in refused.report.violations} == {"a1", "s1"}
    outcome = graph.import_files([files], as_of=DAY, mode="quarantine")
    assert outcome.committed
    assert graph.validate(as_of=DAY).conforms
    assert {each.node.rpartition("/id/")[2].split("/")[0] for each in outcome.held} == {"subscription-period"}
    assert len(outcome.held) == 1
    assert asks(graph, "ASK { ?s pg:subscriptionId 's4' . ?period pg:ofSubscription ?s }")


def test_of_a_replaced_import_what_stood_there_before_stays(graph: PartnerGraph, tmp_path: Path) -> None:
    again = bundle(tmp_path / "again", claim("a0", "0021", "s1"), claim("a1", "0011", "s1"), base=True)
    assert graph.import_files([again], name="base", as_of=DAY, mode="quarantine").committed
    assert held(graph) == {"a0"}
    assert associations(graph) == {"a1"}


def test_provenance_counts_what_was_kept(graph: PartnerGraph, tmp_path: Path) -> None:
    files = bundle(tmp_path / "new", claim("a2", "0021", "s1"), claim("a3", "0021", "s2"))
    outcome = graph.import_files([files], as_of=DAY, mode="quarantine")
    (made,) = (each for each in graph.imports() if each.name == "new")
    count = graph.query(f"SELECT (COUNT(*) AS ?n) WHERE {{ GRAPH <{made.graph}> {{ ?s ?p ?o }} }}").table().rows[0][0]
    assert made.triples == outcome.triples == count


def test_a_release_waits_for_the_fix_and_then_gives_back_all_that_was_said(graph: PartnerGraph, tmp_path: Path) -> None:
    free = bundle(tmp_path / "free", claim("a2", "0021", "s1"))
    graph.import_files([free], name="new", as_of=DAY, mode="quarantine")
    said = graph.quarantine().held[0].said
    early = graph.release(as_of=DAY)
    assert [each.id for each in early.held] == ["a2"]
    assert not early.released
    assert held(graph) == {"a2"}
    ended = bundle(tmp_path / "ended", claim("a1", "0011", "s1", "2023-01-01", "2023-02-01"), base=True)
    assert graph.import_files([ended], name="base", as_of=DAY).committed
    late = graph.release(ids=["a2"], as_of=DAY)
    assert [each.id for each in late.released] == ["a2"]
    assert not len(graph.quarantine())
    assert associations(graph) == {"a1", "a2"}
    made = next(each for each in graph.imports() if each.name == "new")
    assert made.triples == len(said.splitlines()) + 0
    with pytest.raises(WrongUse, match="quarantine"):
        graph.release(as_of=DAY)


def test_a_corrected_import_takes_the_place_of_what_was_set_apart(graph: PartnerGraph, tmp_path: Path) -> None:
    graph.import_files([bundle(tmp_path / "new", claim("a2", "0021", "s1"))], name="new", as_of=DAY, mode="quarantine")
    assert graph.import_files([bundle(tmp_path / "fixed", claim("a2", "0021", "s2"))], name="new", as_of=DAY).committed
    assert not len(graph.quarantine())
    assert associations(graph) == {"a1", "a2"}


def test_what_only_all_of_it_would_cure_is_refused_whole(tmp_path: Path) -> None:
    with PartnerGraph.open() as graph:
        broken = bundle(tmp_path / "broken", claim("a1", "0011", "s1"), claim("a2", "0021", "s1"), base=True)
        assert graph.import_files([broken], validate=False).committed
        before = triples(graph)
        outcome = graph.import_files(
            [bundle(tmp_path / "new", claim("a3", "0021", "s2"))], as_of=DAY, mode="quarantine"
        )
        assert not outcome.committed
        assert triples(graph) == before


def test_record_keeps_all_and_the_findings_and_credit_leaves_out_the_losers(
    graph: PartnerGraph, tmp_path: Path
) -> None:
    assert {credit.association_id for credit in graph.credits(as_of=DAY)} <= {"a1"}
    outcome = graph.import_files([bundle(tmp_path / "new", claim("a2", "0021", "s1"))], as_of=DAY, mode="record")
    assert outcome.committed
    assert not outcome.report.conforms
    assert associations(graph) == {"a1", "a2"}
    assert {(each.code, each.focus, each.other) for each in graph.recorded().violations} == {
        ("V-CPOR-DUP", "a1", "a2"),
        ("V-CPOR-DUP", "a2", "a1"),
    }
    assert {finding.focus for finding in graph.credits(as_of=DAY).left_out} == {"a1", "a2"}
    assert not len(graph.credits(as_of=DAY))
    found = graph.validate(as_of=DAY).violations
    assert {each.row for each in graph.recorded().violations} == {each.row for each in found}


def test_what_is_on_record_refuses_nothing_and_goes_when_it_is_mended(graph: PartnerGraph, tmp_path: Path) -> None:
    graph.import_files([bundle(tmp_path / "new", claim("a2", "0021", "s1"))], name="new", as_of=DAY, mode="record")
    assert graph.import_files([bundle(tmp_path / "more", claim("a3", "0021", "s2"))], as_of=DAY).committed
    assert len(graph.recorded().violations) == 2
    assert not graph.import_files([bundle(tmp_path / "bad", claim("a4", "0031", "s2"))], as_of=DAY).committed
    assert graph.import_files([bundle(tmp_path / "mended", claim("a2", "0021", "s3"))], name="new", as_of=DAY).committed
    assert not graph.recorded().findings


def test_the_policy_of_a_store_holds_where_an_import_names_no_mode(tmp_path: Path) -> None:
    with PartnerGraph.open(tmp_path / "store") as graph:
        assert graph.policy.mode == "reject"
        graph.set_policy(mode="quarantine")
        with pytest.raises(WrongUse, match="reject, quarantine, record"):
            graph.set_policy(mode="shrug")
    with PartnerGraph.open(tmp_path / "store") as graph:
        assert graph.policy.mode == "quarantine"
        graph.import_files([bundle(tmp_path / "base", claim("a1", "0011", "s1"), base=True)], as_of=DAY)
        rival = bundle(tmp_path / "new", claim("a2", "0021", "s1"))
        assert not graph.import_files([rival], as_of=DAY, mode="reject").committed
        assert graph.import_files([rival], as_of=DAY).committed
        assert held(graph) == {"a2"}


def test_what_was_derived_before_a_change_follows_from_what_is_there_after_it(
    graph: PartnerGraph, tmp_path: Path
) -> None:
    """Credits may be kept up where the change is small; scores are gone until they are asked for."""
    graph.scores(as_of=DAY)
    derived = "ASK { GRAPH ?g { ?s ?p ?o } FILTER(CONTAINS(STR(?g), '/derived/score/')) }"
    assert asks(graph, derived)
    graph.import_files([bundle(tmp_path / "new", claim("a3", "0021", "s2"))], as_of=DAY)
    assert not asks(graph, derived)
    assert graph.check().sound
