"""The basis: what the derived graphs of a store are derived by, kept beside them."""

from __future__ import annotations

from datetime import date

from partnergraph import catalogue
from partnergraph.evaluation import Evaluation, packs
from partnergraph.store import Draft, View
from partnergraph.terms import DERIVATION_GRAPH, PG, literal


def keep(draft: Draft, judged_by: Evaluation) -> None:
    """Say in the draft that what it holds derived is derived by this evaluation."""
    facts = [
        ("derivedOn", literal(judged_by.as_of.isoformat(), "date")),
        ("derivedAskedOn", literal(judged_by.asked_on.isoformat(), "date")),
        ("derivedUnder", literal(judged_by.pack)),
        ("derivedByName", literal(str(judged_by.named).lower(), "boolean")),
        *(("derivedWith", literal(option)) for option in judged_by.options),
    ]
    draft.clear(DERIVATION_GRAPH)
    lines = "".join(f"<{DERIVATION_GRAPH}> <{PG}{name}> {value} .\n" for name, value in facts)
    draft.add_ntriples(lines.encode(), DERIVATION_GRAPH)


def read(view: View) -> Evaluation | None:
    """Return what the store's derived graphs are derived by, or None where nothing says so."""
    rows = catalogue.texts(view, "lookup/derivation")
    if not rows:
        return None
    day, asked_on, pack, named, _ = rows[0]
    iris = {each.name: each.iri for each in packs(view)}
    options = tuple(sorted(row[4] for row in rows if row[4]))
    return Evaluation(
        date.fromisoformat(day), pack, iris.get(pack, ""), named == "true", options, date.fromisoformat(asked_on)
    )
