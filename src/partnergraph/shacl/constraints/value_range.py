"""How large or small a value is. What cannot be compared is out of range."""

from __future__ import annotations

from dataclasses import dataclass
from typing import ClassVar

from partnergraph.shacl.constraint import ValueConstraint, core
from partnergraph.shacl.term import text_of
from partnergraph.shacl.world import Scope


@dataclass(frozen=True, slots=True)
class Range(ValueConstraint):
    """Each value compares with a limit as it should."""

    sign: ClassVar[str]
    words: ClassVar[str]
    limit: str

    @property
    def wording(self) -> str:
        return f"The value is not {self.words} {text_of(self.limit)}."

    def accepts(self, value: str, focus: str, scope: Scope) -> str:
        return f"COALESCE({scope.world.value(value)} {self.sign} {self.limit}, false)"


class MinInclusive(Range):
    """Each value is the limit or more."""

    __slots__ = ()
    component = core("MinInclusive")
    sign = ">="
    words = "at least"


class MaxInclusive(Range):
    """Each value is the limit or less."""

    __slots__ = ()
    component = core("MaxInclusive")
    sign = "<="
    words = "at most"


class MinExclusive(Range):
    """Each value is more than the limit."""

    __slots__ = ()
    component = core("MinExclusive")
    sign = ">"
    words = "more than"


class MaxExclusive(Range):
    """Each value is less than the limit."""

    __slots__ = ()
    component = core("MaxExclusive")
    sign = "<"
    words = "less than"
