"""Validation: what the rules find in a graph, as a report. Of rdflib and pySHACL only its part `shacl` knows."""

from __future__ import annotations

from collections.abc import Sequence
from concurrent.futures import ThreadPoolExecutor
from functools import cache

from partnergraph import artifacts, catalogue, derivation
from partnergraph.errors import WrongUse
from partnergraph.report import Finding, Severity
from partnergraph.shacl.check import Check
from partnergraph.shacl.compiler import compiled
from partnergraph.shacl.finding import Told, ordered, told
from partnergraph.shacl.reach import Touched, reach
from partnergraph.shacl.reference import Result, ntriples, rdflib_graph, reference_results
from partnergraph.shacl.rule import PACK_SHAPES, SH, Rule, read_rules, shape_files
from partnergraph.shacl.ruling import RulesReport, report_on
from partnergraph.shacl.sparql.layout import laid_out
from partnergraph.shacl.term import named, text_of
from partnergraph.shacl.world import Subclasses
from partnergraph.store import Draft, View
from partnergraph.table import Table
from partnergraph.terms import RDFS, WORKING_GRAPH

__all__ = [
    "Result",
    "Rule",
    "RulesReport",
    "Told",
    "compiled_queries",
    "findings",
    "ntriples",
    "ordered",
    "pack_findings",
    "pack_rules",
    "prepare",
    "rdflib_graph",
    "reference_results",
    "report_on",
    "result",
    "results",
    "rule_table",
    "rules",
    "rules_met",
    "silencing_rules",
    "subclasses",
    "told",
    "validate",
]

PREPARATION = (
    "pack-chains",
    "chosen-options",
    "rules-in-effect",
    "product-codes",
    "judging-packs",
    "associations",
    "day-numbers",
    "late-refusals",
    "claim-steps",
    "holdings",
    "claimed-products",
    "judged-claims",
    "claimed-scopes",
    "counted-subtypes",
    "unusable-periods",
    "carriers",
    "present-periods",
    "present-types",
    "global-accounts",
    "reached-tenants",
    "link-access",
    "yearly-links",
    "pending-claims",
    "claim-starts",
    "met-channels",
)
"""The queries below `queries/prepare/` in their order: each may read what those before it have written."""

_THREADS = 2
_SILENCERS = "SELECT DISTINCT ?target WHERE { ?target rdfs:subClassOf*/pg:silences true }"
_SUBCLASSES = "SELECT ?part ?whole WHERE { ?part rdfs:subClassOf ?whole }"


@cache
def rules() -> tuple[Rule, ...]:
    """Return the shipped rules for data, in the order of their ids."""
    return read_rules({path: artifacts.text(path) for path in shape_files()})


@cache
def pack_rules() -> tuple[Rule, ...]:
    """Return the rules for rule packs, in the order of their ids."""
    return read_rules({PACK_SHAPES: artifacts.text(PACK_SHAPES)})


def silencing_rules(view: View) -> tuple[Rule, ...]:
    """Return the rules whose violations leave something out of credit or score, by the ontology that `view` holds."""
    silent = {str(row[0]) for row in view.rows(_SILENCERS)[1]}
    targets = (SH + "targetClass", SH + "targetSubjectsOf", SH + "targetObjectsOf")
    return tuple(
        rule
        for rule in rules()
        if rule.severity is Severity.VIOLATION
        and silent & {value for target in targets for value in rule.statements.get(target, ())}
    )


def rules_met(view: View, names: frozenset[str]) -> tuple[Rule, ...]:
    """Return the rules that may find something else where a change touches the properties and classes named.

    A rule of which that cannot be said is among them.
    """
    if RDFS + "subClassOf" in names:
        return rules()
    touched = Touched(names).then(catalogue.query(f"prepare/{name}").text for name in PREPARATION)
    classes = subclasses(view)
    made = ((rule, compiled(rule, classes)) for rule in rules())
    return tuple(
        rule
        for rule, checks in made
        if checks is None or any(reach(check.query).is_met_by(touched) for check in checks)
    )


