"""The page of an explanation: HTML that needs nothing else, on a screen or on paper. All texts are escaped."""

from __future__ import annotations

import base64
import hashlib
from collections.abc import Iterable, Iterator, Sequence
from functools import cache
from html import escape
from importlib import resources

from partnergraph.explain.answer import Answer, Condition, Fact, Outcome, Place, Refusal, RuleData, Unit
from partnergraph.explain.outcome import association, by_association, outcomes, shared, source
from partnergraph.explain.question import Question
from partnergraph.explain.wording import doubts, row, title, unit_things, verdict


class _Html(str):
    """Text that is HTML already; any other text is escaped where it is put on the page."""

    __slots__ = ()


_HEAD = _Html('<meta charset="utf-8"><meta name="viewport" content="width=device-width, initial-scale=1">')
_MARKS = {Outcome.PASSED: "✓", Outcome.FAILED: "✗", Outcome.NOT_REACHED: "·"}


def page(asked: Question, as_of: str, pack: str, answers: Sequence[Answer]) -> str:
    """Return the answers as an HTML document, by association, those that agree told once."""
    groups = list(by_association(answers))
    policy = _Html(f'<meta http-equiv="Content-Security-Policy" content="{escape(policy_of_page())}">')
    head = _tag("head", _HEAD, policy, _tag("title", f"{title(asked)}: why, and why not"), _tag("style", _style()))
    top = _tag(
        "header",
        _tag("h1", title(asked)),
        _tag("p", f"Why, and why not, on {as_of} under rule pack {pack}."),
    )
    body = _tag("body", top, _tag("main", *map(_association, groups)))
    return f'<!DOCTYPE html>\n<html lang="en">{head}{body}</html>\n'


@cache
def policy_of_page() -> str:
    """Return the content security policy under which the page shows as it is meant to, and nothing can be fetched."""
    digest = base64.b64encode(hashlib.sha256(_style().encode()).digest()).decode()
    return f"default-src 'none'; style-src 'sha256-{digest}'; base-uri 'none'; form-action 'none'"


@cache
def _style() -> _Html:
    return _Html(resources.files("partnergraph.explain").joinpath("page.css").read_text(encoding="utf-8"))


def _tag(name: str, *parts: str, css: str = "") -> _Html:
    inner = "".join(part if isinstance(part, _Html) else escape(part) for part in parts)
    return _Html(f'<{name} class="{escape(css)}">{inner}</{name}>' if css else f"<{name}>{inner}</{name}>")


def _association(answers: Sequence[Answer]) -> _Html:
    first = answers[0]
    parts = [_tag("h2", association(first))]
    if first.association_id:
        of = f"Held by {first.partner_id}, global account {first.global_partner_id}. "
        parts.append(_tag("p", of, _stated(first.stated)))
    known = tuple(outcomes(answers))
    common = shared([answer for _, answer in known])
    if common:
        parts.append(_tests(common, "Conditions that hold for all of it"))
    return _tag("section", *parts, *(_outcome(where, answer, common) for where, answer in known))


def _outcome(where: str, answer: Answer, common: Sequence[Condition]) -> _Html:
    css = "credited" if answer.credited else "refused"
    heading = _tag("h3", where or "Everything asked about", ": ", _tag("strong", verdict(answer)))
    grounds = _refused(answer.refusal) if answer.refusal else _credited(answer)
    taken = (_tag("p", each) for each in answer.taken)
    own = [each for each in answer.conditions if each not in common]
    return _tag("article", heading, *grounds, *taken, _tests(own, "Conditions, in the order tested"), css=css)


def _refused(refusal: Refusal) -> Iterator[_Html]:
    yield _tag("p", refusal.because)
    yield _tag("p", _tag("b", "To change it: "), refusal.hint)
    yield from _rows(refusal.grounds)


def _credited(answer: Answer) -> Iterator[_Html]:
    yield _tag("ul", *(_tag("li", *_unit(unit)) for unit in answer.units), css="units")
    yield from _rows(unit.row for unit in answer.units)


def _unit(unit: Unit) -> Iterator[str]:
    yield ", ".join(f"{name} {value}" for name, value in unit_things(unit))
    yield f"; from {unit.starts_on or 'unknown'} until {unit.ends_on or 'open'}; threshold {unit.threshold}"
    if unit.derived_from:
        yield f"; through {unit.through} ({unit.cpor_subtype}), which {unit.derived_from} brings"


def _rows(rows: Iterable[RuleData]) -> Iterator[_Html]:
    for each in dict.fromkeys(rows):
        doubt = doubts(each.disputed)
        yield _tag("p", row(each), *((" ", _tag("mark", doubt)) if doubt else ()), css="rule")


def _tests(conditions: Sequence[Condition], heading: str) -> _Html:
    """Return the conditions as a table; what looked at nothing, and what was not reached, in one row each."""
    head = _tag("tr", *(_tag("th", each) for each in ("Outcome", "Condition", "Rules", "Looked at")))
    shown = [each for each in conditions if each.outcome is Outcome.FAILED or each.looked_at]
    passed = [each for each in conditions if each.outcome is Outcome.PASSED and not each.looked_at]
    ahead = [each for each in conditions if each.outcome is Outcome.NOT_REACHED]
    rows = [_condition(each) for each in shown]
    rows += [_together(passed, "nothing to look at")] if passed else []
    rows += [_together(ahead, "tested only when the others pass")] if ahead else []
    return _tag("table", _tag("caption", heading), _tag("thead", head), _tag("tbody", *rows))


def _condition(condition: Condition) -> _Html:
    words = (condition.requirement, " ", _tag("code", condition.reason))
    facts = _tag("ul", *map(_fact, condition.looked_at)) if condition.looked_at else ""
    return _tag(
        "tr",
        _mark(condition.outcome),
        _tag("td", *words),
        _tag("td", ", ".join(condition.rules)),
        _tag("td", facts),
        css=_css(condition.outcome),
    )


def _together(conditions: Sequence[Condition], why: str) -> _Html:
    codes = [part for each in conditions for part in (_tag("code", each.reason), " ")]
    outcome = conditions[0].outcome
    return _tag("tr", _mark(outcome), _tag("td", *codes), _tag("td", ""), _tag("td", why), css=f"{_css(outcome)} brief")


def _mark(outcome: Outcome) -> _Html:
    return _tag("td", f"{_MARKS[outcome]} {outcome}")


def _css(outcome: Outcome) -> str:
    return outcome.replace(" ", "-")


def _fact(fact: Fact) -> _Html:
    return _tag("li", f"{fact.name}: ", _tag("b", fact.value), " ", _stated(fact.stated))


def _stated(places: Sequence[Place]) -> _Html:
    return _tag("small", "; ".join(map(source, places))) if places else _Html("")
