"""Slices: what they hold of a store, what follows from them, and what is left of them afterwards."""

from __future__ import annotations

from datetime import date
from pathlib import Path

import pytest

from partnergraph import catalogue, synth, vocabulary
from partnergraph.credit import Credits
from partnergraph.evaluation import Evaluation
from partnergraph.evaluator import Evaluator
from partnergraph.explain import Question
from partnergraph.graph import PartnerGraph
from partnergraph.intake import Arrival, take
from partnergraph.policy import Mode
from partnergraph.settings import DEFAULT_LIMITS
from partnergraph.slices import About, Bench, Cut
from partnergraph.store import Draft, Store
from partnergraph.store.requirement import required
from partnergraph.terms import PG, RDF_TYPE, WORKING_GRAPH, asserted_graph

DAY = "2023-09-30"
PREFIX = "https://w3id.org/partnergraph/working#"


@pytest.fixture(scope="module")
def store(tmp_path_factory: pytest.TempPathFactory) -> Store:
    """An ecosystem of forty tenants, in two imports."""
    made = synth.write(tmp_path_factory.mktemp("synth"), tenants=40, seed=3, violations=0.2)
    lines = made.path.read_text(encoding="utf-8").splitlines(keepends=True)
    second = made.path.with_name("second.nq")
    second.write_text("".join(lines[::7]), encoding="utf-8")
    store = Store.memory()
    vocabulary.refresh(store)
    for path, name in ((made.path, "first"), (second, "second")):
        take(store, Arrival([path], name, "somebody", None, Mode.REJECT), DEFAULT_LIMITS, None)
    return store


@pytest.fixture(scope="module")
def judged_by(store: Store) -> Evaluation:
    return Evaluator(store).asked(DAY, None)


@pytest.fixture(scope="module")
def everybody(store: Store, judged_by: Evaluation) -> Credits:
    return Evaluator(store).credits(judged_by)


def busiest(everybody: Credits) -> str:
    """Return the global account with the most credits."""
    accounts = [credit.global_partner_id for credit in everybody]
    return max(sorted(set(accounts)), key=accounts.count)


def test_a_slice_holds_a_part_of_what_was_asserted(store: Store, judged_by: Evaluation, everybody: Credits) -> None:
    whole = {line for line in store.ntriples([asserted_graph("first")]).decode().splitlines() if line}
    slice_ = Cut(store, About(busiest(everybody)), judged_by, {}).lines()
    draft = Draft.apart(b"")
    for graph, lines in slice_.items():
        draft.add_lines(lines, graph)
    part = {line for line in draft.ntriples([asserted_graph("first")]).decode().splitlines() if line}
    assert part < whole
    assert len(part) < len(whole) / 2
    assert set(draft.graphs()) <= {asserted_graph("first"), asserted_graph("second")}


def test_each_partner_is_credited_as_in_the_whole(store: Store, judged_by: Evaluation, everybody: Credits) -> None:
    apart = Evaluator(store)
    partners = sorted({credit.global_partner_id for credit in everybody})[:6]
    for partner in partners:
        of_whole = everybody.of(partner=partner)
        of_slice = apart.credits(judged_by, partner=partner)
        assert of_slice.credits == of_whole.credits
        assert of_slice.left_out == of_whole.left_out


def test_a_tenant_is_enough_for_what_is_credited_there(store: Store, judged_by: Evaluation, everybody: Credits) -> None:
    partner = busiest(everybody)
    tenant = everybody.of(partner=partner)[0].tenant_id
    of_slice = Evaluator(store).credits(judged_by, partner=partner, tenant=tenant)
    assert of_slice.credits == everybody.of(partner=partner, tenant=tenant).credits


def test_a_narrower_slice_is_smaller(store: Store, judged_by: Evaluation, everybody: Credits) -> None:
    partner = busiest(everybody)
    tenant = everybody.of(partner=partner)[0].tenant_id
    narrow, broad = (Cut(store, about, judged_by, {}) for about in (About(partner, tenant), About(partner)))
    before = length(broad)
    assert length(narrow) < before
    broad.grow_back()
    assert 0 < length(broad) < before


