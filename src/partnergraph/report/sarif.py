"""A report as SARIF 2.1.0, which code hosts and editors show at the file and row of each finding."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Iterator, Mapping
from typing import TYPE_CHECKING
from urllib.parse import quote

from partnergraph.report.finding import Finding, Place, Severity
from partnergraph.report.members import stamp_members
from partnergraph.report.summary import Looked

if TYPE_CHECKING:
    from partnergraph.report.report import Report

SCHEMA = "https://docs.oasis-open.org/sarif/sarif/v2.1.0/errata01/os/schemas/sarif-schema-2.1.0.json"
_LEVELS = {Severity.VIOLATION: "error", Severity.WARNING: "warning", Severity.INFO: "note"}


def chunks(report: Report) -> Iterator[str]:
    """Yield the report as a SARIF log with one run, a result at a time."""
    rules = _rules(report)
    places = {rule["id"]: place for place, rule in enumerate(rules)}
    properties = {
        "conforms": report.conforms,
        "asOf": report.as_of,
        "pack": report.pack,
        "withheld": report.cut,
        "stamp": stamp_members(report),
    }
    yield f'{{"$schema": {json.dumps(SCHEMA)}, "version": "2.1.0", "runs": [{{\n'
    yield f'"tool": {json.dumps({"driver": _driver(report, rules)}, ensure_ascii=False)},\n'
    yield f'"columnKind": "unicodeCodePoints",\n"properties": {json.dumps(properties, ensure_ascii=False)},\n'
    yield '"results": ['
    comma = "\n"
    for finding in report.findings:
        yield comma + json.dumps(_result(finding, places[finding.rule]), ensure_ascii=False)
        comma = ",\n"
    yield "\n]}]}\n"


def _driver(report: Report, rules: list[dict[str, object]]) -> dict[str, object]:
    versions = dict(report.stamp.versions) if report.stamp else {}
    version = {"version": versions["partnergraph"]} if "partnergraph" in versions else {}
    return {"name": "partnergraph", **version, "rules": rules}


def _rules(report: Report) -> list[dict[str, object]]:
    """Return the rules in play: those that looked, and those that found something all the same."""
    told = {each.rule: _rule(each) for each in report.looked}
    for finding in report.findings:
        told.setdefault(
            finding.rule, {"id": finding.rule, "defaultConfiguration": {"level": _LEVELS[finding.severity]}}
        )
    return list(told.values())


def _rule(rule: Looked) -> dict[str, object]:
    return {
        "id": rule.rule,
        "name": rule.rule,
        "shortDescription": {"text": rule.name},
        "fullDescription": {"text": rule.reason},
        "defaultConfiguration": {"level": _LEVELS[rule.severity]},
        "properties": {"tags": [tag for tag in (rule.code, *rule.rules) if tag], "nodes": rule.nodes},
    }


def _result(finding: Finding, place: int) -> dict[str, object]:
    stated = list(dict.fromkeys(place for witness in finding.witnesses for place in witness.stated))
    name = "\0".join((finding.rule, finding.focus_iri or finding.focus, finding.other_iri))
    return {
        "ruleId": finding.rule,
        "ruleIndex": place,
        "level": _LEVELS[finding.severity],
        "message": {"text": finding.message},
        "locations": [_location(finding)],
        "relatedLocations": [
            {"id": number, **_physical(each), "message": {"text": str(each)}} for number, each in enumerate(stated)
        ],
        "partialFingerprints": {"ruleAndThings/v1": hashlib.sha256(name.encode()).hexdigest()},
        "properties": {
            "code": finding.code,
            "rules": list(finding.rules),
            "value": finding.value,
            "other": finding.other,
            "advice": finding.advice,
            "fixes": [{"says": fix.says, "update": fix.update} for fix in finding.fixes],
        },
    }


def _location(finding: Finding) -> Mapping[str, object]:
    thing = {
        "name": finding.focus,
        "fullyQualifiedName": finding.focus_iri or finding.focus,
        **({"kind": finding.focus_type} if finding.focus_type else {}),
    }
    return {**(_physical(finding.place) if finding.place else {}), "logicalLocations": [thing]}


def _physical(place: Place) -> dict[str, object]:
    region = {"region": {"startLine": place.row}} if place.row and place.row > 0 else {}
    return {"physicalLocation": {"artifactLocation": {"uri": quote(place.file)}, **region}}
