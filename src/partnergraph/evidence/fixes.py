"""Fixes: the changes that a rule offers for what breaks it, worked out for one finding.

A rule carries a fix as the text of an update. Its WHERE says when the fix applies and what it needs; `$this` and what
else the rule's query binds are bound in it. What comes out is the change itself, with nothing left to be looked for.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import lru_cache
from itertools import groupby

from partnergraph.report import Fix
from partnergraph.shacl.finding import PLACEHOLDER
from partnergraph.shacl.reference import Result
from partnergraph.shacl.sparql.tokens import Token, tokens
from partnergraph.shacl.term import text_of
from partnergraph.shacl.words import Words
from partnergraph.store import View
from partnergraph.terms import PREFIXES, compact

Solution = Mapping[str, str]
_WORDS = ("DELETE", "INSERT", "WHERE")


@dataclass(frozen=True, slots=True)
class Change:
    """The text of an update: what goes and what comes, each as (graph, subject, property, value), and when."""

    removed: tuple[tuple[Token, ...], ...]
    added: tuple[tuple[Token, ...], ...]
    where: str


class Fixer:
    """Works out the fixes of findings in one prepared graph."""

    def __init__(self, view: View) -> None:
        self._view = view

    def fixes(self, ground: Sequence[tuple[Result, str]], shown: Words) -> tuple[Fix, ...]:
        """Return the fixes that apply to what a finding rests on; one that would change nothing is none."""
        rule = ground[0][0].rule
        found = (self._fix(says, update, [result.terms for result, _ in ground], shown) for says, update in rule.fixes)
        return tuple(fix for fix in found if fix is not None)

    def _fix(self, says: str, update: str, ground: Iterable[Solution], shown: Words) -> Fix | None:
        change = parsed(update)
        solutions = [
            {**bound, **found} for bound in ground for found in self._view.solutions(_query(change.where, bound))
        ]
        removed = _filled(change.removed, solutions)
        added = _filled(change.added, solutions)
        if not (removed or added) or set(removed) & set(added) or _is_torn(added):
            return None
        first = min(solutions, key=lambda each: sorted(each.items()))
        known = {name: shown(text_of(term)) for name, term in first.items()}
        return Fix(PLACEHOLDER.sub(lambda name: known.get(name[1], ""), says), _written(removed, added))


@lru_cache(maxsize=256)
def parsed(update: str) -> Change:
    """Return the parts of an update of the form DELETE { } INSERT { } WHERE { }, of which one of the first may lack."""
    found = tokens(update)
    parts: dict[str, tuple[int, int]] = {}
    place = 0
    while place < len(found):
        if found[place].is_word(*_WORDS) and found[place].text.upper() not in parts:
            end = _closing(found, place + 1)
            parts[found[place].text.upper()] = (place + 2, end)
            place = end
        place += 1
    removed, added = (tuple(_quads(found[slice(*parts[word])])) if word in parts else () for word in _WORDS[:2])
    where = update[update.upper().index("WHERE") + len("WHERE") :].strip()
    return Change(removed, added, where[1:-1])


def _closing(found: Sequence[Token], opening: int) -> int:
    depth = 0
    for place in range(opening, len(found)):
        depth += found[place].is_sign("{") - found[place].is_sign("}")
        if not depth:
            return place
    raise ValueError("A bracket of the update is not closed.")


def _quads(part: Sequence[Token]) -> Iterator[tuple[Token, ...]]:
    """Yield the quads of a template `GRAPH g { s p o ; p o . s p o }`."""
    place = 0
    while place < len(part):
        graph, end = part[place + 1], _closing(part, place + 2)
        inner = list(part[place + 3 : end])
        at = 0
        subject = inner[0]
        while at < len(inner):
            if not inner[at].is_sign(";"):
                subject = inner[at]
            yield graph, subject, inner[at + 1], inner[at + 2]
            at += 3
            if at < len(inner) and inner[at].is_sign("."):
                at += 1
        place = end + 1


def _query(where: str, bound: Solution) -> str:
    names = sorted(bound)
    values = " ".join(bound[name] for name in names)
    return f"SELECT * WHERE {{ VALUES ({' '.join(f'?{name}' for name in names)}) {{ ({values}) }} {where} }}"


def _filled(quads: Iterable[tuple[Token, ...]], solutions: Iterable[Solution]) -> list[tuple[str, ...]]:
    """Return the quads with the terms of each solution, once each, without those that have a variable unbound."""
    lines = {
        tuple(solution.get(token.variable, "") if token.variable else _term(token) for token in quad)
        for solution in solutions
        for quad in quads
    }
    return sorted(line for line in lines if all(line))


def _term(token: Token) -> str:
    if token.text == "a":
        return token.text
    prefix, colon, name = token.text.partition(":")
    return f"<{PREFIXES[prefix]}{name}>" if token.kind == "name" and colon else token.text


def _is_torn(quads: Sequence[tuple[str, ...]]) -> bool:
    """Return whether one property of one thing would get several values, so that nobody can say which is meant."""
    return len({quad[:3] for quad in quads}) < len(quads)


def _written(removed: Sequence[tuple[str, ...]], added: Sequence[tuple[str, ...]]) -> str:
    """Return the change as an update, which does nothing where what it changes is no longer there."""
    used = sorted({prefix for line in (*removed, *added) for term in line for prefix in _prefixes(term)})
    head = "".join(f"PREFIX {prefix}: <{PREFIXES[prefix]}>\n" for prefix in used)
    # What only comes has nothing to be recognised by but the thing that it comes to.
    there = removed or sorted({(*quad[:2], "?property", "?value") for quad in added})
    changes = (("DELETE", removed), ("INSERT", added), ("WHERE", there))
    return head + "\n".join(f"{word} {{\n{_block(quads)}}}" for word, quads in changes if quads)


def _block(quads: Sequence[tuple[str, ...]]) -> str:
    lines = []
    for graph, group in groupby(quads, key=lambda quad: quad[0]):
        lines += [f"  GRAPH {graph} {{\n", *(f"    {' '.join(map(_short, quad[1:]))} .\n" for quad in group), "  }\n"]
    return "".join(lines)


def _short(term: str) -> str:
    head, sign, datatype = term.rpartition("^^")
    if sign and term.startswith('"'):
        return head + sign + _short(datatype)
    if not term.startswith("<"):
        return term
    short = compact(term[1:-1])
    return short if short.partition(":")[0] in PREFIXES and short != term[1:-1] else term


def _prefixes(term: str) -> Iterator[str]:
    short = _short(term)
    name = short.rpartition("^^")[2] if short.startswith('"') else short
    if name[:1] not in ("<", '"') and ":" in name:
        yield name.partition(":")[0]