def length(cut: Cut) -> int:
    """Return how many statements the cut has not given yet."""
    return sum(lines.count("\n") for lines in cut.lines().values())


def test_nothing_is_credited_to_an_unknown_partner(store: Store, judged_by: Evaluation) -> None:
    found = Evaluator(store).credits(judged_by, partner="nobody")
    assert (len(found), found.left_out) == (0, ())


def test_a_credit_is_explained_the_same_from_all_of_its_partner(
    store: Store, judged_by: Evaluation, everybody: Credits
) -> None:
    """Once the credits of a partner were asked for, their slice tells of one of them, and of its tenant."""
    fresh, prepared = Evaluator(store), Evaluator(store)
    credits_ = prepared.credits(judged_by, partner=busiest(everybody))
    refused = 0
    for one in (credits_[0], credits_[len(credits_) // 2], credits_[len(credits_) - 1]):
        for workload, subscription, metric in (
            (one.workload, one.subscription_id, one.metric),
            (None, one.subscription_id, None),
            (None, None, None),
        ):
            asked = Question(one.partner_id, one.tenant_id, workload or None, subscription or None, metric)
            told = prepared.explanation(judged_by, asked)
            fresh.forget()
            assert told == fresh.explanation(judged_by, asked)
            refused += sum(not answer.credited for answer in told.answers)
    assert refused, "of what is not credited it is told as well"
    assert len(prepared._bench) == 1, "no other slice was read"  # noqa: SLF001


def test_what_is_tried_on_a_slice_is_taken_back(store: Store, judged_by: Evaluation, everybody: Credits) -> None:
    bench = Bench(store)
    about = About(busiest(everybody))
    with bench.evaluated(about, judged_by) as found:
        before = found.draft.nquads()
        found.draft.add_ntriples(f"<{PREFIX}a> <{PREFIX}b> <{PREFIX}c> .\n".encode(), WORKING_GRAPH)
        found.draft.construct_into(f"CONSTRUCT {{ ?s <{PREFIX}b> ?s }} WHERE {{ ?s <{PREFIX}b> ?o }}", WORKING_GRAPH)
        assert len(found.draft.nquads()) > len(before)
    with bench.evaluated(about, judged_by) as found:
        assert sorted(found.draft.nquads().splitlines()) == sorted(before.splitlines())


def test_the_ground_of_a_slice_is_used_again(store: Store, judged_by: Evaluation, everybody: Credits) -> None:
    bench = Bench(store)
    about = About(busiest(everybody))
    with bench.evaluated(about, judged_by) as found:
        quads = sorted(found.draft.nquads().splitlines())
        draft = found.draft
    with bench.spent(about, judged_by) as found:
        assert found.draft is draft
        assert len(found.draft.nquads().splitlines()) > len(quads)
    assert not [graph for graph in draft.graphs() if graph.startswith(asserted_graph(""))]
    with bench.evaluated(about, judged_by) as found:
        assert found.draft is draft
        assert sorted(found.draft.nquads().splitlines()) == quads


def test_only_the_last_slices_are_kept(store: Store, judged_by: Evaluation, everybody: Credits) -> None:
    bench = Bench(store)
    partners = sorted({credit.partner_id for credit in everybody})[:7]
    for partner in partners:
        with bench.evaluated(About(partner, tenant="nowhere"), judged_by):
            pass
    assert 0 < len(bench) < len(partners)
    bench.forget()
    assert len(bench) == 0


def test_a_new_import_is_seen(tmp_path: Path) -> None:
    made = synth.write(tmp_path, tenants=12, seed=3, violations=0)
    with PartnerGraph.open() as graph:
        graph.import_files([made.path], name="first", validate=False)
        partner = graph.credits(as_of=DAY)[0].global_partner_id
    with PartnerGraph.open() as graph:
        graph.import_files([made.path], name="first", validate=False)
        assert len(graph.credits(as_of=DAY, partner=partner)) > 0
        empty = tmp_path / "empty.nt"
        empty.write_text("", encoding="utf-8")
        graph.import_files([empty], name="first", validate=False)
        assert len(graph.credits(as_of=DAY, partner=partner)) == 0


def test_a_slice_judges_by_the_day_asked_for(store: Store, judged_by: Evaluation, everybody: Credits) -> None:
    evaluator = Evaluator(store)
    earlier = evaluator.asked(date(2022, 6, 30), None)
    partner = busiest(everybody)
    assert evaluator.credits(earlier, partner=partner).as_of == "2022-06-30"
    assert evaluator.credits(judged_by, partner=partner).as_of == DAY


@pytest.mark.parametrize(
    ("query", "expected"),
    [
        ("SELECT ?s WHERE { ?s pg:name ?o }", {("name", "")}),
        ("PREFIX pg: <x>\nSELECT ?s WHERE { ?s a pg:Tenant ; pg:name ?o . }", {("", "Tenant"), ("name", "")}),
        ("CONSTRUCT { ?s pg:name ?o } WHERE { ?s pg:domain ?o }", {("domain", "")}),
        ("SELECT ?s WHERE { ?s pg:name ?o OPTIONAL { ?s pg:domain ?d } }", {("name", "")}),
        ("SELECT ?s WHERE { { ?s pg:name ?o } UNION { ?s pg:name ?o ; pg:domain ?d } }", {("name", "")}),
        ("SELECT ?s WHERE { ?s pg:name ?o FILTER NOT EXISTS { ?s pg:domain ?d } }", {("name", "")}),
        ("SELECT ?s WHERE { ?s pg:name ?o FILTER EXISTS { ?s pg:domain ?d } }", {("name", ""), ("domain", "")}),
        ("SELECT ?s WHERE { ?s pg:name ?o FILTER(EXISTS { ?s pg:domain ?d } || true) }", {("name", "")}),
        ("SELECT ?s WHERE { ?s pg:name|pg:domain ?o ; pg:month ?m }", {("month", "")}),
        ("SELECT ?s WHERE { ?s pg:name+ ?o }", set()),
        ("SELECT ?s WHERE { ?s pg:name? ?o }", set()),
        ("SELECT (COUNT(*) AS ?n) WHERE { ?s pg:name ?o }", set()),
        ("SELECT ?s (COUNT(*) AS ?n) WHERE { ?s pg:name ?o } GROUP BY ?s", {("name", "")}),
        ("SELECT ?s WHERE { { SELECT (COUNT(*) AS ?n) WHERE { ?s pg:name ?o } } }", set()),
        ("SELECT ?s WHERE { { SELECT ?s WHERE { ?s pg:name ?o } LIMIT 3 } }", {("name", "")}),
        ("SELECT ?s WHERE { GRAPH ?g { ?s pg:month ?m } }", {("month", "")}),
        ('SELECT ?s WHERE { ?s pg:name "{ pg:domain }" ; ?p 0.5 ; pg:month ?m }', {("name", ""), ("month", "")}),
        ("SELECT ?s WHERE { VALUES (?s ?o) { (pg:a 1) } BIND(1 AS ?x) ?s ?p ?o . MINUS { ?s pg:name ?o } }", set()),
        ("DESCRIBE ?s WHERE { ?s pg:name ?o }", set()),
    ],
)
def test_a_query_says_what_it_cannot_do_without(query: str, expected: set[tuple[str, str]]) -> None:
    found = {(name.removeprefix(PG), kind.removeprefix(PG)) for name, kind in required(query)}
    assert found == {(RDF_TYPE, kind) if kind else (name, "") for name, kind in expected}


def test_what_cannot_be_answered_has_no_answer(store: Store, judged_by: Evaluation, everybody: Credits) -> None:
    partner = busiest(everybody)
    tenant = everybody.of(partner=partner)[0].tenant_id
    passed_over = 0
    with Bench(store).evaluated(About(partner, tenant), judged_by) as found:
        for query in catalogue.queries():
            if found.draft.lacks(query.text):
                passed_over += 1
                answer = found.draft.answer(query.text)
                assert not (answer.table().rows if answer.form == "rows" else list(answer.triples())), query.name
    assert passed_over > 50
