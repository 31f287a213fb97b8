"""PartnerGraph: the one object that the command line, the web service and Python programs talk to."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from typing import TYPE_CHECKING

from partnergraph import catalogue, network, rulebook, validation
from partnergraph.changes import Changes
from partnergraph.comparison import compare, side
from partnergraph.credit import Credits
from partnergraph.errors import BadQuery
from partnergraph.evaluator import Day, Switches
from partnergraph.explain import Explanation, NonCredits, Question, non_credits
from partnergraph.keeping import KeptGraph
from partnergraph.report import Report
from partnergraph.score import Scores
from partnergraph.settings import Limits
from partnergraph.store import Answer, Store
from partnergraph.table import Cell, Table
from partnergraph.terms import is_asserted
from partnergraph.workers import Pool

if TYPE_CHECKING:
    import networkx
    import rdflib


class PartnerGraph(KeptGraph):
    """Partners, customers and associations as a guarded graph, in memory or in a folder.

    Make one with `PartnerGraph.open`. Safe to use from several threads; writers wait for each other.
    """

    def validate(self, *, as_of: Day = None, pack: str | None = None, switches: Switches = None) -> Report:
        """Judge what is in the store by all rules; never raise for bad data."""
        return self._evaluator.report(self._evaluator.asked(as_of, pack, switches))

    def credits(
        self,
        *,
        as_of: Day = None,
        pack: str | None = None,
        switches: Switches = None,
        partner: str | None = None,
        tenant: str | None = None,
    ) -> Credits:
        """Derive who is credited on a date under a pack; without `partner` keep it as the pack's derived graph.

        What a violation names earns nothing and is in `left_out`. `switches` are options in place of the pack's own.
        """
        return self._evaluator.credits(self._evaluator.asked(as_of, pack, switches), partner=partner, tenant=tenant)

    def credit_turtle(
        self,
        *,
        as_of: Day = None,
        pack: str | None = None,
        switches: Switches = None,
        partner: str | None = None,
        tenant: str | None = None,
    ) -> bytes:
        """Return what the derived graph says of those credits as Turtle; see `credits`."""
        return self._evaluator.turtle(self._evaluator.asked(as_of, pack, switches), partner=partner, tenant=tenant)

    def non_credits(
        self,
        *,
        as_of: Day = None,
        pack: str | None = None,
        switches: Switches = None,
        partner: str | None = None,
        tenant: str | None = None,
    ) -> NonCredits:
        """Say for each association, area of its product and metric without a credit which condition failed first.

        With `partner` (a location, or a global account and so all its locations) and `tenant` only theirs.
        """
        judged_by = self._evaluator.asked(as_of, pack, switches)
        with self._evaluator.about(judged_by, partner, tenant) as (draft, report):
            return non_credits(draft, judged_by, report, partner=partner, tenant=tenant)

    def scores(
        self, partner: str | None = None, *, as_of: Day = None, pack: str | None = None, switches: Switches = None
    ) -> Scores:
        """Compute the Partner Capability Score on a date under a pack; that of all is kept as the pack's derived graph.

        With `partner`, a global account or a location of it, only the score of that global account.
        """
        return self._evaluator.scores(self._evaluator.asked(as_of, pack, switches), partner=partner)

    def explain(
        self,
        partner: str,
        *,
        tenant: str | None = None,
        workload: str | None = None,
        subscription: str | None = None,
        metric: str | None = None,
        as_of: Day = None,
        pack: str | None = None,
        switches: Switches = None,
    ) -> Explanation:
        """Say through what a partner is credited on something, or which condition failed first."""
        judged_by = self._evaluator.asked(as_of, pack, switches)
        return self._evaluator.explanation(judged_by, Question(partner, tenant, workload, subscription, metric))

    def diff(
        self,
        before: str,
        after: str,
        *,
        against: PartnerGraph | None = None,
        partner: str | None = None,
        switches: Switches = None,
    ) -> Changes:
        """Say what was gained, lost, displaced or reclassified from `before` to `after`, why, and at which points.

        Each is the name of a snapshot, a day or a month, with `@PACK` behind it for a rule pack; empty for the default
        date. `before` is read in this graph and `after` in `against` where that is given. With `partner`, only its own
        changes, and nobody else is named.
        """
        other = against or self
        old = side(self._store, self._evaluator, before, switches)
        new = side(other._store, other._evaluator, after, switches)  # noqa: SLF001 - the same class
        found = compare(old, new)
        return found.of(partner) if partner else found

    def query(self, text: str, *, default_graphs: Iterable[str] = (), named_graphs: Iterable[str] = ()) -> Answer:
        """Run a SPARQL query over all graphs, or those named; read only. Raise BadQuery for none, and for SERVICE."""
        if len(text) > self._limits.query_characters:
            raise BadQuery(f"The query is longer than {self._limits.query_characters} characters.")
        return self._store.answer(text, tuple(default_graphs), tuple(named_graphs))

    def workers(self, limits: Limits | None = None) -> Pool:
        """Start processes that answer users' queries on the last commit, each within bounds; close them in the end."""
        return Pool(self._store, limits or self._limits)

    def copies(self) -> Store:
        """Return the store after making it keep a copy of the last commit for worker processes."""
        self._store.publish()
        return self._store

    def run(
        self,
        name: str,
        values: Mapping[str, str] | None = None,
        *,
        as_of: Day = None,
        pack: str | None = None,
        switches: Switches = None,
    ) -> Table:
        """Answer a shipped question by its name; raise WrongUse for an unknown name or parameter.

        Date, pack and switches matter to a question that `needs` a date, holdings, credits or scores.
        """
        return self._evaluator.answer(name, values or {}, lambda: self._evaluator.asked(as_of, pack, switches))

    def queries(self) -> tuple[catalogue.Query, ...]:
        """Return the shipped questions with their parameters."""
        return catalogue.queries()

    def switches(self) -> Table:
        """Return the choices that the sources leave open, with their options and in which packs one is the default."""
        return catalogue.run(self._store, "lookup/switches", {})

    def rules(self) -> Table:
        """Return the shipped rules: id, code, severity, what good data looks like, why, and where it is said."""
        return validation.rule_table()

    def compiled(self, rule: str) -> tuple[str, ...]:
        """Return the SPARQL that judges by a shipped rule; raise WrongUse for an unknown one."""
        return validation.compiled_queries(self._store, rule)

    def rule_book(self) -> str:
        """Return where each rule of the programme, R1 to R91, is carried out, as Markdown."""
        return rulebook.markdown(self._store)

    def network(self, view: str, *, as_of: Day = None, pack: str | None = None) -> networkx.Graph | networkx.DiGraph:
        """Return the graph as a networkx graph: "tenancy", "associations", "credit-flow" or "overlap".

        All attributes are plain Python values, so that it can be written as GraphML.
        """
        if view in network.QUERIES:
            return network.build(view, self.run(network.QUERIES[view]).dicts())
        return network.build(view, self._flow_rows(as_of, pack) if view in network.VIEWS else ())

    def to_rdflib(self) -> rdflib.Graph:
        """Return all that was imported or written as one rdflib Graph, a copy."""
        return validation.rdflib_graph(self._store.ntriples(filter(is_asserted, self._store.graphs())))

    def _flow_rows(self, as_of: Day, pack: str | None) -> Iterator[dict[str, Cell]]:
        channels = {str(row[0]): row[1] for row in self.run("lookup/association-channels").rows}
        for row in self.credits(as_of=as_of, pack=pack).table.dicts():
            yield {**row, "channel": channels.get(str(row["derived_from"] or row["association_id"]))}
