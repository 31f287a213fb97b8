"""The wording of answers: a tree for a person to read, by association, with what agrees told once."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence

from partnergraph.explain.answer import Answer, Condition, Fact, Outcome, Place, Refusal, RuleData, Unit
from partnergraph.explain.outcome import association, by_association, outcomes, shared, source
from partnergraph.explain.question import Question
from partnergraph.explain.tree import Branch


def told(asked: Question, as_of: str, pack: str, answers: Sequence[Answer]) -> str:
    """Return the answers as text: what was asked, then each association with what it earns and does not earn."""
    lines = [f"{title(asked)}, on {as_of} under pack {pack}:"]
    for group in by_association(answers):
        known = tuple(outcomes(group))
        common = shared([answer for _, answer in known])
        head = (Branch("conditions that hold for all of it", tuple(_conditions(common))),) if common else ()
        tree = Branch(_association(group[0]), (*head, *(_outcome(where, answer, common) for where, answer in known)))
        lines += ["", *tree.lines()]
    return "\n".join(lines) + "\n"


def title(asked: Question) -> str:
    """Return what was asked in a few words."""
    parts = [("tenant", asked.tenant), ("workload", asked.workload), ("subscription", asked.subscription)]
    named = [f"{name} {value}" for name, value in [*parts, ("metric", asked.metric)] if value is not None]
    return ", ".join([f"Partner {asked.partner}", *named])


def verdict(answer: Answer) -> str:
    """Return the outcome in a few words: credited, or not and for which reason by which rules."""
    if answer.refusal is None:
        return "credited"
    return f"not credited, {answer.refusal.reason} ({', '.join(answer.refusal.rules)})"


def row(data: RuleData) -> str:
    """Return a row of the matrix or a threshold in words, with what it rests on."""
    basis = "; ".join(filter(None, (", ".join(data.rules), data.basis)))
    return " ".join(filter(None, (f"Row {data.name} ({basis}):", data.comment, f"Source: {data.source}.")))


def doubts(disputed: Iterable[str]) -> str:
    """Return what makes a rule disputed or little sure in words; nothing where nothing does."""
    codes = ", ".join(disputed)
    return f"Disputed or little sure: {codes}." if codes else ""


def unit_things(unit: Unit) -> Iterator[tuple[str, str]]:
    """Yield what names a unit, with what it is, as far as it has it."""
    things = (
        ("workload", unit.workload),
        ("resource", unit.resource_id),
        ("subscription", unit.subscription_id),
        ("tenant", unit.tenant_id),
        ("segment", unit.segment),
    )
    yield from ((name, value) for name, value in things if value)


def _association(answer: Answer) -> str:
    if not answer.association_id:
        return "No association."
    stated = f", stated in {_sources(answer.stated)}" if answer.stated else ""
    return f"{association(answer)} of {answer.partner_id}, global account {answer.global_partner_id}{stated}"


def _sources(places: Iterable[Place]) -> str:
    return "; ".join(map(source, places))


def _outcome(where: str, answer: Answer, common: Sequence[Condition]) -> Branch:
    heading = f"{where}: {verdict(answer)}" if where else verdict(answer)
    grounds = _refused(answer.refusal) if answer.refusal else _credited(answer)
    own = [each for each in answer.conditions if each not in common]
    tests = Branch("conditions, in the order tested", tuple(_conditions(own)))
    return Branch(heading, (*grounds, *(Branch(sentence) for sentence in answer.taken), tests))


def _refused(refusal: Refusal) -> Iterator[Branch]:
    yield Branch(refusal.because)
    yield Branch(f"To change it: {refusal.hint}")
    yield from map(_row, refusal.grounds)


def _credited(answer: Answer) -> Iterator[Branch]:
    rows = {unit.row.name: unit.row for unit in answer.units}
    yield from (Branch(_unit(unit)) for unit in answer.units)
    yield from map(_row, rows.values())


def _unit(unit: Unit) -> str:
    place = ", ".join(f"{name} {value}" for name, value in unit_things(unit))
    since = f" from {unit.starts_on}" if unit.starts_on else ""
    until = f" until {unit.ends_on}" if unit.ends_on else ""
    through = f" through {unit.through} ({unit.cpor_subtype}), which it brings" if unit.derived_from else ""
    return f"{place}{since}{until}, threshold {unit.threshold}{through}"


def _row(data: RuleData) -> Branch:
    doubt = doubts(data.disputed)
    return Branch(row(data), (Branch(doubt),) if doubt else ())


def _conditions(conditions: Sequence[Condition]) -> Iterator[Branch]:
    """Yield the conditions that looked at something one by one, and the others by their codes."""
    plain = [each.reason for each in conditions if each.outcome is Outcome.PASSED and not each.looked_at]
    ahead = [each.reason for each in conditions if each.outcome is Outcome.NOT_REACHED]
    for each in conditions:
        if each.outcome is Outcome.FAILED or each.looked_at:
            heading = f"{each.outcome}: {each.requirement} [{each.reason}; {', '.join(each.rules)}]"
            yield Branch(heading, tuple(map(_fact, each.looked_at)))
    if plain:
        yield Branch(f"{Outcome.PASSED}, with nothing to look at: {', '.join(plain)}")
    if ahead:
        yield Branch(f"{Outcome.NOT_REACHED}: {', '.join(ahead)}")


def _fact(fact: Fact) -> Branch:
    stated = f" ({_sources(fact.stated)})" if fact.stated else ""
    return Branch(f"{fact.name}: {fact.value}{stated}")
