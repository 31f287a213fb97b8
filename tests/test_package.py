"""The package as it is shipped: one version, its texts, its locks, and a README that tells the truth."""

from __future__ import annotations

import re
import tomllib
from pathlib import Path

import pytest

import partnergraph
from partnergraph import artifacts
from partnergraph.cli.parser import build_parser

ROOT = Path(__file__).resolve().parents[1]
PROJECT = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))
README = (ROOT / "README.md").read_text(encoding="utf-8")
FOLDERS = ("examples", "ontology", "queries", "shapes")
LOCKS = ("requirements.lock", "requirements-dev.lock")
COMMANDS = build_parser()._subparsers._group_actions[0].choices  # type: ignore[union-attr]  # noqa: SLF001


def section(heading: str) -> str:
    found = re.search(rf"^## {heading}\n(.*?)(?=^## |\Z)", README, re.MULTILINE | re.DOTALL)
    assert found, f"README has no section {heading}"
    return found[1]


def requirements(lock: str) -> dict[str, str]:
    text = (ROOT / lock).read_text(encoding="utf-8")
    return dict(re.findall(r"^([a-z0-9][\w.-]*)==(\S+) \\$", text, re.MULTILINE))


def normal(name: str) -> str:
    return re.sub(r"[-_.]+", "-", re.split(r"[<>=\[ ;]", name)[0]).lower()


def test_the_version_is_one_number_everywhere() -> None:
    versions = {PROJECT["project"]["version"], partnergraph.__version__}
    newest = re.search(r"^## (\d+\.\d+\.\d+)", (ROOT / "CHANGELOG.md").read_text(encoding="utf-8"), re.MULTILINE)
    assert newest
    versions.add(newest[1])
    for folder in ("ontology", "shapes"):
        for path in artifacts.names(folder, ".ttl"):
            versions.update(re.findall(r'owl:versionInfo "([^"]*)"', artifacts.text(path)))
    assert versions == {partnergraph.__version__}


@pytest.mark.parametrize("folder", ["ontology", "shapes"])
def test_every_file_of_terms_and_rules_states_its_version(folder: str) -> None:
    silent = [path for path in artifacts.names(folder, ".ttl") if "owl:versionInfo" not in artifacts.text(path)]
    assert not silent


def test_the_wheel_takes_the_texts_along() -> None:
    wheel = PROJECT["tool"]["hatch"]["build"]["targets"]["wheel"]["force-include"]
    assert wheel == {folder: f"partnergraph/_artifacts/{folder}" for folder in FOLDERS}
    assert set(FOLDERS) <= set(PROJECT["tool"]["hatch"]["build"]["targets"]["sdist"]["only-include"])


@pytest.mark.parametrize("folder", FOLDERS)
def test_the_texts_are_found(folder: str) -> None:
    assert artifacts.names(folder, "")


def test_what_the_package_exports_is_there() -> None:
    assert all(hasattr(partnergraph, name) for name in partnergraph.__all__)


@pytest.mark.parametrize("lock", LOCKS)
def test_a_lock_pins_everything_by_hash_and_names_no_machine(lock: str) -> None:
    text = (ROOT / lock).read_text(encoding="utf-8")
    assert "://" not in text
    assert not re.search(r"--(?!hash=sha256:)|(^|\s)/", text)
    pinned = requirements(lock)
    blocks = re.findall(r"^[a-z0-9][\w.-]*==\S+ \\\n(?:    --hash=sha256:[0-9a-f]{64}(?: \\)?\n)+", text, re.MULTILINE)
    assert len(blocks) == len(pinned) == len(re.findall(r"^\w", text, re.MULTILINE))


def test_the_locks_hold_what_the_project_asks_for() -> None:
    asked = {normal(name) for name in PROJECT["project"]["dependencies"]}
    assert asked <= set(requirements("requirements.lock"))
    for extra in PROJECT["project"]["optional-dependencies"].values():
        asked.update(normal(name) for name in extra)
    assert asked <= set(requirements("requirements-dev.lock"))


def test_what_is_shipped_is_what_is_tested() -> None:
    assert requirements("requirements.lock").items() <= requirements("requirements-dev.lock").items()


def test_the_readme_is_short() -> None:
    assert len(README.splitlines()) <= 150


def test_the_readme_lists_the_commands_that_there_are() -> None:
    rows = re.findall(r"^\| (`\w+`(?: `\w+`)*) \|", section("Command line"), re.MULTILINE)
    assert [name for row in rows for name in re.findall(r"\w+", row)] == list(COMMANDS)


def test_the_readme_map_is_equal_to_what_stands() -> None:
    named = re.findall(r"^(?:[├└│ ─]*)([\w./-]+/)", section("Map"), re.MULTILINE)
    assert named
    inside = [ROOT, ROOT / "src" / "partnergraph", ROOT / "ontology", ROOT / "tests", ROOT / "queries"]
    assert not [folder for folder in named if not any((base / folder).is_dir() for base in inside)]
    standing = {path.name + "/" for path in ROOT.iterdir() if path.is_dir() and path.name[0] not in "._"}
    assert standing - {"build/", "dist/", "src/", "store/"} <= set(named)


@pytest.mark.parametrize("command", COMMANDS)
def test_a_command_teaches(command: str) -> None:
    text = COMMANDS[command].format_help()
    assert f"  partnergraph {command}" in text
    assert "exit status:" in text
    assert len(COMMANDS[command].description or "") > 100
