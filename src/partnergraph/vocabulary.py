"""The shipped words and rule packs: put into every store, and read as the codes that files may use."""

from __future__ import annotations

import hashlib
from collections.abc import Sequence
from functools import cache
from pathlib import Path

from partnergraph import artifacts, catalogue, validation
from partnergraph.errors import Fault, ParseFault, UnreadableInput, WrongUse
from partnergraph.importing import Codes
from partnergraph.store import Draft, Store
from partnergraph.terms import ONTOLOGY_GRAPH, PG, pack_graph

_UNLOADED = "ontology/prefixes.ttl"


def refresh(store: Store, packs: Sequence[Path] = ()) -> None:
    """Make the store hold exactly the shipped ontology and packs and those in the folders `packs`.

    Do nothing where it does. Raise UnreadableInput for a folder or file that cannot be read, and WrongUse for packs
    that the rules for packs find fault with.
    """
    texts = _texts() | _own(packs)
    digest = _digest(texts)
    if store.holds(f'ASK {{ <{ONTOLOGY_GRAPH}> pg:contentDigest "{digest}" }}'):
        return
    stale = [graph for graph in store.graphs() if graph.startswith(pack_graph("")) and graph not in texts]
    with store.draft(replaces=(*texts, *stale)) as draft:
        _write(draft, texts)
        if packs:
            _check(draft)
        fact = f'<{ONTOLOGY_GRAPH}> <{PG}contentDigest> "{digest}" .\n'
        draft.add_ntriples(fact.encode(), ONTOLOGY_GRAPH)


@cache
def codes() -> Codes:
    """Return the concepts, products and association kinds that files name by code or label."""
    store = Store.memory()
    with store.draft() as draft:
        _write(draft, _texts())
    return Codes(
        [(a, b, c) for a, b, c in catalogue.texts(store, "lookup/codes")],
        [(a, b) for a, b in catalogue.texts(store, "lookup/products")],
        [(a, b) for a, b in catalogue.texts(store, "lookup/kinds")],
    )


def _write(draft: Draft, texts: dict[str, list[str]]) -> None:
    for graph, parts in texts.items():
        for part in parts:
            draft.add_turtle(part, graph)


@cache
def _texts() -> dict[str, list[str]]:
    found: dict[str, list[str]] = {}
    for path in artifacts.names("ontology", ".ttl"):
        if path != _UNLOADED:
            parts = path.split("/")
            graph = pack_graph(parts[2]) if parts[1] == "packs" else ONTOLOGY_GRAPH
            found.setdefault(graph, []).append(artifacts.text(path))
    return found


def _digest(texts: dict[str, list[str]]) -> str:
    return hashlib.sha256("\0".join(part for parts in texts.values() for part in parts).encode()).hexdigest()


def _own(folders: Sequence[Path]) -> dict[str, list[str]]:
    """Return the texts of packs in folders: each holds Turtle files, or one folder for each pack."""
    found: dict[str, list[str]] = {}
    faults: list[Fault] = []
    for folder in folders:
        files = sorted(folder.rglob("*.ttl"))
        if not files:
            remedy = "Name a folder that holds Turtle files, or one folder for each pack."
            faults.append(Fault(str(folder), "holds no rule pack.", remedy))
        for file in files:
            text, fault = _read(file)
            faults += [fault] if fault else []
            found.setdefault(pack_graph(f"own/{file.parent.name}"), []).append(text)
    if faults:
        raise UnreadableInput(tuple(faults))
    return found


def _read(file: Path) -> tuple[str, Fault | None]:
    """Return the text of a Turtle file, or what makes it unreadable."""
    try:
        text = file.read_text(encoding="utf-8")
        with Store.memory().draft() as draft:
            draft.add_turtle(text, ONTOLOGY_GRAPH)
    except (OSError, UnicodeDecodeError) as error:
        return "", Fault(str(file), f"cannot be read: {error}.", "Write it as UTF-8 Turtle.")
    except ParseFault as error:
        return "", Fault(str(file), f"is no Turtle: {error}", "Mend the syntax.", error.line)
    return text, None


def _check(draft: Draft) -> None:
    """Raise WrongUse with what the rules for packs find."""
    found = validation.pack_findings(draft)
    if found:
        lines = "".join(f"\n{finding.focus_iri}: {finding.message}" for finding in found)
        raise WrongUse(f"The rule packs break the rules for packs:{lines}")
