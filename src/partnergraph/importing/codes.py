"""The codes and labels that cells may use, and the concepts they stand for."""

from __future__ import annotations

from collections.abc import Iterable


def folded(text: str) -> str:
    """Return `text` as codes and labels are compared: without regard to case or to how many blanks stand together."""
    return " ".join(text.split()).casefold()


class Codes:
    """Finds the concept behind a code of a class, the product behind a label, and the class behind an association type.

    Built from plain rows, so that whoever holds the vocabulary can fill it: `concepts` are (class IRI, notation,
    concept IRI), `products` (label, product IRI), `kinds` (notation, class IRI). Of two rows with one code or label
    the one with the smaller IRI counts, in whatever order they come.
    """

    def __init__(
        self,
        concepts: Iterable[tuple[str, str, str]],
        products: Iterable[tuple[str, str]],
        kinds: Iterable[tuple[str, str]],
    ) -> None:
        rows = sorted(concepts, key=lambda row: row[2], reverse=True)
        self._concepts = {(owner, folded(notation)): concept for owner, notation, concept in rows}
        self._products = _by_folded(products)
        self._kinds = _by_folded(kinds)

    def concept(self, owner: str, code: str) -> str | None:
        """Return the concept of the class `owner` (an IRI) whose notation is `code`."""
        return self._concepts.get((owner, folded(code)))

    def product(self, label: str) -> str | None:
        """Return the product or workload called `label`."""
        return self._products.get(folded(label))

    def kind(self, code: str) -> str | None:
        """Return the class of associations whose notation is `code`."""
        return self._kinds.get(folded(code))


def _by_folded(rows: Iterable[tuple[str, str]]) -> dict[str, str]:
    return {folded(text): iri for text, iri in sorted(rows, key=lambda row: row[1], reverse=True)}
