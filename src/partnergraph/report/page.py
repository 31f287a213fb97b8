"""The page of a report: HTML that needs nothing else, on a screen or on paper. All texts are escaped.

It is read without its script too, which only filters and groups what stands there.
"""

from __future__ import annotations

import base64
import hashlib
from collections.abc import Iterable, Iterator, Sequence
from functools import cache
from html import escape
from importlib import resources
from itertools import groupby
from typing import TYPE_CHECKING

from partnergraph.report.finding import Finding, Fix, Place, Severity, Witness
from partnergraph.report.summary import Looked, Stamp
from partnergraph.terms import compact

if TYPE_CHECKING:
    from partnergraph.report.report import Report


class _Html(str):
    """Text that is HTML already; any other text is escaped where it is put on the page."""

    __slots__ = ()


_HEAD = _Html('<meta charset="utf-8"><meta name="viewport" content="width=device-width, initial-scale=1">')
_GROUPS = {"rule": "rule", "customer": "customer", "partner": "partner", "file": "file"}


def chunks(report: Report) -> Iterator[str]:
    """Yield the report as an HTML document, a finding at a time."""
    meta = _Html(f'<meta http-equiv="Content-Security-Policy" content="{escape(policy())}">')
    head = _tag("head", _HEAD, meta, _tag("title", _verdict(report)), _tag("style", _Html(_text("page.css"))))
    yield f'<!DOCTYPE html>\n<html lang="en">{head}<body>\n{_top(report)}\n{_controls(report)}\n<main id="findings">\n'
    names = {each.rule: each for each in report.looked}
    for rule, group in groupby(report.findings, key=lambda finding: finding.rule):
        yield f"<section>{_heading(names.get(rule), rule)}\n"
        for finding in group:
            yield _article(finding) + "\n"
        yield "</section>\n"
    yield "</main>\n"
    yield from _looked(report)
    if report.stamp:
        yield _stamp(report.stamp)
    yield f"<script>{_text('page.js')}</script></body></html>\n"


@cache
def policy() -> str:
    """Return the content security policy under which the page shows as it is meant to, and nothing can be fetched."""
    style, script = (_digest(_text(name)) for name in ("page.css", "page.js"))
    return (
        f"default-src 'none'; style-src 'sha256-{style}'; script-src 'sha256-{script}'; base-uri 'none'; "
        "form-action 'none'"
    )


@cache
def _text(name: str) -> str:
    return resources.files("partnergraph.report").joinpath(name).read_text(encoding="utf-8")


def _digest(text: str) -> str:
    return base64.b64encode(hashlib.sha256(text.encode()).digest()).decode()


def _tag(name: str, *parts: str, **attributes: str) -> _Html:
    inner = "".join(part if isinstance(part, _Html) else escape(part) for part in parts)
    said = "".join(f' {key.rstrip("_").replace("_", "-")}="{escape(value)}"' for key, value in attributes.items())
    return _Html(f"<{name}{said}>{inner}</{name}>")


def _verdict(report: Report) -> str:
    said = {
        Severity.VIOLATION: ("violation", "violations"),
        Severity.WARNING: ("warning", "warnings"),
        Severity.INFO: ("info", "info"),
    }
    return ", ".join(f"{number:,} {said[each][number != 1]}" for each, number in report.counts.items())


def _top(report: Report) -> _Html:
    judged = f"Judged as of {report.as_of} by rule pack {report.pack}." if report.pack else "Judged."
    parts = [_tag("h1", _verdict(report)), _tag("p", judged)]
    if report.cut:
        parts.append(
            _tag("p", f"The first {len(report.findings):,} are shown; {report.cut:,} more are not.", class_="cut")
        )
    if not report.findings:
        parts.append(_tag("p", "Nothing was found."))
    return _tag("header", *parts)


def _controls(report: Report) -> _Html:
    if not report.findings:
        return _Html("")
    search = _Html('<input type="search" id="search" autocomplete="off">')
    boxes = [
        _tag("label", _Html(f'<input type="checkbox" name="severity" value="{each}" checked>'), f" {each}")
        for each in Severity
        if any(finding.severity is each for finding in report.findings)
    ]
    options = [_Html(f'<option value="{value}">{name}</option>') for value, name in _GROUPS.items()]
    parts = (
        _tag("label", "Find ", search),
        _tag("fieldset", _tag("legend", "Severity"), *boxes),
        _tag("label", "Group by ", _tag("select", *options, id="group")),
        _tag("output", id="shown"),
    )
    return _Html(_tag("form", *parts, id="controls").replace("<form ", "<form hidden ", 1))


