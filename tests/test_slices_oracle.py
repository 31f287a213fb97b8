"""What follows for a partner from its slice of an invented ecosystem is what follows for it from the whole."""

from __future__ import annotations

import json
from pathlib import Path
from random import Random
from tempfile import TemporaryDirectory

from agreement import on_invented_bundles
from oracle.invention import invent
from oracle.mischief import invent_faults
from partnergraph import rulebook, vocabulary
from partnergraph.errors import WrongUse
from partnergraph.evaluation import Evaluation
from partnergraph.evaluator import Evaluator
from partnergraph.explain import Question, explain, non_credits
from partnergraph.intake import Arrival, take
from partnergraph.policy import Mode
from partnergraph.report import Report
from partnergraph.settings import DEFAULT_LIMITS
from partnergraph.store import Draft, Store

PARTNERS = ("p1", "p2", "p3", "p4", "p5", "g1", "g2", "g3", "g4")
TENANTS = ("t1", "t2", "t3")


class Invented:
    """An invented ecosystem with two evaluators: of one the answers come from the whole, of the other from slices."""

    def __init__(self, random: Random, inventor: object) -> None:
        self.store = Store.memory()
        vocabulary.refresh(self.store)
        with TemporaryDirectory() as name:
            asked = inventor(random, Path(name))  # type: ignore[operator]
            take(self.store, Arrival([Path(name)], "invented", "somebody", None, Mode.REJECT), DEFAULT_LIMITS, None)
        self.whole, self.sliced = Evaluator(self.store), Evaluator(self.store)
        self.judged_by = self.whole.asked(asked.day, asked.named or None, dict(asked.chosen))
        self.partners = random.sample(PARTNERS, 3)


@on_invented_bundles(3)
def test_credits_of_a_slice_are_those_of_the_whole(seed: int) -> None:
    random = Random(seed)
    invented = Invented(random, invent)
    everybody = invented.whole.credits(invented.judged_by)
    for partner in invented.partners:
        tenant = random.choice(TENANTS)
        narrow = invented.sliced.credits(invented.judged_by, partner=partner, tenant=tenant)
        assert narrow.credits == everybody.of(partner=partner, tenant=tenant).credits
        expected = everybody.of(partner=partner)
        found = invented.sliced.credits(invented.judged_by, partner=partner)
        assert (found.credits, found.left_out) == (expected.credits, expected.left_out)


@on_invented_bundles(3)
def test_violations_of_a_slice_are_those_of_the_whole(seed: int) -> None:
    random = Random(seed)
    invented = Invented(random, invent_faults)
    everybody = invented.whole.credits(invented.judged_by)
    for partner in invented.partners:
        expected = everybody.of(partner=partner)
        found = invented.sliced.credits(invented.judged_by, partner=partner)
        assert (found.credits, found.left_out) == (expected.credits, expected.left_out)


@on_invented_bundles(2)
def test_scores_of_a_slice_are_those_of_the_whole(seed: int) -> None:
    random = Random(seed)
    invented = Invented(random, invent)
    everybody = invented.whole.scores(invented.judged_by)
    for partner in invented.partners:
        expected = everybody.of(partner=partner)
        found = invented.sliced.scores(invented.judged_by, partner=partner)
        assert found.metrics == expected.metrics
        assert found.states == expected.states
        assert found.units == expected.units
        assert found.left_out == expected.left_out


@on_invented_bundles(2)
def test_explanations_from_a_slice_are_those_from_the_whole(seed: int) -> None:
    random = Random(seed)
    invented = Invented(random, invent)
    asked = [Question(partner, None, None, None, None) for partner in invented.partners]
    asked += [Question(partner, random.choice(TENANTS), None, None, None) for partner in invented.partners]
    asked += [Question(partner, None, None, "s3", None) for partner in invented.partners]
    judged_by = invented.judged_by
    with invented.whole.about(judged_by, None) as (draft, report):
        expected = [_told(draft, report, question, judged_by) for question in asked]
    for question, told in zip(asked, expected, strict=True):
        place = (question.partner, question.tenant, question.subscription)
        with invented.sliced.about(judged_by, *place) as (draft, report):
            assert _told(draft, report, question, judged_by) == told


def _told(draft: Draft, report: Report, asked: Question, judged_by: Evaluation) -> object:
    """Return what is told of a question, and of a whole partner what it is not credited with as well."""
    with draft.trial():
        try:
            told = json.loads(explain(draft, asked, judged_by, report, rulebook.disputes(draft)).to_json())
        except WrongUse as refused:
            return str(refused)
    if asked.tenant or asked.subscription:
        return told
    with draft.trial():
        return told, non_credits(draft, judged_by, report, partner=asked.partner).table.rows
