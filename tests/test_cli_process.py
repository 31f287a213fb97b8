"""The command line as a process: signals, pipes, ports, terminals and locks."""

from __future__ import annotations

import os
import pty
import re
import select
import signal
import subprocess
import sys
import urllib.request
from collections.abc import Iterator
from pathlib import Path

import pytest

from partnergraph import PartnerGraph
from partnergraph.cli import main
from partnergraph.cli.progress import bar

COMMAND = (sys.executable, "-m", "partnergraph")


def test_a_store_that_another_process_has_open_cannot_be_used(tmp_path: Path, examples: Path) -> None:
    with PartnerGraph.open(tmp_path):
        ended = subprocess.run(
            [*COMMAND, "import", str(examples / "good"), "--store", str(tmp_path)], capture_output=True, text=True
        )
    assert ended.returncode == 3
    assert "another process" in ended.stderr
    assert "Traceback" not in ended.stderr


def test_a_reader_that_leaves_early_is_no_fault() -> None:
    with subprocess.Popen([*COMMAND, "rules"], stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True) as process:
        assert process.stdout
        assert process.stderr
        process.stdout.close()
        complaint = process.stderr.read()
    assert "Traceback" not in complaint
    assert "Exception" not in complaint


@pytest.fixture
def served(examples: Path) -> Iterator[tuple[subprocess.Popen[str], str]]:
    arguments = [*COMMAND, "serve", str(examples / "good.ttl"), "--port", "0"]
    with subprocess.Popen(arguments, stderr=subprocess.PIPE, text=True) as process:
        assert process.stderr
        try:
            line = process.stderr.readline()
            found = re.search(r"http://127\.0\.0\.1:\d+", line)
            assert found, line + process.stderr.read()
            yield process, found[0]
        finally:
            process.kill()


def test_serving_answers_until_it_is_stopped(served: tuple[subprocess.Popen[str], str]) -> None:
    process, address = served
    with urllib.request.urlopen(f"{address}/health", timeout=30) as answer:
        assert answer.status == 200
    process.send_signal(signal.SIGINT)
    assert process.wait(timeout=30) == 0
    assert process.stderr
    assert "Stopped." in process.stderr.read()


def test_a_port_in_use_is_said(served: tuple[subprocess.Popen[str], str], capsys: pytest.CaptureFixture[str]) -> None:
    port = served[1].rpartition(":")[2]
    assert main(["serve", "--port", port]) == 3
    assert "in use" in capsys.readouterr().err


def test_a_bar_shows_only_where_a_terminal_looks_on_long_work() -> None:
    script = (
        "import time\n"
        "from partnergraph.cli.progress import Progress\n"
        "with Progress('counting') as progress:\n"
        "    progress('counting', 1, 2)\n"
        "    time.sleep(1.5)\n"
    )
    watched = seen_by_a_terminal([sys.executable, "-c", script])
    assert "counting [###############...............]  50 %" in watched
    unwatched = subprocess.run([sys.executable, "-c", script], capture_output=True, check=True)
    assert unwatched.stderr == b""


def seen_by_a_terminal(arguments: list[str]) -> str:
    terminal, end = pty.openpty()
    with subprocess.Popen(arguments, stderr=end, stdout=subprocess.DEVNULL) as process:
        os.close(end)
        seen = b""
        while select.select([terminal], [], [], 30)[0]:
            try:
                chunk = os.read(terminal, 4096)
            except OSError:
                break
            seen += chunk
        process.wait(timeout=30)
    os.close(terminal)
    return seen.decode()


def test_a_bar_never_runs_over() -> None:
    assert bar("reading", 1.7, 0).count("#") == 30
