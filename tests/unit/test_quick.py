"""Small imports: the same outcome as by a look at everything, written where the store is."""

from __future__ import annotations

from pathlib import Path

import pytest
import rdflib

from partnergraph import PartnerGraph, quick
from partnergraph.intake import ImportOutcome

ROOT = Path(__file__).resolve().parents[2]
GOOD = ROOT / "examples" / "good"
HEAD = "association_id,type,partner_id,tenant_id,subscription_id,state,starts_on\n"
ADDED = HEAD + "meadow-record,DPOR,5000002,,harbour-service,active,2022-08-01\n"
UNKNOWN = HEAD + "stray,DPOR,9999999,,harbour-service,active,2022-08-01\n"


@pytest.fixture
def taken(monkeypatch: pytest.MonkeyPatch) -> list[ImportOutcome | None]:
    """What the quick intake came to, each time that it was tried."""
    found: list[ImportOutcome | None] = []

    real = quick.take_small

    def noted(*arguments: object) -> ImportOutcome | None:
        found.append(real(*arguments))  # type: ignore[arg-type]
        return found[-1]

    monkeypatch.setattr("partnergraph.quick.take_small", noted)
    return found


def written(folder: Path, text: str) -> Path:
    folder.mkdir()
    (folder / "associations.csv").write_text(text)
    return folder


def test_a_small_import_has_the_outcome_of_a_look_at_everything(
    tmp_path: Path, taken: list[ImportOutcome | None]
) -> None:
    added = written(tmp_path / "added", ADDED)
    with PartnerGraph.open(tmp_path / "store") as graph, PartnerGraph.open() as other:
        graph.import_files([GOOD])
        before = len(graph.credits())
        outcome = graph.import_files([added])
        assert taken[-1] is outcome
        other.import_files([GOOD], validate=False)
        assert outcome.committed
        assert outcome.report == other.import_files([added]).report
        assert taken[-1] is None
        assert (outcome.triples, outcome.files) == (other.imports()[0].triples, other.imports()[0].files)
        assert len(graph.credits()) > before
        assert graph.credits() == other.credits()
        mine, whole = (rdflib.Graph().parse(data=each.credit_turtle()) for each in (graph, other))
        assert set(mine) == set(whole)
        everything = "SELECT ?g ?s ?p ?o WHERE { GRAPH ?g { ?s ?p ?o } FILTER(CONTAINS(STR(?g), '/asserted/')) }"
        here, there = (set(each.query(everything).table().rows) for each in (graph, other))
        assert here == there


def test_a_refused_small_import_leaves_the_store_as_it_was(tmp_path: Path, taken: list[ImportOutcome | None]) -> None:
    with PartnerGraph.open(tmp_path / "store") as graph:
        graph.import_files([GOOD])
        credits_ = graph.credits()
        outcome = graph.import_files([written(tmp_path / "unknown", UNKNOWN)])
        assert taken[-1] is outcome
        assert not outcome.committed
        assert [finding.rule for finding in outcome.report.violations] == ["HolderIsKnown"]
        assert [made.name for made in graph.imports()] == ["good"]
        assert graph.credits() == credits_
        assert graph.validate().conforms


def test_a_small_import_stays_when_the_folder_is_opened_again(tmp_path: Path) -> None:
    with PartnerGraph.open(tmp_path / "store") as graph:
        graph.import_files([GOOD])
        graph.import_files([written(tmp_path / "added", ADDED)])
        credits_ = graph.credits().credits
    with PartnerGraph.open(tmp_path / "store") as graph:
        assert [made.name for made in graph.imports()] == ["added", "good"]
        assert graph.credits().credits == credits_


def test_what_is_known_is_noted_for_the_next_process(tmp_path: Path, taken: list[ImportOutcome | None]) -> None:
    with PartnerGraph.open(tmp_path / "store") as graph:
        graph.import_files([GOOD])
        graph.credits()
    with PartnerGraph.open(tmp_path / "store") as graph:
        outcome = graph.import_files([written(tmp_path / "added", ADDED)])
        assert taken[-1] is outcome
    with PartnerGraph.open(tmp_path / "store") as graph:
        assert graph.import_files([written(tmp_path / "more", ADDED.replace("meadow", "quarry"))]) is taken[-1]
        told, credited = graph.validate(), credit_triples(graph)
    with PartnerGraph.open() as other:
        for folder in (GOOD, tmp_path / "added", tmp_path / "more"):
            other.import_files([folder], validate=False)
        assert told.findings == other.validate().findings
        other.credits()
        assert credited == credit_triples(other)


def test_notes_of_another_state_are_passed_over(tmp_path: Path, taken: list[ImportOutcome | None]) -> None:
    with PartnerGraph.open(tmp_path / "store") as graph:
        graph.import_files([GOOD])
        graph.import_files([written(tmp_path / "unjudged", UNKNOWN)], validate=False)
    with PartnerGraph.open(tmp_path / "store") as graph:
        outcome = graph.import_files([written(tmp_path / "added", ADDED)])
        assert taken[-1] is None
        assert "HolderIsKnown" in {finding.rule for finding in outcome.report.violations}


def credit_triples(graph: PartnerGraph) -> set[tuple[object, ...]]:
    """Return what the derived graph of credits holds."""
    kept = "SELECT ?s ?p ?o WHERE { GRAPH ?g { ?s ?p ?o } FILTER(CONTAINS(STR(?g), '/derived/credit/')) }"
    return set(graph.query(kept).table().rows)


def test_an_import_of_that_name_is_replaced(tmp_path: Path, taken: list[ImportOutcome | None]) -> None:
    with PartnerGraph.open(tmp_path / "store") as graph:
        graph.import_files([GOOD])
        before = graph.credits()
        graph.import_files([written(tmp_path / "one", ADDED)], name="more")
        other = ADDED.replace("meadow-record", "harbour-record").replace("2022-08-01", "2022-09-01")
        graph.import_files([written(tmp_path / "two", other)], name="more")
        assert taken[-1] is not None
        assert {credit.association_id for credit in graph.credits()} - {each.association_id for each in before} == {
            "harbour-record"
        }


def test_nothing_is_small_before_anything_is_known(tmp_path: Path, taken: list[ImportOutcome | None]) -> None:
    with PartnerGraph.open(tmp_path / "store") as graph:
        assert graph.import_files([GOOD]).committed
        assert taken == [None]


def test_an_import_that_brings_another_day_is_looked_at_with_everything(
    tmp_path: Path, taken: list[ImportOutcome | None]
) -> None:
    usage = tmp_path / "usage"
    usage.mkdir()
    (usage / "usage.csv").write_text(
        "tenant_id,workload,month,paid_available_units,monthly_active_users\nharbour,Exchange,2023-10,1200,700\n"
    )
    with PartnerGraph.open(tmp_path / "store") as graph:
        graph.import_files([GOOD])
        outcome = graph.import_files([usage])
        assert taken[-1] is None
        assert outcome.report.as_of == "2023-10-31"


def test_large_files_are_not_small(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(quick, "_MOST_BYTES", 10)
    with PartnerGraph.open(tmp_path / "store") as graph:
        graph.import_files([GOOD])
        assert graph.import_files([written(tmp_path / "added", ADDED)]).committed
