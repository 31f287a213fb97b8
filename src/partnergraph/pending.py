"""Pending imports: what was rehearsed waits, with copies of its files, until it is committed or the store changes."""

from __future__ import annotations

import hashlib
import json
import shutil
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import asdict, dataclass, replace
from pathlib import Path

from partnergraph.errors import StaleToken, WrongUse
from partnergraph.guard import Asked
from partnergraph.intake import Arrival, ImportOutcome
from partnergraph.policy import Mode

_ORDER = "order.json"
_NEW = "new-"
_MOST = 20


@dataclass(frozen=True, slots=True)
class Waiting:
    """An import that waits: what arrives, and what is expected to become of it, as a digest."""

    arrival: Arrival
    expected: str


class Pending:
    """The imports that wait for being committed, in `folder`, or without one as long as the process lasts.

    Each is known by its token. It begins with the revision of the store for which it was given, and ends with the
    digest of what arrives and of what becomes of it.
    """

    def __init__(self, folder: Path | None) -> None:
        self._lasts = folder is not None
        self._kept_in = folder

    @property
    def _folder(self) -> Path:
        if self._kept_in is None:
            self._kept_in = Path(tempfile.mkdtemp(prefix="partnergraph-"))
        return self._kept_in

    def close(self) -> None:
        """Drop what waits where it does not last."""
        if not self._lasts and self._kept_in is not None:
            shutil.rmtree(self._kept_in, ignore_errors=True)

    @contextmanager
    def copied(self, arrival: Arrival) -> Iterator[Arrival]:
        """Give the arrival with copies of its files, which stay after the block only where `keep` is called."""
        self._folder.mkdir(parents=True, exist_ok=True)
        place = Path(tempfile.mkdtemp(prefix=_NEW, dir=self._folder))
        try:
            files = [_copy(Path(path), place / str(number)) for number, path in enumerate(arrival.files)]
            yield replace(arrival, files=files, name=arrival.label)
        finally:
            shutil.rmtree(place, ignore_errors=True)

    def keep(self, arrival: Arrival, outcome: ImportOutcome, revision: int) -> str:
        """Keep a copied arrival, and return its token."""
        if arrival.asked is None:
            raise WrongUse("What is not judged cannot be rehearsed.")
        expected = became(outcome)
        files = [path.relative_to(_root(path, self._folder)).as_posix() for path in arrival.files]
        switches = dict(arrival.asked.switches or {})
        as_of = None if arrival.asked.as_of is None else str(arrival.asked.as_of)
        asked = {"as_of": as_of, "pack": arrival.asked.pack, "switches": switches}
        order = {"files": files, "name": arrival.name, "who": arrival.who, "mode": arrival.mode, "asked": asked}
        text = json.dumps({**order, "expected": expected}, sort_keys=True)
        token = f"{revision}-{hashlib.sha256(text.encode()).hexdigest()[:24]}"
        place = _root(arrival.files[0], self._folder)
        (place / _ORDER).write_text(text, encoding="utf-8")
        self.clear(but=revision)
        shutil.rmtree(self._folder / token, ignore_errors=True)
        place.rename(self._folder / token)
        return token

    def find(self, token: str, revision: int) -> Waiting:
        """Return what waits under a token.

        Raise StaleToken where the store is at another revision than when it was given, WrongUse for an unknown one.
        """
        given = token.partition("-")[0]
        if given.isdecimal() and int(given) != revision:
            raise StaleToken(token, int(given), revision)
        place = self._folder / token
        if not given.isdecimal() or "/" in token or not (place / _ORDER).is_file():
            raise WrongUse(
                f"No import waits under {token!r} here. A rehearsal (--dry-run) of this store gives a token."
            )
        order = json.loads((place / _ORDER).read_text(encoding="utf-8"))
        asked = Asked(order["asked"]["as_of"], order["asked"]["pack"], order["asked"]["switches"])
        files = [place / name for name in order["files"]]
        return Waiting(Arrival(files, order["name"], order["who"], asked, Mode(order["mode"])), order["expected"])

    def clear(self, but: int | None = None) -> None:
        """Drop what waits, but for the newest of the revision `but`."""
        if self._kept_in is None or not self._kept_in.is_dir():
            return
        waiting = [path for path in self._kept_in.iterdir() if not path.name.startswith(_NEW)]
        waiting.sort(key=lambda path: path.stat().st_mtime, reverse=True)
        kept = [path for path in waiting if path.name.startswith(f"{but}-")][:_MOST]
        for path in {*waiting} - {*kept}:
            shutil.rmtree(path, ignore_errors=True)


def became(outcome: ImportOutcome) -> str:
    """Return the digest of what became of an import: what was read, kept and set apart, and what the rules found."""
    told = {
        "committed": outcome.committed,
        "graph": outcome.graph,
        "triples": outcome.triples,
        "files": [asdict(file) for file in outcome.files],
        "held": [(each.node, each.said) for each in outcome.held],
        "found": [[str(cell) for cell in row] for row in outcome.report.table.rows],
    }
    return hashlib.sha256(json.dumps(told, sort_keys=True).encode()).hexdigest()


def _copy(path: Path, place: Path) -> Path:
    """Copy a file or folder into `place`; what is not there stays where it is not, for the reader to tell."""
    if not path.exists():
        return path
    place.mkdir()
    copy = place / path.resolve().name
    return Path(shutil.copytree(path, copy)) if path.is_dir() else Path(shutil.copyfile(path, copy))


def _root(path: Path, folder: Path) -> Path:
    return folder / path.relative_to(folder).parts[0]
