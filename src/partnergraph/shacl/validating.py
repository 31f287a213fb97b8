"""`validate`: any graph judged by any shapes."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING

import rdflib

from partnergraph.errors import WrongUse
from partnergraph.shacl.shapes import Shapes
from partnergraph.shacl.verdict import ShapesReport
from partnergraph.store.documents import triples_of
from partnergraph.store.judged import Judged, held

if TYPE_CHECKING:
    import pyoxigraph

    Source = rdflib.Graph | pyoxigraph.Store | Path | str | Sequence[Path | str]


def validate(data: Source, shapes: Source) -> ShapesReport:
    """Return what shapes find in data, as the SHACL standard has it: Core and SPARQL, with all targets and paths.

    Each is an rdflib Graph, a pyoxigraph Store, or the path of an RDF file or of a folder of them, or several paths.
    Of a Store all graphs count as one. Neither is written to. Literals are taken as they are written, save in a
    Store, which itself writes `"05"^^xsd:int` as 5.

    Raise UnreadableInput for a file that cannot be read, and ShapesFault for shapes that are ill-formed, refer back to
    themselves or hold a query that SHACL forbids. Bad data is never an error.
    """
    report = Shapes.of(_graph(shapes, "s").triples()).judge(_graph(data, "d"))
    return replace(report, from_rdflib=isinstance(data, rdflib.Graph))


def validate_files(data: Sequence[Path], shapes: Sequence[Path], base: str) -> ShapesReport:
    """Return what the shapes in files find in the data in files; relative IRIs are resolved against `base`."""
    read = Judged.read(shapes, "s", base)
    return Shapes.of(read.triples()).judge(Judged.read(data, "d", base))


def _graph(source: object, label: str) -> Judged:
    found = held(source)
    if found is not None:
        return found
    if isinstance(source, rdflib.Dataset):
        merged = rdflib.Graph()
        for subject, predicate, value, _ in source.quads():
            merged.add((subject, predicate, value))
        source = merged
    if isinstance(source, rdflib.Graph):
        return Judged.of(triples_of(source.serialize(format="nt", encoding="utf-8")))
    paths = [source] if isinstance(source, str | Path) else source
    if isinstance(paths, Sequence) and paths and all(isinstance(path, str | Path) for path in paths):
        return Judged.read([Path(path) for path in paths], label)
    raise WrongUse(f"{type(source).__name__} is no graph. Give an rdflib Graph, a pyoxigraph Store, or a path.")
