"""Derivation: steps that read each other's output keep their order, the others run at the same time."""

from __future__ import annotations

import re
from dataclasses import replace
from pathlib import Path

import pytest

from partnergraph import catalogue, derivation, synth, validation, vocabulary
from partnergraph.catalogue import Query
from partnergraph.evaluation import evaluation
from partnergraph.intake import Arrival, take
from partnergraph.policy import Mode
from partnergraph.settings import DEFAULT_LIMITS
from partnergraph.store import Draft, Store
from partnergraph.terms import PGW, WORKING_GRAPH, credit_graph

PREFIX = f"PREFIX pgw: <{PGW}> "
EXAMPLE = catalogue.queries("credit")[0]


def step(name: str, template: str, pattern: str, returns: str = "graph working", **more: tuple[str, ...]) -> Query:
    text = f"{PREFIX}CONSTRUCT {{ {template} }} WHERE {{ {pattern} }}"
    return replace(EXAMPLE, name=name, text=text, returns=returns, reads="", **more)


def names(steps: list[Query]) -> list[list[str]]:
    return [[each.name for each in wave] for wave in derivation.waves(tuple(steps))]


def test_steps_that_have_nothing_to_do_with_each_other_run_together() -> None:
    assert names([step("a", "?x pgw:one ?y", "?x pgw:said ?y"), step("b", "?x pgw:two ?y", "?x pgw:said ?y")]) == [
        ["a", "b"]
    ]


@pytest.mark.parametrize(
    ("earlier", "later"),
    [
        (("?x pgw:one ?y", "?x pgw:said ?y"), ("?x pgw:two ?y", "?x pgw:one ?y")),
        (("?x pgw:two ?y", "?x pgw:said ?y FILTER NOT EXISTS { ?x pgw:one ?z }"), ("?x pgw:one ?y", "?x pgw:said ?y")),
        (("?x a pgw:Kind", "?x pgw:said ?y"), ("?x pgw:two ?y", "?x a pgw:Kind ; pgw:said ?y")),
        (("?x a pgw:Kind", "?x pgw:said ?y"), ("?x pgw:two ?y", "?x pgw:said ?y . ?y a ?kind")),
        (("?x a ?kind", "?x pgw:said ?kind"), ("?x pgw:two ?y", "?x a pgw:Kind ; pgw:said ?y")),
        (("?x pgw:one ?y", "?x pgw:said ?y"), ("?x pgw:two ?y", "?x pgw:said ?y . ?y ?property ?x .")),
        (("?x pgw:one 1 ; ?property ?y", "?x pgw:said ?y ; pgw:by ?property"), ("?x pgw:two ?y", "?x pgw:said ?y")),
        (("?x pgw:one ?y", "?x pgw:said ?y"), ("?x pgw:two ?y", "?x pgw:said/pgw:one ?y")),
    ],
)
def test_what_reads_comes_after_what_writes(earlier: tuple[str, str], later: tuple[str, str]) -> None:
    assert names([step("a", *earlier), step("b", *later)]) == [["a"], ["b"]]


def test_a_step_waits_for_all_that_it_reads() -> None:
    first, second = step("a", "?x pgw:one ?y", "?x pgw:said ?y"), step("b", "?x pgw:two ?y", "?x pgw:one ?y")
    assert names([first, step("c", "?x pgw:alone ?y", "?x pgw:said ?y"), second]) == [["a", "c"], ["b"]]


def test_steps_for_other_metrics_are_passed_over() -> None:
    draft = Draft.apart(f"<urn:a> <{PGW}said> <urn:b> <urn:g> .\n".encode())
    steps = [
        step("a", "?x pgw:one ?y", "?x pgw:said ?y"),
        step("b", "?x pgw:two ?y", "?x pgw:said ?y", metrics=("revenue", "incentive")),
        step("c", "?x pgw:three ?y", "?x pgw:said ?y", metrics=("deployments",)),
    ]
    derivation.derive(draft, steps, {"working": WORKING_GRAPH}, {"deployments"})
    assert {predicate for _, predicate, _ in draft.statements(WORKING_GRAPH)} == {PGW + "one", PGW + "three"}


def test_a_step_gives_the_metrics_that_its_header_names() -> None:
    for query in catalogue.queries("credit"):
        asked = re.findall(r"FILTER\(\?metric (?:IN \(([^)]*)\)|= (\S+?)\))", query.text)
        if query.metrics:
            codes = {name.strip().removeprefix("pgv:").lower() for each in asked for name in each[0].split(",")}
            assert set(query.metrics) == codes, query.name


def derived(store: Store, at_once: bool) -> tuple[list[bytes], list[bytes]]:  # noqa: FBT001 - the two sides of the test
    """Return what the preparation and the credit steps give, all waves at once or step by step."""
    judged_by = evaluation(store, "2023-09-30", None)
    folders = [[catalogue.query(f"prepare/{name}") for name in validation.PREPARATION], catalogue.queries("credit")]
    targets = {"working": WORKING_GRAPH, "credit": credit_graph(judged_by.pack)}
    with store.evaluation(credit_graph(judged_by.pack)) as draft:
        judged_by.write(draft)
        for steps in folders:
            for some in [steps] if at_once else [[step] for step in steps]:
                derivation.derive(draft, some, targets)
        working, credit = (sorted(draft.ntriples([graph]).splitlines()) for graph in targets.values())
    return working, credit


def test_waves_give_what_the_steps_give_one_by_one(tmp_path: Path) -> None:
    store = Store.memory()
    vocabulary.refresh(store)
    made = synth.write(tmp_path, tenants=25, seed=5, violations=0.2)
    take(store, Arrival([made.path], "ecosystem", "somebody", None, Mode.REJECT), DEFAULT_LIMITS, None)
    working, credit = derived(store, at_once=True)
    assert len(credit) > 1000
    assert (working, credit) == derived(store, at_once=False)
