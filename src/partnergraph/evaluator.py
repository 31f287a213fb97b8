"""The evaluator: what follows from a store on a date under a rule pack, worked out once and kept until it changes."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from datetime import date
from typing import TypeVar

from partnergraph import basis, catalogue, credit, ownshapes, rulebook, validation
from partnergraph.consequences import read, scored
from partnergraph.credit import Credit, Credits
from partnergraph.evaluation import Evaluation, evaluation, newest_month
from partnergraph.explain import Explanation, Question, explain
from partnergraph.ownshapes import with_own
from partnergraph.report import Report, Stamp
from partnergraph.reporting import whole
from partnergraph.score import Scores
from partnergraph.slices import About, Bench
from partnergraph.store import Delta, Draft, Store, View
from partnergraph.table import Table
from partnergraph.terms import DERIVATION_GRAPH, DERIVED_GRAPHS, credit_graph, score_graph
from partnergraph.upkeep import CreditBook, Knowledge, Outcome, Register, Upkeep
from partnergraph.upkeep.notes import NOTES_GRAPH
from partnergraph.validation import RulesReport

Key = TypeVar("Key")
Answer = TypeVar("Answer")
Day = date | str | None
Switches = Mapping[str, str] | None
_RECENT = 32


class Evaluator:
    """Judges and derives over one store. `forget` must be called when the store changes."""

    def __init__(self, store: Store) -> None:
        self._store = store
        self._bench = Bench(store)
        self._upkeep = Upkeep(store, self._bench)
        self.knowledge = Knowledge(store)
        self._reports: dict[Evaluation, Report] = {}
        self._books: dict[Evaluation, CreditBook] = {}
        self._scores: dict[Evaluation, Scores] = {}
        self._recent_credits: dict[tuple[Evaluation, str, str | None], Credits] = {}
        self._recent_scores: dict[tuple[Evaluation, str], Scores] = {}

    def forget(self) -> None:
        """Drop what was worked out before."""
        self._bench.forget()
        self.knowledge.forget()
        self._reports.clear()
        self._books.clear()
        self._recent_credits.clear()
        self._recent_scores.clear()
        self._scores.clear()

    def asked(self, as_of: Day, pack: str | None, switches: Switches = None) -> Evaluation:
        """Return what to judge by; see `evaluation.evaluation`."""
        return evaluation(self._store, as_of, pack, switches)

    def report(self, judged_by: Evaluation) -> Report:
        """Return what all rules find in the store, with the evidence, how much each looked at, and what none did."""
        if judged_by not in self._reports:
            with self._store.evaluation() as draft:
                known = self.knowledge.at_hand(judged_by)
                found = judged(draft, judged_by) if known is None else known.report
                if known is not None and found.findings:
                    judged_by.write(draft)
                    validation.prepare(draft)
                self.knowledge.learn(judged_by, found)
                self._reports[judged_by] = with_own(draft, whole(draft, found, judged_by))
        return self._reports[judged_by]

    def after(self, change: Delta, judged_by: Evaluation) -> Outcome | None:
        """Return what would follow from a change that has not been made, by looking at what it can affect.

        None where that cannot be told: nothing is known of the state before, or everything has to be looked at.
        """
        known = None if ownshapes.speaks(self._store) else self.knowledge.of(judged_by)
        return None if known is None else self._upkeep.after(change, known)

    def stale(self, judged_by: Evaluation) -> tuple[str, ...]:
        """Return the derived graphs that are not kept up by `make`, and so must go with the change."""
        known = self.knowledge.of(judged_by)
        kept_up = known is not None and known.large is not None
        upheld = {NOTES_GRAPH, *((credit_graph(judged_by.pack), DERIVATION_GRAPH) if kept_up else ())}
        return tuple(each for each in self._store.graphs() if each.startswith(DERIVED_GRAPHS) and each not in upheld)

    def make(self, outcome: Outcome, of: Stamp) -> None:
        """Make a change, and keep what is known to follow from it; `of` stamps the state that results."""
        judged_by = outcome.register.judged_by
        with self._store.held():
            self._store.commit(outcome.change + self.knowledge.notes_after(outcome.register, of), counts=True)
            self._bench.forget_slices()
            self._recent_credits.clear()
            self._recent_scores.clear()
            self._reports.clear()
            self._scores.clear()
            book = self._books.get(judged_by)
            self._books.clear()
            if book is not None and outcome.credits is not None:
                book.enter(outcome.credits)
                self._books[judged_by] = book
            self.knowledge.moved_on(outcome.register)

    def credits(self, judged_by: Evaluation, *, partner: str | None = None, tenant: str | None = None) -> Credits:
        """Return the credits, of one partner and tenant where named.

        Those of all partners stay in the store as the pack's derived graph until others are asked for. Those of one
        partner are derived from a slice of the store, unless those of all are there.
        """
        if partner is not None and judged_by not in self._books:
            return self._credits_of(judged_by, partner, tenant)
        if judged_by not in self._books:
            with self._store.held(), self._credited(judged_by) as (draft, report):
                self.knowledge.learn(judged_by, report)
                self._books = {judged_by: CreditBook.of(draft, judged_by)}
            self.knowledge.note(judged_by)
        known = self.knowledge.at_hand(judged_by)
        assert known is not None, "credits were derived by what is known"
        return self._books[judged_by].credits(known).of(partner=partner, tenant=tenant)

    def turtle(self, judged_by: Evaluation, *, partner: str | None = None, tenant: str | None = None) -> bytes:
        """Return what the derived graph says of those credits as Turtle."""
        if partner is not None and judged_by not in self._books:
            with self._bench.evaluated(About(partner, tenant), judged_by, About(partner)) as found:
                return _turtle(found.draft, judged_by.pack, partner, tenant)
        self.credits(judged_by)
        return _turtle(self._store, judged_by.pack, partner, tenant)

    def scores(self, judged_by: Evaluation, *, partner: str | None = None) -> Scores:
        """Return the scores of all accounts, or of the global account of one partner.

        Those of all stay in the store as the pack's derived graph, as do the credits.
        """
        if partner is not None and judged_by not in self._scores:
            return self._score_of(judged_by, partner)
        if judged_by not in self._scores:
            with self.derived(judged_by, score_graph(judged_by.pack), keep=True) as (draft, report):
                self._scores = {judged_by: scored(draft, judged_by, report)}
            self._books = {each: found for each, found in self._books.items() if each == judged_by}
        return self._scores[judged_by].of(partner=partner)

    def _credits_of(self, judged_by: Evaluation, partner: str, tenant: str | None) -> Credits:
        known = self._recent_credits.get((judged_by, partner, None))
        if known is not None:
            return known.of(tenant=tenant)
        key = (judged_by, partner, tenant)
        if key not in self._recent_credits:
            with self._bench.evaluated(About(partner, tenant), judged_by, About(partner)) as found:
                credits_ = read(found.draft, judged_by, found.report).of(partner=partner, tenant=tenant)
            _remember(self._recent_credits, key, credits_)
        return self._recent_credits[key]

    def _score_of(self, judged_by: Evaluation, partner: str) -> Scores:
        key = (judged_by, partner)
        if key not in self._recent_scores:
            self._credits_of(judged_by, partner, None)
            with self._bench.spent(About(partner), judged_by) as found:
                scores = scored(found.draft, judged_by, found.report).of(partner=partner)
            _remember(self._recent_scores, key, scores)
        return self._recent_scores[key]

    def explanation(self, judged_by: Evaluation, asked: Question) -> Explanation:
        """Return why a partner is credited on what is asked about, or which condition failed first.

        Where the partner is credited there and its credits were asked for of late, their slice tells it.
        """
        for about in self._at_hand(judged_by, asked):
            with self._bench.kept(about, judged_by) as found:
                if found is not None:
                    return explain(found.draft, asked, judged_by, found.report, rulebook.disputes(found.draft))
        with self.about(judged_by, asked.partner, asked.tenant, asked.subscription) as (draft, report):
            return explain(draft, asked, judged_by, report, rulebook.disputes(draft))

    def _at_hand(self, judged_by: Evaluation, asked: Question) -> list[About]:
        """Return what credits were asked for of late, among them one that the question is about."""
        return [
            About(partner)
            for (evaluated, partner, tenant), credits_ in self._recent_credits.items()
            if evaluated == judged_by and tenant is None and any(_answers(each, asked) for each in credits_)
        ][-1:]

    @contextmanager
    def about(
        self, judged_by: Evaluation, partner: str | None, tenant: str | None = None, subscription: str | None = None
    ) -> Iterator[tuple[Draft, Report]]:
        """Give a draft with the credits of one partner (there) and all that they were derived from, and its violations.

        Without a partner it is a draft with the credits of all. What is added to it is not kept.
        """
        if partner is None:
            with self.derived(judged_by, keep=False) as derived:
                yield derived
        else:
            with self._bench.evaluated(About(partner, tenant, subscription), judged_by) as found:
                yield found.draft, found.report

    def answer(self, name: str, values: Mapping[str, str], judged_by: Callable[[], Evaluation]) -> Table:
        """Answer a shipped question, after working out what it needs."""
        needs = set(catalogue.query(name).needs)
        if not needs:
            return catalogue.run(self._store, name, values)
        evaluated = judged_by()
        with self._store.held():
            if "scores" in needs:
                self.scores(evaluated)
            elif "credits" in needs:
                self.credits(evaluated)
            with self._store.evaluation() as draft:
                evaluated.write(draft)
                if "holdings" in needs:
                    validation.prepare(draft)
                return catalogue.run(draft, name, values)

    @contextmanager
    def _credited(self, judged_by: Evaluation) -> Iterator[tuple[Draft, RulesReport]]:
        """Give a draft with the credits of all, which stay in the store, where they are beside scores already."""
        if judged_by in self._scores:
            with self._store.evaluation() as draft:
                yield draft, judged(draft, judged_by)
            return
        self._scores.clear()
        with self.derived(judged_by, keep=True) as derived:
            yield derived

    @contextmanager
    def derived(self, judged_by: Evaluation, *beside: str, keep: bool) -> Iterator[tuple[Draft, RulesReport]]:
        """Give a draft with the credits and all that they were derived from, and what the rules find in it.

        With `keep`, the credits stay in the store, and so do the graphs `beside` them, which are empty in the draft.
        So are those of other evaluations: what the store holds derived follows from one date and one pack.
        """
        others = (graph for graph in self._store.graphs() if graph.startswith(DERIVED_GRAPHS))
        emptied = dict.fromkeys((credit_graph(judged_by.pack), *beside, DERIVATION_GRAPH, *others))
        with self._store.evaluation(*emptied, keep=keep) as draft:
            basis.keep(draft, judged_by)
            report = judged(draft, judged_by)
            credit.derive(draft, judged_by.pack, report.violations)
            if keep:
                self.knowledge.derived(Register.of(report, judged_by, draft))
            yield draft, report


def _answers(one: Credit, asked: Question) -> bool:
    """Return whether a credit is one of those that a question is about, save for its workload."""
    return (
        asked.partner in (one.partner_id, one.global_partner_id)
        and asked.tenant in (None, one.tenant_id)
        and asked.subscription in (None, one.subscription_id)
        and asked.metric in (None, one.metric)
    )


def _remember(known: dict[Key, Answer], key: Key, answer: Answer) -> None:
    """Keep an answer, and no more than the last few."""
    known[key] = answer
    while len(known) > _RECENT:
        del known[next(iter(known))]


def _turtle(view: View, pack: str, partner: str | None, tenant: str | None) -> bytes:
    return view.turtle(credit_graph(pack), credit.nodes(view, pack, partner=partner, tenant=tenant))


def judged(draft: Draft, judged_by: Evaluation) -> RulesReport:
    """Prepare the draft for an evaluation and return what all rules find in it."""
    judged_by.write(draft)
    validation.prepare(draft)
    return validation.validate(draft, as_of=judged_by.as_of.isoformat(), pack=judged_by.pack)


def import_day(view: View, as_of: Day, pack: str | None, switches: Switches = None) -> Evaluation:
    """Return what an import is judged by; data without any date is judged by the last day there is."""
    if as_of is None and not newest_month(view):
        return evaluation(view, date.max, pack, switches)
    return evaluation(view, as_of, pack, switches)
