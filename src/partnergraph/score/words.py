"""What the nodes of a score are called in answers: ids, codes and labels, read once."""

from __future__ import annotations

from partnergraph import catalogue
from partnergraph.store import View
from partnergraph.terms import local_id


class Words:
    """Ids, codes and labels of a prepared graph; `accounts` gives the global account of each partner id."""

    def __init__(self, view: View) -> None:
        self._ids: dict[str, str] = {"": ""}
        self._joined: dict[tuple[str, ...], str] = {}
        self._codes = dict(_pairs(view, "lookup/notations"))
        self._labels = dict(_pairs(view, "lookup/product-labels"))
        self._labels.update(_pairs(view, "score/rules/names"))
        self._associations = {row[0]: row[1:] for row in catalogue.texts(view, "lookup/credited-associations")}
        self._rules: dict[str, list[str]] = {}
        for rule, number in _pairs(view, "score/rules/numbers"):
            self._rules.setdefault(rule, []).append(number)
        self.rows = {row[0]: row[1:5] for row in catalogue.texts(view, "score/rules/rows")}
        self.places = {row[0]: int(row[12]) for row in catalogue.texts(view, "score/rules/rows")}
        self.accounts = {
            self.id(partner): self.id(account)
            for account, partner, _ in catalogue.texts(view, "score/measures/accounts")
        }

    def id(self, iri: str) -> str:
        """Return the id of a thing as its source wrote it."""
        known = self._ids.get(iri)
        if known is None:
            known = self._ids[iri] = local_id(iri)[1]
        return known

    def code(self, iri: str) -> str:
        """Return the code of a concept, nothing for nothing."""
        return self._codes.get(iri, "")

    def label(self, iri: str) -> str:
        """Return the label of a product, a rate line, a certification or a state, else its id."""
        return self._labels.get(iri, self.id(iri))

    def is_rule(self, iri: str) -> bool:
        """Return whether this is a row of the matrix, a listing or another rule with numbers."""
        return iri in self._rules

    def rules(self, *iris: str) -> str:
        """Return the R-numbers of some rules, each once, in their order, joined by `|`."""
        known = self._joined.get(iris)
        if known is None:
            numbers = {number for iri in iris for number in self._rules.get(iri, ())}
            known = self._joined[iris] = "|".join(sorted(numbers, key=lambda number: (len(number), number)))
        return known

    def association(self, iri: str) -> tuple[str, ...]:
        """Return id, type, sub-type and origin of an association; of another link its id only."""
        return self._associations.get(iri, (self.id(iri), "", "", ""))


def _pairs(view: View, name: str) -> list[tuple[str, str]]:
    return [(row[0], row[1]) for row in catalogue.texts(view, name)]
