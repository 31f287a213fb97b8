"""What a user's query gives back, and how it is written out."""

from __future__ import annotations

from collections.abc import Iterator
from itertools import takewhile
from typing import IO, Protocol, cast

import pyoxigraph as ox

from partnergraph.errors import BadQuery
from partnergraph.table import Cell, Table

_RESULTS = {
    "json": ox.QueryResultsFormat.JSON,
    "xml": ox.QueryResultsFormat.XML,
    "csv": ox.QueryResultsFormat.CSV,
    "tsv": ox.QueryResultsFormat.TSV,
}
TRIPLES = {
    "turtle": ox.RdfFormat.TURTLE,
    "ntriples": ox.RdfFormat.N_TRIPLES,
    "jsonld": ox.RdfFormat.JSON_LD,
    "rdfxml": ox.RdfFormat.RDF_XML,
}


class Outlet(Protocol):
    """Where an answer is written to; it decides how much of it is wanted."""

    def write(self, piece: bytes, /) -> int:
        """Take the next piece and return its length."""
        ...

    def enough(self) -> bool:
        """Return whether no further triple is wanted; asked once before each."""
        ...

    def flush(self) -> None:
        """Do nothing, or pass on what was kept back."""


class Answer:
    """The result of one query: rows, a truth value, or triples. It can be read once.

    `form` is "rows", "boolean" or "triples".
    """

    def __init__(self, result: object, prefixes: dict[str, str]) -> None:
        self._result = result
        self._prefixes = prefixes
        self.form = "triples"
        if isinstance(result, ox.QuerySolutions):
            self.form = "rows"
        elif isinstance(result, ox.QueryBoolean):
            self.form = "boolean"

    @property
    def formats(self) -> tuple[str, ...]:
        """The names that `serialize` accepts for this answer, the usual one first."""
        return tuple(TRIPLES if self.form == "triples" else _RESULTS)

    def serialize(self, form: str) -> bytes:
        """Return the whole answer as bytes in one of `formats`."""
        if isinstance(self._result, ox.QueryTriples) and form in TRIPLES:
            kept = self._prefixes if form in ("turtle", "rdfxml") else None
            return ox.serialize(self._result, format=TRIPLES[form], prefixes=kept) or b""
        if isinstance(self._result, ox.QueryBoolean) and form in ("csv", "tsv"):
            return f"boolean\n{'true' if self._result else 'false'}\n".encode()
        if isinstance(self._result, ox.QuerySolutions | ox.QueryBoolean) and form in _RESULTS:
            return self._result.serialize(format=_RESULTS[form]) or b""
        raise BadQuery(f"This answer cannot be written as {form}. Choose one of {', '.join(self.formats)}.")

    def write(self, form: str, out: Outlet) -> None:
        """Write the answer in one of `formats` to `out` as it comes, in pieces of some kilobytes.

        Triples end, and are written out well-formed, as soon as `out` has enough. Rows end by what `out.write` raises.
        """
        if isinstance(self._result, ox.QuerySolutions) and form in _RESULTS:
            self._result.serialize(cast("IO[bytes]", out), format=_RESULTS[form])
        elif isinstance(self._result, ox.QueryTriples) and form in TRIPLES:
            kept = self._prefixes if form in ("turtle", "rdfxml") else None
            wanted = takewhile(lambda _: not out.enough(), self._result)
            ox.serialize(wanted, cast("IO[bytes]", out), format=TRIPLES[form], prefixes=kept)
        else:
            out.write(self.serialize(form))

    @property
    def variables(self) -> tuple[str, ...]:
        """The names of the columns of a SELECT; none for other forms."""
        found = self._result
        return tuple(each.value for each in found.variables) if isinstance(found, ox.QuerySolutions) else ()

    def boolean(self) -> bool:
        """Return the answer of an ASK query."""
        if not isinstance(self._result, ox.QueryBoolean):
            raise BadQuery("Only an ASK query has a truth value.")
        return bool(self._result)

    def table(self) -> Table:
        """Return the rows of a SELECT as plain Python values; numbers and booleans by their datatype."""
        if not isinstance(self._result, ox.QuerySolutions):
            raise BadQuery("Only a SELECT query gives rows.")
        columns = tuple(variable.value for variable in self._result.variables)
        return Table(columns, tuple(tuple(_cell(term) for term in solution) for solution in self._result))

    def triples(self) -> Iterator[tuple[str, str, str]]:
        """Yield the triples of a CONSTRUCT or DESCRIBE as N-Triples terms."""
        if not isinstance(self._result, ox.QueryTriples):
            raise BadQuery("Only a CONSTRUCT or DESCRIBE query gives triples.")
        for triple in self._result:
            yield str(triple.subject), str(triple.predicate), str(triple.object)


def _cell(term: object) -> Cell:
    if not isinstance(term, ox.Literal):
        return None if term is None else str(getattr(term, "value", term))
    kind = term.datatype.value.rpartition("#")[2]
    try:
        if kind in ("integer", "int", "long", "short", "nonNegativeInteger", "positiveInteger"):
            return int(term.value)
        if kind in ("decimal", "double", "float"):
            return float(term.value)
    except ValueError:
        return term.value
    return term.value in ("true", "1") if kind == "boolean" else term.value
