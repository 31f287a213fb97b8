"""The house: imports only go down, each heavy dependency has one owner, modules and functions stay small."""

from __future__ import annotations

import ast
import re
from collections.abc import Iterator
from functools import cache
from pathlib import Path

PACKAGE = Path(__file__).resolve().parents[1] / "src" / "partnergraph"
MODULES = sorted(PACKAGE.rglob("*.py"))

LAYERS = (
    ("errors", "settings", "configuration", "terms", "table", "report", "access"),
    ("artifacts", "store", "workers", "network", "synth"),
    ("catalogue", "derivation", "evaluation", "shacl", "validation", "evidence"),
    (
        "importing",
        "credit",
        "explain",
        "score",
        "slices",
        "provenance",
        "basis",
        "ledger",
        "vocabulary",
        "rulebook",
        "history",
        "changes",
        "stamp",
        "ownshapes",
        "policy",
        "record",
        "quarantine",
        "parting",
    ),
    (
        "upkeep",
        "reporting",
        "consequences",
        "evaluator",
        "guard",
        "intake",
        "quick",
        "release",
        "amendment",
        "pending",
        "comparison",
        "rehearsal",
        "examination",
        "shaping",
        "keeping",
        "graph",
        "visibility",
        "jobs",
        "safekeeping",
        "__init__",
    ),
    ("web", "cli", "__main__"),
)
"""From the ground up; within a layer a part may use those on its left."""
USE_CASES = {"importing", "credit", "explain", "score"}
"""None of these uses another."""
OWNERS = {
    "pyoxigraph": ("store/",),
    "rdflib": ("validation", "shacl/"),
    "pyshacl": ("validation", "shacl/"),
    "networkx": ("network",),
    "brotli": ("web/compression",),
    "fastapi": ("web/",),
    "starlette": ("web/",),
    "jwt": ("access/issuer",),
    "prometheus_client": ("web/metrics",),
    "uvicorn": ("web/", "cli/serve"),
    "pandas": ("table",),
    "pyarrow": ("table",),
}
ORDER = [part for layer in LAYERS for part in layer]
MODULE_LINES = 300
FUNCTION_LINES = 40
SHAPELESS = {"utils", "helpers", "common", "base", "manager", "misc"}


def named(module: Path) -> str:
    return module.relative_to(PACKAGE).as_posix()


def part(module: Path) -> str:
    return module.relative_to(PACKAGE).parts[0].removesuffix(".py")


@cache
def text(module: Path) -> str:
    return module.read_text(encoding="utf-8")


def imports(module: Path) -> Iterator[str]:
    """Yield what the module imports when it runs; what only a type checker reads binds nobody."""
    tree = ast.parse(text(module))
    unread = {
        inner
        for node in ast.walk(tree)
        if isinstance(node, ast.If) and ast.unparse(node.test).endswith("TYPE_CHECKING")
        for statement in node.body
        for inner in ast.walk(statement)
    }
    for node in ast.walk(tree):
        if node in unread:
            continue
        if isinstance(node, ast.Import):
            yield from (alias.name for alias in node.names)
        elif isinstance(node, ast.ImportFrom):
            assert node.level == 0, f"{named(module)}:{node.lineno}: imports are absolute"
            if node.module == "partnergraph":
                yield from (f"partnergraph.{alias.name}" for alias in node.names)
            else:
                yield str(node.module)


def parts_used(module: Path) -> set[str]:
    inside = (name.split(".") for name in imports(module) if name.split(".")[0] == "partnergraph")
    return {path[1] if len(path) > 1 and path[1] in ORDER else "__init__" for path in inside}


def test_every_module_belongs_to_a_layer() -> None:
    assert not [named(module) for module in MODULES if part(module) not in ORDER]


def test_imports_only_go_down() -> None:
    upward = [
        f"{named(module)} uses {used}"
        for module in MODULES
        for used in parts_used(module) - {part(module)}
        if ORDER.index(used) > ORDER.index(part(module))
    ]
    assert not upward


def test_no_use_case_uses_another() -> None:
    sideways = [
        f"{named(module)} uses {used}"
        for module in MODULES
        if part(module) in USE_CASES
        for used in parts_used(module) & (USE_CASES - {part(module)})
    ]
    assert not sideways


def test_each_heavy_dependency_has_one_owner() -> None:
    borrowed = [
        f"{named(module)} uses {name}"
        for module in MODULES
        for name in imports(module)
        if not named(module).startswith(OWNERS.get(name.split(".")[0], ("",)))
    ]
    assert not borrowed


def test_a_module_is_one_noun_of_moderate_length() -> None:
    assert not [named(module) for module in MODULES if module.stem in SHAPELESS]
    lengths = {named(module): len(text(module).splitlines()) for module in MODULES}
    assert not {name: lines for name, lines in lengths.items() if lines > MODULE_LINES}


def test_a_module_opens_with_what_it_holds() -> None:
    assert not [named(module) for module in MODULES if not ast.get_docstring(ast.parse(text(module)))]


def test_a_function_is_short() -> None:
    lengths = {
        f"{named(module)}:{node.lineno} {node.name}": length(node)
        for module in MODULES
        for node in ast.walk(ast.parse(text(module)))
        if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef)
    }
    assert not {name: lines for name, lines in lengths.items() if lines > FUNCTION_LINES}


def test_sparql_longer_than_a_line_lives_in_query_files() -> None:
    strings = [
        (named(module), node.value)
        for module in MODULES
        for node in ast.walk(ast.parse(text(module)))
        if isinstance(node, ast.Constant) and isinstance(node.value, str)
    ]
    assert not [found for found in strings if re.search(r"\b(SELECT|CONSTRUCT|ASK)\b[^{]*\{.*\n", found[1])]


def test_everything_is_caught_in_one_place_only() -> None:
    catchers = {
        named(module)
        for module in MODULES
        for node in ast.walk(ast.parse(text(module)))
        if isinstance(node, ast.ExceptHandler) and (node.type is None or ast.unparse(node.type) == "Exception")
    }
    assert all(name.startswith("web/") for name in catchers)
    assert len(catchers) <= 1


def length(function: ast.FunctionDef | ast.AsyncFunctionDef) -> int:
    """Return the lines of a function without its docstring."""
    last = function.end_lineno or function.lineno
    lines = last - function.lineno + 1
    if ast.get_docstring(function):
        words = function.body[0]
        lines -= (words.end_lineno or words.lineno) - words.lineno + 1
    return lines
