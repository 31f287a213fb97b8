"""How the operations of a SPARQL update change quads: each is worked out as what comes and goes, then applied."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass

import pyoxigraph as ox

from partnergraph.errors import BadQuery, ProtectedGraph, WrongUse
from partnergraph.store.change import Change
from partnergraph.store.operation import Group, Operation, Token
from partnergraph.store.template import Pattern, filled, patterns
from partnergraph.store.view import bad_query
from partnergraph.terms import DEFAULT_GRAPH, PREFIXES, is_asserted


@dataclass(frozen=True, slots=True)
class Using:
    """The graphs that a request lets its updates look at, in place of all; empty where it says nothing."""

    default: tuple[str, ...] = ()
    named: tuple[str, ...] = ()

    def __bool__(self) -> bool:
        """Return whether anything is said."""
        return bool(self.default or self.named)


class Amending:
    """Carries out operations on quads and keeps account of what they change.

    What names no graph is in the default graph, which is a graph of its own and no union.
    """

    def __init__(self, quads: ox.Store, change: Change, using: Using) -> None:
        self._quads = quads
        self._change = change
        self._using = using

    def carry_out(self, operation: Operation) -> None:
        """Carry out one operation; raise ProtectedGraph, WrongUse or BadQuery where it cannot be."""
        if operation.kind not in _FORMS:
            raise BadQuery(f"{operation.kind or 'This'} is no operation of SPARQL Update.")
        _FORMS[operation.kind](self, operation)

    def apply(self, removed: Iterable[ox.Quad], added: Iterable[ox.Quad]) -> None:
        """Take quads out and put others in; raise ProtectedGraph where one is in a graph that is not the user's."""
        adding = dict.fromkeys(added)
        taking = dict.fromkeys(removed)
        for graph in {quad.graph_name for quads in (taking, adding) for quad in quads}:
            _refuse_protected(str(getattr(graph, "value", "")))
        going = [quad for quad in taking if quad not in adding and quad in self._quads]
        coming = [quad for quad in adding if quad not in self._quads]
        for quad in going:
            self._quads.remove(quad)
        self._quads.extend(coming)
        self._change.note(going, coming)

    def _insert_data(self, operation: Operation) -> None:
        self.apply((), filled(_said(operation, "DATA"), [{}], ox.NamedNode(DEFAULT_GRAPH)))

    def _delete_data(self, operation: Operation) -> None:
        self.apply(filled(_said(operation, "DATA"), [{}], ox.NamedNode(DEFAULT_GRAPH)), ())

    def _delete_where(self, operation: Operation) -> None:
        group = operation.groups["WHERE"]
        self._replace(operation, _said(operation, "WHERE"), (), group, self._using, DEFAULT_GRAPH)

    def _modify(self, operation: Operation) -> None:
        words = operation.words
        named = _after(operation, "WITH")
        using = Using(
            tuple(_iri(operation, words[at + 1]) for at in _places(words, "USING") if not words[at + 1].says("NAMED")),
            tuple(_iri(operation, words[at + 2]) for at in _places(words, "USING") if words[at + 1].says("NAMED")),
        )
        if self._using and (using or named):
            raise BadQuery("The request names the graphs to look at, and so does WITH or USING. Leave one out.")
        target = _iri(operation, named) if named else DEFAULT_GRAPH
        removed, added = (_said(operation, word) if word in operation.groups else () for word in ("DELETE", "INSERT"))
        self._replace(operation, removed, added, operation.groups["WHERE"], using or self._using, target)

    def _replace(
        self,
        operation: Operation,
        removed: Sequence[Pattern],
        added: Sequence[Pattern],
        where: Group,
        using: Using,
        target: str,
    ) -> None:
        solutions = list(self._solutions(operation, [*removed, *added], where, using, target))
        graph = ox.NamedNode(target)
        self.apply(filled(removed, solutions, graph), filled(added, solutions, graph))

    def _solutions(
        self, operation: Operation, wanted: Sequence[Pattern], where: Group, using: Using, target: str
    ) -> Iterator[dict[str, object]]:
        names = sorted({name for pattern in wanted for name in pattern.variables})
        fresh = any(pattern.makes_nodes for pattern in wanted)
        columns = " ".join(f"?{name}" for name in names) or "(1 AS ?some)"
        query = f"{operation.prologue}SELECT {'' if fresh else 'DISTINCT '}{columns} WHERE {where.text}"
        default = [ox.NamedNode(each) for each in (using.default if using else (target,))]
        named: list[ox.NamedNode | ox.BlankNode] | None = [*map(ox.NamedNode, using.named)] if using else None
        try:
            found = self._quads.query(query, prefixes=PREFIXES, default_graph=[*default], named_graphs=named)
            for solution in found if isinstance(found, ox.QuerySolutions) else ():
                yield {name: solution[name] for name in names if solution[name] is not None}
        except SyntaxError as fault:
            raise bad_query(fault) from fault
        except (ValueError, RuntimeError) as fault:
            raise BadQuery(str(fault)) from fault

    def _load(self, operation: Operation) -> None:
        if not _is_silent(operation):
            raise WrongUse("LOAD is switched off: nothing is fetched from elsewhere. Send what is to be loaded.")

    def _clear(self, operation: Operation) -> None:
        for graph in self._named(operation):
            self.apply(self._all_of(graph), ())

    def _drop(self, operation: Operation) -> None:
        for graph in self._named(operation):
            self.drop(graph)

    def put(self, graph: str, quads: Iterable[ox.Quad], *, keep: bool = False) -> None:
        """Put triples into a graph in place of what it holds, or beside it where `keep` says so; there is one then."""
        _refuse_protected(graph)
        node = ox.NamedNode(graph)
        added = (ox.Quad(quad.subject, quad.predicate, quad.object, node) for quad in quads)
        self.apply(() if keep else self._all_of(graph), added)
        self._quads.add_graph(node)

    def drop(self, graph: str) -> None:
        """Remove a graph with all that it holds."""
        _refuse_protected(graph)
        self.apply(self._all_of(graph), ())
        self._quads.remove_graph(ox.NamedNode(graph))

    def _create(self, operation: Operation) -> None:
        graph = _iri(operation, operation.words[-1])
        _refuse_protected(graph)
        if self._is_there(graph) and not _is_silent(operation):
            raise WrongUse(f"There is a graph <{graph}> already. Write CREATE SILENT to leave it as it is.")
        self._quads.add_graph(ox.NamedNode(graph))

    def _copy(self, operation: Operation) -> None:
        source, target = self._ends(operation)
        if source is not None and source != target:
            self.apply(self._all_of(target), self._all_of(source, target))
            self._quads.add_graph(ox.NamedNode(target))

    def _move(self, operation: Operation) -> None:
        source, target = self._ends(operation)
        if source is not None and source != target:
            self._copy(operation)
            self.drop(source)

    def _add(self, operation: Operation) -> None:
        source, target = self._ends(operation)
        if source is not None:
            self.apply((), self._all_of(source, target))
            self._quads.add_graph(ox.NamedNode(target))

    def _ends(self, operation: Operation) -> tuple[str | None, str]:
        """Return from where to where a graph is to go; nothing for a graph that is not there and may be missing."""
        to = _places(operation.words, "TO")[0]
        ends = [_graph(operation, operation.words[place]) for place in (to - 1, len(operation.words) - 1)]
        _refuse_protected(ends[1])
        if not self._is_there(ends[0]):
            if not _is_silent(operation):
                raise WrongUse(f"There is no graph <{ends[0]}>. Write {operation.kind} SILENT where it may be missing.")
            return None, ends[1]
        return ends[0], ends[1]

    def _named(self, operation: Operation) -> list[str]:
        """Return the graphs that CLEAR or DROP names; `ALL` and `NAMED` are those that users may write."""
        last = operation.words[-1]
        users = [graph.value for graph in self._quads.named_graphs() if isinstance(graph, ox.NamedNode)]
        users = [graph for graph in users if is_asserted(graph)]
        if last.says("ALL"):
            return users
        if last.says("NAMED"):
            return [graph for graph in users if graph != DEFAULT_GRAPH]
        graph = _graph(operation, last)
        _refuse_protected(graph)
        if not self._is_there(graph):
            if not _is_silent(operation):
                raise WrongUse(f"There is no graph <{graph}>. Write {operation.kind} SILENT where it may be missing.")
            return []
        return [graph]

    def _all_of(self, graph: str, target: str = "") -> Iterator[ox.Quad]:
        """Yield the quads of a graph, put into the graph `target` where that is given."""
        node = ox.NamedNode(target or graph)
        for quad in self._quads.quads_for_pattern(None, None, None, ox.NamedNode(graph)):
            yield ox.Quad(quad.subject, quad.predicate, quad.object, node)

    def _is_there(self, graph: str) -> bool:
        return graph == DEFAULT_GRAPH or self._quads.contains_named_graph(ox.NamedNode(graph))


