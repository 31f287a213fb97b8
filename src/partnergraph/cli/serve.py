"""`partnergraph serve`: answer over HTTP until stopped."""

from __future__ import annotations

import argparse
import math
import os
import signal
import socket
from contextlib import closing
from pathlib import Path
from types import FrameType

import uvicorn

from partnergraph.cli.arguments import Commands, add_paths, command
from partnergraph.cli.closing import gate_of
from partnergraph.cli.output import say
from partnergraph.cli.sources import read
from partnergraph.configuration import Configuration, configured, settings
from partnergraph.errors import StoreUnavailable, WrongUse
from partnergraph.graph import PartnerGraph
from partnergraph.jobs import Jobs
from partnergraph.web import create_app, logs

_ABOUT = """\
Serve a store, or files read into memory, over HTTP: /sparql, /graphs, /validate, /imports, /credits, /explain,
/health, and a description of all of them (/docs); with --allow-write SPARQL updates as well. It listens to this
machine only unless --host says otherwise; then callers need tokens (partnergraph token create), and the service a
certificate, or a proxy that has one. Without a store, what is written over HTTP lasts as long as the server. What is
set here can also be set in a TOML file (--config) and in the environment: --query-seconds as query-seconds and as
PARTNERGRAPH_QUERY_SECONDS. Stop it with Ctrl-C."""
_EXAMPLES = (
    "partnergraph serve --store store",
    "partnergraph serve examples/good --port 9000",
    "partnergraph serve --store store --allow-write",
    "partnergraph serve --config partnergraph.toml --query-seconds 60",
    "partnergraph serve --store store --host 0.0.0.0 --certificate chain.pem --key key.pem",
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
    parser.add_argument("--config", type=Path, metavar="FILE", help="a TOML file with settings; flags come before it")
    for setting in settings():
        usual = f" (default: {setting.default})" if setting.default else ""
        shown = setting.about.read.__name__.upper()
        meaning = (setting.about.meaning + usual).replace("%", "%%")
        if setting.usual is False:
            parser.add_argument(setting.flag, action="store_const", const="true", help=meaning)
        else:
            parser.add_argument(setting.flag, metavar=shown, help=meaning)
    parser.set_defaults(run=run)


def run(arguments: argparse.Namespace) -> int:
    """Serve until stopped."""
    flags = {setting.name: getattr(arguments, setting.name) for setting in settings()}
    configuration = configured(flags, os.environ, arguments.config)
    if arguments.paths and configuration.store is not None:
        raise WrongUse("Name files, or a store with --store DIR, not both.")
    with PartnerGraph.open(configuration.store, limits=configuration.limits) as graph:
        if arguments.paths:
            read(graph, arguments.paths)
        serve(graph, configuration)
    return 0


def serve(graph: PartnerGraph, configuration: Configuration) -> None:
    """Answer over HTTP until the process is asked to stop.

    Raise StoreUnavailable where the port cannot be used, and WrongUse where others could reach it unprotected.
    """
    host, limits = configuration.host, configuration.limits
    gate = gate_of(configuration)
    folder = None if configuration.store is None else configuration.store / "jobs"
    with (
        _listener(host, configuration.port) as listener,
        graph.workers(limits) as pool,
        graph.watched(),
        closing(Jobs(graph, folder)) as jobs,
    ):
        writable, origins = configuration.allow_write, configuration.origins
        app = create_app(graph, limits=limits, origins=origins, pool=pool, writable=writable, jobs=jobs, gate=gate)
        listener.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)  # asyncio does so only for sockets of its own
        shown = f"[{host}]" if ":" in host else host
        scheme = "http" if configuration.certificate is None else "https"
        say(f"Serving on {scheme}://{shown}:{listener.getsockname()[1]}. Stop with Ctrl-C.")
        logs.start(configuration.log_format, configuration.log_level)
        server = uvicorn.Server(
            uvicorn.Config(
                app,
                log_config=None,
                access_log=False,
                server_header=False,
                ssl_certfile=configuration.certificate,
                ssl_keyfile=configuration.key,
                timeout_graceful_shutdown=math.ceil(configuration.stop_seconds),
            )
        )
        usual = signal.signal(signal.SIGTERM, _interrupt)
        try:
            server.run(sockets=[listener])
        except KeyboardInterrupt:
            pass
        finally:
            signal.signal(signal.SIGTERM, usual)
    say("Stopped.")


def _listener(host: str, port: int) -> socket.socket:
    try:
        family = socket.AF_INET6 if ":" in host else socket.AF_INET
        return socket.create_server((host, port), family=family)
    except OSError as fault:
        raise StoreUnavailable(
            f"{host}:{port}", f"cannot be listened on: {fault.strerror or fault}.", "Choose another with --port."
        ) from fault


def _interrupt(_: int, __: FrameType | None) -> None:
    """Let a request to terminate end the service as Ctrl-C does, so that nothing is left behind."""
    raise KeyboardInterrupt
