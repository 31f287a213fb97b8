"""History: the credits and scores of a day as they were closed, with digests of what they followed from."""

from __future__ import annotations

import csv
import hashlib
import io
from collections import defaultdict
from collections.abc import Iterable, Iterator
from dataclasses import dataclass

from partnergraph import artifacts, catalogue
from partnergraph.errors import WrongUse
from partnergraph.provenance import imports, now
from partnergraph.store import Draft, View
from partnergraph.table import Cell, Table
from partnergraph.terms import (
    ONTOLOGY_GRAPH,
    PG,
    PREFIXES,
    RDF_TYPE,
    instance,
    literal,
    local_id,
    pack_graph,
    snapshot_graph,
)

Rows = tuple[dict[str, str], ...]


@dataclass(frozen=True, slots=True)
class Origin:
    """SHA-256 digests, in hexadecimal, of what credits follow from.

    `data` covers the names and file digests of all imports, `pack` the ontology and all rule packs, `shapes` the rules
    and `queries` the derivation.
    """

    data: str
    pack: str
    shapes: str
    queries: str


@dataclass(frozen=True, slots=True)
class Snapshot:
    """What was closed: credits and scores of one day under one pack. It is never changed and never replaced.

    `switches` are the options that were chosen, `at` the ISO time of closing, `content` the digest of all rows.
    """

    name: str
    as_of: str
    pack: str
    switches: tuple[tuple[str, str], ...]
    who: str
    at: str
    origin: Origin
    credits: int
    content: str


def origin(view: View) -> Origin:
    """Return the digests of what the store's credits follow from."""
    files = sorted(f"{made.name}\0{file.name}\0{file.sha256}" for made in imports(view) for file in made.files)
    graphs = [ONTOLOGY_GRAPH, *(graph for graph in view.graphs() if graph.startswith(pack_graph("")))]
    words = sorted(line for line in view.ntriples(graphs).splitlines() if b"/ns#contentDigest>" not in line)
    return Origin(
        _digest(files),
        _digest(line.decode() for line in words),
        _digest(artifacts.text(path) for path in artifacts.names("shapes", ".ttl")),
        _digest(artifacts.text(path) for path in artifacts.names("queries", ".rq")),
    )


def close(
    draft: Draft,
    name: str,
    who: str,
    judged: tuple[str, str, tuple[tuple[str, str], ...]],
    credited: Table,
    scored: Table,
) -> Snapshot:
    """Keep credits and scores in the draft under `name`; raise WrongUse where that name was closed before.

    `judged` is the ISO day, the pack and the switches that they were derived by.
    """
    if any(kept.name == name for kept in snapshots(draft)):
        raise WrongUse(f"{name} is closed already, and what is closed stays as it is. Close under another --name.")
    as_of, pack, switches = judged
    statements = _statements(credited, scored)
    content = _content(statements)
    made = Snapshot(name, as_of, pack, switches, who, now(), origin(draft), len(credited), content)
    draft.add_ntriples("".join(_lines(made, statements)).encode(), snapshot_graph(name))
    return made


def snapshots(view: View) -> tuple[Snapshot, ...]:
    """Return what was closed, by name."""
    return tuple(
        Snapshot(
            row["name"], row["as_of"], row["pack"], _pairs(row["switches"]), row["who"], row["at"],
            Origin(row["data"], row["rules"], row["shapes"], row["queries"]), int(row["credits"]), row["content"],
        )
        for row in _dicts(view, "lookup/snapshots")
    )  # fmt: skip


def broken(view: View) -> tuple[str, ...]:
    """Return the names of the snapshots whose rows are not those that were closed."""
    asked = catalogue.query("lookup/closed-statements").text
    found = []
    for kept in snapshots(view):
        _, rows = view.rows(asked, {"snapshot": f"<{instance('snapshot', kept.name)}>"})
        statements = {local_id(row[1] or "")[1]: (row[2] or "", row[3] or "") for row in rows}
        if _content(statements) != kept.content:
            found.append(kept.name)
    return tuple(found)


