"""How literals are written: a store of quads turns `"05"^^xsd:int` into 5, and a shape may ask which of them it was."""

from __future__ import annotations

import re
from collections import defaultdict

import pyoxigraph as ox

from partnergraph.terms import BASE, XSD

KEPT = BASE + "kept/"
"""What stands before the datatype of a literal that is kept as it was written."""

_MARK = f"^^<{KEPT}"
_PLAIN = {XSD + "string", "http://www.w3.org/1999/02/22-rdf-syntax-ns#langString"}
_INTEGER = XSD + "integer"
_CANONICAL = re.compile(r"0|-?[1-9][0-9]{0,17}")
_NODE = ox.NamedNode(BASE)


class Spelling:
    """Finds a stand-in for each literal that the store would write in another way, and remembers it.

    The stand-in has the same text and a datatype that names the true one, so the store leaves it alone.
    """

    def __init__(self) -> None:
        self._stored: dict[ox.Literal, ox.Literal] = {}
        self._scratch = ox.Store()
        self._originals: dict[str, set[str]] = defaultdict(set)

    @property
    def keeps(self) -> bool:
        """Whether any literal needed a stand-in."""
        return bool(self._originals)

    def stored(self, literal: ox.Literal) -> ox.Literal:
        """Return the literal, or its stand-in."""
        datatype = literal.datatype.value
        if datatype in _PLAIN or (datatype == _INTEGER and _CANONICAL.fullmatch(literal.value)):
            return literal
        if literal not in self._stored:
            written = self._written(literal)
            stand_in = literal if written == literal else ox.Literal(literal.value, datatype=ox.NamedNode(KEPT + datatype))
            if stand_in is not literal:
                self._originals[str(written)].add(str(literal))
            self._stored[literal] = stand_in
        return self._stored[literal]

    def originals(self, written: str) -> set[str]:
        """Return the literals that the store would write as `written`, though they were read otherwise."""
        return self._originals.get(written, set())

    def _written(self, literal: ox.Literal) -> ox.Literal:
        self._scratch.clear()
        self._scratch.add(ox.Quad(_NODE, _NODE, literal))
        written = next(iter(self._scratch)).object
        return written if isinstance(written, ox.Literal) else literal


def original(stored: ox.Literal) -> ox.Literal:
    """Return the literal that a stand-in stands for, any other literal as it is."""
    datatype = stored.datatype.value
    if not datatype.startswith(KEPT):
        return stored
    return ox.Literal(stored.value, datatype=ox.NamedNode(datatype.removeprefix(KEPT)))


def true_text(text: str) -> str:
    """Return the N-Triples text of a term as it was read."""
    return text.replace(_MARK, "^^<") if text.startswith('"') else text
