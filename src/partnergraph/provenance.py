"""Where an import came from: who, when, which files with which digests, and how much it holds."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import UTC, datetime
from urllib.parse import unquote

from partnergraph import catalogue
from partnergraph.importing import SourceFile
from partnergraph.store import Draft, View
from partnergraph.terms import IMPORTS_GRAPH, PG, PREFIXES, RDF_TYPE, asserted_graph, instance, literal


@dataclass(frozen=True, slots=True)
class Import:
    """One import that is in the store. `at` is an ISO time in UTC; `triples` counts its named graph."""

    name: str
    graph: str
    who: str
    at: str
    files: tuple[SourceFile, ...]
    triples: int


def provenance_graph(name: str) -> str:
    """Return the IRI of the graph that holds what is known about the import called `name`."""
    return IMPORTS_GRAPH + instance("import", name).rpartition("/")[2]


def name_of(graph: str) -> str:
    """Return the name of the import whose statements the named graph `graph` holds."""
    return unquote(graph.removeprefix(asserted_graph("")))


def record(draft: Draft, made: Import, *, lists_designations: bool, repeats: bool | None = None) -> Import:
    """Write the provenance of `made` into the draft and return it with its triples counted.

    `repeats` says whether another import has a triple of it; where it is not said, the draft is asked.
    """
    columns, rows = draft.rows(catalogue.query("lookup/import-size").text, {"graph": f"<{made.graph}>"})
    size = dict(zip(columns, rows[0], strict=True)) if rows else {}
    node = instance("import", made.name)
    facts: list[tuple[str, str, str]] = [
        (node, RDF_TYPE, f"<{PG}Import>"),
        (node, RDF_TYPE, f"<{PREFIXES['prov']}Activity>"),
        (node, PG + "name", literal(made.name)),
        (node, PG + "who", literal(made.who)),
        (node, PREFIXES["prov"] + "endedAtTime", literal(made.at, "dateTime")),
        (node, PG + "graph", f"<{made.graph}>"),
        (node, PG + "tripleCount", literal(size.get("triples") or "0", "integer")),
        (node, PG + "graphSum", literal(draft.graph_sum(made.graph))),
    ]
    if size.get("newestMonth"):
        facts.append((node, PG + "newestMonth", literal(str(size["newestMonth"]), "gYearMonth")))
    if size.get("newestStart"):
        facts.append((node, PG + "newestStart", literal(str(size["newestStart"]), "date")))
    if _repeats(draft, made.graph) if repeats is None else repeats:
        facts.append((node, PG + "repeatsFacts", literal("true", "boolean")))
    if lists_designations:
        facts.append((node, PG + "listsDesignations", literal("true", "boolean")))
    for number, file in enumerate(made.files, 1):
        part = instance("import", made.name, "file", str(number))
        facts += [
            (node, PG + "hasSourceFile", f"<{part}>"),
            (part, PG + "fileName", literal(file.name)),
            (part, PG + "sha256", literal(file.sha256)),
            (part, PG + "byteCount", literal(str(file.byte_count), "integer")),
        ]
    lines = "".join(f"<{subject}> <{predicate}> {value} .\n" for subject, predicate, value in facts)
    draft.add_ntriples(lines.encode(), provenance_graph(made.name))
    return Import(made.name, made.graph, made.who, made.at, made.files, int(size.get("triples") or 0))


def recount(draft: Draft, name: str) -> None:
    """Write anew what the provenance of the import says of its graph, which was changed."""
    graph = provenance_graph(name)
    made = next((each for each in imports(draft) if each.name == name), None)
    if made is not None:
        lists = (instance("import", name), PG + "listsDesignations", "true") in draft.statements(graph)
        draft.clear(graph)
        record(draft, made, lists_designations=lists)


def _repeats(draft: Draft, graph: str) -> bool:
    if not imports(draft):
        return False
    return draft.holds(catalogue.query("lookup/repeated-fact").text, {"graph": f"<{graph}>"})


def imports(view: View) -> tuple[Import, ...]:
    """Return the imports that the store holds, by name."""
    found: dict[str, Import] = {}
    _, rows = view.rows(catalogue.query("lookup/imports").text)
    for name, graph, who, at, triples, file, sha256, size in rows:
        held = found.get(name or "", Import(name or "", graph or "", who or "", at or "", (), int(triples or 0)))
        files = (*held.files, SourceFile(file, sha256 or "", int(size or 0))) if file else held.files
        found[held.name] = Import(held.name, held.graph, held.who, held.at, files, held.triples)
    return tuple(found.values())


def now() -> str:
    """Return the present time as it is recorded; the only place where the clock is read."""
    return datetime.now(UTC).strftime("%Y-%m-%dT%H:%M:%SZ")
