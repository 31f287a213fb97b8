"""Changes: what was gained, lost, displaced or reclassified between two sets of credits, why, and at which points."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, fields, replace
from fractions import Fraction

from partnergraph.table import Table, Tabular

Row = Mapping[str, str]
Step = tuple[str, Sequence[Row]]
"""What changed since the step before (`data`, `rule`, `date`, or several joined by `|`), and the credits after it."""

_THING = ("tenant_id", "subscription_id", "workload", "resource_id")
_UNIT = ("global_partner_id", "solution_area", "metric", *_THING)
_KEY = ("association_id", "segment", *_UNIT)
_NATURE = ("association_type", "cpor_subtype", "partner_id", "threshold")
_SHOWN = 6


@dataclass(frozen=True, slots=True)
class Change:
    """One row of credit that differs between two sides.

    `change` is `gained`, `lost`, `displaced` (lost to another partner on the same unit, `other`) or `reclassified`
    (`before` and `after` say what is different). `cause` is `data`, `rule` or `date`, or several joined by `|`.
    `points_before` and `points_after` are the points of that metric, empty for what is not scored.
    """

    change: str
    global_partner_id: str
    partner_id: str
    association_id: str
    association_type: str
    cpor_subtype: str
    solution_area: str
    segment: str
    metric: str
    customer_id: str
    tenant_id: str
    subscription_id: str
    workload: str
    resource_id: str
    before: str
    after: str
    other: str
    cause: str
    points_before: str
    points_after: str


_FIELDS = tuple(field.name for field in fields(Change))


@dataclass(frozen=True, slots=True)
class Changes(Tabular):
    """The changes from `before` to `after`, in a total order, and the effect on points.

    `imports` say which imports differ where both sides know theirs.
    """

    before: str
    after: str
    changes: tuple[Change, ...]
    points: Table
    notes: tuple[str, ...] = ()

    @property
    def table(self) -> Table:
        """The changes as rows."""
        return Table(_FIELDS, tuple(tuple(getattr(each, name) for name in _FIELDS) for each in self.changes))

    def members(self) -> dict[str, object]:
        """Return everything as JSON values: both sides, notes, changes and points."""
        return {
            "before": self.before,
            "after": self.after,
            "notes": list(self.notes),
            "changes": list(self.table.dicts()),
            "points": list(self.points.dicts()),
        }

    def of(self, partner: str) -> Changes:
        """Return what concerns one partner (location or global id), without naming another."""
        mine = [each for each in self.changes if partner in (each.partner_id, each.global_partner_id)]
        own = {each.global_partner_id for each in mine} | {partner}
        kept = tuple(replace(each, other="another partner" if each.other else "") for each in mine)
        rows = tuple(row for row in self.points.rows if row[0] in own)
        return Changes(self.before, self.after, kept, Table(self.points.columns, rows), self.notes)


def compared(
    names: tuple[str, str], before: Sequence[Row], steps: Sequence[Step], scored: tuple[Sequence[Row], Sequence[Row]]
) -> Changes:
    """Return what changed from the rows `before` to those of the last step, each change with the steps that made it.

    `scored` are the rows of scores on both sides.
    """
    states = [_by_key(before), *(_by_key(rows) for _, rows in steps)]
    first, last = states[0], states[-1]
    gone = {key: first[key] for key in first.keys() - last.keys()}
    come = {key: last[key] for key in last.keys() - first.keys()}
    points = _points(scored[0]), _points(scored[1])
    found: list[Change] = []
    for old_key, new_key in _paired(gone, come):
        cause = _cause(states, steps, old_key, new_key)
        old, new = gone.pop(old_key), come.pop(new_key)
        found.append(_change("reclassified", new, cause, points, before=old, after=new))
    successors = _successors(come)
    for key, row in gone.items():
        rivals = successors.get(_slot(row), set()) - {row["global_partner_id"]}
        kind = "displaced" if rivals else "lost"
        found.append(_change(kind, row, _cause(states, steps, key), points, other=", ".join(sorted(rivals))))
    found += [_change("gained", row, _cause(states, steps, key), points) for key, row in come.items()]
    for key in first.keys() & last.keys():
        if _nature(first[key]) != _nature(last[key]):
            cause = _cause(states, steps, key)
            found.append(_change("reclassified", last[key], cause, points, before=first[key], after=last[key]))
    ordered = sorted(found, key=lambda each: tuple(getattr(each, name) for name in _FIELDS))
    return Changes(*names, tuple(ordered), _effect(*points))


def _by_key(rows: Iterable[Row]) -> dict[tuple[str, ...], Row]:
    return {tuple(row[name] for name in _KEY): row for row in rows}


def _unit(row: Row) -> tuple[str, ...]:
    return tuple(row[name] for name in _UNIT)


def _slot(row: Row) -> tuple[str, ...]:
    return tuple(row[name] for name in ("association_type", "solution_area", "metric", *_THING))


def _nature(row: Row) -> tuple[str, ...]:
    return tuple(row[name] for name in _NATURE)


def _paired(
    gone: Mapping[tuple[str, ...], Row], come: Mapping[tuple[str, ...], Row]
) -> list[tuple[tuple[str, ...], tuple[str, ...]]]:
    """Return the keys of rows that went and came on the same unit of the same global account, in pairs."""
    waiting: dict[tuple[str, ...], list[tuple[str, ...]]] = defaultdict(list)
    for key in sorted(come):
        waiting[_unit(come[key])].append(key)
    return [(key, waiting[unit].pop(0)) for key in sorted(gone) if waiting.get(unit := _unit(gone[key]))]


def _successors(come: Mapping[tuple[str, ...], Row]) -> dict[tuple[str, ...], set[str]]:
    found: dict[tuple[str, ...], set[str]] = defaultdict(set)
    for row in come.values():
        found[_slot(row)].add(row["global_partner_id"])
    return found


def _cause(states: Sequence[Mapping[tuple[str, ...], Row]], steps: Sequence[Step], *keys: tuple[str, ...]) -> str:
    """Return what made the difference: the names of the steps at which a row with one of the keys changed."""
    causes: list[str] = []
    for (name, _), before, after in zip(steps, states, states[1:], strict=False):
        if any(_state(before.get(key)) != _state(after.get(key)) for key in keys):
            causes += name.split("|")
    return "|".join(dict.fromkeys(causes))


def _state(row: Row | None) -> tuple[str, ...] | None:
    return None if row is None else _nature(row)


def _change(
    kind: str,
    row: Row,
    cause: str,
    points: tuple[Mapping[tuple[str, ...], Fraction], Mapping[tuple[str, ...], Fraction]],
    *,
    before: Row | None = None,
    after: Row | None = None,
    other: str = "",
) -> Change:
    metric = (row["global_partner_id"], row["solution_area"], row["metric"])
    told = {name: row[name] for name in _FIELDS if name in row}
    return Change(
        change=kind,
        before=_told(before, after),
        after=_told(after, before),
        other=other,
        cause=cause,
        points_before=shown(points[0].get(metric)),
        points_after=shown(points[1].get(metric)),
        **told,
    )


def _told(row: Row | None, beside: Row | None) -> str:
    """Return what a row has that the other has not, in words."""
    if row is None or beside is None:
        return ""
    names = ("association_id", "segment", *_NATURE)
    return ", ".join(f"{name} {row[name] or 'none'}" for name in names if row[name] != beside[name])


def _points(rows: Iterable[Row]) -> dict[tuple[str, ...], Fraction]:
    """Return the points of each metric that count, by global account, area and metric."""
    found: dict[tuple[str, ...], Fraction] = defaultdict(Fraction)
    for row in rows:
        if row["counts"] == "true":
            found[row["global_partner_id"], row["solution_area"], row["metric"]] += Fraction(row["points"] or 0)
    return dict(found)


def _effect(before: Mapping[tuple[str, ...], Fraction], after: Mapping[tuple[str, ...], Fraction]) -> Table:
    keys = sorted({*before, *after})
    columns = ("global_partner_id", "solution_area", "metric", "points_before", "points_after", "difference")
    rows = []
    for key in keys:
        old, new = before.get(key, Fraction()), after.get(key, Fraction())
        if old != new:
            rows.append((*key, shown(old), shown(new), shown(new - old)))
    return Table(columns, tuple(rows))


def shown(value: Fraction | None) -> str:
    """Return a number as a person reads it: at most six decimals and no idle zeros; nothing for nothing."""
    if value is None:
        return ""
    text = f"{float(round(value, _SHOWN)):.{_SHOWN}f}".rstrip("0").rstrip(".")
    return "0" if text in ("", "-0") else text
