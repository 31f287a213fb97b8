"""A store that goes through invented changes, each judged by what it can affect and then by everything."""

from __future__ import annotations

from pathlib import Path
from random import Random
from tempfile import TemporaryDirectory

import pyoxigraph as ox

from oracle.invention import invent
from oracle.mischief import invent_faults
from oracle.programme import Evaluation as Asked
from partnergraph import importing, provenance, vocabulary
from partnergraph.evaluator import Evaluator
from partnergraph.settings import DEFAULT_LIMITS
from partnergraph.slices import Bench
from partnergraph.store import Delta, Draft, Store
from partnergraph.terms import asserted_graph, credit_graph
from partnergraph.upkeep import CreditBook, Register, Upkeep

EVERY = 1_000_000
NAMES = ("one", "two", "three")

Row = tuple[str, str, str]
"""A file of a bundle, its first line, and another line of it."""


class Trial:
    """A store, what upkeep knows of it, and rows of invented bundles that imports are made of.

    `told` counts the changes that were judged by what they can affect, `untold` those where that could not be said.
    """

    def __init__(self, random: Random, *, faulty: bool) -> None:
        self._random = random
        self._invent = invent_faults if faulty else invent
        self._store = Store.memory()
        vocabulary.refresh(self._store)
        asked, rows = self._invented()
        self._imports: dict[str, list[Row]] = {name: [] for name in NAMES}
        for row in rows:
            self._imports[random.choice(NAMES)].append(row)
        self._spare: list[Row] = []
        for name in NAMES:
            self._store.commit(self._imported(name))
        self._judged_by = Evaluator(self._store).asked(asked.day, asked.named or None, dict(asked.chosen))
        self._upkeep = Upkeep(self._store, Bench(self._store))
        self._register, self._book = self._whole()
        self.told = self.untold = 0

    def __str__(self) -> str:
        """Say what it came to."""
        findings, credits_ = len(self._register.findings), len(self._book.by_node)
        return f"{self.told} told, {self.untold} untold, {findings} findings, {credits_} credits"

    def shift(self, count: int) -> None:
        """Let some rows of an import go, or come back, or come from another import."""
        name = self._random.choice(NAMES)
        rows = self._imports[name]
        if self._random.randrange(2) and self._spare:
            rows += self._taken(self._spare, count)
        else:
            taken = self._taken(rows, count)
            (self._spare if self._random.randrange(3) else self._imports[self._random.choice(NAMES)]).extend(taken)
        self._change(self._imported(name))

    def invade(self, part: int) -> None:
        """Let an import be replaced by about so many tenths of another bundle, which contradicts what is there."""
        name = self._random.choice(NAMES)
        rows = [row for row in self._invented()[1] if self._random.randrange(10) < part]
        self._imports[name] = rows if self._random.randrange(2) else self._imports[name] + rows
        self._change(self._imported(name))

    def remove(self) -> None:
        """Take an import away."""
        name = self._random.choice(NAMES)
        self._imports[name] = []
        self._change(self._imported(name))

    def edit(self, count: int) -> None:
        """Take out some quads, and put in others that are made of those that are there."""
        quads = sorted((quad for name in NAMES for quad in self._store.quads(asserted_graph(name))), key=str)
        if not quads:
            return
        pick = self._random.choice
        gone = set(self._random.sample(quads, min(count, len(quads)))) if self._random.randrange(3) else set()
        come = set()
        for _ in range(self._random.randrange(count + 1)):
            one, other = pick(quads), pick(quads)
            alike = [quad for quad in quads if quad.predicate == one.predicate]
            value = pick(alike).object if self._random.randrange(4) else other.object
            subject = one.subject if self._random.randrange(2) else pick(alike).subject
            come.add(ox.Quad(subject, one.predicate, value, other.graph_name))
        self._change(Delta(frozenset(come - set(quads)), frozenset(gone - come)))

    def _change(self, change: Delta) -> None:
        """Make a change, and fail where upkeep comes to anything else than a look at everything."""
        outcome = self._upkeep.after(change, self._register)
        if outcome is None:
            self.untold += 1
            self._store.commit(change)
            self._register, self._book = self._whole()
            return
        self.told += 1
        self._store.commit(outcome.change)
        graph = credit_graph(self._judged_by.pack)
        kept = set(self._store.quads(graph))
        register, book = self._whole()
        anew = set(self._store.quads(graph))
        assert outcome.report == register.report
        assert outcome.register.large == register.large
        assert not kept ^ anew
        assert outcome.credits is not None
        self._register = outcome.register
        self._book.enter(outcome.credits)
        assert self._book.credits(self._register) == book.credits(register)

    def _whole(self) -> tuple[Register, CreditBook]:
        """Return what follows from everything, and leave the derived graph in the store."""
        with Evaluator(self._store).derived(self._judged_by, keep=True) as (draft, report):
            return Register.of(report, self._judged_by, draft), CreditBook.of(draft, self._judged_by)

    def _imported(self, name: str) -> Delta:
        """Return the change that puts the rows of an import into the store."""
        graph, about = asserted_graph(name), provenance.provenance_graph(name)
        draft = Draft.apart(b"")
        draft.aim(graph, skolem=name)
        rows = self._imports[name]
        if rows:
            with TemporaryDirectory() as folder:
                heads = dict.fromkeys((file, head) for file, head, _ in rows)
                for file, head in heads:
                    lines = [line for of, first, line in rows if (of, first) == (file, head)]
                    part = Path(folder) / f"{len(list(Path(folder).iterdir()))}"
                    part.mkdir()
                    (part / file).write_text(head + "".join(lines), encoding="utf-8")
                for part in Path(folder).iterdir():
                    staged = importing.stage([part], draft, vocabulary.codes(), DEFAULT_LIMITS)
            made = provenance.Import(name, graph, "somebody", "2026-01-01T00:00:00Z", staged.files, 0)
            provenance.record(draft, made, lists_designations=bool(draft.graphs()) and staged.lists_designations)
        change = Delta.replacing(self._store, draft, (graph, about), EVERY)
        assert change is not None
        return change

    def _invented(self) -> tuple[Asked, list[Row]]:
        """Return the rows of an invented bundle, and what it is to be asked by."""
        with TemporaryDirectory() as folder:
            asked = self._invent(self._random, Path(folder))
            rows = []
            for file in sorted(Path(folder).glob("*.csv")):
                head, *lines = file.read_text(encoding="utf-8").splitlines(keepends=True)
                rows += [(file.name, head, line) for line in lines]
            return asked, rows

    def _taken(self, rows: list[Row], count: int) -> list[Row]:
        return [rows.pop(self._random.randrange(len(rows))) for _ in range(min(count, len(rows)))]
