"""The README's sessions: what it shows is what happens. `…` stands for what is left out."""

from __future__ import annotations

import doctest
import io
import re
import shlex
from collections.abc import Iterator
from contextlib import redirect_stderr, redirect_stdout
from pathlib import Path

import pytest
from starlette.testclient import TestClient

from partnergraph import PartnerGraph
from partnergraph.cli import main
from partnergraph.web import create_app

README = (Path(__file__).resolve().parents[1] / "README.md").read_text(encoding="utf-8")
SERVED = "http://127.0.0.1:8080"


@pytest.fixture
def clone(tmp_path: Path, examples: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A folder that looks like a fresh clone, to work in."""
    (tmp_path / "examples").symlink_to(examples)
    monkeypatch.chdir(tmp_path)
    return tmp_path


def sessions(command: str) -> Iterator[tuple[list[str], str]]:
    """Yield the words of each command in the README, and what is shown below it."""
    for block in re.findall(r"^```console\n(.*?)^```", README, re.MULTILINE | re.DOTALL):
        for line, shown in re.findall(r"^\$ (.*)\n((?:(?!\$ ).*\n)*)", block, re.MULTILINE):
            if line.startswith(command):
                yield shlex.split(line)[1:], shown


def agrees(printed: str, shown: str) -> bool:
    lines = "\n".join(line.rstrip() for line in printed.strip().splitlines())
    parts = (re.escape(part.strip("\n")) for part in shown.strip().split("…"))
    return re.fullmatch(".*?".join(parts), lines, re.DOTALL) is not None


def test_the_command_line_session_is_real(clone: Path) -> None:
    ran = 0
    for words, shown in sessions("partnergraph"):
        printed = io.TextIOWrapper(io.BytesIO(), encoding="utf-8", write_through=True)
        with redirect_stdout(printed), redirect_stderr(printed):
            main(words)
        text = printed.buffer.getvalue().decode()  # type: ignore[attr-defined]
        assert agrees(text, shown), f"{shlex.join(words)} prints:\n{text}"
        ran += 1
    assert ran
    assert (clone / "store").is_dir()


def test_the_python_session_is_real(clone: Path) -> None:
    session = "\n".join(re.findall(r"^```pycon\n(.*?)^```", README, re.MULTILINE | re.DOTALL))
    test = doctest.DocTestParser().get_doctest(session, {}, "README.md", None, 0)
    told = io.StringIO()
    result = doctest.DocTestRunner().run(test, out=told.write)
    assert result.attempted
    assert not result.failed, told.getvalue()


def test_the_http_session_is_real(clone: Path) -> None:
    ran = 0
    with PartnerGraph.open() as graph, TestClient(create_app(graph), base_url=SERVED) as client:
        graph.import_files(["examples/good"])
        for words, shown in sessions("curl"):
            address, *rest = words
            headers = dict(header.split(": ", 1) for header in rest[1::2])
            text = client.get(address, headers=headers).text
            assert agrees(text, shown), f"{address} answers:\n{text}"
            ran += 1
    assert ran
