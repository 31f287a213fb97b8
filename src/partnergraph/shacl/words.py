"""Words: what a person reads in place of a term."""

from __future__ import annotations

from collections.abc import Callable

from partnergraph.store import View
from partnergraph.terms import ID, local_id

Words = Callable[[str], str]

_UNRECOGNISED = ID + "unrecognised/"
_NAMES = "SELECT ?thing ?name WHERE { ?thing rdfs:isDefinedBy ?file ; rdfs:label ?name } ORDER BY ?name"
_CODES = "SELECT ?thing ?name WHERE { ?thing rdfs:isDefinedBy ?file ; skos:notation ?name } ORDER BY ?name"


def words(view: View) -> Words:
    """Return what shows a term: the id of a thing, the code of a concept, the label of a term, else its own text."""
    names = {str(thing): str(name) for query in (_NAMES, _CODES) for thing, name in view.rows(query)[1]}

    def shown(term: str) -> str:
        if term.startswith(_UNRECOGNISED):
            # Such an id is the column and then the text that stood in it.
            return local_id(term)[1].partition("/")[2]
        return local_id(term)[1] if term.startswith(ID) else names.get(term, term)

    return shown
