"""The units of a score as values: what was counted for each row, and what was passed over and why."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from fractions import Fraction
from functools import lru_cache

from partnergraph.score.result import Unit, exact
from partnergraph.score.words import Words
from partnergraph.store import View
from partnergraph.terms import PG, PREFIXES, RDF_TYPE

_DERIVED_FROM = PREFIXES["prov"] + "wasDerivedFrom"
_KINDS = {PG + "CountedUnit", PG + "PassedUnit"}
Node = Mapping[str, Sequence[str]]


def read_units(view: View, graph: str, words: Words) -> tuple[Unit, ...]:
    """Return what the score graph counted and passed over, by account, row and moment, the counted first."""
    found: dict[str, dict[str, list[str]]] = {}
    for subject, predicate, value in view.statements(graph):
        found.setdefault(subject, {}).setdefault(predicate, []).append(value)
    nodes = [node for node in found.values() if _KINDS & {*node.get(RDF_TYPE, ())}]
    placed = sorted(((_place(node, words), _unit(node, words)) for node in nodes), key=lambda each: _order(*each))
    return tuple(unit for _, unit in placed)


def _unit(node: Node, words: Words) -> Unit:
    row = _one(node, "countsUnder")
    area, track, metric, option = words.rows[row]
    origins = node[_DERIVED_FROM]
    through = next((each for each in origins if not words.is_rule(each)), "")
    association, kind, subtype, derived_from = words.association(through)
    return Unit(
        global_partner_id=words.id(_one(node, "countsFor")),
        solution_area=words.code(area),
        track=words.code(track),
        metric=words.code(metric),
        option=option,
        moment=words.code(_one(node, "countsAt")),
        counted=PG + "CountedUnit" in node[RDF_TYPE],
        reason=words.code(_one(node, "isPassedFor")),
        tenant_id=words.id(_one(node, "concernsTenant")),
        subscription_id=words.id(_one(node, "concernsSubscription")),
        workload=words.label(_one(node, "concernsWorkload")),
        resource_id=words.id(_one(node, "concernsResource")),
        rate_line=words.label(_one(node, "concernsRateLine")),
        person=words.id(_one(node, "concernsPerson")),
        amount=_number(_one(node, "amount")),
        base=_number(_one(node, "baseAmount")),
        partner_id=words.id(_one(node, "isEarnedBy")),
        association_id=association,
        association_type=kind,
        cpor_subtype=subtype,
        derived_from=derived_from,
        rules=words.rules(row, *(each for each in origins if words.is_rule(each))),
    )


def _one(node: Node, name: str) -> str:
    values = node.get(PG + name)
    return values[0] if values else ""


@lru_cache(maxsize=4096)
def _number(text: str) -> Fraction:
    return exact(text)


def _place(node: Node, words: Words) -> int:
    return words.places[_one(node, "countsUnder")]


def _order(place: int, unit: Unit) -> tuple[object, ...]:
    shown = (unit.tenant_id, unit.workload, unit.subscription_id, unit.resource_id, unit.person, unit.association_id)
    return (unit.global_partner_id, place, unit.moment, not unit.counted, *shown, unit.rate_line, unit.reason)
