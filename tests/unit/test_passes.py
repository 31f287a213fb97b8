"""Constraints on the values of one property are carried out by one query, with the results of each."""

from __future__ import annotations

import pyshacl
import rdflib

from partnergraph import validate
from partnergraph.shacl.check import compiled_shape
from partnergraph.shacl.parsing import ShapesReader
from partnergraph.shacl.passes import passes
from partnergraph.shacl.statements import Statements
from partnergraph.shacl.world import World
from partnergraph.store.documents import triples_of_turtle
from shacl_results import results

PREFIXES = """
@prefix ex: <http://ex.example/> .
@prefix sh: <http://www.w3.org/ns/shacl#> .
@prefix xsd: <http://www.w3.org/2001/XMLSchema#> .
"""
SHAPES = (
    PREFIXES
    + """
ex:Thing sh:targetClass ex:Thing ; sh:property ex:Code , ex:Size .
ex:Code a sh:PropertyShape ; sh:path ex:code ; sh:datatype xsd:string ; sh:pattern "^[a-z]+$" ; sh:minLength 2 ;
    sh:maxLength 4 ; sh:nodeKind sh:Literal ; sh:minCount 1 ; sh:maxCount 1 .
ex:Size a sh:PropertyShape ; sh:path ex:size ; sh:datatype xsd:integer ; sh:minInclusive 1 ; sh:severity sh:Warning .
ex:Other sh:targetSubjectsOf ex:code ; sh:property ex:Letter .
ex:Letter a sh:PropertyShape ; sh:path ex:code ; sh:pattern "^[ab]" .
"""
)
DATA = (
    PREFIXES
    + """
ex:good a ex:Thing ; ex:code "abc" ; ex:size 3 .
ex:none a ex:Thing .
ex:bad a ex:Thing ; ex:code "A" , "toolong" , ex:good , "abc"@en , 12 ; ex:size 0 , "1" , -4 .
ex:elsewhere ex:code "A" , 7 ; ex:size 0 .
"""
)


def test_one_query_carries_out_what_looks_at_the_same_values() -> None:
    shapes = ShapesReader(Statements(triples_of_turtle(SHAPES))).targeted()
    checks = [check for shape in shapes for check in compiled_shape(shape, World())]
    together = sorted(
        sorted(type(check.constraint).__name__ for check in each.checks) for each in passes(checks, World())
    )
    assert together == [
        ["Datatype", "MaxLength", "MinLength", "NodeKind", "Pattern"],
        ["Datatype", "MinInclusive"],
        ["MaxCount"],
        ["MinCount"],
        ["Pattern"],
    ]


def test_each_constraint_has_its_own_results() -> None:
    data, shapes = (rdflib.Graph().parse(data=text, format="turtle") for text in (DATA, SHAPES))
    found = results(validate(data, shapes).to_rdflib())
    _, report, _ = pyshacl.validate(data, shacl_graph=shapes)
    assert found == results(report)
    # "A" breaks the pattern and the least length, "toolong" the greatest, and so on.
    broken = {name.rpartition("#")[2].removesuffix("ConstraintComponent>") for _, _, _, name, _, _ in found}
    assert broken == {
        "Datatype", "Pattern", "MinLength", "MaxLength", "NodeKind", "MinCount", "MaxCount", "MinInclusive"
    }  # fmt: skip
