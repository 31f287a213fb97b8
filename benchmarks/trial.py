"""One measured run, in a process of its own, so that its peak memory is its own."""

from __future__ import annotations

import multiprocessing
import resource
import sys
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from multiprocessing.connection import Connection

Figures = dict[str, float]


@dataclass(frozen=True, slots=True)
class Trial:
    """What a run reported, and the peak of its process's resident memory in bytes."""

    figures: Figures
    peak_bytes: int


def run(work: Callable[..., Figures], *arguments: str | int | float, limit: float | None = None) -> Trial:
    """Run `work` with `arguments` in a fresh process and return what it reports.

    Raise RuntimeError where it dies, and TimeoutError where it is not done within `limit` seconds; it is then ended.
    """
    context = multiprocessing.get_context("spawn")
    ours, theirs = context.Pipe(duplex=False)
    process = context.Process(target=_child, args=(theirs, work, arguments))
    process.start()
    theirs.close()
    try:
        if not ours.poll(limit):
            process.kill()
            raise TimeoutError(f"{work.__name__} was not done within {limit} s")
        figures, peak = ours.recv()
    except EOFError:
        raise RuntimeError(f"{work.__name__}{arguments} ended without a result") from None
    finally:
        process.join()
    return Trial(figures, peak)


def _child(answer: Connection, work: Callable[..., Figures], arguments: Sequence[str | int | float]) -> None:
    figures = work(*arguments)
    answer.send((figures, resource.getrusage(resource.RUSAGE_SELF).ru_maxrss * 1024))


def table(header: Sequence[str], rows: Sequence[Sequence[str]]) -> None:
    """Print rows as the Markdown table that the README holds."""
    for line in (header, ["---"] * len(header), *rows):
        sys.stdout.write("| " + " | ".join(line) + " |\n")
    sys.stdout.flush()
