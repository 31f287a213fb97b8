"""Results: what validation finds, as SHACL describes it."""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass

from partnergraph.shacl.path import Path
from partnergraph.shacl.term import is_literal, language_of, text_of
from partnergraph.terms import literal

_PLACEHOLDER = re.compile(r"\{[?$](\w+)\}")


@dataclass(frozen=True, slots=True)
class ValidationResult:
    """One `sh:ValidationResult`. Terms are N-Triples texts; what a result does not have is None.

    `constraint` is the node of a query constraint, `details` are results on the value that tell why. `owner` is the
    shape to name to a person, where the shape itself has no name, and `about` is what is said beside the standard, as
    properties and values.
    """

    focus: str
    path: Path | None
    value: str | None
    component: str
    severity: str
    shape: str
    messages: tuple[str, ...] = ()
    constraint: str | None = None
    details: tuple[ValidationResult, ...] = ()
    owner: str = ""
    about: tuple[tuple[str, str], ...] = ()

    @property
    def named_shape(self) -> str:
        """The shape, or the nearest around it that has a name."""
        return self.owner or self.shape

    @property
    def key(self) -> tuple[str, ...]:
        """What orders results."""
        path = self.path.text if self.path is not None else ""
        return self.focus, path, self.value or "", self.shape, self.component, self.severity, *self.messages


def in_order(results: Iterable[ValidationResult]) -> tuple[ValidationResult, ...]:
    """Return results in a total order."""
    return tuple(sorted(results, key=lambda result: result.key))


def told(messages: Iterable[str], known: Mapping[str, str]) -> tuple[str, ...]:
    """Return messages with the terms that `known` has for the names in curly brackets; others stay as they are."""
    return tuple(_told(message, known) for message in messages)


def _told(message: str, known: Mapping[str, str]) -> str:
    if not is_literal(message) or "{" not in message:
        return message

    def shown(place: re.Match[str]) -> str:
        return text_of(known[place[1]]) if place[1] in known else place[0]

    text = literal(_PLACEHOLDER.sub(shown, text_of(message)))
    language = language_of(message)
    return f"{text}@{language}" if language else text
