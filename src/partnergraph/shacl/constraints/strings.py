"""How a value is written: its length, its pattern, its language."""

from __future__ import annotations

from dataclasses import dataclass
from typing import ClassVar

from partnergraph.shacl.condition import some
from partnergraph.shacl.constraint import VALUE, Constraint, Site, ValueConstraint, core
from partnergraph.shacl.focus import THIS
from partnergraph.shacl.shape import Shape
from partnergraph.shacl.term import text_of
from partnergraph.shacl.world import Inexpressible, Scope, either
from partnergraph.store.judged import is_regular
from partnergraph.terms import literal


@dataclass(frozen=True, slots=True)
class MinLength(ValueConstraint):
    """The text of each value has at least so many characters; a blank node has no text."""

    component: ClassVar[str] = core("MinLength")
    number: int

    @property
    def wording(self) -> str:
        return f"The value is shorter than {self.number} characters."

    def accepts(self, value: str, focus: str, scope: Scope) -> str:
        return f"COALESCE(STRLEN(STR({value})) >= {self.number}, false) && !isBlank({value})"


@dataclass(frozen=True, slots=True)
class MaxLength(ValueConstraint):
    """The text of each value has at most so many characters."""

    component: ClassVar[str] = core("MaxLength")
    number: int

    @property
    def wording(self) -> str:
        return f"The value is longer than {self.number} characters."

    def accepts(self, value: str, focus: str, scope: Scope) -> str:
        return f"COALESCE(STRLEN(STR({value})) <= {self.number}, false) && !isBlank({value})"


@dataclass(frozen=True, slots=True)
class Pattern(ValueConstraint):
    """The text of each value matches a regular expression; `pattern` and `flags` are literals."""

    component: ClassVar[str] = core("Pattern")
    pattern: str
    flags: str

    @property
    def wording(self) -> str:
        return f"The value does not match {text_of(self.pattern)}."

    def accepts(self, value: str, focus: str, scope: Scope) -> str:
        if not is_regular(self.pattern, self.flags):
            raise Inexpressible(f"the store does not understand the regular expression {self.pattern}")
        return f"COALESCE(REGEX(STR({value}), {self.pattern}, {self.flags}), false) && !isBlank({value})"


@dataclass(frozen=True, slots=True)
class LanguageIn(ValueConstraint):
    """Each value is a text in one of some languages."""

    component: ClassVar[str] = core("LanguageIn")
    languages: tuple[str, ...]

    @property
    def wording(self) -> str:
        return f"The value is in none of the languages {', '.join(self.languages)}."

    def accepts(self, value: str, focus: str, scope: Scope) -> str:
        ranges = either(f"LANGMATCHES(LANG({value}), {literal(tag)})" for tag in self.languages)
        return f"COALESCE({ranges}, false)"


@dataclass(frozen=True, slots=True)
class UniqueLang(Constraint):
    """No two values are in one language. There is a result for each language that comes up twice."""

    component: ClassVar[str] = core("UniqueLang")

    @property
    def wording(self) -> str:
        return "Several values are in one language."

    def broken(self, site: Site) -> str:
        found = site.step() if site.may_look_up else site.valued()
        twice = f"{found} FILTER ({self._repeats(VALUE, THIS, site.shape, site.scope)})"
        language = f"BIND (LCASE(LANG({VALUE})) AS ?language)"
        if site.may_look_up:
            return site.looked_up(f"{twice} {language}", "?language")
        return site.select(f"{{ {twice} }} {language}", "?language")

    def kept(self, node: str, shape: Shape, scope: Scope) -> str:
        return f"!({some(shape.path, node, lambda value: self._repeats(value, node, shape, scope), scope)})"

    def _repeats(self, value: str, node: str, shape: Shape, scope: Scope) -> str:
        def same(other: str) -> str:
            return f"LCASE(LANG({value})) = LCASE(LANG({other})) && !sameTerm({value}, {other})"

        return f'isLiteral({value}) && LANG({value}) != "" && {some(shape.path, node, same, scope)}'
