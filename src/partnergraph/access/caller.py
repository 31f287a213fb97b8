"""Callers: who asks, in which role, and for whom."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from enum import StrEnum

from partnergraph.errors import WrongUse


class Role(StrEnum):
    """What a caller is to the service."""

    READER = "reader"
    IMPORTER = "importer"
    OPERATOR = "operator"
    AUDITOR = "auditor"
    CUSTOMER = "customer"
    PARTNER = "partner"

    @property
    def subject(self) -> str:
        """What a caller in this role is bound to: a partner or a customer; empty where it may see everything."""
        return _SUBJECTS.get(self, "")


_SUBJECTS = {Role.AUDITOR: "partner", Role.CUSTOMER: "customer", Role.PARTNER: "partner"}


@dataclass(frozen=True, slots=True)
class Scope:
    """What a caller may see: in `role`, the things of `subject` (a partner or customer id), or of its locations."""

    role: Role
    subject: str
    locations: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Caller:
    """Who asks: `name` is the id of the token, never a person's name; `scope` is None for who may see everything."""

    name: str
    role: Role
    scope: Scope | None = None

    @classmethod
    def of(cls, name: str, role: str, subject: str | None = None, locations: Sequence[str] = ()) -> Caller:
        """Return a caller; raise WrongUse where role, subject and locations do not go together."""
        try:
            known = Role(role)
        except ValueError:
            raise WrongUse(f"There is no role {role!r}. Known are: {', '.join(Role)}.") from None
        if bool(known.subject) != bool(subject):
            needs = f"needs a {known.subject}" if known.subject else "is for no single partner or customer"
            raise WrongUse(f"The role {known} {needs}.")
        if locations and known is not Role.PARTNER:
            raise WrongUse(f"Only the role {Role.PARTNER} can be limited to locations.")
        scope = Scope(known, subject, tuple(sorted(set(locations)))) if subject else None
        return cls(name, known, scope)


OPERATOR = Caller("", Role.OPERATOR)
"""Who asks where nobody has to say who they are: on the loopback interface without tokens."""
