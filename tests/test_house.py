"""The house rules: our own terms and rules keep `shapes/house.ttl`, and each of its rules can really fail."""

from __future__ import annotations

import re
import tomllib
from functools import cache
from pathlib import Path

import pyoxigraph
import pyshacl
import pytest
import rdflib

from partnergraph import terms

ROOT = Path(__file__).resolve().parents[1]
ONTOLOGY = sorted((ROOT / "ontology").rglob("*.ttl"))
SHAPES = sorted((ROOT / "shapes").glob("*.ttl"))
QUERIES = sorted((ROOT / "queries").rglob("*.rq"))
HOUSE = ROOT / "shapes" / "house.ttl"
PREFIXES = ROOT / "ontology" / "prefixes.ttl"
GOOD = ROOT / "tests" / "house" / "good.ttl"

SH = rdflib.Namespace("http://www.w3.org/ns/shacl#")
PGSH = rdflib.Namespace("https://w3id.org/partnergraph/shapes#")
PREFIX_LINE = re.compile(r"^(?:@prefix|PREFIX)\s+([\w-]*):\s+<([^>]+)>", re.MULTILINE)
NAME = re.compile(r"(?<![\w:/#])(pgv?):([A-Za-z][\w-]*)")

# The rule that looks at all our texts together; a small text uses words that it does not define.
WHOLE = "UsedTermIsDefined"

# One way to break each of the others: what stands in good.ttl, and what to put in its place.
LABEL = '"month"@en'
DEFINITION = '"The month of an observation."@en'
DEFINED = "rdfs:isDefinedBy <https://w3id.org/partnergraph/ontology/good> ."
BREAKS = {
    "FileHasLabel": ('rdfs:label "a good file"@en ;', ""),
    "FileHasVersion": ('"0.3.0"', '"newest"'),
    "TermHasLabel": (f"rdfs:label {LABEL}", f'rdfs:label {LABEL} , "calendar month"@en'),
    "TermHasDefinition": (DEFINITION, '"the month"@en'),
    "TermHasSource": ("rdfs:range xsd:gYearMonth ;\n    dcterms:source pgs:S003 ;", "rdfs:range xsd:gYearMonth ;"),
    "TermIsDefinedByItsFile": (
        f"gYearMonth ;\n    dcterms:source pgs:S003 ;\n    {DEFINED}",
        "gYearMonth ;\n    dcterms:source pgs:S003 .",
    ),
    "ClassNameIsUpperCamel": ("pg:DigitalPartnerOfRecord", "pg:digital_partner"),
    "PropertyNameIsLowerCamel": ("pg:month a", "pg:Month a"),
    "DatatypePropertyHasRange": ("rdfs:range xsd:gYearMonth ;", ""),
    "ConceptHasPreferredLabel": (
        'rdfs:label "Enterprise Agreement"@en ;\n    skos:prefLabel "Enterprise Agreement"@en ;',
        "",
    ),
    "ConceptLabelIsItsPreferredLabel": ('rdfs:label "Enterprise Agreement"@en', 'rdfs:label "EA"@en'),
    "ConceptIsInScheme": (
        '"EA" ;\n    dcterms:source pgs:S003 ;\n    skos:inScheme pgv:ChannelScheme ;',
        '"EA" ;\n    dcterms:source pgs:S003 ;',
    ),
    "ConceptHasSource": ('"EA" ;\n    dcterms:source pgs:S003 ;', '"EA" ;'),
    "ConceptIsDefinedByItsFile": (
        f"skos:inScheme pgv:ChannelScheme ;\n    {DEFINED}",
        "skos:inScheme pgv:ChannelScheme .",
    ),
    "CodedConceptHasNotation": ('skos:notation "EA" ;', ""),
    "NotationNamesOneConcept": ('skos:notation "MPSA"', 'skos:notation "EA"'),
    "ProductCarriesWorkload": ("pg:carriesWorkload pgv:Exchange ;", ""),
    "CarriedWorkloadHasCode": (
        "pg:hasProductCode pgv:M365_MW ;\n    pg:carriesWorkload pgv:Exchange",
        "pg:carriesWorkload pgv:Exchange",
    ),
    "ProductHasKnownCode": ("pg:hasProductCode pgv:M365_MW ;", "pg:hasProductCode pgv:EA ;"),
    "ProductNameNamesOneProduct": ('"SharePoint Online"@en', '"EXCHANGE"@en'),
    "RateLineHasBasis": ("pg:isCountedBy pgv:ByActiveUsers", "pg:isCountedBy pgv:EA"),
    "SourceHasTitle": ('dcterms:title "a playbook"@en ;', ""),
    "SourceHasDate": ('dcterms:date "FY23" ;', ""),
    "SourceHasWeight": ('dcterms:date "FY23" ;\n    pg:weight "primary" .', 'dcterms:date "FY23" .'),
    "RuleHasName": ('sh:name "one month"@en ;', ""),
    "RuleHasMessage": ('"The month is missing. Give it."@en', '"Month?"@en'),
    "RuleHasSeverity": ("sh:severity sh:Warning", "sh:severity sh:Grave"),
    "RuleHasSource": ('"There is a reason."@en ;\n    dcterms:source pgs:S003 ;', '"There is a reason."@en ;'),
    "RuleSaysWhy": ('rdfs:comment "There is a reason."@en ;', ""),
    "RuleHasAnIri": ("pgsh:GoodRule", "pgsh:rule-7"),
}


