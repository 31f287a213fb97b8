"""How literals are written: a store of quads turns `"05"^^xsd:int` into 5, and a shape may ask which of them it was."""

from __future__ import annotations

import re
from collections import defaultdict
from collections.abc import Iterable, Mapping

import pyoxigraph as ox

from partnergraph.terms import BASE, XSD

KEPT = BASE + "kept/"
"""What stands before the datatype of a literal that is kept as it was written."""

ILL = BASE + "ill/"
"""What stands there where the literal has no value: the store would reckon with `"300"^^xsd:byte`."""

RANGES = {
    "byte": (-(2**7), 2**7 - 1),
    "short": (-(2**15), 2**15 - 1),
    "int": (-(2**31), 2**31 - 1),
    "long": (-(2**63), 2**63 - 1),
    "unsignedByte": (0, 2**8 - 1),
    "unsignedShort": (0, 2**16 - 1),
    "unsignedInt": (0, 2**32 - 1),
    "unsignedLong": (0, 2**64 - 1),
    "nonNegativeInteger": (0, None),
    "positiveInteger": (1, None),
    "nonPositiveInteger": (None, 0),
    "negativeInteger": (None, -1),
}
"""The least and the greatest number of each datatype of whole numbers that has one."""

_MARK = re.compile(rf"\^\^<({re.escape(KEPT)}|{re.escape(ILL)})")
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
        if _is_plain(literal):
            return literal
        datatype = literal.datatype.value
        if literal not in self._stored:
            written = self._written(literal)
            same = written == literal
            mark = KEPT if same or _has_value(literal.value, datatype) else ILL
            stand_in = literal if same else ox.Literal(literal.value, datatype=ox.NamedNode(mark + datatype))
            if stand_in is not literal:
                self._originals[str(written)].add(str(literal))
            self._stored[literal] = stand_in
        return self._stored[literal]

    def changes(self, literals: Iterable[ox.Literal]) -> bool:
        """Return whether the store would write any of these in another way."""
        asked = [each for each in literals if not _is_plain(each)]
        self._scratch.clear()
        self._scratch.extend(ox.Quad(ox.NamedNode(f"{BASE}{n}"), _NODE, each) for n, each in enumerate(asked))
        written = {quad.subject.value: quad.object for quad in self._scratch}
        return any(written[f"{BASE}{number}"] != each for number, each in enumerate(asked))

    def as_written(self, text: str) -> str:
        """Return a literal, given as an N-Triples text, as the store writes it."""
        term = next(iter(ox.parse(f"{_NODE} {_NODE} {text} .", format=ox.RdfFormat.N_TRIPLES, lenient=True))).object
        return str(self._written(term)) if isinstance(term, ox.Literal) else text

    def written(self) -> Mapping[str, set[str]]:
        """Return the literals that were read otherwise by what the store would write."""
        return self._originals

    def originals(self, written: str) -> set[str]:
        """Return the literals that the store would write as `written`, though they were read otherwise."""
        return self._originals.get(written, set())

    def _written(self, literal: ox.Literal) -> ox.Literal:
        self._scratch.clear()
        self._scratch.add(ox.Quad(_NODE, _NODE, literal))
        written = next(iter(self._scratch)).object
        return written if isinstance(written, ox.Literal) else literal


def _is_plain(literal: ox.Literal) -> bool:
    datatype = literal.datatype.value
    return datatype in _PLAIN or (datatype == _INTEGER and _CANONICAL.fullmatch(literal.value) is not None)


def _has_value(text: str, datatype: str) -> bool:
    least, greatest = RANGES.get(datatype.removeprefix(XSD), (None, None))
    return (least is None or int(text) >= least) and (greatest is None or int(text) <= greatest)


def original(stored: ox.Literal) -> ox.Literal:
    """Return the literal that a stand-in stands for, if it has a value; any other literal as it is."""
    datatype = stored.datatype.value
    if not datatype.startswith(KEPT):
        return stored
    return ox.Literal(stored.value, datatype=ox.NamedNode(datatype.removeprefix(KEPT)))


def true_text(text: str) -> str:
    """Return the N-Triples text of a term as it was read."""
    return _MARK.sub("^^<", text) if text.startswith('"') else text
