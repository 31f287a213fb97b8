"""The comparison of two sides: snapshots, dates, rule packs or stores, and which difference made which change."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from partnergraph import history
from partnergraph.changes import Changes, Step, compared
from partnergraph.evaluation import Evaluation
from partnergraph.evaluator import Evaluator, Switches
from partnergraph.history import Origin, Rows
from partnergraph.provenance import Import, imports
from partnergraph.store import Store
from partnergraph.table import Table


@dataclass(frozen=True, slots=True)
class Side:
    """One side: its name, its rows, and what they follow from.

    `evaluator` can derive from the same data; it is None where a snapshot's data has changed since. `imports` are
    those of the data, empty where they are not known any more.
    """

    name: str
    credited: Rows
    scored: Rows
    judged_by: Evaluation
    origin: Origin
    evaluator: Evaluator | None
    imports: tuple[Import, ...]


def side(store: Store, evaluator: Evaluator, text: str, switches: Switches = None) -> Side:
    """Return the side that `text` names: a snapshot, or a day or month, with `@PACK` behind it for a rule pack.

    An empty text is the default date. Raise WrongUse for what is none of these.
    """
    present = history.origin(store)
    for kept in history.snapshots(store):
        if kept.name == text:
            credited, scored = history.closed(store, text)
            judged_by = evaluator.asked(kept.as_of, kept.pack, dict(kept.switches))
            same = kept.origin.data == present.data
            known = imports(store) if same else ()
            name = f"{kept.name}, closed at {kept.at}"
            return Side(name, credited, scored, judged_by, kept.origin, evaluator if same else None, known)
    day, _, pack = text.partition("@")
    judged_by = evaluator.asked(day or None, pack or None, switches)
    credited = texts(evaluator.credits(judged_by).table)
    scored = texts(evaluator.scores(judged_by).table)
    name = f"{judged_by.as_of} under pack {judged_by.pack}"
    return Side(name, credited, scored, judged_by, present, evaluator, imports(store))


def compare(before: Side, after: Side) -> Changes:
    """Return what changed between two sides, with the cause of each change and the effect on points.

    Where more than one of data, rules and date differ, the credits in between are derived from the later data, first
    with the rules and the date of the earlier side. Where they cannot be, a cause names all that differ.
    """
    found = compared((before.name, after.name), before.credited, _steps(before, after), (before.scored, after.scored))
    notes = _changed_imports(before, after)
    return Changes(found.before, found.after, found.changes, found.points, notes)


def _steps(before: Side, after: Side) -> Sequence[Step]:
    old, new = before.judged_by, after.judged_by
    differing = [
        *(["data"] if before.origin.data != after.origin.data else []),
        *(["rule"] if _rules(before) != _rules(after) else []),
        *(["date"] if old.as_of != new.as_of else []),
    ]
    evaluator = after.evaluator
    if len(differing) < 2 or evaluator is None or _texts_behind(before) != _texts_behind(after):
        return [("|".join(differing), after.credited)]
    between = {
        "data": old,
        "rule": Evaluation(old.as_of, new.pack, new.pack_iri, new.named, new.options, old.as_of),
    }
    steps = [(name, texts(evaluator.credits(between[name]).table)) for name in differing[:-1]]
    return [*steps, (differing[-1], after.credited)]


def _rules(one: Side) -> tuple[object, ...]:
    return one.judged_by.pack, one.judged_by.options, *_texts_behind(one)


def _texts_behind(one: Side) -> tuple[str, str, str]:
    return one.origin.pack, one.origin.shapes, one.origin.queries


def _changed_imports(before: Side, after: Side) -> tuple[str, ...]:
    """Return one line for each import that only one side has, or has otherwise, and who made it."""
    if before.origin.data == after.origin.data or not (before.imports and after.imports):
        return ()
    old = {made.name: (made.files, made.who, made.at) for made in before.imports}
    new = {made.name: (made.files, made.who, made.at) for made in after.imports}
    lines = []
    for name in sorted({*old, *new}):
        if old.get(name, ((),))[0] != new.get(name, ((),))[0]:
            _, who, at = new.get(name) or old[name]
            kind = "is new" if name not in old else "is gone" if name not in new else "is another one"
            lines.append(f"Import {name} {kind} (by {who}, {at}).")
    return tuple(lines)


def texts(table: Table) -> Rows:
    """Return the rows of a table with all cells as texts."""
    return tuple({name: _text(cell) for name, cell in row.items()} for row in table.dicts())


def _text(cell: object) -> str:
    return "" if cell is None else str(cell).lower() if isinstance(cell, bool) else str(cell)