def closed(view: View, name: str) -> tuple[Rows, Rows]:
    """Return the rows of credits and of scores that were closed under `name`; raise WrongUse where nothing was."""
    known = snapshots(view)
    if all(kept.name != name for kept in known):
        names = ", ".join(kept.name for kept in known) or "nothing"
        raise WrongUse(f"Nothing was closed under {name}. Closed are: {names}.")
    asked = catalogue.query("lookup/closed-rows")
    _, found = view.rows(asked.text, {"snapshot": f"<{instance('snapshot', name)}>"})
    credited = tuple(row for _, text, _ in found for row in _read(text))
    scored = tuple(row for _, _, text in found for row in _read(text))
    return credited, scored


def _content(statements: dict[str, tuple[str, str]]) -> str:
    return _digest(part for account, parts in sorted(statements.items()) for part in (account, *parts))


def _statements(credited: Table, scored: Table) -> dict[str, tuple[str, str]]:
    """Return for each global account its rows as CSV: of credits and of scores."""
    parts: list[dict[str, str]] = []
    for table in (credited, scored):
        rows: dict[str, list[tuple[Cell, ...]]] = defaultdict(list)
        place = table.columns.index("global_partner_id")
        for row in table.rows:
            rows[str(row[place])].append(row)
        parts.append({account: Table(table.columns, tuple(kept)).to_csv() for account, kept in rows.items()})
    return {account: (parts[0].get(account, ""), parts[1].get(account, "")) for account in {*parts[0], *parts[1]}}


def _lines(made: Snapshot, statements: dict[str, tuple[str, str]]) -> Iterator[str]:
    node = instance("snapshot", made.name)
    facts = [
        (RDF_TYPE, f"<{PG}Snapshot>"),
        (PG + "name", literal(made.name)),
        (PG + "who", literal(made.who)),
        (PREFIXES["prov"] + "generatedAtTime", literal(made.at, "dateTime")),
        (PG + "closedFor", literal(made.as_of, "date")),
        (PG + "closedUnder", literal(made.pack)),
        *((PG + "closedWith", literal(f"{switch}={option}")) for switch, option in made.switches),
        (PG + "dataDigest", literal(made.origin.data)),
        (PG + "packDigest", literal(made.origin.pack)),
        (PG + "shapesDigest", literal(made.origin.shapes)),
        (PG + "queriesDigest", literal(made.origin.queries)),
        (PG + "creditCount", literal(str(made.credits), "integer")),
        (PG + "rowsDigest", literal(made.content)),
    ]
    yield from (f"<{node}> <{predicate}> {value} .\n" for predicate, value in facts)
    for account, (credited, scored) in sorted(statements.items()):
        statement = instance("snapshot", made.name, account)
        yield f"<{statement}> <{RDF_TYPE}> <{PG}ClosedStatement> .\n"
        yield f"<{statement}> <{PG}inSnapshot> <{node}> .\n"
        yield f"<{statement}> <{PG}closesAccount> <{instance('partner', account)}> .\n"
        yield f"<{statement}> <{PG}creditRows> {literal(credited)} .\n"
        yield f"<{statement}> <{PG}scoreRows> {literal(scored)} .\n"


def _pairs(text: str) -> tuple[tuple[str, str], ...]:
    return tuple((each.partition("=")[0], each.partition("=")[2]) for each in sorted(text.split("|")) if each)


def _read(text: str | None) -> Rows:
    return tuple(csv.DictReader(io.StringIO(text or "")))


def _dicts(view: View, name: str) -> Iterator[dict[str, str]]:
    columns, rows = view.rows(catalogue.query(name).text)
    yield from ({c: cell or "" for c, cell in zip(columns, row, strict=True)} for row in rows)


def _digest(parts: Iterable[str]) -> str:
    found = hashlib.sha256()
    for part in parts:
        found.update(part.encode() + b"\0")
    return found.hexdigest()