def _said(operation: Operation, place: str) -> tuple[Pattern, ...]:
    return patterns(operation.prologue, operation.groups[place])


def _places(words: Sequence[Token], word: str) -> list[int]:
    return [place for place, token in enumerate(words) if token.says(word)]


def _after(operation: Operation, word: str) -> Token | None:
    places = _places(operation.words, word)
    return operation.words[places[0] + 1] if places else None


def _is_silent(operation: Operation) -> bool:
    return len(operation.words) > 1 and operation.words[1].says("SILENT")


def _graph(operation: Operation, token: Token) -> str:
    return DEFAULT_GRAPH if token.says("DEFAULT") else _iri(operation, token)


def _iri(operation: Operation, token: Token) -> str:
    found = ox.Store().query(f"{operation.prologue}SELECT ({token.text} AS ?iri) {{}}", prefixes=PREFIXES)
    solution = next(iter(found)) if isinstance(found, ox.QuerySolutions) else None
    iri = solution["iri"] if solution is not None else None
    return iri.value if isinstance(iri, ox.NamedNode) else ""


def _refuse_protected(graph: str) -> None:
    if not is_asserted(graph):
        raise ProtectedGraph(graph)


_FORMS: Mapping[str, Callable[[Amending, Operation], None]] = {
    "INSERT DATA": Amending._insert_data,  # noqa: SLF001 - of this module
    "DELETE DATA": Amending._delete_data,  # noqa: SLF001 - of this module
    "DELETE WHERE": Amending._delete_where,  # noqa: SLF001 - of this module
    "MODIFY": Amending._modify,  # noqa: SLF001 - of this module
    "LOAD": Amending._load,  # noqa: SLF001 - of this module
    "CLEAR": Amending._clear,  # noqa: SLF001 - of this module
    "DROP": Amending._drop,  # noqa: SLF001 - of this module
    "CREATE": Amending._create,  # noqa: SLF001 - of this module
    "COPY": Amending._copy,  # noqa: SLF001 - of this module
    "MOVE": Amending._move,  # noqa: SLF001 - of this module
    "ADD": Amending._add,  # noqa: SLF001 - of this module
}
