"""Each rule on its own cases: `rules/<RuleId>/pass-*.ttl` breaks it nowhere, `fail-*.ttl` where its first lines say."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from functools import cache
from pathlib import Path

import pytest
import rdflib

from partnergraph import validation, vocabulary
from partnergraph.evidence import evidenced
from partnergraph.report import Report
from partnergraph.shacl.compiler import compiled
from partnergraph.store import Store
from partnergraph.terms import WORKING_GRAPH, asserted_graph

RULES = Path(__file__).parent / "rules"
CASES = sorted(RULES.glob("*/*.ttl"))
CASE = asserted_graph("case")
EXPECT = "# expect: "
# What every case is judged with; a case says itself on which day and by which pack, and may choose an option.
ASKED = """
PREFIX pg: <https://w3id.org/partnergraph/ns#>
PREFIX pgv: <https://w3id.org/partnergraph/vocabulary#>
PREFIX xsd: <http://www.w3.org/2001/XMLSchema#>
pgv:Evaluation a pg:Evaluation ; pg:askedOn "2023-09-30"^^xsd:date ; pg:packIsNamed false .
"""


@dataclass(frozen=True, slots=True)
class Outcome:
    """What both engines say of one case."""

    report: Report
    ours: frozenset[tuple[str, str]]
    reference: frozenset[tuple[str, str]]


@cache
def world() -> Store:
    store = Store.memory()
    vocabulary.refresh(store)
    return store


@cache
def known() -> rdflib.Graph:
    return validation.rdflib_graph(world().ntriples())


@cache
def rule(name: str) -> validation.Rule:
    (found,) = (each for each in validation.rules() if each.id == name)
    return found


@cache
def outcome(path: Path) -> Outcome:
    asked = rule(path.parent.name)
    vocabulary_alone = known()
    with world().draft(keep=False) as draft:
        draft.add_turtle(ASKED, CASE)
        draft.add_turtle(path.read_text(encoding="utf-8"), CASE)
        validation.prepare(draft)
        report = evidenced(draft, validation.validate(draft, by=[asked]))
        ours = frozenset(_seen(validation.results(draft, [asked])))
        case = validation.rdflib_graph(draft.ntriples([CASE, WORKING_GRAPH]))
    with joined(vocabulary_alone, case) as graph:
        reference = frozenset(_seen(validation.reference_results(graph, [asked])))
    return Outcome(report, ours, reference)


@contextmanager
def joined(graph: rdflib.Graph, case: rdflib.Graph) -> Iterator[rdflib.Graph]:
    """Give the graph with the case in it; to copy the vocabulary for each case would take longer than to judge it."""
    graph += case
    yield graph
    graph -= case


def _seen(results: Iterable[validation.Result]) -> Iterator[tuple[str, str]]:
    for result in results:
        # A node shape that binds no value reports its focus node as the value.
        yield result.focus, "" if result.value == result.focus else result.value


def story(path: Path) -> list[str]:
    return path.read_text(encoding="utf-8").splitlines()


def expected(path: Path) -> list[tuple[str, str]]:
    rows = [line.removeprefix(EXPECT).split() for line in story(path) if line.startswith(EXPECT)]
    return sorted((row[0], row[1] if len(row) > 1 else "") for row in rows)


each_case = pytest.mark.parametrize("path", CASES, ids=lambda path: f"{path.parent.name}-{path.stem}")


def test_every_rule_has_a_case_that_passes_and_one_that_fails() -> None:
    for each in validation.rules():
        kinds = {path.name.split("-")[0] for path in (RULES / each.id).glob("*.ttl")}
        assert kinds == {"pass", "fail"}, each.id


def test_every_case_is_of_a_rule() -> None:
    assert {path.parent.name for path in CASES} == {each.id for each in validation.rules()}


@each_case
def test_a_case_opens_with_its_story(path: Path) -> None:
    first = story(path)[0]
    assert first.startswith("# ")
    assert first.endswith(".")
    assert bool(expected(path)) is path.name.startswith("fail-")


@each_case
def test_a_case_is_found_where_it_says(path: Path) -> None:
    found = outcome(path).report.findings
    assert sorted((finding.focus, finding.other) for finding in found) == expected(path)


@each_case
def test_a_finding_carries_the_words_of_its_rule(path: Path) -> None:
    asked = rule(path.parent.name)
    for finding in outcome(path).report.findings:
        assert (finding.rule, finding.code, finding.severity) == (asked.id, asked.code, asked.severity)
        assert "{" not in finding.message
        assert "  " not in finding.message
        assert "https://w3id.org/partnergraph/" not in finding.message
        assert finding.focus in finding.message


@each_case
def test_a_finding_shows_what_is_stated_of_its_focus(path: Path) -> None:
    for finding in outcome(path).report.findings:
        shown = [witness.triple for witness in finding.witnesses]
        assert any(finding.focus_iri in triple for triple in shown)
        assert len(set(shown)) == len(shown)


@each_case
def test_the_reference_agrees(path: Path) -> None:
    assert outcome(path).ours == outcome(path).reference


def test_every_rule_is_understood_by_the_compiler() -> None:
    assert [each.id for each in validation.rules() if compiled(each) is None] == []
