"""Rehearsals: what an import would change is told beforehand, and exactly that can be committed afterwards."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest
from test_guard_modes import DAY, associations, bundle, claim, triples

from partnergraph import PartnerGraph
from partnergraph.errors import StaleToken, UnreadableInput, WrongUse


@pytest.fixture(params=["memory", "folder"])
def graph(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[PartnerGraph]:
    with PartnerGraph.open(None if request.param == "memory" else tmp_path / "store") as opened:
        opened.import_files([bundle(tmp_path / "base", claim("a1", "0011", "s1"), base=True)], as_of=DAY)
        yield opened


def test_a_rehearsal_keeps_nothing_and_tells_the_triples(graph: PartnerGraph, tmp_path: Path) -> None:
    before = triples(graph)
    found = graph.rehearse_import([bundle(tmp_path / "new", claim("a3", "0021", "s2"))], as_of=DAY)
    assert triples(graph) == before
    assert found.outcome.committed
    assert (found.difference.added, found.difference.removed) == (found.outcome.triples, 0)
    assert ("pg:ClaimingPartnerOfRecord", found.outcome.triples, 0) in found.difference.classes.rows


def test_a_replacement_counts_only_what_is_different(graph: PartnerGraph, tmp_path: Path) -> None:
    again = bundle(tmp_path / "again", claim("a1", "0021", "s1"), base=True)
    found = graph.rehearse_import([again], name="base", as_of=DAY)
    assert (found.difference.added, found.difference.removed) == (1, 1)  # who holds the claim


def test_findings_are_new_fixed_or_unchanged(graph: PartnerGraph, tmp_path: Path) -> None:
    rival = bundle(tmp_path / "rival", claim("a2", "0021", "s1"))
    lost = bundle(tmp_path / "lost", claim("a9", "0099", "s3"))
    graph.import_files([lost], as_of=DAY, mode="record")
    found = graph.rehearse_import([rival], as_of=DAY).findings
    assert {(each.focus, each.other) for each in found.new} == {("a1", "a2"), ("a2", "a1")}
    assert [each.focus for each in found.unchanged] == ["a9"]
    assert not found.fixed
    mended = graph.rehearse_import([bundle(tmp_path / "mended", claim("a9", "0021", "s3"))], name="lost", as_of=DAY)
    assert [each.focus for each in mended.findings.fixed] == ["a9"]
    assert not mended.findings.new


@pytest.mark.parametrize("kept", ["memory", "folder"])
def test_credits_that_would_be_gained_and_lost_are_told(tmp_path: Path, examples: Path, kept: str) -> None:
    with PartnerGraph.open(None if kept == "memory" else tmp_path / "store") as other:
        first = other.rehearse_import([examples / "good"])
        gained = len(first.credits.changes)
        assert first.credit_counts == {"gained": gained, "lost": 0, "changed": 0}
        other.commit(first.token)
        assert len(other.credits()) == gained > 0
        assert other.rehearse_import([examples / "good"]).credit_counts == {"gained": 0, "lost": 0, "changed": 0}
        refused = other.rehearse_import([examples / "bad" / "dpor-on-csp"])
        assert (refused.token, refused.credit_counts["lost"]) == ("", 0)


def test_the_token_commits_exactly_what_was_rehearsed(graph: PartnerGraph, tmp_path: Path) -> None:
    folder = bundle(tmp_path / "new", claim("a2", "0021", "s1"), claim("a3", "0021", "s2"))
    found = graph.rehearse_import([folder], name="late", who="Kim", as_of=DAY, mode="quarantine")
    assert [each.id for each in found.outcome.held] == ["a2"]
    (folder / "associations.csv").write_text("changed since")
    outcome = graph.commit(found.token)
    assert outcome.committed
    assert associations(graph) == {"a1", "a3"}
    assert [each.id for each in graph.quarantine().held] == ["a2"]
    assert {(made.name, made.who) for made in graph.imports()} == {("base", "not named"), ("late", "Kim")}
    with pytest.raises(StaleToken):
        graph.commit(found.token)


def test_the_token_is_refused_where_the_store_has_changed_since(graph: PartnerGraph, tmp_path: Path) -> None:
    found = graph.rehearse_import([bundle(tmp_path / "new", claim("a3", "0021", "s2"))], as_of=DAY)
    graph.import_files([bundle(tmp_path / "other", claim("a4", "0021", "s3"))], as_of=DAY)
    before = triples(graph)
    with pytest.raises(StaleToken, match="changed since"):
        graph.commit(found.token)
    assert triples(graph) == before


def test_deriving_is_no_change(graph: PartnerGraph, tmp_path: Path) -> None:
    found = graph.rehearse_import([bundle(tmp_path / "new", claim("a3", "0021", "s2"))], as_of=DAY)
    graph.scores(as_of=DAY)
    graph.credits(as_of="2023-08")
    assert graph.commit(found.token).committed


def test_what_would_be_refused_has_no_token(graph: PartnerGraph, tmp_path: Path) -> None:
    found = graph.rehearse_import([bundle(tmp_path / "rival", claim("a2", "0021", "s1"))], as_of=DAY)
    assert not found.outcome.committed
    assert not found.token


@pytest.mark.parametrize("token", ["", "nonsense", "3-abc", "../3-abc"])
def test_an_unknown_token_is_refused(graph: PartnerGraph, token: str) -> None:
    with pytest.raises(WrongUse):
        graph.commit(token)


def test_what_cannot_be_read_is_told_as_ever(graph: PartnerGraph, tmp_path: Path) -> None:
    (tmp_path / "broken.ttl").write_text("<a> <b>")
    with pytest.raises(UnreadableInput, match=r"broken\.ttl"):
        graph.rehearse_import([tmp_path / "broken.ttl"])
    with pytest.raises(UnreadableInput, match="nowhere"):
        graph.rehearse_import([tmp_path / "nowhere.ttl"])


def test_a_token_outlives_the_process_of_a_store_in_a_folder(tmp_path: Path) -> None:
    with PartnerGraph.open(tmp_path / "store") as graph:
        found = graph.rehearse_import([bundle(tmp_path / "base", claim("a1", "0011", "s1"), base=True)], as_of=DAY)
    with PartnerGraph.open(tmp_path / "store") as graph:
        assert graph.commit(found.token).committed
        assert associations(graph) == {"a1"}
