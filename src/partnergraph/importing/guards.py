"""What is checked of a text before an RDF parser sees it, because that parser would let it pass or choke on it."""

from __future__ import annotations

import re
from typing import Protocol
from xml.parsers import expat

from partnergraph.errors import ParseFault

_RDF_NAMESPACE = "http://www.w3.org/1999/02/22-rdf-syntax-ns#"
_REFERENCE = re.compile(r"&[^#\s;]+;")
_DEEPEST = 1000


class Guard(Protocol):
    """Reads a text in pieces; raises ParseFault where it must not go on to the parser."""

    def feed(self, piece: bytes) -> None:
        """Read the next piece."""

    def close(self) -> None:
        """Say that the text ends here."""


def guards(form: str) -> tuple[Guard, ...]:
    """Return the guards for a text in the format `form`."""
    by_format: dict[str, type[XmlGuard] | type[JsonGuard]] = {"rdfxml": XmlGuard, "jsonld": JsonGuard}
    return (NulGuard(), by_format[form]()) if form in by_format else (NulGuard(),)


class NulGuard:
    """Lets no NUL byte pass: parsers take it for a character."""

    def __init__(self) -> None:
        self._line = 1

    def feed(self, piece: bytes) -> None:
        """Read the next piece."""
        place = piece.find(b"\0")
        if place >= 0:
            raise ParseFault("holds NUL bytes, so it is no text in UTF-8.", self._line + piece.count(b"\n", 0, place))
        self._line += piece.count(b"\n")

    def close(self) -> None:
        """Accept the end."""


class JsonGuard:
    """Lets no JSON pass that has none of JSON-LD's keywords: a parser would read it as saying nothing."""

    def __init__(self) -> None:
        self._has_keyword = False
        self._last = b""

    def feed(self, piece: bytes) -> None:
        """Read the next piece."""
        self._has_keyword = self._has_keyword or b'"@' in self._last + piece
        self._last = piece[-1:]

    def close(self) -> None:
        """Raise ParseFault where no keyword came."""
        if not self._has_keyword:
            raise ParseFault("is not JSON-LD: it has no '@context', '@id' or '@graph'.")


class XmlGuard:
    """Reads an XML text in pieces and raises ParseFault where it is not whole, not RDF/XML, or made to do harm.

    The text has to be well-formed to its end, to use the RDF namespace, to nest no deeper than 1000 elements, and to
    declare no entities made of other entities.
    """

    def __init__(self) -> None:
        self._depth = 0
        self._is_rdf = False
        self._parser = expat.ParserCreate(namespace_separator=" ")
        self._parser.StartElementHandler = self._start
        self._parser.EndElementHandler = self._end
        self._parser.StartNamespaceDeclHandler = self._namespace
        self._parser.EntityDeclHandler = self._entity

    def feed(self, piece: bytes) -> None:
        """Read the next piece."""
        self._parse(piece, is_last=False)

    def close(self) -> None:
        """Say that the text ends here."""
        self._parse(b"", is_last=True)
        if not self._is_rdf:
            raise ParseFault("is XML, but not RDF/XML: it never names the RDF namespace.")

    def _parse(self, piece: bytes, *, is_last: bool) -> None:
        try:
            self._parser.Parse(piece, is_last)
        except expat.ExpatError as error:
            reason = expat.errors.messages[error.code] if error.code in expat.errors.messages else str(error)
            raise ParseFault(f"is not well-formed XML: {reason}.", error.lineno, error.offset + 1) from error

    def _refuse(self, reason: str) -> None:
        raise ParseFault(reason, self._parser.CurrentLineNumber, self._parser.CurrentColumnNumber + 1)

    def _start(self, _name: str, _attributes: dict[str, str]) -> None:
        self._depth += 1
        if self._depth > _DEEPEST:
            self._refuse(f"nests elements deeper than {_DEEPEST}.")

    def _end(self, _name: str) -> None:
        self._depth -= 1

    def _namespace(self, _prefix: str | None, iri: str | None) -> None:
        self._is_rdf = self._is_rdf or iri == _RDF_NAMESPACE

    def _entity(
        self,
        _name: str,
        is_parameter: int,
        value: str | None,
        _base: str | None,
        _system: str | None,
        _public: str | None,
        _notation: str | None,
    ) -> None:
        if is_parameter or value is None or _REFERENCE.search(value):
            self._refuse("declares an entity that is made of others or lies elsewhere.")
