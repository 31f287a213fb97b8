"""Notes: the register as it stands in a store, so that another process need not look at everything first.

They stand beside what is derived, under a stamp that tells of which state they are, else they are passed over.
"""

from __future__ import annotations

import hashlib
import json
from collections.abc import Iterable
from dataclasses import astuple
from functools import cache

from partnergraph import artifacts, catalogue, validation
from partnergraph.evaluation import Evaluation
from partnergraph.report import Stamp
from partnergraph.stamp import stamp
from partnergraph.store import Delta, Store
from partnergraph.terms import DERIVED_GRAPHS, PGW, literal
from partnergraph.upkeep.register import Register
from partnergraph.validation import Result, Told

NOTES_GRAPH = DERIVED_GRAPHS + "register"
_STAMP, _FOUND, _LARGE = (PGW + name for name in ("stamp", "found", "large"))


def noted(store: Store, judged_by: Evaluation) -> Register | None:
    """Return what is noted in the store of its state by that evaluation, if anything is."""
    said: dict[str, list[str]] = {}
    if not store.has(NOTES_GRAPH):
        return None
    for _, property_, value in store.statements(NOTES_GRAPH):
        said.setdefault(property_, []).append(value)
    of = stamp(store, judged_by)
    derived = said.get(_STAMP) == [_mark(of, judged_by, derived=True)]
    if not derived and said.get(_STAMP) != [_mark(of, judged_by, derived=False)]:
        return None
    results = [_result(json.loads(line)) for line in said.get(_FOUND, ())]
    large = frozenset(
        (account, tenant, workload) for account, tenant, workload in map(json.loads, said.get(_LARGE, ()))
    )
    return Register(judged_by, validation.told(store, results), large if derived else None)


def notes(store: Store, register: Register, of: Stamp, before: Register | None = None) -> Delta:
    """Return the change by which a store's folder says what is known of the state that `of` stamps.

    Where `before` is noted there it is what is different.
    """
    if store.folder is None:
        return Delta()
    old = set() if before is None else _lines(before, register)
    new = _lines(register, before)
    marks = {(_STAMP, _mark(of, register.judged_by, derived=register.large is not None))}
    if before is None:
        old = {(property_, value) for _, property_, value in store.statements(NOTES_GRAPH)}
    else:
        old |= {(_STAMP, value) for value in store.values_in(NOTES_GRAPH, _STAMP)}
    return Delta.restating(NOTES_GRAPH, _text(old - new - marks), _text((new | marks) - old))


def _lines(register: Register, other: Register | None) -> set[tuple[str, str]]:
    """Return what is to be written of a register and not of the other one."""
    same = {id(told) for told in other.findings} if other is not None else set()
    lines = {(_FOUND, line) for told in register.findings if id(told) not in same for line in _results(told)}
    others = (other.large if other is not None else None) or frozenset()
    return lines | {(_LARGE, json.dumps(each)) for each in (register.large or frozenset()) - others}


def _results(told: Told) -> Iterable[str]:
    """Yield a line for each result; of those that are alike, each with its number."""
    met: dict[str, int] = {}
    for result, _ in told.results:
        facts = (result.rule.id, result.component, result.path, dict(sorted(result.terms.items())))
        line = json.dumps(facts, ensure_ascii=False)
        met[line] = met.get(line, 0) + 1
        yield json.dumps([met[line], *facts], ensure_ascii=False)


def _result(line: list[object]) -> Result:
    _, rule, component, path, terms = line
    assert isinstance(terms, dict)
    return validation.result(_rules()[str(rule)], str(component), str(path), terms)


@cache
def _rules() -> dict[str, validation.Rule]:
    return {rule.id: rule for rule in validation.rules()}


def _text(said: Iterable[tuple[str, str]]) -> str:
    return "".join(f"<{NOTES_GRAPH}> <{property_}> {literal(value)} .\n" for property_, value in sorted(said))


def _mark(of: Stamp, judged_by: Evaluation, *, derived: bool) -> str:
    facts = (astuple(of), judged_by.asked_on.isoformat(), _queries(), derived)
    return hashlib.sha256(json.dumps(facts).encode()).hexdigest()


@cache
def _queries() -> str:
    texts = (query.text for folder in ("credit", "upkeep") for query in catalogue.queries(folder))
    return hashlib.sha256("\0".join((*texts, artifacts.text("ontology/prefixes.ttl"))).encode()).hexdigest()
