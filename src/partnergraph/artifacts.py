"""Where the texts that carry the domain are: ontology, shapes, queries and examples, in a checkout and in a wheel."""

from __future__ import annotations

from functools import cache
from pathlib import Path

_HERE = Path(__file__).resolve().parent


@cache
def root() -> Path:
    """Return the folder that holds `ontology/`, `shapes/`, `queries/` and `examples/`."""
    shipped = _HERE / "_artifacts"
    return shipped if shipped.is_dir() else _HERE.parents[1]


def text(path: str) -> str:
    """Return the text of the artifact at `path`, relative to `root()`."""
    return (root() / path).read_text(encoding="utf-8")


def names(folder: str, suffix: str) -> tuple[str, ...]:
    """Return the paths below `folder` that end with `suffix`, sorted, relative to `root()`."""
    base = root()
    return tuple(sorted(str(path.relative_to(base)) for path in (base / folder).rglob(f"*{suffix}")))
