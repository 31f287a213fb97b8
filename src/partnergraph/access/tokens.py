"""Bearer tokens: made, listed and revoked; kept as digests in a file that only its owner can read."""

from __future__ import annotations

import fcntl
import hashlib
import hmac
import json
import os
import re
import secrets
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import asdict, dataclass, replace
from datetime import UTC, date, datetime
from pathlib import Path

from partnergraph.access.caller import Caller
from partnergraph.errors import StoreUnavailable, WrongUse

_SHAPE = re.compile(r"pgt_([0-9a-f]{12})_([A-Za-z0-9_-]{43})")
_NOBODY = hashlib.sha256(b"").hexdigest()


@dataclass(frozen=True, slots=True)
class Kept:
    """What is kept of a token: never the token itself. It is good up to and without the day `expires`, in UTC."""

    id: str
    digest: str
    role: str
    subject: str | None
    locations: tuple[str, ...]
    created: str
    expires: str
    revoked: str = ""

    @property
    def caller(self) -> Caller:
        """Who asks with this token."""
        return Caller.of(self.id, self.role, self.subject, self.locations)

    def is_good(self, today: date) -> bool:
        """Return whether it opens the door on that day."""
        return not self.revoked and today < date.fromisoformat(self.expires)


class Tokens:
    """The tokens in one file. What another process changes in it counts from the next look on."""

    def __init__(self, path: Path) -> None:
        self.path = path
        self._read: tuple[tuple[int, int, int], dict[str, Kept]] | None = None

    def create(self, role: str, subject: str | None, locations: Sequence[str], expires: date) -> tuple[Kept, str]:
        """Add a token; return what is kept of it and its text, which nobody can read again.

        Raise WrongUse where role, subject and locations do not go together, or it would be expired already.
        """
        if expires <= _today():
            raise WrongUse(f"{expires} is past already. Name a later day.")
        secret = secrets.token_urlsafe(32)
        kept = Kept(
            secrets.token_hex(6), _digest(secret), role, subject, tuple(locations), _today().isoformat(), str(expires)
        )
        _ = kept.caller
        with self._changing() as known:
            known[kept.id] = kept
        return kept, f"pgt_{kept.id}_{secret}"

    def revoke(self, name: str) -> None:
        """Let the token of that id open nothing from now on; raise WrongUse where there is none."""
        with self._changing() as known:
            if name not in known:
                raise WrongUse(f"There is no token {name} in {self.path}.")
            known[name] = replace(known[name], revoked=known[name].revoked or _today().isoformat())

    def listed(self) -> tuple[Kept, ...]:
        """Return what is kept of all tokens, the oldest first."""
        return tuple(sorted(self._known().values(), key=lambda each: (each.created, each.id)))

    def caller(self, text: str) -> Caller | None:
        """Return who asks with a token of that text, or None: unknown, revoked and expired ones are not told apart."""
        shape = _SHAPE.fullmatch(text)
        if shape is None:
            return None
        kept = self._known().get(shape[1])
        same = hmac.compare_digest(_digest(shape[2]), kept.digest if kept else _NOBODY)
        return kept.caller if same and kept and kept.is_good(_today()) else None

    def _known(self) -> dict[str, Kept]:
        try:
            stat = self.path.stat()
            mark = (stat.st_mtime_ns, stat.st_size, stat.st_ino)
            if self._read is None or self._read[0] != mark:
                self._read = mark, _parsed(self.path)
        except FileNotFoundError:
            return {}
        except OSError as fault:
            raise _unusable(self.path, fault.strerror or str(fault)) from fault
        return self._read[1]

    @contextmanager
    def _changing(self) -> Iterator[dict[str, Kept]]:
        """Give the tokens to change, alone, and write them whole or not at all."""
        try:
            self.path.parent.mkdir(parents=True, exist_ok=True)
            with self.path.with_name(self.path.name + ".lock").open("w", encoding="utf-8") as lock:
                fcntl.flock(lock, fcntl.LOCK_EX)
                known = _parsed(self.path) if self.path.exists() else {}
                yield known
                pending = self.path.with_name(self.path.name + ".new")
                descriptor = os.open(pending, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600)
                with os.fdopen(descriptor, "w", encoding="utf-8") as out:
                    json.dump({"tokens": [asdict(each) for each in known.values()]}, out, indent=1)
                    out.flush()
                    os.fsync(out.fileno())
                pending.replace(self.path)
        except OSError as fault:
            raise _unusable(self.path, fault.strerror or str(fault)) from fault


def _parsed(path: Path) -> dict[str, Kept]:
    try:
        listed = json.loads(path.read_text(encoding="utf-8"))["tokens"]
        found = [Kept(**{**each, "locations": tuple(each["locations"])}) for each in listed]
        for each in found:
            _ = each.caller, date.fromisoformat(each.expires)
    except (ValueError, KeyError, TypeError, WrongUse) as fault:
        raise _unusable(path, "holds no tokens as partnergraph writes them") from fault
    return {each.id: each for each in found}


def _unusable(path: Path, why: str) -> StoreUnavailable:
    return StoreUnavailable(str(path), f"cannot be used for tokens: {why}.", "Name another file with --tokens.")


def _digest(secret: str) -> str:
    """Return the digest to keep; a secret of 256 random bits needs no salt and no slow hash."""
    return hashlib.sha256(secret.encode()).hexdigest()


def _today() -> date:
    return datetime.now(UTC).date()
