"""Findings with their evidence: witnesses and where they are stated, the parties, and what the rule offers as fixes."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import replace
from urllib.parse import unquote

from partnergraph.evidence.fixes import Fixer
from partnergraph.evidence.parties import Parties, parties_of
from partnergraph.evidence.witnesses import Stated, Witnesses
from partnergraph.report import Finding, Fix, Place, Witness
from partnergraph.shacl.places import places_of
from partnergraph.shacl.term import is_iri, text_of
from partnergraph.shacl.words import Words, words
from partnergraph.store import View
from partnergraph.terms import RDF_TYPE, asserted_graph, local_id
from partnergraph.validation import RulesReport, Told

WITNESSED = 1000
"""How many findings of a report come with their evidence, the gravest first."""
_NOBODY = Parties()


def evidenced(view: View, report: RulesReport) -> RulesReport:
    """Return the report of a prepared graph with the evidence of each finding, as far as `WITNESSED` goes.

    The witnesses of a finding are in order: those on its focus first, then on the other thing, then the rest.
    """
    told = tuple(map(Told, report.findings, report.grounds))
    found = with_evidence(view, told[:WITNESSED]) + with_parties(view, told[WITNESSED:])
    return replace(report, findings=tuple(each.finding for each in found))


def with_evidence(view: View, told: Sequence[Told]) -> tuple[Told, ...]:
    """Return findings of a prepared graph with their evidence."""
    if not told:
        return ()
    known, fixer = Witnesses(view), Fixer(view)
    stated = [known.of(each.results[0][0].rule, [result.terms for result, _ in each.results]) for each in told]
    places = places_of(view, {triple[0][1:-1] for found in stated for triple in found})
    shown = words(view)
    return tuple(
        replace(each, finding=_with(each.finding, found, places, shown, fixer.fixes(each.results, shown)))
        for each, found in zip(with_parties(view, told), stated, strict=True)
    )


def with_parties(view: View, told: Sequence[Told]) -> tuple[Told, ...]:
    """Return findings with the partners and the customer whom they concern."""
    things = {iri for each in told for iri in (each.finding.focus_iri, each.finding.other_iri) if iri}
    parties = parties_of(view, things)
    return tuple(replace(each, finding=_with_parties(each.finding, parties)) for each in told)


def _with_parties(finding: Finding, parties: Mapping[str, Parties]) -> Finding:
    own, other = parties.get(finding.focus_iri, _NOBODY), parties.get(finding.other_iri, _NOBODY)
    customer = own.customer or other.customer
    return replace(finding, partner=own.partner, customer=customer, other_partner=other.partner)


def _with(
    finding: Finding, found: Stated, places: Mapping[str, tuple[Place, ...]], shown: Words, fixes: tuple[Fix, ...]
) -> Finding:
    ranks = {f"<{finding.other_iri}>": 1, f"<{finding.focus_iri}>": 0}

    def order(triple: tuple[str, str, str]) -> tuple[int, str, str, str]:
        return ranks.get(triple[0], 2), *triple

    witnesses = tuple(_witness(triple, found[triple], places, shown) for triple in sorted(found, key=order))
    return replace(finding, witnesses=witnesses, fixes=fixes)


def _witness(
    triple: tuple[str, str, str], graphs: tuple[str, ...], places: Mapping[str, tuple[Place, ...]], shown: Words
) -> Witness:
    subject, name, value = triple
    thing = text_of(subject)
    return Witness(
        triple=f"{subject} {name} {value} .",
        thing=" ".join(filter(None, local_id(thing))),
        says="type" if name == f"<{RDF_TYPE}>" else shown(text_of(name)),
        value=shown(text_of(value)) if is_iri(value) else text_of(value),
        imported=", ".join(unquote(graph.removeprefix(asserted_graph(""))) for graph in graphs),
        stated=places.get(thing, ()),
    )
