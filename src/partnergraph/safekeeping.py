"""Safekeeping: backups of a store, and its restoration, also while another process serves it."""

from __future__ import annotations

import time
from pathlib import Path

from partnergraph.errors import StoreUnavailable
from partnergraph.examination import Examination
from partnergraph.graph import PartnerGraph
from partnergraph.store import Folder

_PATIENCE = 60.0
_PAUSE = 0.2


def check(folder: Path) -> Examination:
    """Examine the store in a folder; of one that another process has open, a copy of this moment."""
    with Folder(folder).copied() as copy, PartnerGraph.open(copy) as graph:
        return graph.check()


def back_up(folder: Path, to: Path) -> int:
    """Make `to`, a new folder, a store that holds what the store in `folder` holds; return its revision.

    The store may be open in another process, and change meanwhile: what was committed at one moment is copied. Raise
    StoreUnavailable where either cannot be read or written.
    """
    return Folder(folder).back_up(to)


def restore(folder: Path, source: Path, patience: float = _PATIENCE) -> bool:
    """Let the store in `folder` hold what the store in `source` holds; return whether that is so already.

    A service that has the store open takes it up within a second or two; any other process does when it opens the store
    next, and then the answer is False after `patience` seconds. Raise StoreUnavailable where the source does not agree
    with itself, or either cannot be read or written.
    """
    examined = check(source)
    if not examined.sound:
        first = examined.problems[0]
        raise StoreUnavailable(str(source), f"is not sound. {first.about}: {first.problem}", "Take another backup.")
    target = Folder(folder)
    target.order(Folder(source))
    until = time.monotonic() + patience
    while target.waits:
        try:
            PartnerGraph.open(folder).close()
        except StoreUnavailable:
            if time.monotonic() > until:
                return False
            time.sleep(_PAUSE)
    return True
