"""`partnergraph token`: make, list and revoke the tokens that callers of a service show."""

from __future__ import annotations

import argparse
from datetime import date
from pathlib import Path

from partnergraph.access import Kept, Role, Tokens
from partnergraph.cli.arguments import Commands, add_format, add_store, command
from partnergraph.cli.closing import tokens_of
from partnergraph.cli.output import say, write, write_table
from partnergraph.cli.sources import existing
from partnergraph.errors import WrongUse
from partnergraph.table import Table

_ABOUT = """\
Make, list and revoke bearer tokens. A token is printed once, when it is made; only a digest of it is kept, in a file
beside the store (tokens.json in its folder) or in the one named by --tokens. What is changed here counts at once, also
for a service that runs. Roles: reader (reads everything), importer (and imports), operator (and everything else),
auditor (everything of one global account), customer (all on its own tenants), partner (what is its own)."""
_EXAMPLES = (
    "partnergraph token create --role reader --expires 2027-01-01 --store store",
    "partnergraph token create --role partner --partner 5000001 --location 6000001 --expires 2027-01-01 --store store",
    "partnergraph token list --store store",
    "partnergraph token revoke 0123456789ab --tokens tokens.json",
)
_COLUMNS = ("id", "role", "subject", "locations", "created", "expires", "revoked")


def add_to(commands: Commands) -> None:
    """Add the command to the parser."""
    parser = command(
        commands,
        "token",
        "make, list and revoke the tokens of a service",
        _ABOUT,
        _EXAMPLES,
        {0: "done", 1: "not used by this command", 3: "cannot read or write the file"},
    )
    parser.add_argument("action", choices=("create", "list", "revoke"), help="what to do")
    parser.add_argument("id", nargs="?", metavar="ID", help="the token to revoke; token list shows the ids")
    add_store(parser)
    parser.add_argument("--tokens", type=Path, metavar="FILE", help="the file of tokens, in place of the store's")
    parser.add_argument("--role", choices=tuple(map(str, Role)), help="what the caller is")
    parser.add_argument("--partner", metavar="ID", help="the global account of a partner or auditor")
    parser.add_argument("--customer", metavar="ID", help="the customer, for its role")
    parser.add_argument("--location", metavar="ID", action="append", default=[], help="only this location; repeatable")
    parser.add_argument("--expires", metavar="DATE", help="the day from which on it is good for nothing, in UTC")
    add_format(parser, "table", "csv", "json")
    parser.set_defaults(run=run)


def run(arguments: argparse.Namespace) -> int:
    """Do what was asked."""
    store = None if arguments.store is None else existing(arguments.store)
    path = tokens_of(store, arguments.tokens)
    if path is None:
        raise WrongUse("Name the store with --store DIR, or the file of tokens with --tokens FILE.")
    tokens = Tokens(path)
    if arguments.action == "create":
        _create(tokens, arguments)
    elif arguments.action == "revoke":
        if not arguments.id:
            raise WrongUse("Name the token to revoke: partnergraph token revoke ID. token list shows the ids.")
        tokens.revoke(arguments.id)
        say(f"Token {arguments.id} is good for nothing from now on.")
    else:
        rows = tuple(tuple(_cell(each, name) for name in _COLUMNS) for each in tokens.listed())
        write_table(Table(_COLUMNS, rows), arguments.format)
    return 0


def _create(tokens: Tokens, arguments: argparse.Namespace) -> None:
    if not arguments.role or not arguments.expires:
        raise WrongUse("A token needs a --role and the day on which it --expires, such as 2027-01-01.")
    if arguments.partner and arguments.customer:
        raise WrongUse("A token is for a --partner or for a --customer, not for both.")
    if arguments.customer and Role(arguments.role) is not Role.CUSTOMER:
        raise WrongUse(f"--customer goes with --role {Role.CUSTOMER}.")
    if arguments.partner and Role(arguments.role) is Role.CUSTOMER:
        raise WrongUse(f"The role {Role.CUSTOMER} needs a --customer, not a --partner.")
    try:
        expires = date.fromisoformat(arguments.expires)
    except ValueError:
        raise WrongUse(f"--expires: {arguments.expires!r} is no day. Write 2027-01-01.") from None
    kept, text = tokens.create(arguments.role, arguments.partner or arguments.customer, arguments.location, expires)
    write(text)
    say(f"Token {kept.id}, {kept.role}, good until {kept.expires}. It is shown once; {tokens.path} keeps its digest.")


def _cell(kept: Kept, name: str) -> str:
    value = getattr(kept, name)
    return "|".join(value) if isinstance(value, tuple) else value or ""
