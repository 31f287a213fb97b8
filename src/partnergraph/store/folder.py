"""A folder that holds a store: its lock, its generations, and the pointer to the one that counts."""

from __future__ import annotations

import fcntl
import os
import shutil
from pathlib import Path
from typing import IO

import pyoxigraph as ox

from partnergraph.errors import StoreUnavailable
from partnergraph.store.delta import Delta

_CURRENT = "CURRENT"
_GENERATION = "generation-"
_SNAPSHOTS = "snapshots"
_RESTORED = "restored"
PIN = "pin-"
"""How the names of copies begin that another process is making."""


def holds_other_files(folder: Path) -> bool:
    """Return whether `folder` is no store but holds something else."""
    if (folder / _CURRENT).exists():
        return False
    return any(path.name != "LOCK" and not path.name.startswith(_GENERATION) for path in folder.iterdir())


def refuse_other(folder: Path) -> None:
    """Raise StoreUnavailable where `folder` is there and is no store, nor empty."""
    if folder.exists() and not folder.is_dir():
        raise StoreUnavailable(str(folder), "is a file, not a folder.", "Name a folder for the store.")
    if folder.is_dir() and holds_other_files(folder):
        raise StoreUnavailable(str(folder), "holds other files and is no store.", "Name an empty or a new folder.")


def is_store(folder: Path) -> bool:
    """Return whether there is a store in `folder`."""
    return (folder / _CURRENT).is_file()


def current(folder: Path) -> Path:
    """Return where the generation that counts is; raise FileNotFoundError where there is no store."""
    return folder / (folder / _CURRENT).read_text(encoding="utf-8").strip()


def readable(generation: Path) -> bool:
    """Return whether what a generation holds can be read; its files are put in order, which reads most of them."""
    try:
        quads = ox.Store(str(generation))
        with Path(os.devnull).open("wb") as nowhere:
            quads.dump(nowhere, format=ox.RdfFormat.N_QUADS)
        quads.optimize()
        quads.flush()
    except (OSError, RuntimeError):  # the store tells damage as a RuntimeError
        return False
    return True


def lay(generation: Path, folder: Path) -> None:
    """Make `folder`, which is not there yet, a store with a copy of the generation, and let the disk have it."""
    name = f"{_GENERATION}000001"
    shutil.copytree(generation, folder / name, ignore=shutil.ignore_patterns("LOCK"))
    for path in (folder / name).iterdir():
        synchronise(path)
    synchronise(folder / name)
    point_to(folder, name)


def synchronise(path: Path) -> None:
    """Let the disk have what was written to a file or a folder."""
    descriptor = os.open(path, os.O_RDONLY)
    try:
        os.fsync(descriptor)
    finally:
        os.close(descriptor)


def order(folder: Path, generation: Path) -> None:
    """Let the store take up a generation in place of its own: whoever has it open does, or who opens it next."""
    waiting = folder / _RESTORED
    shutil.rmtree(waiting, ignore_errors=True)
    part = folder / f"{_RESTORED}.part"
    shutil.rmtree(part, ignore_errors=True)
    shutil.copytree(generation, part, ignore=shutil.ignore_patterns("LOCK"))
    for path in part.iterdir():
        synchronise(path)
    part.rename(waiting)
    synchronise(folder)


def ordered(folder: Path) -> bool:
    """Return whether a generation waits to be taken up."""
    return (folder / _RESTORED).is_dir()


def take_up(folder: Path) -> Path:
    """Make the generation that waits the one that counts, and return where it is."""
    _, following = current_and_following(folder)
    shutil.rmtree(following, ignore_errors=True)
    (folder / _RESTORED).rename(following)
    point_to(folder, following.name)
    return following


def current_and_following(folder: Path, used: str = "") -> tuple[str, Path]:
    """Return the name of the generation that counts, and where the next one goes: behind that and the one `used`.

    A name is not used twice by one process, since whoever holds a fault may hold the store that it came from.
    """
    current = (folder / _CURRENT).read_text(encoding="utf-8").strip()
    newest = max(int(each.removeprefix(_GENERATION)) for each in (current, used or current))
    return current, folder / f"{_GENERATION}{newest + 1:06d}"


