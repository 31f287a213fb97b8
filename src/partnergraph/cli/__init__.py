"""The command line: it parses arguments, formats answers and maps errors to exit statuses."""

from __future__ import annotations

import errno
import os
import sys
from collections.abc import Sequence

from partnergraph.cli.output import say
from partnergraph.cli.parser import parse
from partnergraph.errors import BadQuery, PartnerGraphError, UnreadableInput

__all__ = ["main"]

CANNOT_READ_OR_WRITE = 3
INTERRUPTED = 130
BROKEN_PIPE = 141


def main(argv: Sequence[str] | None = None) -> int:
    """Run one command and return its exit status; never raise for wrong use or unreadable input."""
    try:
        arguments = parse(argv)
    except SystemExit as stop:
        return stop.code if isinstance(stop.code, int) else 0
    try:
        status: int = arguments.run(arguments)
    except UnreadableInput as fault:
        say(f"partnergraph {arguments.command}: the input cannot be read; nothing of it was kept.")
        say("\n".join(f"  {each}" for each in fault.faults))
        return fault.exit_status
    except BadQuery as fault:
        place = f"line {fault.line}, column {fault.column}: " if fault.line else ""
        say(f"partnergraph {arguments.command}: {place}{fault.message}")
        return fault.exit_status
    except PartnerGraphError as fault:
        say(f"partnergraph {arguments.command}: {fault}")
        return fault.exit_status
    except KeyboardInterrupt:
        say("partnergraph: stopped.")
        return INTERRUPTED
    except BrokenPipeError:
        _forget_output()
        return BROKEN_PIPE
    except OSError as fault:
        say(f"partnergraph {arguments.command}: {_told(fault)}")
        return CANNOT_READ_OR_WRITE
    return status


def _told(fault: OSError) -> str:
    where = f"{fault.filename}: " if fault.filename else ""
    if fault.errno in (errno.ENOSPC, errno.EDQUOT):
        return f"{where}there is no room left on the disk. Free some and try again; what was stored is unchanged."
    return f"{where}{fault.strerror or fault}."


def _forget_output() -> None:
    """Send what is still buffered nowhere, so that Python does not complain about the closed pipe at exit."""
    nowhere = os.open(os.devnull, os.O_WRONLY)
    os.dup2(nowhere, sys.stdout.fileno())
    os.close(nowhere)
