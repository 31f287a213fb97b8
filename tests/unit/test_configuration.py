"""Settings come from flags, the environment and a file, and the documentation says the same as the code."""

from __future__ import annotations

from pathlib import Path

import pytest

from partnergraph.configuration import Configuration, configured, settings
from partnergraph.errors import WrongUse

PAGE = Path(__file__).resolve().parents[2] / "docs" / "configuration.md"
MEBIBYTE = 1024 * 1024


def file(folder: Path, text: str) -> Path:
    path = folder / "partnergraph.toml"
    path.write_text(text, encoding="utf-8")
    return path


def test_the_table_of_the_documentation_is_that_of_the_code() -> None:
    rows = [
        f"| `{each.key}` | `{each.flag}` | `{each.variable}` | {f'`{each.default}`' if each.default else ''} "
        f"| {each.unit} | {each.about.meaning} |"
        for each in settings()
    ]
    written = [
        line for line in PAGE.read_text(encoding="utf-8").splitlines() if "`PARTNERGRAPH_" in line and "--" in line
    ]
    assert [line for line in written if line.startswith("| `")] == rows


def test_a_flag_comes_before_the_environment_and_that_before_the_file(tmp_path: Path) -> None:
    path = file(tmp_path, 'query-seconds = 1\nquery-rows = 10\nqueue = 5\nhost = "0.0.0.0"\n')
    environment = {"PARTNERGRAPH_QUERY_SECONDS": "2", "PARTNERGRAPH_QUERY_ROWS": "20"}
    found = configured({"query_seconds": "3", "port": None}, environment, path)
    assert (found.query_seconds, found.query_rows, found.queue, found.host) == (3.0, 20, 5, "0.0.0.0")
    assert found.port == Configuration().port


def test_the_environment_may_name_the_file(tmp_path: Path) -> None:
    path = file(tmp_path, "port = 9000")
    assert configured({}, {"PARTNERGRAPH_CONFIG": str(path)}).port == 9000


@pytest.mark.parametrize(
    ("text", "size"), [("1048576", MEBIBYTE), ("512 MiB", 512 * MEBIBYTE), ("2gib", 2048 * MEBIBYTE), ("3KiB", 3072)]
)
def test_a_size_may_have_a_unit(text: str, size: int) -> None:
    assert configured({"query_memory": text}, {}).limits.query_memory == size


def test_sites_are_a_list_in_a_file_and_between_commas_elsewhere(tmp_path: Path) -> None:
    path = file(tmp_path, 'origins = ["https://a.example", "https://b.example"]')
    assert configured({}, {}, path).origins == ("https://a.example", "https://b.example")
    assert configured({"origins": "https://a.example, https://b.example"}, {}) == configured({}, {}, path)


@pytest.mark.parametrize(
    ("flags", "environment", "said"),
    [
        ({"query_seconds": "0"}, {}, "--query-seconds: '0' is not a number of seconds above zero"),
        ({"query_seconds": "nan"}, {}, "--query-seconds"),
        ({"port": "99999"}, {}, "--port: '99999' is not a port"),
        ({"query_memory": "much"}, {}, "--query-memory: 'much' is not a number of bytes"),
        ({}, {"PARTNERGRAPH_WORKERS": "-1"}, "PARTNERGRAPH_WORKERS: '-1' is not a number, 0 or more"),
        ({}, {"PARTNERGRAPH_LOG_FORMAT": "xml"}, "PARTNERGRAPH_LOG_FORMAT: 'xml' is not `text` or `json`"),
        ({}, {"PARTNERGRAPH_CONFIG": "/nowhere/at/all"}, "/nowhere/at/all: cannot be read"),
    ],
)
def test_what_cannot_be_meant_is_said_where_it_stands(
    flags: dict[str, str | None], environment: dict[str, str], said: str
) -> None:
    with pytest.raises(WrongUse) as wrong:
        configured(flags, environment)
    assert said in str(wrong.value)


@pytest.mark.parametrize(
    ("text", "said"),
    [("query = 1", "query cannot be set"), ("port =", "is no TOML"), ("port = 'x'", "port: 'x' is not")],
)
def test_a_file_that_cannot_be_meant_is_said(tmp_path: Path, text: str, said: str) -> None:
    with pytest.raises(WrongUse, match=said):
        configured({}, {}, file(tmp_path, text))
