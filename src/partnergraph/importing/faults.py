"""The list of faults that one import collects before it gives up."""

from __future__ import annotations

from partnergraph.errors import Fault, UnreadableInput


class FaultList:
    """Faults in the order found. Of each file no more than `listed` are kept; the others are counted."""

    def __init__(self, listed: int) -> None:
        self._listed = listed
        self._by_file: dict[str, list[Fault]] = {}
        self.total = 0

    def add(self, file: str, problem: str, remedy: str, *, row: int | None = None, column: str | None = None) -> None:
        """Note one fault."""
        self.total += 1
        found = self._by_file.setdefault(file, [])
        if len(found) < self._listed:
            found.append(Fault(file, problem, remedy, row, column))

    def raise_if_any(self) -> None:
        """Raise UnreadableInput with the faults where there are any.

        Where there are more than may be listed, every file gets its share, and a last fault says how many are not.
        """
        if not self.total:
            return
        kept = self._share()
        left_out = self.total - len(kept)
        if left_out:
            kept.append(
                Fault("input", f"{left_out} more faults are not listed.", "Mend the listed ones and import again.")
            )
        raise UnreadableInput(tuple(kept))

    def _share(self) -> list[Fault]:
        room = self._listed
        shares = dict.fromkeys(self._by_file, 0)
        waiting = list(self._by_file)
        while room and waiting:
            for file in waiting[:room]:
                shares[file] += 1
                room -= 1
            waiting = [file for file in waiting if shares[file] < len(self._by_file[file])]
        return [fault for file, found in self._by_file.items() for fault in found[: shares[file]]]
