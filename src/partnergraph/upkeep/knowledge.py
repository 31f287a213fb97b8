"""Knowledge: the registers of a store's present state, and which of them is noted in it for the next process."""

from __future__ import annotations

from partnergraph.evaluation import Evaluation
from partnergraph.report import Report, Stamp
from partnergraph.stamp import stamp
from partnergraph.store import Delta, Store
from partnergraph.upkeep.notes import NOTES_GRAPH, noted, notes
from partnergraph.upkeep.register import Register
from partnergraph.validation import RulesReport


class Knowledge:
    """What is known of what rules and derivation find in a store as it is, by evaluation."""

    def __init__(self, store: Store) -> None:
        self._store = store
        self._registers: dict[Evaluation, Register] = {}
        self._noted: Evaluation | None = None

    def __bool__(self) -> bool:
        """Return whether anything may be known."""
        return bool(self._registers) or self._store.has(NOTES_GRAPH)

    def forget(self) -> None:
        """Know nothing, since the state is another one."""
        self._registers.clear()
        self._noted = None

    def at_hand(self, judged_by: Evaluation) -> Register | None:
        """Return what this process knows."""
        return self._registers.get(judged_by)

    def of(self, judged_by: Evaluation) -> Register | None:
        """Return what is known, in this process or by what another one noted."""
        if judged_by not in self._registers and self._noted is None:
            found = noted(self._store, judged_by)
            if found is not None:
                self._registers[judged_by] = found
                self._noted = judged_by
        return self.at_hand(judged_by)

    def learn(self, judged_by: Evaluation, report: Report) -> None:
        """Keep what all rules found, unless it is known."""
        if isinstance(report, RulesReport) and not report.withheld:
            self._registers.setdefault(judged_by, Register.of(report, judged_by))

    def derived(self, register: Register) -> None:
        """Keep what was found where credits were derived: those of other evaluations, and all notes, went by it."""
        self._registers = {register.judged_by: register}
        self._noted = None

    def notes_after(self, register: Register, of: Stamp) -> Delta:
        """Return the change by which what will be known of the state that `of` stamps is noted."""
        before = self._registers.get(register.judged_by) if register.judged_by == self._noted else None
        return notes(self._store, register, of, before)

    def moved_on(self, register: Register) -> None:
        """Keep what is known, and noted, after a change."""
        self._registers = {register.judged_by: register}
        self._noted = register.judged_by

    def note(self, judged_by: Evaluation) -> None:
        """Let the next process know what is known."""
        if judged_by in self._registers and self._store.folder is not None:
            self._store.commit(notes(self._store, self._registers[judged_by], stamp(self._store, judged_by)))
            self._noted = judged_by