def taken(folder: Path) -> tuple[ox.Store, IO[str]]:
    """Return the store in `folder`, made where it does not exist, and its lock.

    Raise StoreUnavailable where the folder is something else, cannot be written, or is open in another process.
    """
    lock: IO[str] | None = None
    try:
        refuse_other(folder)
        folder.mkdir(parents=True, exist_ok=True)
        lock = locked(folder)
        return open_current(folder), lock
    except (OSError, StoreUnavailable) as fault:
        if lock is not None:
            lock.close()
        raise (unavailable(folder, fault) if isinstance(fault, OSError) else fault) from None


def locked(folder: Path) -> IO[str]:
    """Return the folder's lock; raise StoreUnavailable where another process has it."""
    lock = (folder / "LOCK").open("w", encoding="utf-8")
    try:
        fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except BlockingIOError:
        lock.close()
        raise StoreUnavailable(
            str(folder), "is open in another process.", "Stop that process or ask it over HTTP, then try again."
        ) from None
    return lock


def open_current(folder: Path) -> ox.Store:
    """Open the generation that counts, making the first one in a new folder."""
    if not (folder / _CURRENT).exists():
        drop_generations(folder, set())
        name = f"{_GENERATION}000001"
        ox.Store(str(folder / name)).flush()
        point_to(folder, name)
    current = (folder / _CURRENT).read_text(encoding="utf-8").strip()
    if not (folder / current).is_dir():
        raise StoreUnavailable(str(folder), f"names {current}, which is not there.", "Restore the folder from a copy.")
    if ordered(folder):
        current = take_up(folder).name
    drop_generations(folder, {current})
    for pin in folder.glob(f"{PIN}*"):
        shutil.rmtree(pin, ignore_errors=True)
    shutil.rmtree(snapshots(folder), ignore_errors=True)
    try:
        return ox.Store(str(folder / current))
    except RuntimeError as fault:
        damage = str(fault).split("  in ")[0]
        remedy = "Bring a backup back: partnergraph restore."
        raise StoreUnavailable(str(folder), f"is damaged: {damage}.", remedy) from fault


def snapshots(folder: Path) -> Path:
    """Return where the copies for readers in other processes are; what a killed process left there counts for nothing.

    They are on the disk of the store, so that a copy is made of hard links.
    """
    return folder / _SNAPSHOTS


def point_to(folder: Path, name: str) -> None:
    """Make generation `name` the one that counts; after this returns, a power cut does not undo it."""
    pending = folder / f"{_CURRENT}.new"
    with pending.open("w", encoding="utf-8") as out:
        out.write(name + "\n")
        out.flush()
        os.fsync(out.fileno())
    pending.replace(folder / _CURRENT)
    synchronise(folder)


def commit(folder: Path, quads: ox.Store, change: Delta) -> None:
    """Make a small change in the generation that counts, whole or not at all, also under a power cut."""
    current, _ = current_and_following(folder)
    try:
        quads.update(change.update())
        for log in (folder / current).glob("*.log"):  # the store has written it, and the disk is to have it, too
            synchronise(log)
    except OSError as fault:
        raise unavailable(folder, fault) from fault


def drop_generations(folder: Path, kept: set[str]) -> None:
    """Remove the generations that are not in `kept`."""
    for path in folder.glob(f"{_GENERATION}*"):
        if path.name not in kept:
            shutil.rmtree(path, ignore_errors=True)


def unavailable(folder: Path, fault: OSError) -> StoreUnavailable:
    """Return the error to raise for what the operating system reported."""
    reason = fault.strerror or str(fault)
    return StoreUnavailable(
        str(folder), f"cannot be used: {reason}.", "Free space or choose another folder; what was stored is unchanged."
    )
