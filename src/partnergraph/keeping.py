"""KeptGraph: what can be done with a store that changes it, and what it tells of its own keeping."""

from __future__ import annotations

import tempfile
import threading
from collections.abc import Iterator, Sequence
from contextlib import contextmanager, suppress
from dataclasses import replace
from pathlib import Path
from types import TracebackType
from typing import TYPE_CHECKING, Self

from partnergraph import history, policy, provenance, quarantine, record, validation, vocabulary
from partnergraph.errors import PartnerGraphError, WrongUse
from partnergraph.evaluator import Day, Evaluator, Switches
from partnergraph.examination import Examination, examine
from partnergraph.guard import Asked
from partnergraph.history import Snapshot
from partnergraph.intake import NOBODY, Arrival, ImportOutcome, Progress, take
from partnergraph.pending import Pending, became
from partnergraph.policy import Policy
from partnergraph.quarantine import Quarantine
from partnergraph.quick import take_in
from partnergraph.rehearsal import Rehearsal, rehearse
from partnergraph.release import ReleaseOutcome, release
from partnergraph.report import Report
from partnergraph.settings import DEFAULT_LIMITS, Limits
from partnergraph.shaping import ShapedGraph
from partnergraph.store import Store
from partnergraph.terms import POLICY_GRAPH
from partnergraph.validation import RulesReport

if TYPE_CHECKING:
    import rdflib


_LOOK_SECONDS = 0.5


