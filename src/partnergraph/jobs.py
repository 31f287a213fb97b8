"""Imports that go on when who asked for them has left: they are done one after the other, and outlast a restart."""

from __future__ import annotations

import json
import queue
import secrets
import shutil
import tempfile
import threading
from collections.abc import Mapping
from dataclasses import asdict, dataclass, field, replace
from datetime import UTC, datetime
from pathlib import Path
from typing import TypedDict

from partnergraph.errors import PartnerGraphError, UnreadableInput, WrongUse
from partnergraph.graph import PartnerGraph

WAITING, RUNNING, DONE, REFUSED, FAILED = "waiting", "running", "done", "refused", "failed"
ENDED = (DONE, REFUSED, FAILED)
_RECORD = "job.json"
_ATTEMPTS = 2
_KEPT = 100
_PATIENCE = 10.0


class Options(TypedDict, total=False):
    """What an import is asked with beside its files; see `PartnerGraph.import_files`."""

    name: str
    who: str | None
    as_of: str | None
    pack: str | None
    switches: dict[str, str]
    mode: str | None


@dataclass(frozen=True, slots=True)
class Job:
    """One import as it stands: its state, the step it is at, and in the end what became of it.

    `step`, `done` and `of` are what the import tells of its progress; `outcome` is what the import would have answered,
    and `faults` what could not be read.
    """

    id: str
    name: str
    state: str = WAITING
    since: str = ""
    step: str = ""
    done: int = 0
    of: int | None = None
    attempts: int = 0
    problem: str = ""
    faults: tuple[str, ...] = ()
    outcome: Mapping[str, object] | None = None
    options: Options = field(default_factory=Options)


class _Stopping(Exception):
    """Ends an import between two of its steps; it is rolled back, and taken up at the next start."""


class Jobs:
    """The imports of one graph that are done in the background, in the order in which they came.

    In `folder` they outlast the process: what had not ended when it stopped or was killed was rolled back, as a commit
    is all or nothing, and is done again at the next start. Without a folder they last as long as the process.
    """

    def __init__(self, graph: PartnerGraph, folder: Path | None) -> None:
        self._graph = graph
        self._lasting = folder is not None
        self._folder = folder or Path(tempfile.mkdtemp(prefix="partnergraph-"))
        self._folder.mkdir(parents=True, exist_ok=True)
        self._jobs: dict[str, Job] = {}
        self._queue: queue.SimpleQueue[str | None] = queue.SimpleQueue()
        self._stopping = threading.Event()
        self._take_up()
        self._thread = threading.Thread(target=self._work, name="imports", daemon=True)
        self._thread.start()

    def place(self) -> Path:
        """Return a new folder to put the files of an import into."""
        path = self._folder / secrets.token_hex(8) / "files"
        path.mkdir(parents=True)
        return path

    def add(self, place: Path, options: Options) -> Job:
        """Take on the import of the files in `place`, which was made for it; return at once."""
        job = Job(place.parent.name, options["name"], since=_now(), options=options)
        self._keep(job)
        self._queue.put(job.id)
        return job

    def job(self, name: str) -> Job | None:
        """Return the import of that id as it stands."""
        return self._jobs.get(name)

    def all(self) -> tuple[Job, ...]:
        """Return the imports that are known, in the order in which they came."""
        return tuple(sorted(self._jobs.values(), key=lambda job: job.since))

    def close(self) -> None:
        """Take on no more; let the one at work go on for a while, then leave it to be rolled back."""
        self._stopping.set()
        self._queue.put(None)
        self._thread.join(_PATIENCE)
        if not self._lasting:
            shutil.rmtree(self._folder, ignore_errors=True)

    def _take_up(self) -> None:
        """Read what an earlier process left; drop the files of uploads that never became an import."""
        for path in sorted(self._folder.iterdir()):
            try:
                said = json.loads((path / _RECORD).read_text(encoding="utf-8"))
                job = Job(**{**said, "faults": tuple(said["faults"])})
            except (OSError, ValueError, TypeError, KeyError):
                shutil.rmtree(path, ignore_errors=True)
                continue
            self._jobs[job.id] = job
        for job in self.all():
            if job.state not in ENDED:
                self._queue.put(job.id)

    def _work(self) -> None:
        while (name := self._queue.get()) is not None and not self._stopping.is_set():
            job = self._jobs[name]
            if job.attempts >= _ATTEMPTS:
                told = "The service ended twice while it was at this import, which was rolled back. Send less at once."
                self._end(replace(job, state=FAILED, problem=told))
                continue
            self._keep(replace(job, state=RUNNING, attempts=job.attempts + 1))
            try:
                self._end(self._imported(self._jobs[name]))
            except _Stopping:
                self._keep(replace(self._jobs[name], state=WAITING, attempts=job.attempts))

    def _imported(self, job: Job) -> Job:
        def tell(step: str, done: int, of: int | None) -> None:
            if self._stopping.is_set():
                raise _Stopping
            self._jobs[job.id] = replace(self._jobs[job.id], step=step, done=done, of=of)

        files = sorted((self._folder / job.id / "files").iterdir())
        try:
            outcome = self._graph.import_files(files, **job.options, progress=tell)
        except UnreadableInput as unreadable:
            faults = tuple(str(fault) for fault in unreadable.faults)
            return replace(job, state=FAILED, problem="It cannot be read; nothing was stored.", faults=faults)
        except (PartnerGraphError, OSError) as fault:
            return replace(job, state=FAILED, problem=f"{fault} Nothing was stored.")
        told = {
            "committed": outcome.committed,
            "graph": outcome.graph,
            "triples": outcome.triples,
            "files": [asdict(file) for file in outcome.files],
            "notes": list(outcome.notes),
            "report": outcome.report.members(),
        }
        return replace(job, state=DONE if outcome.committed else REFUSED, outcome=told)

    def _end(self, job: Job) -> None:
        self._keep(job)
        shutil.rmtree(self._folder / job.id / "files", ignore_errors=True)
        ended = [each for each in self.all() if each.state in ENDED]
        for old in ended[:-_KEPT]:
            self._jobs.pop(old.id, None)
            shutil.rmtree(self._folder / old.id, ignore_errors=True)

    def _keep(self, job: Job) -> None:
        path = self._folder / job.id / _RECORD
        pending = path.with_suffix(".new")
        pending.write_text(json.dumps(asdict(job)), encoding="utf-8")
        pending.replace(path)
        self._jobs[job.id] = job


def options_of(
    name: str,
    who: str | None,
    as_of: str | None,
    pack: str | None,
    switches: dict[str, str],
    mode: str | None = None,
) -> Options:
    """Return the options of an import; raise WrongUse for a name that is none."""
    if not name.strip():
        raise WrongUse("An import needs a name.")
    return Options(name=name, who=who, as_of=as_of, pack=pack, switches=switches, mode=mode)


def _now() -> str:
    return datetime.now(UTC).isoformat(timespec="microseconds")