def _heading(rule: Looked | None, name: str) -> _Html:
    if rule is None:
        return _tag("h2", name)
    return _Html(_tag("h2", f"{name}: {rule.name}") + _tag("p", rule.reason, class_="why"))


def _article(finding: Finding) -> _Html:
    marks = [_tag("span", finding.severity.value, class_="severity")]
    marks += [_tag("code", mark) for mark in (finding.code, *finding.rules) if mark]
    parts = [_tag("p", *_spaced(marks), class_="marks"), _tag("h3", finding.fault)]
    if finding.advice:
        parts.append(_tag("p", _tag("b", "What to do: "), finding.advice))
    parts.append(_facts(finding))
    parts += [_evidence(finding.witnesses)] if finding.witnesses else []
    parts += map(_fix, finding.fixes)
    return _tag(
        "article",
        *parts,
        class_=finding.severity.value,
        data_rule=finding.rule,
        data_customer=finding.customer,
        data_partner=finding.partner,
        data_file=finding.source_file,
    )


def _facts(finding: Finding) -> _Html:
    about = f"{finding.focus_type} {finding.focus}".strip()
    known = {
        "About": about + (f" of partner {finding.partner}" if finding.partner else ""),
        "With": finding.other + (f" of partner {finding.other_partner}" if finding.other_partner else ""),
        "Customer": finding.customer,
        "Property": compact(finding.path),
        "Value": finding.value,
        "Stated in": str(finding.place) if finding.place else "",
    }
    return _tag("dl", *(part for name, text in known.items() if text for part in (_tag("dt", name), _tag("dd", text))))


def _evidence(witnesses: Sequence[Witness]) -> _Html:
    """Return the witnesses as a table with a row for each thing."""
    things = groupby(witnesses, key=lambda each: (each.thing, each.stated))
    rows = [_thing(thing, stated, list(said)) for (thing, stated), said in things]
    head = _tag("tr", *(_tag("th", name, scope="col") for name in ("Thing", "Says", "Stated in")))
    table = _tag("table", _tag("thead", head), _tag("tbody", *rows))
    return _tag("details", _tag("summary", f"What makes it so ({len(witnesses)} statements)"), table)


def _thing(thing: str, stated: Iterable[Place], said: Iterable[Witness]) -> _Html:
    statements = _tag("ul", *(_tag("li", each.says, " ", _tag("b", each.value)) for each in said))
    return _tag("tr", _tag("td", thing), _tag("td", statements), _tag("td", "; ".join(map(str, stated))))


def _fix(fix: Fix) -> _Html:
    return _tag("details", _tag("summary", "Possible fix: ", fix.says), _tag("pre", fix.update), class_="fix")


def _looked(report: Report) -> Iterator[str]:
    if not report.looked:
        return
    idle = sum(not each.nodes for each in report.looked)
    yield '<section class="summary">' + _tag("h2", "What was looked at")
    yield _tag("p", f"{len(report.looked):,} rules; {idle:,} of them found nothing in the data to look at.")
    if report.unseen:
        yield _tag(
            "p",
            "No rule looked at: ",
            "; ".join(_unseen(each.kind, each.nodes, each.example) for each in report.unseen),
        )
    head = _tag("tr", *(_tag("th", name, scope="col") for name in ("Rule", "Code", "Nodes", "Findings", "Good data")))
    yield f"<table><thead>{head}</thead><tbody>\n"
    for each in sorted(report.looked, key=lambda rule: (-rule.findings, bool(rule.nodes), rule.rule)):
        cells = (each.rule, each.code, f"{each.nodes:,}", f"{each.findings:,}", each.name)
        yield _tag("tr", *(_tag("td", cell) for cell in cells), class_="" if each.nodes else "idle") + "\n"
    yield "</tbody></table></section>\n"


def _unseen(kind: str, nodes: int, example: str) -> str:
    return f"{nodes:,} of {compact(kind) if kind else 'no class'}, such as {example}"


def _stamp(stamp: Stamp) -> _Html:
    known = {"Data": stamp.data, "Shapes": stamp.shapes, "Configuration": stamp.configuration}
    known |= dict(stamp.switches)
    known |= dict(stamp.versions)
    rows = (part for name, text in known.items() for part in (_tag("dt", name), _tag("dd", text)))
    return _tag("footer", _tag("h2", "What this was made from"), _tag("dl", *rows))


def _spaced(parts: Iterable[_Html]) -> Iterator[str]:
    for part in parts:
        yield part
        yield " "