def pack_findings(view: View) -> tuple[Finding, ...]:
    """Return what the rules for rule packs find in the packs that a graph holds."""
    return tuple(each.finding for each in told(view, results(view, pack_rules())))


def rule_table() -> Table:
    """Return the shipped rules as rows: id, code, severity, what good data looks like, why, R-numbers and source."""
    columns = ("rule", "code", "severity", "name", "reason", "rules", "source", "file")
    rows = (
        (rule.id, rule.code, rule.severity.value, rule.name, rule.reason, "|".join(rule.rules), rule.source, rule.file)
        for rule in rules()
    )
    return Table(columns, tuple(rows))


def compiled_queries(view: View, rule: str) -> tuple[str, ...]:
    """Return the queries that judge by a rule in this graph, laid out to be read; any SPARQL 1.1 engine can run them.

    Each solution is a finding: `?this` is the thing, and other variables what the finding names. The graph must be
    prepared. A comment says which changes can make a difference. Raise WrongUse for a rule that is not there.
    """
    found = [each for each in rules() if each.id == rule]
    if not found:
        raise WrongUse(f"There is no rule called {rule}. `partnergraph rules` lists them.")
    queries = (check.query for check in compiled(found[0], subclasses(view)) or ())
    return tuple(f"# looked at again after {reach(query).wording}\n{laid_out(query)}" for query in queries)


def prepare(draft: Draft) -> None:
    """Derive anew what the rules judge over: which association is in force when, and what is so on the day.

    The draft must hold the evaluation. What is derived stands in the working graph.
    """
    draft.clear(WORKING_GRAPH)
    steps = [catalogue.query(f"prepare/{name}") for name in PREPARATION]
    derivation.derive(draft, steps, {"working": WORKING_GRAPH})


def validate(view: View, *, as_of: str = "", pack: str = "", by: Sequence[Rule] | None = None) -> RulesReport:
    """Return what the rules (the shipped ones, unless named) say of a prepared graph; never raise for bad data."""
    return report_on(findings(view, by), as_of, pack)


def findings(view: View, by: Sequence[Rule] | None = None) -> tuple[Told, ...]:
    """Return what the rules (the shipped ones, unless named) find in a prepared graph, each with its results."""
    return told(view, results(view, by))


def results(view: View, by: Sequence[Rule] | None = None) -> list[Result]:
    """Return what each rule finds, one result for each solution, as SHACL counts.

    Rules that the compiler does not understand are left to pySHACL, so that none is passed over.
    """
    classes = subclasses(view)
    checks: list[tuple[Rule, Check]] = []
    left: list[Rule] = []
    for rule in rules() if by is None else by:
        made = compiled(rule, classes)
        checks.extend((rule, check) for check in made or ())
        if made is None:
            left.append(rule)
    with ThreadPoolExecutor(_THREADS) as threads:
        found = [each for part in threads.map(lambda each: _run(view, *each), checks) for each in part]
    return found + (list(reference_results(rdflib_graph(view.ntriples()), left)) if left else [])


def _run(view: View, rule: Rule, check: Check) -> list[Result]:
    if view.lacks(check.query):
        return []
    path = "" if check.shape.path is None else text_of(check.shape.path.text)
    component = text_of(check.constraint.source)
    return [result(rule, component, path, terms) for terms in view.solutions(check.query)]


def result(rule: Rule, component: str, path: str, terms: dict[str, str]) -> Result:
    """Return the result of a rule that a solution of its query is, given as N-Triples terms by variable."""
    bound = {name: text_of(term) for name, term in terms.items()}
    return Result(rule, component, bound["this"], bound.get("path", path), bound.get("value", ""), bound, terms)


def subclasses(view: View) -> Subclasses:
    """Return the classes of a graph, each with one that it is part of."""
    return frozenset((named(str(part)), named(str(whole))) for part, whole in view.rows(_SUBCLASSES)[1])
