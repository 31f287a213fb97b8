"""Amendments: what users write into a store otherwise than by importing, judged first, all of it or nothing."""

from __future__ import annotations

import hashlib
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass

from partnergraph import guard, ledger, ownshapes, policy
from partnergraph.errors import BadQuery, UpdateRejected
from partnergraph.evaluator import Day, Evaluator, Switches
from partnergraph.guard import Asked
from partnergraph.intake import NOBODY
from partnergraph.report import Report
from partnergraph.settings import Limits
from partnergraph.store import Document, Draft, Store, Using
from partnergraph.terms import DEFAULT_GRAPH, OWL, PG, PGM, PGSH, PGV, PGW, RDFS, SH, SKOS
from partnergraph.validation import RulesReport

READ_BY_RULES = (PG, PGV, PGM, PGSH, PGW, SKOS, SH, OWL, RDFS + "subClassOf", RDFS + "subPropertyOf")
"""How the names of what rules and derivations read begin. What has no such property or class cannot change them."""


@dataclass(frozen=True, slots=True)
class UpdateOutcome:
    """What became of an update that was kept: how many triples came and went, and in which graphs.

    `report` is what the rules find in the store now; it is empty and `judged` is false where nothing that they read
    was touched. `notes` say what a person may have meant otherwise.
    """

    added: int
    removed: int
    graphs: tuple[str, ...]
    judged: bool
    report: Report
    notes: tuple[str, ...] = ()

    @property
    def changed(self) -> bool:
        """True where the store is not as it was."""
        return bool(self.added or self.removed)


def amend(store: Store, work: Callable[[Draft], None], source: bytes, who: str, asked: Asked | None) -> UpdateOutcome:
    """Let `work` change a draft of the store, and keep the result where no rule is violated in it.

    Nothing of it is set apart in quarantine; where the store's policy is to record violations, they are recorded.
    Raise UpdateRejected with the report where one is; the store is then as it was. `source` is what was sent.
    """
    outcome = UpdateOutcome(0, 0, (), False, RulesReport(()), (_NOTHING_THERE,))
    try:
        with store.draft(touches=guard.TOUCHED) as draft:
            before = draft.graphs()
            work(draft)
            if not draft.change and draft.graphs() == before:
                raise _Unchanged
            made = ledger.record(draft, who, hashlib.sha256(source).hexdigest(), len(source))
            report: Report = RulesReport(())
            matters = ownshapes.speaks(draft) or draft.change.speaks(READ_BY_RULES)
            if matters:
                verdict = guard.rule(draft, {}, asked, policy.read(draft).mode, tidy=False)
                report = verdict.report
                if not verdict.kept:
                    raise UpdateRejected(report)
            outcome = UpdateOutcome(made.added, made.removed, made.graphs, asked is not None and matters, report)
    except _Unchanged:
        pass
    return outcome


class _Unchanged(Exception):
    """Leaves a draft without keeping it."""


_NOTHING_THERE = (
    "Nothing was different: what was to go was not there, and what was to come was. What names no graph is in the "
    "default graph; what was imported is in the graph of its import, which GRAPH ?graph { ... } finds."
)


class Amendable:
    """A guarded graph as its users write it: by SPARQL Update, or one named graph at a time."""

    def __init__(self, store: Store, limits: Limits, evaluator: Evaluator) -> None:
        self._store = store
        self._limits = limits
        self._evaluator = evaluator

    def update(
        self,
        text: str,
        *,
        who: str | None = None,
        base: str = "",
        default_graphs: Iterable[str] = (),
        named_graphs: Iterable[str] = (),
        validate: bool = True,
        as_of: Day = None,
        pack: str | None = None,
        switches: Switches = None,
    ) -> UpdateOutcome:
        """Carry out a SPARQL update, all of it or nothing, and say what came and went.

        What names no graph is in the default graph, `terms.DEFAULT_GRAPH`. The graphs are those to look at where the
        text has no USING. Raise UpdateRejected with the report where a rule is violated in the state that would
        result, ProtectedGraph for a graph that is not the user's to write, WrongUse for one that is not there, and
        BadQuery for what is no update; the store is then as it was.
        """
        if len(text) > self._limits.query_characters:
            most = self._limits.query_characters
            raise BadQuery(
                f"The update is longer than {most} characters. Import what is larger, or send it as a graph."
            )
        using = Using(tuple(default_graphs), tuple(named_graphs))
        asked = Asked(as_of, pack, switches) if validate else None
        return self._amended(lambda draft: draft.update(text, base, using), text.encode(), who, asked)

    def put_graph(self, *documents: Document, graph: str = DEFAULT_GRAPH, who: str | None = None) -> UpdateOutcome:
        """Make a graph hold what the documents say and nothing else; guarded as `update` is.

        Raise ParseFault where one breaks its syntax.
        """
        return self._written(graph, documents, who, keep=False)

    def post_graph(self, *documents: Document, graph: str = DEFAULT_GRAPH, who: str | None = None) -> UpdateOutcome:
        """Add what the documents say to a graph; see `put_graph`."""
        return self._written(graph, documents, who, keep=True)

    def delete_graph(self, graph: str = DEFAULT_GRAPH, *, who: str | None = None) -> UpdateOutcome:
        """Remove a graph with all that it holds; guarded as `update` is."""
        return self._amended(lambda draft: draft.drop(graph), f"DROP GRAPH <{graph}>".encode(), who, _BY_DEFAULT)

    def graph_text(self, form: str, graph: str = DEFAULT_GRAPH) -> bytes | None:
        """Return what one named graph holds, written as `form`, or nothing where there is no such graph."""
        with self._store.reading() as view:
            return view.graph_text(form, graph)

    @property
    def state(self) -> str:
        """The name of the last commit: as long as it is the same, so are all answers. It outlives the process."""
        return self._store.state

    def has_graph(self, graph: str) -> bool:
        """Return whether there is a named graph of that IRI."""
        return self._store.has(graph)

    def updates(self) -> tuple[ledger.Update, ...]:
        """Return the updates that were made, the first one first."""
        return ledger.updates(self._store)

    def _written(self, graph: str, documents: Sequence[Document], who: str | None, *, keep: bool) -> UpdateOutcome:
        source = b"".join(document.content for document in documents)
        return self._amended(lambda draft: draft.put(graph, documents, keep=keep), source, who, _BY_DEFAULT)

    def _amended(
        self, work: Callable[[Draft], None], source: bytes, who: str | None, asked: Asked | None
    ) -> UpdateOutcome:
        outcome = amend(self._store, work, source, who or NOBODY, asked)
        if outcome.judged or (asked is None and outcome.changed):
            self._evaluator.forget()
        return outcome


_BY_DEFAULT = Asked(None, None, None)
