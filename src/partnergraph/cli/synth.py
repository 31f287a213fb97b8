"""`partnergraph synth`: write a made-up ecosystem of any size."""

from __future__ import annotations

import argparse
from pathlib import Path

from partnergraph import synth
from partnergraph.cli.arguments import Commands, command
from partnergraph.cli.output import counted, say
from partnergraph.cli.progress import Progress

_ABOUT = """\
Write a fictional ecosystem of partners, customers, subscriptions, associations and usage, for trying things out and
for measuring. The same seed gives the same bytes. A share of the associations breaks a rule on purpose; what was
planted is listed beside the data."""
_EXAMPLES = (
    "partnergraph synth --tenants 100 --violations 0 --out sample",
    "partnergraph synth --tenants 1000 --seed 7 --violations 0.01 --usage-months 13 --out sample --form bundle",
)


def add_to(commands: Commands) -> None:
    """Add the command to the parser."""
    parser = command(
        commands,
        "synth",
        "write a made-up ecosystem of any size",
        _ABOUT,
        _EXAMPLES,
        {0: "written", 1: "not used by this command", 3: "cannot write"},
    )
    parser.add_argument("--out", type=Path, required=True, metavar="DIR", help="the folder to write into")
    parser.add_argument("--tenants", type=int, default=100, metavar="N", help="how many tenants (default: 100)")
    parser.add_argument("--seed", type=int, default=1, metavar="S", help="the seed of all chance (default: 1)")
    parser.add_argument(
        "--violations", type=float, default=0.01, metavar="SHARE", help="share of planted violations (default: 0.01)"
    )
    parser.add_argument("--usage-months", type=int, default=13, metavar="M", help="months of usage (default: 13)")
    parser.add_argument(
        "--form",
        "--format",
        choices=synth.FORMS,
        default=synth.FORMS[0],
        help=f"what to write (default: {synth.FORMS[0]})",
    )
    parser.set_defaults(run=run)


def run(arguments: argparse.Namespace) -> int:
    """Write the ecosystem and say what was written."""
    with Progress("writing a made-up ecosystem"):
        summary = synth.write(
            arguments.out,
            tenants=arguments.tenants,
            seed=arguments.seed,
            violations=arguments.violations,
            usage_months=arguments.usage_months,
            form=arguments.form,
        )
    unit = "triple" if arguments.form == "nquads" else "row"
    say(
        f"Wrote {summary.path}: {counted(summary.statements, unit)} for {counted(summary.tenants, 'tenant')}; "
        f"{summary.planted_path} lists {counted(summary.planted, 'planted violation')}."
    )
    return 0
