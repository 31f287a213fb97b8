"""A report in the formats that a request may ask for."""

import json
from collections.abc import Callable, Mapping

from fastapi import Response

from partnergraph.report import Finding, Report, Severity
from partnergraph.shacl.verdict import ShapesReport
from partnergraph.terms import PGSH, PREFIXES
from partnergraph.web.negotiation import CSV, JSON, JSON_LD, TURTLE, Format

FORMATS = (JSON, CSV, TURTLE, JSON_LD)
_SEVERITIES = {Severity.VIOLATION: "sh:Violation", Severity.WARNING: "sh:Warning", Severity.INFO: "sh:Info"}


def report_members(report: Report) -> dict[str, object]:
    """Return the report as JSON values: verdict, date, pack and findings."""
    return {
        "conforms": report.conforms,
        "as_of": str(report.as_of),
        "pack": report.pack,
        "findings": list(report.table.dicts()),
    }


def report_response(report: Report, form: Format) -> Response:
    """Return the report written in one of `FORMATS`."""
    writers: dict[Format, Callable[[], str]] = {
        JSON: lambda: json.dumps(report_members(report), ensure_ascii=False),
        CSV: report.table.to_csv,
        TURTLE: report.to_turtle,
        JSON_LD: lambda: json.dumps(_validation_report(report), ensure_ascii=False),
    }
    return Response(writers[form](), media_type=form.media_type, headers={"Vary": "Accept"})


def shapes_response(report: ShapesReport, form: Format) -> Response:
    """Return the report of shapes that a request brought, written in one of `FORMATS`."""
    return Response(report.written(form.name), media_type=form.media_type, headers={"Vary": "Accept"})


def _validation_report(report: Report) -> Mapping[str, object]:
    return {
        "@context": {"sh": PREFIXES["sh"]},
        "@type": "sh:ValidationReport",
        "sh:conforms": not report.findings,
        "sh:result": [_validation_result(finding) for finding in report.findings],
    }


def _validation_result(finding: Finding) -> Mapping[str, object]:
    result: dict[str, object] = {
        "@type": "sh:ValidationResult",
        "sh:resultSeverity": {"@id": _SEVERITIES[finding.severity]},
        "sh:sourceShape": {"@id": PGSH + finding.rule},
        "sh:resultMessage": finding.message,
    }
    if finding.focus_iri:
        result["sh:focusNode"] = {"@id": finding.focus_iri}
    if finding.other_iri:
        result["sh:value"] = {"@id": finding.other_iri}
    elif finding.value:
        result["sh:value"] = finding.value
    return result
