"""What no query can say is carried out by pySHACL for that shape alone; and many threads may judge at once."""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import pyshacl
import pytest
import rdflib

from partnergraph import PartnerGraph, validate
from partnergraph.errors import ShapesFault
from partnergraph.shacl.verdict import ShapesReport
from shacl_results import Results, results

PREFIXES = """
@prefix ex: <http://ex.example/> .
@prefix sh: <http://www.w3.org/ns/shacl#> .
@prefix xsd: <http://www.w3.org/2001/XMLSchema#> .
"""
DATA = PREFIXES + "".join(
    f'ex:n{number} a ex:Thing ; ex:name "name {number}" ; ex:size {number} ; ex:next ex:n{(number + 1) % 20} .\n'
    for number in range(20)
)
SAID = """
ex:Small sh:targetClass ex:Thing ; sh:property ex:SmallSize . ex:SmallSize sh:path ex:size ; sh:maxInclusive 14 .
ex:Asked sh:targetClass ex:Thing ; sh:sparql [
    sh:select "SELECT $this ?value WHERE { $this <http://ex.example/size> ?value FILTER (?value > 17) }" ] .
"""
UNSAID = {
    "regular expression": "ex:Ahead sh:targetClass ex:Thing ; sh:property ex:Name ."
    ' ex:Name sh:path ex:name ; sh:pattern "^name (?!3)" .',
    "LIMIT or OFFSET": "ex:First sh:targetClass ex:Thing ; sh:sparql [ sh:select "
    '"SELECT $this ?value WHERE { $this <http://ex.example/next> ?value } LIMIT 1" ] .',
    "without GROUP BY": "ex:Many sh:targetClass ex:Thing ; sh:sparql [ sh:select "
    '"SELECT $this (COUNT(*) AS ?value) WHERE { $this <http://ex.example/next> ?o } HAVING (COUNT(*) > 0)" ] .',
    "sh:target": "ex:Aimed a sh:NodeShape ; sh:property [ sh:path ex:none ; sh:minCount 1 ] ; sh:target "
    '[ a sh:SPARQLTarget ; sh:select "SELECT ?this WHERE { ?this <http://ex.example/size> 3 }" ] .',
    "blank node": "ex:Odd sh:targetClass ex:Thing ; sh:property ex:Next . ex:Next sh:path ex:next ; sh:in ( [] ) .",
}


def graph(text: str) -> rdflib.Graph:
    return rdflib.Graph().parse(data=PREFIXES + text, format="turtle")


def reference(data: rdflib.Graph, shapes: rdflib.Graph) -> Results:
    _, report, text = pyshacl.validate(data, shacl_graph=shapes, advanced=True)
    assert isinstance(report, rdflib.Graph), text
    return results(report)


@pytest.mark.parametrize("reason", UNSAID)
def test_only_the_shape_that_no_query_can_say_is_left_to_another_engine(reason: str) -> None:
    data = graph(DATA)
    report = validate(data, graph(SAID + UNSAID[reason]))
    (fallback,) = report.fallbacks
    assert reason in fallback.reason
    assert fallback.shape.startswith("<http://ex.example/")
    found = results(report.to_rdflib())
    assert found == reference(data, graph(SAID)) + reference(data, graph(UNSAID[reason]))
    assert len(found) > len(reference(data, graph(SAID)))


TWICE = PREFIXES + 'ex:a a ex:Thing ; ex:size "2"^^xsd:int . ex:b a ex:Thing ; ex:size 2 .'


@pytest.mark.parametrize(
    ("where", "found", "left"),
    [
        ("$this ex:size 2 FILTER (1 < 2)", 1, True),
        ('$this ex:size "2"^^xsd:int FILTER (1 < 2)', 1, True),
        ("$this ex:size ?size . ?other ex:size ?size FILTER (?other != $this)", 0, True),
        ("$this ex:size 3 FILTER (1 < 2)", 0, False),
        ("$this ex:size ?size FILTER (?size > 1)", 2, False),
        ("$this ex:size ?size . ?other ex:size ?more FILTER (?size = ?more && ?other != $this)", 2, False),
        ("$this ex:size ?size OPTIONAL { $this ex:name ?name } FILTER (?size > 1)", 2, False),
    ],
)
def test_a_pattern_means_terms_and_a_comparison_means_values(where: str, found: int, left: bool) -> None:  # noqa: FBT001
    said = f"""
        ex:S sh:targetClass ex:Thing ; sh:sparql [ sh:prefixes ex:p ; sh:select "SELECT $this WHERE {{ {where} }}" ] .
        ex:p sh:declare [ sh:prefix "ex" ; sh:namespace "http://ex.example/"^^xsd:anyURI ] .
    """.replace('"2"^^', "'2'^^")
    data = rdflib.Graph().parse(data=TWICE, format="turtle")
    report = validate(data, graph(said))
    assert (len(report.results), bool(report.fallbacks)) == (found, left)
    assert results(report.to_rdflib()) == reference(data, graph(said))


