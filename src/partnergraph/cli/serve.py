"""`partnergraph serve`: answer over HTTP until stopped."""

from __future__ import annotations

import argparse
import socket

import uvicorn

from partnergraph.cli.arguments import Commands, add_address, add_paths, add_store, command
from partnergraph.cli.output import say
from partnergraph.cli.sources import read
from partnergraph.errors import StoreUnavailable, WrongUse
from partnergraph.graph import PartnerGraph
from partnergraph.web import create_app

_ABOUT = """\
Serve a store, or files read into memory, over HTTP: /sparql, /validate, /imports, /credits, /explain, /health, and a
description of all of them (/docs). It listens to this machine only unless --host says otherwise: there is no login.
Without a store, what is imported over HTTP lasts as long as the server. Stop it with Ctrl-C."""
_EXAMPLES = (
    "partnergraph serve --store store",
    "partnergraph serve examples/good --port 9000",
)


def add_to(commands: Commands) -> None:
    """Add the command to the parser."""
    parser = command(
        commands,
        "serve",
        "answer over HTTP until stopped",
        _ABOUT,
        _EXAMPLES,
        {0: "stopped", 1: "not used by this command", 3: "cannot read the files, open the store or use the port"},
    )
    add_paths(parser)
    add_store(parser)
    add_address(parser)
    parser.set_defaults(run=run)


def run(arguments: argparse.Namespace) -> int:
    """Serve until stopped."""
    if arguments.paths and arguments.store is not None:
        raise WrongUse("Name files, or a store with --store DIR, not both.")
    with PartnerGraph.open(arguments.store) as graph:
        if arguments.paths:
            read(graph, arguments.paths)
        serve(graph, arguments.host, arguments.port)
    return 0


def serve(graph: PartnerGraph, host: str, port: int) -> None:
    """Answer over HTTP until the process is asked to stop; raise StoreUnavailable where the port cannot be used."""
    try:
        listener = socket.create_server((host, port), family=socket.AF_INET6 if ":" in host else socket.AF_INET)
    except OSError as fault:
        raise StoreUnavailable(
            f"{host}:{port}", f"cannot be listened on: {fault.strerror or fault}.", "Choose another with --port."
        ) from fault
    shown = f"[{host}]" if ":" in host else host
    say(f"Serving on http://{shown}:{listener.getsockname()[1]}. Stop with Ctrl-C.")
    server = uvicorn.Server(uvicorn.Config(create_app(graph), log_level="warning"))
    try:
        server.run(sockets=[listener])
    except KeyboardInterrupt:
        pass
    finally:
        listener.close()
    say("Stopped.")
