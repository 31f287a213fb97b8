"""A report as JSON values."""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping
from dataclasses import asdict
from typing import TYPE_CHECKING

from partnergraph.report.finding import COLUMNS, Finding, Place

if TYPE_CHECKING:
    from partnergraph.report.report import Report


def json_chunks(report: Report) -> Iterator[str]:
    """Yield the report as a JSON object, a finding at a time."""
    yield "{"
    for name, value in report.head().items():
        yield f"{json.dumps(name)}: {json.dumps(value, ensure_ascii=False)},\n"
    yield '"findings": ['
    comma = "\n"
    for finding in report.told():
        yield comma + json.dumps(finding, ensure_ascii=False)
        comma = ",\n"
    yield "\n]}\n"


def finding_members(finding: Finding) -> dict[str, object]:
    """Return a finding as JSON values: the columns of `findings`, then what the file has no room for."""
    return {
        **dict(zip(COLUMNS, finding.row, strict=True)),
        "rules": list(finding.rules),
        "path": finding.path,
        "advice": finding.advice,
        "partner": finding.partner,
        "customer": finding.customer,
        "other_partner": finding.other_partner,
        "focus_iri": finding.focus_iri,
        "other_iri": finding.other_iri,
        "witnesses": [
            {
                "triple": witness.triple,
                "import": witness.imported,
                "stated": [place_members(place) for place in witness.stated],
            }
            for witness in finding.witnesses
        ],
        "fixes": [asdict(fix) for fix in finding.fixes],
    }


def place_members(place: Place) -> dict[str, object]:
    """Return a place as JSON values."""
    return {"file": place.file, "row": place.row}


def stamp_members(report: Report) -> Mapping[str, object] | None:
    """Return the stamp as JSON values, where there is one."""
    if report.stamp is None:
        return None
    return asdict(report.stamp) | {"switches": dict(report.stamp.switches), "versions": dict(report.stamp.versions)}


def head(report: Report) -> dict[str, object]:
    """Return what a report says beside its findings as JSON values."""
    counts = report.counts
    return {
        "conforms": report.conforms,
        "as_of": report.as_of,
        "pack": report.pack,
        "counts": {severity.value: number for severity, number in counts.items()},
        "withheld": report.cut,
        "stamp": stamp_members(report),
        "looked": [
            {"rule": each.rule, "code": each.code, "severity": each.severity.value}
            | {"nodes": each.nodes, "findings": each.findings}
            for each in report.looked
        ],
        "unseen": [asdict(each) for each in report.unseen],
    }
