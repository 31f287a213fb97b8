"""Rules: what a shape says about itself, and the constraint that it puts on its focus nodes."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from functools import cache

from partnergraph import artifacts
from partnergraph.report import Severity
from partnergraph.store import Store
from partnergraph.terms import GRAPH, PG, PGSH, PREFIXES, RDF_TYPE, SKOS, compact

PREFIX_TABLE = "ontology/prefixes.ttl"
SH = PREFIXES["sh"]
_RDFS = PREFIXES["rdfs"]
_SOURCE = PREFIXES["dcterms"] + "source"
PACK_SHAPES = "shapes/packs.ttl"
_OUR_OWN = {"shapes/house.ttl", PACK_SHAPES}
_SHAPES_GRAPH = GRAPH + "shapes"
_STATEMENTS = "SELECT ?shape ?property ?value WHERE { ?shape sh:severity ?severity ; ?property ?value }"
_SELECTS = "SELECT ?constraint ?select WHERE { ?constraint sh:select ?select }"
_PLACES = "SELECT ?file ?shape WHERE { GRAPH ?file { ?shape sh:severity ?severity } }"
_FIXES = "SELECT ?shape ?says ?update WHERE { ?shape pg:offersFix ?fix . ?fix rdfs:label ?says ; pg:update ?update }"
_SEVERITIES = {SH + "Violation": Severity.VIOLATION, SH + "Warning": Severity.WARNING, SH + "Info": Severity.INFO}

Statements = Mapping[str, tuple[str, ...]]


@dataclass(frozen=True, slots=True)
class Rule:
    """One named shape.

    `id` is its local name, `code` its V- code or empty, `rules` the R-numbers it rests on, `name` the statement of
    good data that it makes, `reason` why it exists, `file` where it stands and `document` the text of that file.
    `fixes` are what would mend it: words, and the text of an update, both with variables that its query binds.
    `statements` holds what the shape says in the namespace of SHACL, by property IRI; a query stands there as its text.
    """

    id: str
    code: str
    rules: tuple[str, ...]
    severity: Severity
    message: str
    name: str
    reason: str
    source: str
    file: str
    fixes: tuple[tuple[str, str], ...]
    statements: Statements = field(repr=False)
    document: str = field(repr=False)

    @property
    def iri(self) -> str:
        """The IRI of the shape; one that is not of the house has it for its id."""
        return self.id if ":" in self.id else PGSH + self.id

    @property
    def text(self) -> str:
        """The query of the constraint, or its parameters where it is a core constraint."""
        selects = self.statements.get(SH + "sparql", ())
        if selects:
            return "\n".join(select.strip() for select in selects)
        parts = (f"{compact(name)} {' , '.join(map(compact, values))}" for name, values in sorted(self.constraints))
        return " ; ".join(parts)

    @property
    def constraints(self) -> Iterable[tuple[str, tuple[str, ...]]]:
        """What the shape says beyond its name, message, severity and kind: its target, path and tests."""
        return [pair for pair in self.statements.items() if pair[0] not in _TOLD]


_TOLD = {SH + "severity", SH + "message", SH + "name"}


@cache
def shape_files() -> tuple[str, ...]:
    """Return the paths of the shipped shapes for data; those for our own texts and rule packs are not among them."""
    return tuple(path for path in artifacts.names("shapes", ".ttl") if path not in _OUR_OWN)


def read_rules(files: Mapping[str, str]) -> tuple[Rule, ...]:
    """Return the rules in these Turtle texts, by path, in the order of their ids.

    A rule is a shape with a severity. Raise ParseFault for text that is not Turtle.
    """
    store = Store.memory()
    with store.draft() as draft:
        for number, text in enumerate(files.values()):
            draft.add_turtle(text, f"{_SHAPES_GRAPH}/{number}")
    paths = {f"{_SHAPES_GRAPH}/{number}": path for number, path in enumerate(files)}
    places = {str(shape): paths[str(file)] for file, shape in store.rows(_PLACES)[1]}
    selects = {str(constraint): str(select) for constraint, select in store.rows(_SELECTS)[1]}
    shapes: dict[str, dict[str, set[str]]] = defaultdict(lambda: defaultdict(set))
    for shape, name, value in store.rows(_STATEMENTS)[1]:
        shapes[str(shape)][str(name)].add(selects.get(str(value), str(value)))
    fixes: dict[str, list[tuple[str, str]]] = defaultdict(list)
    for shape, says, update in store.rows(_FIXES)[1]:
        fixes[str(shape)].append((str(says), str(update)))
    rules = (_rule(shape, said, places[shape], files[places[shape]], fixes[shape]) for shape, said in shapes.items())
    return tuple(sorted(rules, key=lambda rule: rule.id))


def _rule(
    shape: str, stated: Mapping[str, set[str]], file: str, document: str, fixes: Iterable[tuple[str, str]]
) -> Rule:
    said = {name: tuple(sorted(values)) for name, values in stated.items()}

    def one(name: str) -> str:
        return said.get(name, ("",))[0]

    return Rule(
        id=shape.removeprefix(PGSH),
        code=one(SKOS + "notation"),
        rules=said.get(PG + "rule", ()),
        severity=_SEVERITIES[one(SH + "severity")],
        message=one(SH + "message"),
        name=one(_RDFS + "label") or one(SH + "name"),
        reason=one(_RDFS + "comment"),
        source=" ".join(value.rpartition("#")[2] for value in said.get(_SOURCE, ())),
        file=file,
        fixes=tuple(sorted(fixes)),
        statements={name: values for name, values in said.items() if name.startswith(SH) or name == RDF_TYPE},
        document=document,
    )
