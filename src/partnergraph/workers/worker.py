"""One worker process, seen from the service."""

from __future__ import annotations

import os
import resource
import subprocess
import sys
from multiprocessing.connection import Connection
from pathlib import Path
from socket import socketpair

from partnergraph.workers.asked import Order

_PAGE = resource.getpagesize()
_PATH = str(Path(__file__).resolve().parents[2])


class Worker:
    """A process that answers one query at a time. What it says comes out of `hear`, and it can always be killed."""

    def __init__(self) -> None:
        ours, theirs = socketpair()
        path = os.pathsep.join(filter(None, (_PATH, os.environ.get("PYTHONPATH"))))
        try:
            self._process = subprocess.Popen(
                [sys.executable, "-m", "partnergraph.workers.process", str(theirs.fileno())],
                stdin=subprocess.PIPE,
                stdout=subprocess.DEVNULL,
                pass_fds=(theirs.fileno(),),
                env={**os.environ, "PYTHONPATH": path},
                start_new_session=True,
            )
        except OSError:
            ours.close()
            raise
        finally:
            theirs.close()
        self._wire = Connection(ours.detach())
        self.pid = self._process.pid

    @property
    def alive(self) -> bool:
        """Whether the process runs."""
        return self._process.poll() is None

    def tell(self, order: Order) -> None:
        """Send an order; raise OSError where the process is gone."""
        self._wire.send_bytes(order.text())

    def hear(self) -> bytes:
        """Return the next message; raise EOFError or OSError where the process is gone."""
        return self._wire.recv_bytes()

    def speaks_within(self, seconds: float) -> bool:
        """Return whether there is something to hear within that time, be it the end of the process."""
        return self._wire.poll(seconds)

    def resident(self) -> int:
        """Return the bytes of memory that the process uses; 0 where the system does not say."""
        try:
            return int(Path(f"/proc/{self.pid}/statm").read_text(encoding="ascii").split()[1]) * _PAGE
        except (OSError, IndexError):
            return 0

    def kill(self) -> None:
        """End the process at once; whoever listens to it hears that it ended. May be called twice."""
        self._process.kill()

    def ended_by(self) -> int:
        """Wait for the end of a process that was killed or has closed its end; return its status. Free all it took."""
        if self._process.stdin is not None:
            self._process.stdin.close()
        self._wire.close()
        try:
            return self._process.wait(timeout=_GRACE)
        except subprocess.TimeoutExpired:
            self._process.kill()
            return self._process.wait()


_GRACE = 2.0
