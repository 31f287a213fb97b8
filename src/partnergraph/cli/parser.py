"""The parser: which commands there are."""

from __future__ import annotations

import argparse
from collections.abc import Sequence

from partnergraph import __version__
from partnergraph.cli import (
    backup,
    check,
    close,
    commit,
    credit,
    demo,
    diff,
    explain,
    imports,
    policy,
    quarantine,
    queries,
    query,
    restore,
    rules,
    score,
    serve,
    shapes,
    synth,
    token,
    update,
    validate,
)

_ABOUT = """\
Who gets credit for a customer, why, and why not: partner associations (CPOR, DPOR, PAL, CSP, TPOR)
as a guarded, queryable graph. Start with `partnergraph demo`."""
_COMMANDS = (
    *(demo, imports, commit, update, quarantine, policy, shapes, validate, credit, score, explain, close, diff),
    *(query, rules, queries, synth, serve, token, check, backup, restore),
)


def parse(argv: Sequence[str] | None) -> argparse.Namespace:
    """Return what the person asked for; paths may stand before and after options. Exit with 2 for wrong use."""
    parser = build_parser()
    arguments, left = parser.parse_known_args(argv)
    paths = getattr(arguments, "paths", None)
    if left and (paths is None or any(word.startswith("-") for word in left)):
        parser.error(f"partnergraph {arguments.command} does not know: {' '.join(left)}")
    if left:
        arguments.paths = [*arguments.paths, *left]
    return arguments


def build_parser() -> argparse.ArgumentParser:
    """Return the parser of the whole command line; `run` of what it parses is the command's function."""
    parser = argparse.ArgumentParser(
        prog="partnergraph",
        description=_ABOUT,
        epilog="`partnergraph COMMAND --help` teaches one command.",
        formatter_class=argparse.RawDescriptionHelpFormatter,
        allow_abbrev=False,
    )
    parser.add_argument("--version", action="version", version=f"partnergraph {__version__}")
    commands = parser.add_subparsers(dest="command", metavar="COMMAND", required=True)
    for module in _COMMANDS:
        module.add_to(commands)
    return parser
