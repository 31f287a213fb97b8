"""The shipped questions: each `.rq` file below `queries/`, with the header that says what it takes and gives."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass
from functools import cache

from partnergraph import artifacts
from partnergraph.errors import WrongUse
from partnergraph.store import View
from partnergraph.table import Table
from partnergraph.terms import instance, literal

_PARAMETER = re.compile(r"(\w+): \{type: ([\w-]+)(?:, required: (true|false))?\}")
RULES = "rules"
"""What a step reads that is the same for all data."""
_DATATYPES = {"date": "date", "month": "gYearMonth", "integer": "integer"}


@dataclass(frozen=True, slots=True)
class Parameter:
    """One value a question takes. `kind` is text, iri, date, month, integer, or a type of thing named by its id."""

    name: str
    kind: str
    required: bool

    def term(self, value: str) -> str:
        """Return `value` as N-Triples text."""
        if self.kind == "iri":
            return f"<{value}>"
        if self.kind == "text":
            return literal(value)
        if self.kind in _DATATYPES:
            return literal(value, _DATATYPES[self.kind])
        return f"<{instance(self.kind, *value.split('/'))}>"


@dataclass(frozen=True, slots=True)
class Query:
    """One shipped question. `name` is its path below `queries/` without the suffix.

    `needs` names what must be worked out before it is asked: `date`, `holdings`, `credits` or `scores`. `reads` is
    `rules` where it reads only rule packs and the evaluation, so that it gives the same whatever was imported.
    `metrics` are the codes of those that a step gives credits for, where it is not for all.
    """

    name: str
    summary: str
    parameters: tuple[Parameter, ...]
    returns: str
    source: str
    needs: tuple[str, ...]
    reads: str
    metrics: tuple[str, ...]
    text: str

    @property
    def columns(self) -> tuple[str, ...]:
        """The columns it returns, as its header names them."""
        return tuple(name.strip() for name in self.returns.strip("[]").split(","))


@cache
def queries(folder: str = "") -> tuple[Query, ...]:
    """Return the shipped questions below `folder`, in the order of their names."""
    return tuple(_read(path) for path in artifacts.names(f"queries/{folder}", ".rq"))


def query(name: str) -> Query:
    """Return the shipped question called `name`; raise WrongUse where there is none."""
    for candidate in queries():
        if candidate.name == name:
            return candidate
    known = ", ".join(candidate.name for candidate in queries())
    raise WrongUse(f"There is no query called {name}. Known are: {known}.")


def run(view: View, name: str, values: Mapping[str, str]) -> Table:
    """Answer the question called `name` with these parameter values; raise WrongUse for missing or unknown ones."""
    asked = query(name)
    unknown = sorted(set(values) - {parameter.name for parameter in asked.parameters})
    missing = [p.name for p in asked.parameters if p.required and not values.get(p.name)]
    if unknown or missing:
        takes = ", ".join(f"{p.name} ({p.kind}{', required' if p.required else ''})" for p in asked.parameters)
        raise WrongUse(f"{name} takes {takes or 'no parameters'}; wrong: {', '.join(unknown + missing)}.")
    bindings = {p.name: p.term(values[p.name]) for p in asked.parameters if values.get(p.name)}
    columns, rows = view.rows(asked.text, bindings)
    kept = [i for i, column in enumerate(columns) if column not in bindings or column in asked.columns]
    return Table(tuple(columns[i] for i in kept), tuple(tuple(row[i] for i in kept) for row in rows))


def texts(view: View, name: str) -> list[tuple[str, ...]]:
    """Return the rows of a question without parameters; an unbound cell is the empty text."""
    return [tuple(cell or "" for cell in row) for row in view.rows(query(name).text)[1]]


def _read(path: str) -> Query:
    text = artifacts.text(path)
    header: dict[str, list[str]] = {}
    key = ""
    for line in text.splitlines():
        if not line.startswith("#+"):
            break
        found = re.match(r"#\+ (\w+):\s*(.*)", line)
        if found:
            key = found[1]
            header[key] = [found[2]] if found[2] else []
        else:
            header.setdefault(key, []).append(line[2:].strip())
    params = tuple(
        Parameter(name, kind, required == "true")
        for name, kind, required in _PARAMETER.findall("\n".join(header.get("params", [])))
    )
    return Query(
        name=path.removeprefix("queries/").removesuffix(".rq"),
        summary=" ".join(header.get("summary", [])),
        parameters=params,
        returns=" ".join(header.get("returns", [])),
        source=" ".join(header.get("source", [])),
        needs=tuple(" ".join(header.get("needs", [])).replace(",", " ").split()),
        reads=" ".join(header.get("reads", [])),
        metrics=tuple(" ".join(header.get("metrics", [])).replace(",", " ").split()),
        text=text,
    )