def test_shapes_that_can_be_said_need_no_other_engine() -> None:
    assert validate(graph(DATA), graph(SAID)).fallbacks == ()


def test_words_that_shacl_does_not_have_are_told() -> None:
    said = "ex:S sh:targetClass ex:Thing ; sh:property [ sh:path ex:next ; sh:uniqueMembers true ; sh:maxCount 1 ] ."
    report = validate(graph(DATA), graph(said))
    assert (report.conforms, report.fallbacks, report.unread) == (
        True, (), ("<http://ex.example/S>: sh:uniqueMembers",)
    )  # fmt: skip


@pytest.mark.parametrize(
    ("shapes", "word"),
    [
        ("ex:S sh:targetClass ex:Thing ; sh:js [] .", r"ex\.example/S>? has sh:js"),
        ("ex:S sh:targetClass ex:Thing ; sh:not [ sh:js [] ] .", "has sh:js"),
        ('ex:S sh:targetClass ex:Thing ; sh:pattern "(" .', r"ex\.example/S> cannot be carried out.*unterminated"),
        ("ex:S sh:targetNode ex:a ; sh:sparql [ sh:select 'SELECT $this { $this no:p 1 }' ] .", "no:p, whose prefix"),
        ("ex:S sh:targetClass ex:Thing ; sh:not ex:S .", r"refer to themselves.*ex\.example/S"),
        ("ex:S sh:targetClass ex:Thing ; sh:property ex:P . ex:P sh:path ex:next ; sh:node ex:S .", r"ex\.example/P"),
        ("ex:S sh:targetClass ex:Thing ; sh:minCount 1 .", r"ex\.example/S> has sh:minCount and no sh:path"),
        ("ex:S sh:targetClass ex:Thing ; sh:property [ sh:path ex:p ; sh:minCount 'x' ] .", "must be a whole number"),
        ("ex:S sh:targetClass ex:Thing ; sh:sparql [ sh:select 'SELECT $this { $this a ?x MINUS { } }' ] .", "MINUS"),
        ("ex:S sh:targetClass ex:Thing ; sh:sparql [ sh:select 'SELECT ?x { $this a ?x }' ] .", "does not give"),
        ("ex:S sh:targetClass ex:Thing ; sh:sparql [ sh:select 'SELECT $this { $this a ' ] .", "should stand"),
        ("ex:S sh:targetClass ex:Thing ; sh:in ( ex:a ex:b ) , ex:c .", "only one can be meant"),
    ],
)
def test_shapes_that_mean_nothing_are_refused_with_their_name(shapes: str, word: str) -> None:
    with pytest.raises(ShapesFault, match=word):
        validate(graph(DATA), graph(shapes))


def test_a_query_of_the_shapes_fetches_nothing() -> None:
    fetch = (
        "ex:S sh:targetClass ex:Thing ; sh:target [ a sh:SPARQLTarget ; sh:select "
        '"SELECT ?this WHERE { SERVICE <http://127.0.0.1:9/> { ?this ?p ?o } }" ] .'
    )
    with pytest.raises(ShapesFault, match="SERVICE"):
        validate(graph(DATA), graph(fetch))


def test_many_threads_may_judge_the_same_graphs_at_once() -> None:
    data, shapes = graph(DATA), graph(SAID + "".join(UNSAID.values()))
    before = set(data), set(shapes)
    alone = validate(data, shapes)

    def judge(_: int) -> ShapesReport:
        return validate(data, shapes)

    with ThreadPoolExecutor(6) as threads:
        reports = list(threads.map(judge, range(12)))
    assert {results_text(report) for report in reports} == {results_text(alone)}
    assert (set(data), set(shapes)) == before


def results_text(report: ShapesReport) -> str:
    return str(sorted(results(report.to_rdflib()).items()))


def test_many_threads_may_judge_one_store_by_our_rules(examples: Path) -> None:
    days = [f"2023-09-{day:02}" for day in range(1, 13)]
    with PartnerGraph.open() as ours, PartnerGraph.open() as other:
        for each in (ours, other):
            each.import_files([examples / "bad" / "two-claims"], name="bad", validate=False)
        alone = [other.validate(as_of=day) for day in days]
        with ThreadPoolExecutor(6) as threads:
            reports = list(threads.map(lambda day: ours.validate(as_of=day), days))
    assert all(report.findings for report in alone)
    assert reports == alone