class KeptGraph(ShapedGraph):
    """A store behind its guard: whatever changes it comes through here."""

    def __init__(self, store: Store, limits: Limits = DEFAULT_LIMITS, packs: Sequence[Path] = ()) -> None:
        super().__init__(store, limits, Evaluator(store))
        self._pending = Pending(None if store.folder is None else store.folder / "pending")
        self._packs = tuple(packs)
        vocabulary.refresh(store, packs)

    @classmethod
    def open(
        cls,
        path: Path | str | None = None,
        *,
        limits: Limits = DEFAULT_LIMITS,
        packs: Sequence[Path | str] = (),
        shapes: Sequence[Path | str] = (),
        shipped_shapes: bool = True,
    ) -> Self:
        """Open the store in the folder `path`, made where it is missing; without a path, an empty one in memory.

        `packs` are folders with rule packs of one's own, in Turtle, beside the shipped ones. `shapes` are files with
        shapes of one's own, which are kept in the store (see `add_shapes`) and guard it like the shipped rules, or in
        their place where `shipped_shapes` is false.
        Raise StoreUnavailable where the folder cannot be used or is open in another process, UnreadableInput for a
        pack that cannot be read, and WrongUse for one that breaks the rules for packs.
        """
        most = limits.mirrored_triples
        store = Store.memory(mirror_up_to=most) if path is None else Store.open(Path(path), mirror_up_to=most)
        try:
            opened = cls(store, limits, [Path(each) for each in packs])
            for each in shapes:
                opened.add_shapes([each])
            opened.let_shipped_guard(shipped_shapes)
            return opened
        except BaseException:
            store.close()
            raise

    def close(self) -> None:
        """Let go of the folder."""
        self._pending.close()
        self._store.close()

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.close()

    def check(self) -> Examination:
        """Read all of the store and hold it against its own records; nothing of it is changed."""
        return examine(self._store, self._evaluator)

    @contextmanager
    def watched(self) -> Iterator[None]:
        """Take up what is restored into the folder, within a second, until the block ends."""
        stopped = threading.Event()

        def watch() -> None:
            while not stopped.wait(_LOOK_SECONDS):
                with suppress(PartnerGraphError):
                    self.adopt()

        watcher = threading.Thread(target=watch, name="restorations", daemon=True)
        watcher.start()
        try:
            yield
        finally:
            stopped.set()
            watcher.join()

    def adopt(self) -> bool:
        """Take up what was restored into the folder while this had it open; return whether there was anything."""
        with self._store.held():
            adopted = self._store.adopt()
            if adopted:
                self._evaluator.forget()
                self._pending.clear()
                vocabulary.refresh(self._store, self._packs)
        return adopted

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
        mode: str | None = None,
        progress: Progress | None = None,
    ) -> ImportOutcome:
        """Read files and bundles, judge the state that would result, and commit it whole or not at all.

        The import becomes the named graph `name` (default: the first path's name); one of that name is replaced.
        `mode` says what becomes of violations: `reject` all, `quarantine` what violates, or `record` them and keep all;
        without it the store's policy holds. Raise UnreadableInput with every fault for what cannot be read; violations
        are an outcome, not an error.
        """
        arrival = self._arrival(paths, name, who, Asked(as_of, pack, switches) if validate else None, mode)
        return take_in(self._store, self._evaluator, arrival, self._limits, progress)

    def rehearse_import(
        self,
        paths: Sequence[Path | str],
        *,
        name: str | None = None,
        who: str | None = None,
        as_of: Day = None,
        pack: str | None = None,
        switches: Switches = None,
        mode: str | None = None,
        progress: Progress | None = None,
    ) -> Rehearsal:
        """Say what `import_files` would change: triples, findings and credits. Nothing is kept in the graph.

        The token of the answer commits exactly that (`commit`), as long as nothing else changes the store; the files
        are copied for it.
        """
        with (
            self._store.held(),
            self._pending.copied(self._arrival(paths, name, who, Asked(as_of, pack, switches), mode)) as arrival,
        ):
            found = rehearse(self._store, self._evaluator, arrival, self._limits, progress)
            if not found.outcome.committed:
                return found
            return replace(found, token=self._pending.keep(arrival, found.outcome, self._store.revision))

    def commit(self, token: str, *, progress: Progress | None = None) -> ImportOutcome:
        """Commit exactly what was rehearsed.

        It is judged again, and nothing is committed unless the same comes of it. Raise StaleToken where the store has
        changed since the rehearsal, and WrongUse where no import waits under that token.
        """
        with self._store.held():
            waiting = self._pending.find(token, self._store.revision)

            def agreed(outcome: ImportOutcome) -> bool:
                return became(outcome) == waiting.expected

            outcome = take(self._store, waiting.arrival, self._limits, progress, agreed)
            if not agreed(outcome):
                raise WrongUse("The rules have changed since the rehearsal. Nothing was committed; rehearse it again.")
            self._evaluator.forget()
            self._pending.clear()
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

    def quarantine(self, name: str | None = None, ids: Sequence[str] = ()) -> Quarantine:
        """Return what was set apart of imports, of one import and of the things with these ids or IRIs where named."""
        return quarantine.read(self._store).of(name, ids)

    def release(
        self,
        name: str | None = None,
        ids: Sequence[str] = (),
        *,
        as_of: Day = None,
        pack: str | None = None,
        switches: Switches = None,
    ) -> ReleaseOutcome:
        """Judge again what is in quarantine and give back what the rules find no fault with any more.

        Of one import and of the things with these ids or IRIs where named. Raise WrongUse where nothing fits.
        """
        with self._store.held():
            chosen = self.quarantine(name, ids)
            if not chosen.held:
                raise WrongUse("Nothing like that is in quarantine.")
            outcome = release(self._store, chosen, Asked(as_of, pack, switches))
            self._evaluator.forget()
        return outcome

    def recorded(self) -> Report:
        """Return the findings that were committed with what they are about, under the mode `record`."""
        return RulesReport(record.kept(self._store))

    @property
    def policy(self) -> Policy:
        """What the store does with changes that the rules find violations in."""
        return policy.read(self._store)

    def set_policy(self, *, mode: str) -> Policy:
        """Let `mode` (`reject`, `quarantine` or `record`) hold for every import that does not name its own."""
        chosen = Policy(policy.mode_of(mode))
        with self._store.draft(touches=(POLICY_GRAPH,)) as draft:
            policy.write(draft, chosen)
        return chosen

    def close_month(
        self,
        as_of: Day = None,
        *,
        name: str | None = None,
        who: str | None = None,
        pack: str | None = None,
        switches: Switches = None,
    ) -> Snapshot:
        """Keep the credits and scores of a day or month for good, under `name` (default: the day as it is written).

        Raise WrongUse where that name was closed before: what is closed never changes.
        """
        judged_by = self._evaluator.asked(as_of, pack, switches)
        day = judged_by.as_of.isoformat()
        label = name or (str(as_of) if as_of is not None else day)
        credited, scored = self._evaluator.credits(judged_by), self._evaluator.scores(judged_by)
        with self._store.draft() as draft:
            judged = (day, judged_by.pack, tuple(sorted((switches or {}).items())))
            return history.close(draft, label, who or NOBODY, judged, credited.table, scored.table)

    def snapshots(self) -> tuple[Snapshot, ...]:
        """Return what was closed, by name."""
        return history.snapshots(self._store)

    def _arrival(
        self, paths: Sequence[Path | str], name: str | None, who: str | None, asked: Asked | None, mode: str | None
    ) -> Arrival:
        if not paths:
            raise WrongUse("Name at least one file or folder to import.")
        chosen = policy.read(self._store).mode if mode is None else policy.mode_of(mode)
        return Arrival([Path(path) for path in paths], name or "", who or NOBODY, asked, chosen)
