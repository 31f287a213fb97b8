"""Scores as values: what each row of the published table gives, where each account stands, and what was counted."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, replace
from datetime import date
from fractions import Fraction

from partnergraph.errors import WrongUse
from partnergraph.report import Finding
from partnergraph.table import Cell, Table, Tabular

COLUMNS = (
    "global_partner_id,solution_area,track,metric,option,actual,threshold,points,max_points,counts,total,qualified,as_of,pack"
).split(",")
STATE_COLUMNS = (
    "global_partner_id,solution_area,track,total,qualified,qualified_on,state,enrolled_until,as_of,pack".split(",")
)
UNIT_COLUMNS = (
    "global_partner_id,solution_area,track,metric,option,moment,counted,reason,tenant_id,subscription_id,workload,"
    "resource_id,rate_line,person,amount,base,partner_id,association_id,association_type,cpor_subtype,derived_from,rules"
).split(",")
Value = Fraction | date | Cell
_PLACES = 6
_GUARD = 12


@dataclass(frozen=True, slots=True)
class MetricScore:
    """What one option of one metric gives to a global account in one track.

    `actual`, `points` and `total` are exact. `counts` says whether this option and track is the one used; `total` is
    that of the row's own track, `qualified` that of the area. `now` and `then` are what was counted now and a year
    before; `reason` is `below-floor` where the account is too small for the row to give anything.
    """

    global_partner_id: str
    solution_area: str
    track: str
    metric: str
    option: str
    actual: Fraction
    threshold: Fraction
    points: Fraction
    max_points: Fraction
    counts: bool
    total: Fraction
    qualified: bool
    now: Fraction
    then: Fraction
    reason: str
    row: str


@dataclass(frozen=True, slots=True)
class AreaScore:
    """Where a global account stands in a solution area: the used track, its total, and the state of R91.

    `qualified_on` is the latest day of the window on which it qualified; `enrolled_until` the anniversary of a
    designation in force. Both are None where there is none.
    """

    global_partner_id: str
    solution_area: str
    track: str
    total: Fraction
    qualified: bool
    qualified_on: date | None
    state: str
    enrolled_until: date | None


@dataclass(frozen=True, slots=True)
class Unit:
    """One thing that a row of the score looked at: counted once, through the association shown, or passed over.

    `moment` is `now` or `then`; `reason` is the stable word for what was not counted; `base` is what was there when a
    younger association began, which is no growth. `person` is a key, never a name.
    """

    global_partner_id: str
    solution_area: str
    track: str
    metric: str
    option: str
    moment: str
    counted: bool
    reason: str
    tenant_id: str
    subscription_id: str
    workload: str
    resource_id: str
    rate_line: str
    person: str
    amount: Fraction
    base: Fraction
    partner_id: str
    association_id: str
    association_type: str
    cpor_subtype: str
    derived_from: str
    rules: str


@dataclass(frozen=True, slots=True)
class Scores(Tabular):
    """The scores of one day under one pack, in a total order, with the units behind them.

    `left_out` are the violations that kept something from counting. `accounts` gives the global account of each
    partner id, and `touched` the violations (by the node they name) that concern a global account.
    """

    metrics: tuple[MetricScore, ...]
    states: tuple[AreaScore, ...]
    units: tuple[Unit, ...]
    left_out: tuple[Finding, ...]
    as_of: str
    pack: str
    accounts: Mapping[str, str]
    touched: Mapping[str, frozenset[str]]

    @property
    def table(self) -> Table:
        """The scores under the column names of the bundle's `scores` file."""
        names = COLUMNS[:-2]
        rows = tuple((*(cell(getattr(each, name)) for name in names), self.as_of, self.pack) for each in self.metrics)
        return Table(tuple(COLUMNS), rows)

    @property
    def states_table(self) -> Table:
        """The used track, total and state of each area."""
        names = STATE_COLUMNS[:-2]
        rows = tuple((*(cell(getattr(each, name)) for name in names), self.as_of, self.pack) for each in self.states)
        return Table(tuple(STATE_COLUMNS), rows)

    @property
    def units_table(self) -> Table:
        """What was counted and what was not."""
        rows = tuple(tuple(cell(getattr(each, name)) for name in UNIT_COLUMNS) for each in self.units)
        return Table(tuple(UNIT_COLUMNS), rows)

    def document(self, *, with_units: bool) -> dict[str, object]:
        """Return the scores as JSON has them, numbers to six decimals; the units only where asked for."""
        found: dict[str, object] = {
            "as_of": self.as_of,
            "pack": self.pack,
            "scores": [_named(each, (*COLUMNS[:-2], "now", "then", "reason")) for each in self.metrics],
            "states": [_named(each, STATE_COLUMNS[:-2]) for each in self.states],
            "left_out": [{"focus": each.focus, "code": each.code, "message": each.message} for each in self.left_out],
        }
        if with_units:
            found["units"] = [_named(each, UNIT_COLUMNS) for each in self.units]
        return found

    def of(self, *, partner: str | None = None, area: str | None = None) -> Scores:
        """Return the scores of the global account of one partner (itself or a location), and of one area.

        Raise WrongUse for a solution area that there is not.
        """
        areas = tuple(dict.fromkeys(each.solution_area for each in self.states))
        if area is not None and areas and area not in areas:
            raise WrongUse(f"There is no solution area {area}. Known are: {', '.join(areas)}.")
        account = None if partner is None else self.accounts.get(partner, partner)

        def wanted(each: MetricScore | AreaScore | Unit) -> bool:
            return account in (None, each.global_partner_id) and area in (None, each.solution_area)

        named = self.touched.get(account or "", frozenset())
        return replace(
            self,
            metrics=tuple(filter(wanted, self.metrics)),
            states=tuple(filter(wanted, self.states)),
            units=tuple(filter(wanted, self.units)),
            left_out=tuple(each for each in self.left_out if account is None or each.focus_iri in named),
        )


def _named(row: MetricScore | AreaScore | Unit, names: Iterable[str]) -> dict[str, Cell]:
    return {name: _number(getattr(row, name)) for name in names}


def _number(value: Value) -> Cell:
    if isinstance(value, Fraction):
        return int(value) if value.denominator == 1 else float(plain(value))
    return cell(value)


def exact(text: str) -> Fraction:
    """Return the number that a literal writes; nothing where it writes none that can be counted, such as NaN."""
    try:
        return Fraction(text)
    except ValueError:
        return Fraction(0)


def plain(number: Fraction) -> str:
    """Return a number with at most six decimals and no trailing zeros.

    >>> plain(Fraction(75, 7)), plain(Fraction(1000)), plain(Fraction(-1, 2))
    ('10.714286', '1000', '-0.5')
    """
    return _digits(number, _PLACES)


def decimal(number: Fraction) -> str:
    """Return a number as the text of an xsd:decimal, to twelve places."""
    return _digits(number, _GUARD)


def cell(value: Value) -> Cell:
    """Return a value as a cell of a table."""
    if isinstance(value, Fraction):
        return plain(value)
    return value.isoformat() if isinstance(value, date) else value


def _digits(number: Fraction, places: int) -> str:
    size = abs(number) * 10**places
    whole = (2 * size.numerator + size.denominator) // (2 * size.denominator)
    text = f"{whole:0{places + 1}d}"
    digits = f"{text[:-places]}.{text[-places:]}".rstrip("0").rstrip(".")
    return f"-{digits}" if whole and number < 0 else digits
