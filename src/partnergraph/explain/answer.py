"""Answers: what a partner is credited with and through what, or the first condition that failed."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum


class Outcome(StrEnum):
    """What became of one condition. After the first that failed none is tested any more."""

    PASSED = "pass"
    FAILED = "fail"
    NOT_REACHED = "not reached"


@dataclass(frozen=True, slots=True)
class RuleData:
    """A row of the matrix or a threshold: its local name, its rule numbers, and what it rests on.

    `disputed` names the conflicts between sources and the doubts that it rests on: "C5", "basis inferred".
    """

    name: str
    rules: tuple[str, ...] = ()
    basis: str = ""
    source: str = ""
    comment: str = ""
    disputed: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Place:
    """Where something was stated: the import, and the file and row where it came from one."""

    import_name: str
    file: str = ""
    row: int | None = None


@dataclass(frozen=True, slots=True)
class Fact:
    """Something that a condition looked at: what it is, what it says, and where it was stated."""

    name: str
    value: str
    stated: tuple[Place, ...] = ()


@dataclass(frozen=True, slots=True)
class Condition:
    """One condition of a credit, under the code of the reason that its failure gives, with what was looked at.

    `requirement` says what must hold and `rules` are its numbers. What has nothing to look at passes.
    """

    reason: str
    requirement: str
    rules: tuple[str, ...]
    outcome: Outcome
    looked_at: tuple[Fact, ...] = ()


@dataclass(frozen=True, slots=True)
class Unit:
    """One unit that a credit is for, and the row of the matrix it rests on.

    `through` is the association that is credited; `derived_from` names the one that brought it, where one did.
    """

    through: str
    derived_from: str
    cpor_subtype: str
    segment: str
    tenant_id: str
    subscription_id: str
    workload: str
    resource_id: str
    starts_on: str
    ends_on: str
    threshold: str
    row: RuleData


@dataclass(frozen=True, slots=True)
class Refusal:
    """The first condition that failed: its stable code, the rules behind it, what is wrong, what would change it."""

    reason: str
    rules: tuple[str, ...]
    because: str
    hint: str
    grounds: tuple[RuleData, ...] = ()


@dataclass(frozen=True, slots=True)
class Answer:
    """What holds for one association, solution area and metric: units that are credited, or a refusal.

    An answer without `association_id` is about a partner that has no association on what was asked. `conditions` are
    in the order in which they are tested. `taken` says since when another partner holds what only one can hold; it
    never says who.
    """

    partner_id: str
    global_partner_id: str
    association_id: str = ""
    association_type: str = ""
    cpor_subtype: str = ""
    solution_area: str = ""
    metric: str = ""
    customer_id: str = ""
    tenant_id: str = ""
    subscription_id: str = ""
    workload: str = ""
    resource_id: str = ""
    stated: tuple[Place, ...] = ()
    units: tuple[Unit, ...] = ()
    refusal: Refusal | None = None
    taken: tuple[str, ...] = ()
    conditions: tuple[Condition, ...] = ()

    @property
    def credited(self) -> bool:
        """Whether at least one unit is credited."""
        return bool(self.units)

    @property
    def disputed(self) -> tuple[str, ...]:
        """The conflicts and doubts that the rows of the credited units rest on, each once."""
        return tuple(dict.fromkeys(code for unit in self.units for code in unit.row.disputed))
