"""Every shipped question gives the answer worked out by hand, and the same from Python, the command line and HTTP."""

from __future__ import annotations

import csv
import io
import json
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from fastapi.testclient import TestClient

from partnergraph import PartnerGraph, catalogue
from partnergraph.cli import main
from partnergraph.web import create_app

TESTS = Path(__file__).parent
FOLDERS = sorted(path.parent for path in (TESTS / "questions").rglob("asked.json"))
QUESTIONS = [query.name for query in catalogue.queries("questions")]
WANTED = 40


def name(folder: Path) -> str:
    """Return the question that a folder is about: several folders may be, told apart by a last part in brackets."""
    return folder.relative_to(TESTS).as_posix().partition("(")[0].rstrip("-")


def asked(folder: Path) -> dict[str, Any]:
    """Return how a question is asked."""
    said: dict[str, Any] = json.loads((folder / "asked.json").read_text(encoding="utf-8"))
    return {"params": {}, "as_of": None, "pack": None, "switches": {}, "facts": None, **said}


def facts(folder: Path) -> Path:
    """Return the bundle that a question is asked of."""
    shared = asked(folder)["facts"]
    return TESTS / shared if shared else folder / "facts"


def expected(folder: Path) -> list[list[str]]:
    """Return header and rows of the answer."""
    return [*csv.reader((folder / "expected.csv").read_text(encoding="utf-8").splitlines())]


@pytest.fixture(params=FOLDERS, ids=[name(folder).removeprefix("questions/") for folder in FOLDERS])
def folder(request: pytest.FixtureRequest) -> Path:
    """Give each folder in turn."""
    found: Path = request.param
    return found


@pytest.fixture
def graph(folder: Path) -> Iterator[PartnerGraph]:
    """Give a graph that holds the facts of the question."""
    with PartnerGraph.open() as opened:
        opened.import_files([facts(folder)], validate=False)
        yield opened


def test_the_answer_is_the_one_worked_out_by_hand(folder: Path, graph: PartnerGraph) -> None:
    how = asked(folder)
    table = graph.run(name(folder), how["params"], as_of=how["as_of"], pack=how["pack"], switches=how["switches"])
    assert [*csv.reader(io.StringIO(table.to_csv()))] == expected(folder)
    judging = {key: how[key] for key in ("as_of", "pack") if how[key]}
    judging |= {"switch": [f"{switch}={option}" for switch, option in how["switches"].items()]}
    with TestClient(create_app(graph)) as client:
        url = f"/questions/{name(folder)}"
        answer = client.get(url, params={**how["params"], **judging, "format": "csv"})
    assert answer.status_code == 200, answer.text
    assert answer.text == table.to_csv()


def test_the_command_line_gives_the_same_answer(folder: Path, capsys: pytest.CaptureFixture[str]) -> None:
    how = asked(folder)
    line = ["query", str(facts(folder)), "--name", name(folder), "--format", "csv"]
    line += [word for key, value in how["params"].items() for word in ("--param", f"{key}={value}")]
    line += [word for key, value in how["switches"].items() for word in ("--switch", f"{key}={value}")]
    line += ["--as-of", how["as_of"]] if how["as_of"] else []
    line += ["--pack", how["pack"]] if how["pack"] else []
    assert main(line) == 0
    assert [*csv.reader(io.StringIO(capsys.readouterr().out))] == expected(folder)


def test_every_question_is_asked_in_a_folder() -> None:
    assert {name(folder) for folder in FOLDERS} >= set(QUESTIONS)


def test_there_are_as_many_questions_as_promised() -> None:
    assert len(QUESTIONS) >= WANTED


@pytest.mark.parametrize("question", QUESTIONS)
def test_a_question_says_what_it_answers_and_returns(question: str) -> None:
    query = catalogue.query(question)
    assert query.summary.endswith(("?", "."))
    assert "users.md 7" not in query.source
    assert query.columns
    assert query.source


@pytest.mark.parametrize("folder", FOLDERS, ids=[each.name for each in FOLDERS])
def test_a_folder_tells_its_story(folder: Path) -> None:
    assert (folder / "story.md").read_text(encoding="utf-8").strip()
