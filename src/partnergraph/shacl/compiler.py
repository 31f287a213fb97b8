"""The compiler: one set-at-a-time SPARQL query for each constraint of a rule, with the focus node unbound.

A `sh:sparql` constraint is run as it stands: it starts with a pattern that finds its focus nodes, and what it finds is
held against the target.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass

from partnergraph.shacl.rule import SH, Rule
from partnergraph.terms import RDF_TYPE, XSD

Subclasses = Mapping[str, frozenset[str]]

_TARGETS = {
    SH + "targetClass": "?this a <{value}>",
    SH + "targetSubjectsOf": "?this <{value}> ?targetObject",
    SH + "targetObjectsOf": "?targetSubject <{value}> ?this",
}
# What breaks the test is looked for first, since in good data there is none, and only then held against the target.
_FOUND = "SELECT DISTINCT ?this ?value WHERE {{ {{ {found} }} FILTER EXISTS {{ {{ {target} }} }} }}"
_SELECTED = "SELECT * WHERE {{ {{ {found} }} FILTER EXISTS {{ {{ {target} }} }} }}"
_BROKEN = "SELECT ?this ?value WHERE {{ ?this <{path}> ?value . FILTER ({broken}) }}"
_ILL = "!COALESCE(DATATYPE(?value) = <{value}> && <{value}>(?value) = ?value, false)"
_VALUES = "{{ SELECT DISTINCT ?value WHERE {{ ?any <{path}> ?value }} }}"
_STRANGERS = f"{{{{ SELECT ?value WHERE {{{{ {_VALUES} FILTER (!({{typed}})) }}}} }}}}"
_CORE = {
    "minCount": "SELECT DISTINCT ?this WHERE {{ {{ {target} }} FILTER NOT EXISTS {{ ?this <{path}> ?any }} }}",
    "class": _FOUND.replace("{found}", f"{_STRANGERS} ?this <{{path}}> ?value"),
    "datatype": _FOUND.replace("{found}", _BROKEN.replace("{broken}", _ILL)),
    "nodeKind": _FOUND.replace("{found}", _BROKEN.replace("{broken}", "!isIRI(?value)")),
}
_COMPONENTS = {name: f"{SH}{name[0].upper()}{name[1:]}ConstraintComponent" for name in _CORE}
_SPARQL = SH + "SPARQLConstraintComponent"
# A value of one of these types can be cast to it exactly where it is well formed.
_CASTABLE = {
    XSD + name for name in ("boolean", "date", "dateTime", "decimal", "double", "gYearMonth", "integer", "string")
}
_DESCRIBING = {RDF_TYPE, *(SH + name for name in ("severity", "message", "name", "path", "sparql"))}
_UNDERSTOOD = {"minCount": {"1"}, "datatype": _CASTABLE, "nodeKind": {SH + "IRI"}}


@dataclass(frozen=True, slots=True)
class Check:
    """One constraint of a rule as a query. It gives `this`, and the other variables that the message names."""

    rule: Rule
    component: str
    path: str
    query: str


def compiled(rule: Rule, subclasses: Subclasses) -> tuple[Check, ...] | None:
    """Return the queries that find all that breaks `rule`, or None where its shape says more than is understood here.

    `subclasses` names the subclasses of each class that has any, at every depth.
    """
    paths = rule.statements.get(SH + "path", ())
    tests = {name: values for name, values in rule.statements.items() if name not in {*_DESCRIBING, *_TARGETS}}
    if not all(_understood(name.removeprefix(SH), values) for name, values in tests.items()):
        return None
    target = " } UNION { ".join(_targets(rule, subclasses))
    if not target or (tests and not paths) or not all(_is_iri(path) for path in paths):
        return None
    selects = rule.statements.get(SH + "sparql", ())
    checks = [Check(rule, _SPARQL, "", _SELECTED.format(found=select, target=target)) for select in selects]
    for name, values in sorted(tests.items()):
        word = name.removeprefix(SH)
        for value in values:
            typed = " || ".join(f"EXISTS {{ ?value a <{each}> }}" for each in _with_subclasses(value, subclasses))
            query = _CORE[word].format(path=paths[0], target=target, value=value, typed=typed)
            checks.append(Check(rule, _COMPONENTS[word], paths[0], query))
    return tuple(checks)


def _understood(word: str, values: tuple[str, ...]) -> bool:
    accepted = _UNDERSTOOD.get(word)
    return word in _CORE and all(value in accepted if accepted else _is_iri(value) for value in values)


def _targets(rule: Rule, subclasses: Subclasses) -> Iterator[str]:
    for name, pattern in _TARGETS.items():
        for value in rule.statements.get(name, ()):
            for each in _with_subclasses(value, subclasses):
                yield pattern.format(value=each)


def _with_subclasses(iri: str, subclasses: Subclasses) -> list[str]:
    return sorted({iri, *subclasses.get(iri, ())})


def _is_iri(text: str) -> bool:
    return text.startswith(("http://", "https://", "urn:"))
