"""The reading of files: RDF and the CSV bundle, staged as a whole or refused with every fault listed."""

from __future__ import annotations

from partnergraph.importing.codes import Codes
from partnergraph.importing.rdf import Sink
from partnergraph.importing.source import Progress, SourceFile
from partnergraph.importing.staging import Staged, stage

__all__ = ["Codes", "Progress", "Sink", "SourceFile", "Staged", "stage"]
