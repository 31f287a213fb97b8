"""`partnergraph explain`: why, and why not."""

from __future__ import annotations

import argparse

from partnergraph.cli.arguments import Commands, add_evaluation, add_format, add_sources, command
from partnergraph.cli.output import write
from partnergraph.cli.progress import Progress
from partnergraph.cli.sources import opened

_ABOUT = """\
Say why a partner is credited (through which association, matrix row, rules, dates and source rows) or why not: the
conditions in the order in which they are tested, up to the first that failed, each with what it looked at. Where the
partner has no association, say what could earn there and whether the place is taken; no other partner is ever named.
Narrow the question by tenant, workload, subscription and metric. As html it is a page that can be read, printed and
sent on by itself."""
_EXAMPLES = (
    "partnergraph explain --store store --partner 5000001 --tenant harbour --workload Exchange",
    "partnergraph explain --partner 5000001 --subscription harbour-service --metric deployments examples/good",
    "partnergraph explain --partner 5000001 --as-of 2023-09 --format json examples/good",
    "partnergraph explain --partner 5000001 --tenant harbour --format html examples/good > why.html",
)


def add_to(commands: Commands) -> None:
    """Add the command to the parser."""
    parser = command(
        commands,
        "explain",
        "say why a partner is credited, or why not",
        _ABOUT,
        _EXAMPLES,
        {0: "answered, credited or not", 1: "not used by this command"},
    )
    add_sources(parser)
    parser.add_argument("--partner", metavar="ID", required=True, help="the partner asked about")
    parser.add_argument("--tenant", metavar="ID", help="the tenant asked about")
    parser.add_argument("--workload", metavar="NAME", help="the workload asked about, by its product label")
    parser.add_argument("--subscription", metavar="ID", help="the subscription asked about")
    parser.add_argument("--metric", metavar="METRIC", help="the metric asked about, such as deployments or incentive")
    add_evaluation(parser)
    add_format(parser, "text", "json", "html")
    parser.set_defaults(run=run)


def run(arguments: argparse.Namespace) -> int:
    """Print the explanation."""
    with opened(arguments.paths, arguments.store, arguments.packs) as graph, Progress("looking for the reasons"):
        explanation = graph.explain(
            arguments.partner,
            tenant=arguments.tenant,
            workload=arguments.workload,
            subscription=arguments.subscription,
            metric=arguments.metric,
            as_of=arguments.as_of,
            pack=arguments.pack,
            switches=dict(arguments.switches),
        )
    forms = {"json": explanation.to_json, "html": explanation.to_html}
    write(forms.get(arguments.format, explanation.to_text)())
    return 0
