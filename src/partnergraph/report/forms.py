"""The forms that a report can be had in, by name."""

from __future__ import annotations

import csv
import io
from collections.abc import Callable, Iterator
from typing import TYPE_CHECKING

from partnergraph.errors import WrongUse
from partnergraph.report import page, rdf, sarif
from partnergraph.report.members import json_chunks

if TYPE_CHECKING:
    from partnergraph.report.report import Report

_ROWS = 100


def chunks(report: Report, form: str) -> Iterator[str]:
    """Yield the report in the form of that name piece by piece; raise WrongUse for an unknown one."""
    if form not in _WRITERS:
        raise WrongUse(f"A report cannot be had as {form}. Known are: {', '.join(FORMS)}.")
    return _WRITERS[form](report)


def _table(report: Report) -> Iterator[str]:
    yield report.brief.to_text()
    if report.cut:
        yield f"… and {report.cut:,} more.\n"


def _csv(report: Report) -> Iterator[str]:
    out = io.StringIO()
    writer = csv.writer(out, lineterminator="\n")
    writer.writerow(report.table.columns)
    for number, row in enumerate(report.table.rows, 1):
        writer.writerow(row)
        if number % _ROWS == 0:
            yield out.getvalue()
            out.seek(0)
            out.truncate()
    yield out.getvalue()


_WRITERS: dict[str, Callable[[Report], Iterator[str]]] = {
    "table": _table,
    "csv": _csv,
    "json": json_chunks,
    "turtle": lambda report: rdf.turtle(report.triples()),
    "ntriples": lambda report: rdf.ntriples(report.triples()),
    "jsonld": lambda report: rdf.jsonld(report.triples()),
    "html": page.chunks,
    "sarif": sarif.chunks,
}
FORMS = tuple(_WRITERS)
"""The names of the forms."""
