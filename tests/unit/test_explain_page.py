"""The tree of an explanation: conditions with what they looked at, as text, as JSON and as a page of its own."""

from __future__ import annotations

import base64
import hashlib
import json
import re
from html.parser import HTMLParser
from pathlib import Path

import pytest
from starlette.testclient import TestClient

from partnergraph import PartnerGraph
from partnergraph.cli import main
from partnergraph.explain import Answer, Explanation, Outcome
from partnergraph.web import create_app

SCENARIOS = Path(__file__).resolve().parents[1] / "scenarios"
REASONS = [row["code"] for row in PartnerGraph.open().run("lookup/reasons").dicts() if row["place"] != "0"]
FETCHING = {"src", "href", "srcset", "action", "data", "poster", "background"}
UNCLOSED = {"meta", "br", "hr", "img", "link", "input"}
NASTY = "<script>alert('x')</script>&\"quoted\""


class Document(HTMLParser):
    """Reads a page: its text, what it would fetch, and whether every element is closed where it should be."""

    def __init__(self, page: str) -> None:
        super().__init__(convert_charrefs=True)
        self.words: list[str] = []
        self.tags: set[str] = set()
        self.fetched: list[str] = []
        self.style = ""
        self._open: list[str] = []
        self.feed(page)
        self.close()
        assert self._open == []

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.tags.add(tag)
        self.fetched += [str(value) for name, value in attrs if name in FETCHING or name.startswith("on")]
        if tag not in UNCLOSED:
            self._open.append(tag)

    def handle_endtag(self, tag: str) -> None:
        assert self._open.pop() == tag

    def handle_data(self, data: str) -> None:
        if self._open and self._open[-1] == "style":
            self.style += data
        else:
            self.words.append(data)

    @property
    def text(self) -> str:
        return "".join(self.words)


def explained(folder: str | Path, partner: str, **narrowed: str) -> Explanation:
    with PartnerGraph.open() as graph:
        graph.import_files([SCENARIOS / folder], validate=False)
        return graph.explain(partner, as_of="2023-09-30", **narrowed)


def outcome(answer: Answer, code: str) -> Outcome:
    return next(condition.outcome for condition in answer.conditions if condition.reason == code)


@pytest.fixture(scope="module")
def claim() -> Explanation:
    """A usage claim on 250 seats: credited in the score, and below the floor of the incentive."""
    return explained("SC06/facts", "p2")


# --- the conditions ---


def test_conditions_stand_in_the_order_of_the_bundle(claim: Explanation) -> None:
    assert all([condition.reason for condition in answer.conditions] == REASONS for answer in claim.answers)


def test_what_is_refused_passed_up_to_the_condition_that_failed(claim: Explanation) -> None:
    (refused,) = [answer for answer in claim.answers if answer.metric == "incentive"]
    outcomes = [condition.outcome for condition in refused.conditions]
    place = REASONS.index("below-threshold")
    assert outcomes[:place] == [Outcome.PASSED] * place
    assert outcomes[place] is Outcome.FAILED
    assert set(outcomes[place + 1 :]) == {Outcome.NOT_REACHED}
    assert refused.refusal is not None
    assert refused.conditions[place].rules == refused.refusal.rules


def test_of_what_is_not_reached_nothing_is_told() -> None:
    answers = explained("SC28/suspended-under-an-approved-claim/facts", "p1").answers
    assert {outcome(answer, "subscription-not-active") for answer in answers} == {Outcome.FAILED}
    behind = [each for answer in answers for each in answer.conditions if each.outcome is Outcome.NOT_REACHED]
    assert behind
    assert not [each for each in behind if each.looked_at]


def test_a_credit_passed_every_condition(claim: Explanation) -> None:
    (credited,) = [answer for answer in claim.answers if answer.metric == "deployments"]
    assert {condition.outcome for condition in credited.conditions} == {Outcome.PASSED}


def test_a_credit_tells_the_rows_and_figures_it_was_tested_on(claim: Explanation) -> None:
    (credited,) = [answer for answer in claim.answers if answer.metric == "deployments"]
    facts = {
        (condition.reason, fact.name): (fact.value, fact.stated)
        for condition in credited.conditions
        for fact in condition.looked_at
    }
    value, (place,) = facts["subscription-not-active", "status of subscription s1"]
    assert (value, place.file, place.row) == ("active", "subscriptions.csv", 2)
    value, (place,) = facts["not-in-force", "starts on"]
    assert (value, place.file, place.row) == ("2023-03-01", "associations.csv", 3)
    assert facts["below-threshold", "threshold, minimum active share"][0] == "at least 0.4; known: 0.6"
    value, (place,) = facts["below-threshold", "paid available units of Exchange in 2023-09"]
    assert (value, place.import_name, place.row) == ("250", "facts", None)
    assert facts["metric-not-eligible", "row of the matrix"][0] == credited.units[0].row.name


def test_a_partner_without_an_association_fails_before_all_conditions() -> None:
    (answer,) = explained("SC01/facts", "p2", subscription="s1").answers
    first, *rest = answer.conditions
    assert (first.reason, first.outcome) == ("no-association", Outcome.FAILED)
    assert [each.reason for each in rest] == REASONS
    assert {each.outcome for each in rest} == {Outcome.NOT_REACHED}


