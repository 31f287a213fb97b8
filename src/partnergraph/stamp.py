"""The stamp of a report: digests of all that it was made from, so that two reports can be held to be of the same."""

from __future__ import annotations

import hashlib
from collections.abc import Iterable
from functools import cache
from importlib.metadata import version

from partnergraph import artifacts, catalogue
from partnergraph.evaluation import Evaluation
from partnergraph.report import Stamp
from partnergraph.store import View
from partnergraph.terms import IMPORTS_GRAPH, PG, PREFIXES

_UNSTABLE = {PREFIXES["prov"] + "endedAtTime", PG + "who"}
_ENGINE = "pyoxigraph"
_WORDS = "SELECT DISTINCT ?digest WHERE { ?graph pg:contentDigest ?digest } ORDER BY ?digest"
_VERSION = "SELECT DISTINCT ?version WHERE { ?file a owl:Ontology ; owl:versionInfo ?version } ORDER BY ?version"


def stamp(view: View, judged_by: Evaluation, imports: View | None = None) -> Stamp:
    """Return the stamp of what is judged by an evaluation. It knows no clock: when and by whom data came is left out.

    The digest of the data covers what is recorded of each import and update: its name, its size, and the digests of
    its files. That is read in `imports`, where it is given.
    """
    recorded = imports or view
    graphs = (graph for graph in recorded.graphs() if graph.startswith(IMPORTS_GRAPH))
    facts = sorted(said for graph in graphs for said in recorded.statements(graph) if said[1] not in _UNSTABLE)
    words = [str(row[0]) for row in view.rows(_WORDS)[1]]
    judging = (judged_by.as_of.isoformat(), judged_by.pack, str(judged_by.named), *judged_by.options, *words)
    ours = ", ".join(str(row[0]) for row in view.rows(_VERSION)[1])
    return Stamp(
        data=_digest("\0".join(said) for said in facts),
        shapes=_shapes(),
        configuration=_digest(judging),
        switches=_switches(view, judged_by),
        versions=(("partnergraph", ours), (_ENGINE, version(_ENGINE))),
    )


@cache
def _shapes() -> str:
    """Return the digest of the rules and of the queries that prepare what they look at."""
    paths = (*artifacts.names("shapes", ".ttl"), *artifacts.names("queries/prepare", ".rq"))
    return _digest(artifacts.text(path) for path in paths)


def _switches(view: View, judged_by: Evaluation) -> tuple[tuple[str, str], ...]:
    if not judged_by.options:
        return ()
    rows = catalogue.texts(view, "lookup/switches")
    return tuple(sorted((row[0], row[4]) for row in rows if row[6] in judged_by.options))


def _digest(parts: Iterable[str]) -> str:
    return hashlib.sha256("\n".join(parts).encode()).hexdigest()
