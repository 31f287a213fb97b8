"""Shapes as values: what a shape demands, of which nodes, and in which words."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from partnergraph.shacl.term import sh

if TYPE_CHECKING:
    from partnergraph.shacl.constraint import Constraint
    from partnergraph.shacl.path import Path

VIOLATION = sh("Violation")


@dataclass(frozen=True, slots=True)
class NodeTarget:
    """One node, be it in the graph or not."""

    node: str


@dataclass(frozen=True, slots=True)
class ClassTarget:
    """The instances of a class and of its subclasses."""

    kind: str


@dataclass(frozen=True, slots=True)
class SubjectsTarget:
    """Whatever has a property."""

    predicate: str


@dataclass(frozen=True, slots=True)
class ObjectsTarget:
    """Whatever is the value of a property."""

    predicate: str


Target = NodeTarget | ClassTarget | SubjectsTarget | ObjectsTarget


@dataclass(frozen=True, slots=True)
class Shape:
    """A node shape, or a property shape where it has a path. Terms are N-Triples texts.

    `owner` is the nearest shape with a name, itself or one around it. `foreign` names what it says beyond SHACL Core
    and SHACL-SPARQL and what another engine must therefore carry out; `unread` the words of the SHACL namespace that
    nobody here knows.
    """

    node: str
    path: Path | None = None
    targets: tuple[Target, ...] = ()
    constraints: tuple[Constraint, ...] = ()
    severity: str = VIOLATION
    messages: tuple[str, ...] = ()
    deactivated: bool = False
    foreign: tuple[str, ...] = ()
    unread: tuple[str, ...] = ()
    owner: str = ""
