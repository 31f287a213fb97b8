"""PartnerGraph: the one object that the command line, the web service and Python programs talk to."""

from __future__ import annotations

import tempfile
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from types import TracebackType
from typing import TYPE_CHECKING

from partnergraph import catalogue, credit, importing, network, provenance, validation, vocabulary
from partnergraph.credit import Credits
from partnergraph.errors import BadQuery, WrongUse
from partnergraph.evaluator import Day, Evaluator, Switches, import_day, judged
from partnergraph.explain import Explanation, Question, explain
from partnergraph.report import Report
from partnergraph.settings import DEFAULT_LIMITS, Limits
from partnergraph.store import Answer, Draft, Store
from partnergraph.table import Cell, Table
from partnergraph.terms import asserted_graph, credit_graph

if TYPE_CHECKING:
    import networkx
    import rdflib

Progress = Callable[[str, int, int | None], None]
_NOBODY = "not named"


@dataclass(frozen=True, slots=True)
class ImportOutcome:
    """What became of an import. Where `committed` is false the store is as it was and `report` says why.

    `triples` counts what the import's graph holds; `notes` name columns and files that were not read.
    """

    committed: bool
    name: str
    graph: str
    triples: int
    files: tuple[importing.SourceFile, ...]
    notes: tuple[str, ...]
    report: Report


