"""The arguments that several commands share, how their text is read, and how a command's help is laid out."""

from __future__ import annotations

import argparse
from collections.abc import Mapping, Sequence
from pathlib import Path
from textwrap import fill
from typing import TypeAlias

Commands: TypeAlias = "argparse._SubParsersAction[argparse.ArgumentParser]"  # noqa: SLF001 (it has no public name)

STATUSES = {
    0: "fine",
    1: "violations found",
    2: "wrong use",
    3: "cannot read or write",
}
WIDTH = 100


def command(
    commands: Commands,
    name: str,
    summary: str,
    about: str,
    examples: Sequence[str],
    statuses: Mapping[int, str] | None = None,
) -> argparse.ArgumentParser:
    """Add a command whose help teaches: what it is for, its options, examples, exit statuses.

    `statuses` says what an exit status means for this command, where it means more than usual.
    """
    meanings = STATUSES | dict(statuses or {})
    epilog = "\n".join(
        (
            "examples:",
            *(f"  {example}" for example in examples),
            "",
            "exit status:",
            *(f"  {status}  {meaning}" for status, meaning in sorted(meanings.items())),
        )
    )
    return commands.add_parser(
        name,
        help=summary,
        description=fill(about, WIDTH),
        epilog=epilog,
        formatter_class=argparse.RawDescriptionHelpFormatter,
        allow_abbrev=False,
    )


def add_sources(parser: argparse.ArgumentParser) -> None:
    """Let the command work on files, or on a store folder."""
    add_paths(parser)
    add_store(parser)


def add_paths(parser: argparse.ArgumentParser) -> None:
    """Let the command work on files."""
    parser.add_argument(
        "paths",
        nargs="*",
        metavar="PATH",
        help="RDF files (Turtle, TriG, N-Triples, N-Quads, JSON-LD, RDF/XML, plain or .gz), bundle folders or .zip; "
        "read into memory, nothing is kept",
    )


def add_store(parser: argparse.ArgumentParser, *, required: bool = False) -> None:
    """Let the command work on a store folder."""
    parser.add_argument("--store", type=Path, metavar="DIR", required=required, help="the store folder to work on")


def add_evaluation(parser: argparse.ArgumentParser) -> None:
    """Let the person choose the date and the rule pack to judge by."""
    parser.add_argument(
        "--as-of",
        metavar="DATE",
        help="the date to judge by: 2023-09-30, or 2023-09 for its last day (default: the newest month in the data)",
    )
    parser.add_argument("--pack", metavar="PACK", help="the rule pack to judge by (default: the one of the date)")
    add_switches(parser)
    add_packs(parser)


def add_switches(parser: argparse.ArgumentParser) -> None:
    """Let the person decide what the sources leave open."""
    parser.add_argument(
        "--switch",
        metavar="NAME=OPTION",
        action="append",
        dest="switches",
        default=[],
        type=_switch,
        help="decide a question that the sources leave open otherwise than the pack does; may be given several times "
        "(partnergraph rules --switches lists them)",
    )


def add_packs(parser: argparse.ArgumentParser) -> None:
    """Let the person add rule packs of their own."""
    parser.add_argument(
        "--packs",
        metavar="DIR",
        action="append",
        default=[],
        type=Path,
        help="a folder with rule packs of your own, in Turtle, beside the shipped ones; may be given several times",
    )


def add_format(parser: argparse.ArgumentParser, *choices: str) -> None:
    """Let the person choose the form of the answer; the first choice is the default."""
    parser.add_argument(
        "--format", choices=choices, default=choices[0], help=f"the form of the answer (default: {choices[0]})"
    )


def add_address(parser: argparse.ArgumentParser) -> None:
    """Let the person choose where to listen."""
    parser.add_argument("--host", default="127.0.0.1", help="the address to listen on (default: 127.0.0.1)")
    parser.add_argument(
        "--port", type=_port, default=8080, help="the port to listen on; 0 takes a free one (default: 8080)"
    )


def _switch(text: str) -> tuple[str, str]:
    name, sign, option = text.partition("=")
    if not (name and sign and option):
        raise argparse.ArgumentTypeError(f"{text} is no switch with its option, such as tierTwoProviderCredit=on")
    return name, option


def _port(text: str) -> int:
    port = int(text)
    if not 0 <= port <= 65535:
        raise argparse.ArgumentTypeError(f"{text} is not between 0 and 65535")
    return port
