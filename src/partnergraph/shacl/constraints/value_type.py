"""What a value is: its class, its datatype, its kind of node."""

from __future__ import annotations

from dataclasses import dataclass
from typing import ClassVar

from partnergraph.shacl.constraint import ValueConstraint, core
from partnergraph.shacl.datatype import well_formed
from partnergraph.shacl.focus import is_a
from partnergraph.shacl.term import sh, short
from partnergraph.shacl.world import Scope, either

NODE_KINDS = {
    sh("IRI"): ("isIRI",),
    sh("BlankNode"): ("isBlank",),
    sh("Literal"): ("isLiteral",),
    sh("BlankNodeOrIRI"): ("isBlank", "isIRI"),
    sh("BlankNodeOrLiteral"): ("isBlank", "isLiteral"),
    sh("IRIOrLiteral"): ("isIRI", "isLiteral"),
}


@dataclass(frozen=True, slots=True)
class Class(ValueConstraint):
    """Each value is an instance of a class."""

    component: ClassVar[str] = core("Class")
    searches: ClassVar[bool] = True
    kind: str

    @property
    def wording(self) -> str:
        return f"The value is no {short(self.kind)}."

    def accepts(self, value: str, focus: str, scope: Scope) -> str:
        return f"EXISTS {{ {is_a(value, scope.world.constant(self.kind), scope.world)} }}"


@dataclass(frozen=True, slots=True)
class Datatype(ValueConstraint):
    """Each value is a literal of a datatype, and written as that datatype demands."""

    component: ClassVar[str] = core("Datatype")
    datatype: str

    @property
    def wording(self) -> str:
        return f"The value is no well-formed {short(self.datatype)}."

    def accepts(self, value: str, focus: str, scope: Scope) -> str:
        iri = self.datatype[1:-1]
        right = either(f"DATATYPE({value}) = <{each}>" for each in scope.world.datatype(iri))
        return f"COALESCE(({right}) && {well_formed(value, iri)}, false)"


@dataclass(frozen=True, slots=True)
class NodeKind(ValueConstraint):
    """Each value is of a kind of node."""

    component: ClassVar[str] = core("NodeKind")
    kind: str

    @property
    def wording(self) -> str:
        return f"The value is of another kind than {short(self.kind)}."

    def accepts(self, value: str, focus: str, scope: Scope) -> str:
        return either(f"{test}({value})" for test in NODE_KINDS[self.kind])