class PartnerGraph:
    """Partners, customers and associations as a guarded graph, in memory or in a folder.

    Make one with `PartnerGraph.open`. Safe to use from several threads; writers wait for each other.
    """

    def __init__(self, store: Store, limits: Limits = DEFAULT_LIMITS, packs: Sequence[Path] = ()) -> None:
        self._store = store
        self._limits = limits
        self._evaluator = Evaluator(store)
        vocabulary.refresh(store, packs)

    @classmethod
    def open(
        cls,
        path: Path | str | None = None,
        *,
        limits: Limits = DEFAULT_LIMITS,
        packs: Sequence[Path | str] = (),
    ) -> PartnerGraph:
        """Open the store in the folder `path`, made where it is missing; without a path, an empty one in memory.

        `packs` are folders with rule packs of one's own, in Turtle, beside the shipped ones.
        Raise StoreUnavailable where the folder cannot be used or is open in another process, UnreadableInput for a
        pack that cannot be read, and WrongUse for one that breaks the rules for packs.
        """
        most = limits.mirrored_triples
        store = Store.memory(mirror_up_to=most) if path is None else Store.open(Path(path), mirror_up_to=most)
        try:
            return cls(store, limits, [Path(each) for each in packs])
        except BaseException:
            store.close()
            raise

    def close(self) -> None:
        """Let go of the folder."""
        self._store.close()

    def __enter__(self) -> PartnerGraph:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.close()

    def import_files(
        self,
        paths: Sequence[Path | str],
        *,
        name: str | None = None,
        who: str | None = None,
        validate: bool = True,
        as_of: Day = None,
        pack: str | None = None,
        switches: Switches = None,
        progress: Progress | None = None,
    ) -> ImportOutcome:
        """Read files and bundles, judge the state that would result, and commit it whole or not at all.

        The import becomes the named graph `name` (default: the first path's name); one of that name is replaced.
        Raise UnreadableInput with every fault for what cannot be read; violations are an outcome, not an error.
        """
        files = [Path(path) for path in paths]
        if not files:
            raise WrongUse("Name at least one file or folder to import.")
        label = name or _label(files[0])
        graph = asserted_graph(label)
        outcome: ImportOutcome | None = None
        with self._change(label, graph) as draft:
            staged = importing.stage(files, draft, vocabulary.codes(), self._limits, progress)
            made = provenance.Import(label, graph, who or _NOBODY, provenance.now(), staged.files, 0)
            made = provenance.record(draft, made, lists_designations=staged.lists_designations)
            report = judged(draft.to_judge(), import_day(draft, as_of, pack, switches)) if validate else Report(())
            outcome = ImportOutcome(report.conforms, label, graph, made.triples, staged.files, staged.notes, report)
            if not report.conforms:
                raise _Refused
        if outcome is None:
            raise WrongUse(f"The import {label} was interrupted; the store is as it was.")
        return outcome

    def import_rdflib(
        self, graph: rdflib.Graph, *, name: str, who: str | None = None, validate: bool = True, as_of: Day = None
    ) -> ImportOutcome:
        """Import an rdflib Graph as if it were a file; see `import_files`."""
        with tempfile.TemporaryDirectory() as folder:
            path = Path(folder) / f"{name}.nt"
            path.write_bytes(validation.ntriples(graph))
            return self.import_files([path], name=name, who=who, validate=validate, as_of=as_of)

    def imports(self) -> tuple[provenance.Import, ...]:
        """Return the imports in the store with their files and digests, by name."""
        return provenance.imports(self._store)

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
        """Derive who is credited on a date under a pack, and keep it as the pack's derived graph.

        What a violation names earns nothing and is listed in `left_out`. `switches` are options by switch, in place
        of the pack's own.
        """
        found = self._evaluator.credits(self._evaluator.asked(as_of, pack, switches))
        return found.of(partner=partner, tenant=tenant)

    def credit_turtle(self, credited: Credits, *, partner: str | None = None, tenant: str | None = None) -> bytes:
        """Return what the derived graph says of the credits derived last, of one partner and tenant where named."""
        wanted = credit.nodes(self._store, credited.pack, partner=partner, tenant=tenant)
        return self._store.turtle(credit_graph(credited.pack), wanted)

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
        asked = Question(partner, tenant, workload, subscription, metric)
        with self._evaluator.derived(judged_by, keep=False) as (draft, report):
            return explain(draft, asked, judged_by, report)

    def query(self, text: str, *, default_graphs: Iterable[str] = (), named_graphs: Iterable[str] = ()) -> Answer:
        """Run a SPARQL 1.1 query over the union of all graphs, or over the graphs named; read only.

        Raise BadQuery for what is no query, and for SERVICE: nothing is ever fetched from elsewhere.
        """
        if len(text) > self._limits.query_characters:
            raise BadQuery(f"The query is longer than {self._limits.query_characters} characters.")
        return self._store.answer(text, tuple(default_graphs), tuple(named_graphs))

    def run(self, name: str, values: Mapping[str, str] | None = None) -> Table:
        """Answer a shipped question by its name; raise WrongUse for an unknown name or parameter."""
        return catalogue.run(self._store, name, values or {})

    def queries(self) -> tuple[catalogue.Query, ...]:
        """Return the shipped questions with their parameters."""
        return catalogue.queries()

    def switches(self) -> Table:
        """Return the choices that the sources leave open, with their options and in which packs one is the default."""
        return catalogue.run(self._store, "lookup/switches", {})

    def rules(self) -> Table:
        """Return the shipped rules: id, code, severity, what good data looks like, why, and where it is said."""
        return validation.rule_table()

    def network(self, view: str, *, as_of: Day = None, pack: str | None = None) -> networkx.Graph | networkx.DiGraph:
        """Return the graph as a networkx graph: "tenancy", "associations", "credit-flow" or "overlap".

        All attributes are plain Python values, so that it can be written as GraphML.
        """
        if view in network.QUERIES:
            return network.build(view, self.run(network.QUERIES[view]).dicts())
        return network.build(view, self._flow_rows(as_of, pack) if view in network.VIEWS else ())

    def to_rdflib(self) -> rdflib.Graph:
        """Return all that was imported as one rdflib Graph, a copy."""
        graphs = [made.graph for made in self.imports()]
        return validation.rdflib_graph(self._store.ntriples(graphs))

    @contextmanager
    def _change(self, label: str, graph: str) -> Iterator[Draft]:
        try:
            with self._store.draft(replaces=(graph, provenance.provenance_graph(label))) as draft:
                draft.aim(graph, skolem=label)
                yield draft
        except _Refused:
            return
        self._evaluator.forget()

    def _flow_rows(self, as_of: Day, pack: str | None) -> Iterator[dict[str, Cell]]:
        channels = {str(row[0]): row[1] for row in self.run("lookup/association-channels").rows}
        for row in self.credits(as_of=as_of, pack=pack).table.dicts():
            yield {**row, "channel": channels.get(str(row["derived_from"] or row["association_id"]))}


class _Refused(Exception):
    """Leaves a draft without keeping it."""


def _label(path: Path) -> str:
    return path.resolve().name.split(".")[0] or "import"