@cache
def _rules() -> rdflib.Graph:
    return rdflib.Graph().parse(HOUSE).parse(PREFIXES)


def _fired(text: rdflib.Graph) -> dict[str, str]:
    """Return the house rules that `text` breaks, each with one of the nodes that break it."""
    _, results, _ = pyshacl.validate(text, shacl_graph=_rules(), inference="none")
    return {
        str(results.value(result, SH.sourceShape)).removeprefix(str(PGSH)): str(results.value(result, SH.focusNode))
        for result in results.subjects(rdflib.RDF.type, SH.ValidationResult)
    }


def _broken(old: str, new: str) -> rdflib.Graph:
    text = GOOD.read_text(encoding="utf-8")
    assert old in text, "the case is stale"
    return rdflib.Graph().parse(data=text.replace(old, new, 1), format="turtle")


def _rule_ids() -> set[str]:
    """Return the names of the house rules: the shapes that have a severity."""
    return {str(shape).removeprefix(str(PGSH)) for shape in rdflib.Graph().parse(HOUSE).subjects(SH.severity)}


def test_every_term_and_rule_keeps_the_house_rules() -> None:
    text = rdflib.Graph()
    for path in [*ONTOLOGY, *SHAPES]:
        text.parse(path)
    assert _fired(text) == {}


def test_the_good_file_keeps_the_house_rules() -> None:
    assert set(_fired(rdflib.Graph().parse(GOOD))) == {WHOLE}


@pytest.mark.parametrize("rule", sorted(BREAKS))
def test_a_broken_text_is_found_by_its_rule(rule: str) -> None:
    assert rule in _fired(_broken(*BREAKS[rule]))


def test_a_misspelt_term_is_found() -> None:
    misspelt = """
        @prefix owl: <http://www.w3.org/2002/07/owl#> .
        @prefix pg: <https://w3id.org/partnergraph/ns#> .
        @prefix rdfs: <http://www.w3.org/2000/01/rdf-schema#> .
        <https://w3id.org/partnergraph/ontology/core> rdfs:label "core"@en .
        pg:month rdfs:isDefinedBy <https://w3id.org/partnergraph/ontology/core> .
        <https://w3id.org/partnergraph/id/usage/1> pg:month "2023-09" ; pg:mnoth "2023-09" .
    """
    fired = _fired(rdflib.Graph().parse(data=misspelt, format="turtle"))
    assert fired == {WHOLE: "https://w3id.org/partnergraph/ontology/core"}


def test_every_house_rule_has_a_case_that_fails() -> None:
    assert {*BREAKS, WHOLE} == _rule_ids()


@pytest.mark.parametrize("path", [*ONTOLOGY, *SHAPES], ids=lambda path: str(path.relative_to(ROOT)))
def test_both_parsers_read_the_same_number_of_statements(path: Path) -> None:
    assert len(set(map(str, pyoxigraph.parse(path=path)))) == len(rdflib.Graph().parse(path)) > 0


def test_every_file_and_the_package_have_one_version() -> None:
    package = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))["project"]["version"]
    for path in [*ONTOLOGY, *SHAPES]:
        versions = {str(version) for version in rdflib.Graph().parse(path).objects(None, rdflib.OWL.versionInfo)}
        assert versions == {package}, path.name


def _table() -> dict[str, str]:
    table = rdflib.Graph().parse(PREFIXES)
    return {
        str(table.value(entry, SH.prefix)): str(table.value(entry, SH.namespace))
        for entry in table.objects(None, SH.declare)
    }


def test_prefixes_are_those_of_the_prefix_table() -> None:
    table = _table()
    for path in [*ONTOLOGY, *SHAPES, *QUERIES]:
        declared = PREFIX_LINE.findall(path.read_text(encoding="utf-8"))
        assert [name for name, _ in declared] == sorted({name for name, _ in declared}), path
        assert {name: namespace for name, namespace in declared if table.get(name) != namespace} == {}, path


def test_prefixes_of_the_package_are_those_of_the_prefix_table() -> None:
    assert _table() == terms.PREFIXES


def test_every_declared_prefix_is_used() -> None:
    for path in [*ONTOLOGY, *SHAPES, *QUERIES]:
        text = path.read_text(encoding="utf-8")
        body = PREFIX_LINE.sub("", text)
        unused = [name for name, _ in PREFIX_LINE.findall(text) if f"{name}:" not in body]
        assert unused == [], path


def test_queries_and_rules_name_only_what_is_defined() -> None:
    defined = rdflib.Graph()
    for path in ONTOLOGY:
        defined.parse(path)
    known = {str(term) for term in defined.subjects(rdflib.RDFS.isDefinedBy)}
    for path in [*SHAPES, *QUERIES]:
        names = NAME.findall(path.read_text(encoding="utf-8"))
        unknown = sorted({f"{prefix}:{name}" for prefix, name in names if terms.PREFIXES[prefix] + name not in known})
        assert unknown == [], path
