"""The graph of what one caller sees: its questions run over the visible dataset, its credits and scores are restricted.

Credits and scores follow from the whole graph; of them only those of the caller are handed on, and no message that
could name another.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from dataclasses import replace

from partnergraph import catalogue, credit, validation
from partnergraph.access import Scope
from partnergraph.amendment import Amendable
from partnergraph.credit import Credits
from partnergraph.errors import WrongUse
from partnergraph.evaluation import Evaluation
from partnergraph.evaluator import Evaluator
from partnergraph.graph import PartnerGraph
from partnergraph.report import Finding
from partnergraph.score import Scores
from partnergraph.store import Store
from partnergraph.table import Table
from partnergraph.terms import ONTOLOGY_GRAPH, credit_graph, pack_graph
from partnergraph.visibility.dataset import VISIBLE_GRAPH


class SeenEvaluator(Evaluator):
    """Judges by what the caller sees, and hands on what follows from the whole for the caller alone."""

    def __init__(self, store: Store, whole: Evaluator, scope: Scope) -> None:
        super().__init__(store)
        self._seen = store
        self._whole = whole
        self._scope = scope
        self._placed: str = ""

    def credits(self, judged_by: Evaluation, *, partner: str | None = None, tenant: str | None = None) -> Credits:
        """Return the caller's credits, of one of its accounts and one tenant where named."""
        accounts = self._scope.locations or (self._scope.subject,)
        found = [self._whole.credits(judged_by, partner=account) for account in accounts]
        own = {each for credits_ in found for each in credits_ if each.global_partner_id == self._scope.subject}
        left_out = _bare(finding for credits_ in found for finding in credits_.left_out)
        ids = {self._scope.subject, *accounts, *(each.partner_id for each in own)}
        touched = dict.fromkeys(ids, frozenset(each.focus_iri for each in left_out))
        kept = replace(found[0], credits=credit.ordered(own), left_out=left_out, touched=touched)
        return kept.of(partner=partner, tenant=tenant)

    def scores(self, judged_by: Evaluation, *, partner: str | None = None) -> Scores:
        """Return the scores of the caller's global account; who is limited to locations has none."""
        subject = self._scope.subject
        found = self._whole.scores(judged_by, partner=subject)
        if self._scope.locations:
            return replace(found, metrics=(), states=(), units=(), left_out=(), accounts={}, touched={})
        own = found.of(partner=subject)
        left_out = _bare(own.left_out)
        told = {subject: frozenset(each.focus_iri for each in left_out)}
        accounts = {place: account for place, account in found.accounts.items() if account == subject}
        seen = replace(
            own,
            metrics=tuple(each for each in own.metrics if each.global_partner_id == subject),
            states=tuple(each for each in own.states if each.global_partner_id == subject),
            units=tuple(each for each in own.units if each.global_partner_id == subject),
            left_out=left_out,
            accounts=accounts,
            touched=told,
        )
        return seen.of(partner=partner)

    def answer(self, name: str, values: Mapping[str, str], judged_by: Callable[[], Evaluation]) -> Table:
        """Answer a shipped question over what the caller sees, with its own credits where it needs credits."""
        needs = set(catalogue.query(name).needs)
        if "scores" in needs:
            raise WrongUse(f"{name} looks at scores, which are told at /scores.")
        if "credits" not in needs:
            return super().answer(name, values, judged_by)
        evaluated = judged_by()
        with self._seen.held():
            self._place(evaluated)
            with self._seen.evaluation() as draft:
                evaluated.write(draft)
                if "holdings" in needs:
                    validation.prepare(draft)
                return catalogue.run(draft, name, values)

    def _place(self, judged_by: Evaluation) -> None:
        """Put what the derived graph says of the caller's credits where its questions look."""
        graph = credit_graph(judged_by.pack)
        with self._seen.draft(replaces=[each for each in (self._placed, graph) if each]) as draft:
            for account in self._scope.locations or (self._scope.subject,):
                draft.add_turtle(self._whole.turtle(judged_by, partner=account).decode(), graph)
        self._placed = graph


def _bare(findings: Iterable[Finding]) -> tuple[Finding, ...]:
    """Return findings with what they are about and the rule alone: no message, and no other thing."""
    rules = {rule.id: rule.name for rule in validation.rules()}
    bare = {
        replace(
            each,
            other="",
            value="",
            message=f"Violated: {rules[each.rule]}.",
            source_file="",
            source_row=None,
            other_iri="",
        )
        for each in findings
    }
    bare = {replace(each, source_file="", source_row=None, other_iri="") for each in bare}
    return tuple(sorted(bare, key=lambda each: (each.focus_iri, each.rule)))


class SeenGraph(PartnerGraph):
    """A graph of what one caller sees, which nobody writes to."""

    def __init__(self, whole: PartnerGraph, scope: Scope, text: bytes) -> None:
        store, held = Store.memory(), whole._store  # noqa: SLF001 - it is the inside of the whole
        with store.draft() as draft:
            for graph in held.graphs():
                if graph == ONTOLOGY_GRAPH or graph.startswith(pack_graph("")):
                    draft.add_ntriples(held.ntriples([graph]), graph)
            draft.add_ntriples(text, VISIBLE_GRAPH)
        evaluator = SeenEvaluator(store, whole._evaluator, scope)  # noqa: SLF001
        Amendable.__init__(self, store, whole._limits, evaluator)  # noqa: SLF001

    def close(self) -> None:
        """Let go of what it holds, copies for workers among it."""
        self._store.close()