def test_a_violated_rule_is_told_with_its_row() -> None:
    answer = explained("SC02/facts", "p2").answers[0]
    (fact,) = answer.conditions[0].looked_at
    assert "V-CPOR-CHANNEL" in fact.value
    assert [place.file for place in fact.stated] == ["associations.csv"]


# --- as text and JSON ---


def test_the_text_is_a_tree(claim: Explanation) -> None:
    lines = claim.to_text().splitlines()
    assert "├─ conditions that hold for all of it" in lines
    assert "│  ├─ pass: The association is in force on the date. [not-in-force; R11]" in lines
    assert "│  │  └─ starts on: 2023-03-01 (associations.csv row 3 of import facts)" in lines
    assert any(line.startswith("│     ├─ fail: The unit reaches the threshold") for line in lines)
    assert any("not reached: opted-out, poe-missing" in line for line in lines)


def test_the_json_nests_conditions_and_sources(claim: Explanation) -> None:
    (refused,) = [each for each in json.loads(claim.to_json())["answers"] if each["metric"] == "incentive"]
    assert [each["reason"] for each in refused["conditions"]] == REASONS
    failed = next(each for each in refused["conditions"] if each["outcome"] == "fail")
    assert failed["reason"] == refused["refusal"]["reason"] == "below-threshold"
    in_force = next(each for each in refused["conditions"] if each["reason"] == "not-in-force")
    assert in_force["looked_at"] == [
        {
            "name": "starts on",
            "value": "2023-03-01",
            "stated": [{"import_name": "facts", "file": "associations.csv", "row": 3}],
        }
    ]


# --- as a page ---


def test_the_page_tells_what_the_text_tells(claim: Explanation) -> None:
    words = Document(claim.to_html()).text
    for told in (
        "claim (CPOR OSU_M365)",
        "not credited, below-threshold (R20, R21, R34)",
        "Threshold: minimum of paid",
    ):
        assert told in words
    assert "associations.csv row 3 of import facts" in words
    assert all(code in words for code in REASONS)


def test_the_page_needs_nothing_else(claim: Explanation) -> None:
    page = claim.to_html()
    document = Document(page)
    assert document.fetched == []
    assert not document.tags & {"script", "link", "img", "iframe", "object"}
    assert not re.search(r"https?://|@import|url\(", page)
    digest = base64.b64encode(hashlib.sha256(document.style.encode()).digest()).decode()
    assert f"default-src &#x27;none&#x27;; style-src &#x27;sha256-{digest}&#x27;" in page


def test_the_page_suits_paper_and_dark_screens(claim: Explanation) -> None:
    style = Document(claim.to_html()).style
    assert "color-scheme: light dark" in style
    assert "@media (prefers-color-scheme: dark)" in style
    assert "@media print" in style


def test_everything_on_the_page_is_escaped(tmp_path: Path) -> None:
    quoted = NASTY.replace('"', '""')
    files = {
        "partners": f'partner_id,account_type,global_partner_id\n"{quoted}",global,\nplace,location,"{quoted}"\n',
        "customers": "customer_id\nc1\n",
        "tenants": f'tenant_id,customer_id\n"{quoted}",c1\n',
        "subscriptions": f'subscription_id,tenant_id,product,channel\n"{quoted}","{quoted}",Customer Service,EA\n',
        "associations": "association_id,type,partner_id,subscription_id,state,starts_on\n"
        f'"{quoted}",DPOR,place,"{quoted}",active,2023-01-01\n',
    }
    folder = tmp_path / "<b>bundle"
    folder.mkdir()
    for name, text in files.items():
        (folder / f"{name}.csv").write_text(text, encoding="utf-8")
    page = explained(folder, NASTY, tenant=NASTY).to_html()
    assert "<script" not in page
    assert "<b>bundle" not in page
    words = Document(page).text
    assert f"Partner {NASTY}" in words
    assert f"{NASTY} (DPOR)" in words


def test_the_command_writes_the_page(capsys: pytest.CaptureFixture[str]) -> None:
    asked = [str(SCENARIOS / "SC06/facts"), "--partner", "p2", "--as-of", "2023-09-30", "--format", "html"]
    assert main(["explain", *asked]) == 0
    page = capsys.readouterr().out
    assert page.startswith("<!DOCTYPE html>")
    assert "below-threshold" in Document(page).text


def test_a_browser_gets_the_page_and_a_program_the_json() -> None:
    with PartnerGraph.open() as graph, TestClient(create_app(graph)) as client:
        graph.import_files([SCENARIOS / "SC06/facts"], validate=False)
        asked = {"partner": "p2", "as_of": "2023-09-30"}
        page = client.get("/explain", params=asked, headers={"Accept": "text/html,application/xml;q=0.9,*/*;q=0.8"})
        assert page.headers["content-type"] == "text/html; charset=utf-8"
        assert "style-src 'sha256-" in page.headers["content-security-policy"]
        assert "below-threshold" in Document(page.text).text
        assert client.get("/explain", params=asked).headers["content-type"] == "application/json"
        refused = client.get("/non-credits", params={"as_of": "2023-09-30"})
        assert {row["reason"] for row in refused.json()["non_credits"]} >= {"below-threshold", "type-not-eligible"}
        table = client.get("/non-credits", params={"as_of": "2023-09-30", "partner": "p2", "format": "csv"})
        assert table.headers["content-type"] == "text/csv; charset=utf-8"
        assert table.text.splitlines()[0].endswith("until,pack,reason,rules,hint")
        assert table.headers["left-out"] == "0"
