"""A really running service: `partnergraph serve` in a process of its own."""

from __future__ import annotations

import os
import re
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

SOURCE = Path(__file__).resolve().parents[1] / "src"


@contextmanager
def served(*arguments: str) -> Iterator[str]:
    """Give the address of a service that was started with the arguments, and stop it in the end."""
    command = [sys.executable, "-m", "partnergraph", "serve", "--port", "0", *arguments]
    environment = {**os.environ, "PYTHONPATH": str(SOURCE)}
    process = subprocess.Popen(command, stderr=subprocess.PIPE, text=True, env=environment)
    try:
        assert process.stderr is not None
        said = ""
        for line in process.stderr:
            said += line
            found = re.search(r"Serving on (http://\S+)\. ", line)
            if found:
                yield found[1]
                return
        raise AssertionError(f"the service did not start: {said}")
    finally:
        process.terminate()
        process.wait(timeout=30)
        if process.stderr is not None:
            process.stderr.close()
