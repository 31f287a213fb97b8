"""What holds in a rule pack on a day, read from the shipped Turtle as the shipped preparation selects it."""

from __future__ import annotations

from dataclasses import dataclass
from fractions import Fraction
from functools import cache
from pathlib import Path

import pyoxigraph

ROOT = Path(__file__).resolve().parents[1]
PREPARATION = ("pack-chains", "chosen-options", "rules-in-effect")

PG = "https://w3id.org/partnergraph/ns#"
PGW = "https://w3id.org/partnergraph/working#"
PREFIXES = f"""@prefix pg: <{PG}> .
@prefix pgm: <https://w3id.org/partnergraph/eligibility#> .
@prefix pgv: <https://w3id.org/partnergraph/vocabulary#> .
@prefix xsd: <http://www.w3.org/2001/XMLSchema#> .
"""

DAYS = {"2023-06": "2023-09-30", "2023-10": "2024-06-30", "2026-08": "2026-09-30"}
"""A day of each pack."""


@dataclass(frozen=True, slots=True)
class Rule:
    """A node of a rule pack: its values by property, concepts by their notation, else by their name."""

    name: str
    values: dict[str, set[str]]

    def has(self, name: str) -> bool:
        return name in self.values

    def all(self, name: str) -> set[str]:
        return self.values.get(name, set())

    def one(self, name: str) -> str:
        (value,) = self.values.get(name, {""})
        return value

    def number(self, name: str) -> Fraction:
        return Fraction(self.one(name))


def local(iri: str) -> str:
    return iri.replace("/", "#").rpartition("#")[2]


@cache
def _ontology() -> pyoxigraph.Store:
    store = pyoxigraph.Store()
    for path in sorted((ROOT / "ontology").rglob("*.ttl")):
        store.load(path=path)
    return store


@cache
def nodes() -> dict[str, dict[str, set[str]]]:
    """Return the values of every node, by node and by property."""
    found: dict[str, dict[str, set[str]]] = {}
    for quad in _ontology():
        known = found.setdefault(quad.subject.value, {})
        known.setdefault(local(quad.predicate.value), set()).add(quad.object.value)
    return found


def shown(value: str) -> str:
    """Return the notation of a concept, else the name of a node, else the text itself."""
    if not value.startswith("https://w3id.org/partnergraph/"):
        return value
    (notation,) = nodes().get(value, {}).get("notation", {local(value)})
    return notation


@cache
def _holding(pack: str, day: str, option: str) -> frozenset[str]:
    """Return the rules that hold in a pack on a day, as the shipped preparation finds them."""
    store = pyoxigraph.Store()
    store.extend(_ontology())
    facts = f'pgv:Evaluation a pg:Evaluation ; pg:usesPack pgv:pack-{pack} ; pg:askedOn "{day}"^^xsd:date .\n'
    if option:
        facts += f"pgv:Evaluation pg:chooses pgm:{option} .\n"
    store.load(PREFIXES + facts, format=pyoxigraph.RdfFormat.TURTLE)
    for name in PREPARATION:
        text = (ROOT / "queries" / "prepare" / f"{name}.rq").read_text(encoding="utf-8")
        written = store.query(text)
        assert isinstance(written, pyoxigraph.QueryTriples)
        store.extend([pyoxigraph.Quad(*triple) for triple in list(written)])
    asked = pyoxigraph.NamedNode(f"https://w3id.org/partnergraph/vocabulary#pack-{pack}")
    found = store.quads_for_pattern(None, pyoxigraph.NamedNode(PGW + "appliesIn"), asked)
    return frozenset(str(quad.subject).strip("<>") for quad in found)


def rules(kind: str, pack: str, day: str = "", option: str = "") -> list[Rule]:
    """Return the rules of a kind that hold in a pack on a day, by name."""
    return [
        Rule(local(iri), {name: {shown(value) for value in values} for name, values in nodes()[iri].items()})
        for iri in sorted(_holding(pack, day or DAYS[pack], option))
        if PG + kind in nodes()[iri]["type"]
    ]
