"""Formats of an answer, and which of them a request asks for."""

from collections.abc import Iterator
from dataclasses import dataclass

from fastapi import Request


@dataclass(frozen=True, slots=True)
class Format:
    """One way to write an answer: the word that `?format=` uses, its media type, and other names in use for it."""

    name: str
    media_type: str
    also: tuple[str, ...] = ()

    def is_called(self, word: str) -> bool:
        """Return whether `word`, a short name or a media type, means this format."""
        return word.strip().lower() in (self.name, self.media_type, *self.also)


SOLUTIONS = (
    Format("json", "application/sparql-results+json", ("application/json", "srj")),
    Format("xml", "application/sparql-results+xml", ("application/xml", "text/xml", "srx")),
    Format("csv", "text/csv"),
    Format("tsv", "text/tab-separated-values", ("application/sparql-results+tsv",)),
)
GRAPHS = (
    Format("turtle", "text/turtle", ("application/turtle", "application/x-turtle", "ttl")),
    Format("ntriples", "application/n-triples", ("text/plain", "n-triples", "nt")),
    Format("jsonld", "application/ld+json", ("application/json", "json-ld", "json")),
    Format("rdfxml", "application/rdf+xml", ("application/xml", "text/xml", "rdf", "xml")),
)
JSON = Format("json", "application/json")
CSV = Format("csv", "text/csv")
TEXT = Format("text", "text/plain", ("txt",))
HTML = Format("html", "text/html", ("htm",))
TURTLE = GRAPHS[0]
JSON_LD = Format("jsonld", "application/ld+json", ("json-ld",))


@dataclass(frozen=True, slots=True)
class Range:
    """One media range of an Accept header with its weight and its place in the header."""

    text: str
    weight: float
    place: int

    @property
    def names_one_type(self) -> bool:
        """True where no wildcard is in it."""
        return "*" not in self.text

    def matches(self, form: Format) -> bool:
        """Return whether an answer in `form` falls into this range."""
        if self.names_one_type:
            return form.is_called(self.text)
        return self.text == "*/*" or form.media_type.startswith(self.text.removesuffix("*"))


def accepted(request: Request) -> str:
    """Return what the request's Accept headers say, as one."""
    return ", ".join(request.headers.getlist("accept"))


def ranges(accept: str) -> tuple[Range, ...]:
    """Return the media ranges of an Accept header in its order; parts that are no media range are left out."""
    return tuple(_ranges(accept))


def _ranges(accept: str) -> Iterator[Range]:
    for place, part in enumerate(accept.split(",")):
        text, *parameters = (piece.strip().lower() for piece in part.split(";"))
        if text == "*":
            text = "*/*"
        if "/" in text:
            yield Range(text, _weight(parameters), place)


def _weight(parameters: list[str]) -> float:
    for parameter in parameters:
        name, _, value = parameter.partition("=")
        if name.strip() == "q":
            try:
                weight = float(value)
            except ValueError:
                return 0.0
            return weight if 0.0 <= weight <= 1.0 else 0.0
    return 1.0


def weights(header: str) -> dict[str, float]:
    """Return the names in a header such as Accept-Encoding with their weights, in lower case."""
    found: dict[str, float] = {}
    for part in header.split(","):
        name, *parameters = (piece.strip().lower() for piece in part.split(";"))
        if name:
            found[name] = _weight(parameters)
    return found


def choose(offered: tuple[Format, ...], accept: str, word: str) -> Format | None:
    """Return the format to answer in, or None where the request rules out all that are offered.

    A type that the Accept header names and wants most comes first, then `word` (the value of `?format=`), then
    whatever else Accept allows. This order serves clients that always send both, and browsers, whose Accept header
    mentions XML but wants HTML most. An empty header allows everything; the first offered format is the default.
    """
    wanted = ranges(accept)
    most = max((each.weight for each in wanted), default=0.0)
    for each in wanted:
        if each.names_one_type and each.weight == most > 0:
            for form in offered:
                if each.matches(form):
                    return form
    if word:
        return next((form for form in offered if form.is_called(word)), None)
    if not wanted:
        return offered[0]
    return _best(offered, wanted)


def _best(offered: tuple[Format, ...], wanted: tuple[Range, ...]) -> Format | None:
    ranked: list[tuple[float, bool, int, Format]] = []
    for form in offered:
        matching = [each for each in wanted if each.matches(form)]
        if matching:
            decisive = max(matching, key=lambda each: (each.names_one_type, each.text != "*/*", each.weight))
            ranked.append((decisive.weight, decisive.names_one_type, -decisive.place, form))
    if not ranked:
        return None
    best = max(ranked, key=lambda entry: entry[:3])
    return best[3] if best[0] > 0 else None
