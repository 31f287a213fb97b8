"""What a shapes graph says, looked up by subject and property. Nothing is ever added to it."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Iterator

from partnergraph.errors import ShapesFault
from partnergraph.shacl.term import RDF, RDFS, TYPE, is_literal, short

_FIRST, _REST, _NIL = (f"<{RDF}{name}>" for name in ("first", "rest", "nil"))
_SUBCLASS = f"<{RDFS}subClassOf>"


class Statements:
    """The triples of a shapes graph. Values come sorted, so that the same graph always reads the same."""

    def __init__(self, triples: Iterable[tuple[str, str, str]]) -> None:
        said: dict[str, dict[str, set[str]]] = defaultdict(lambda: defaultdict(set))
        users: dict[str, dict[str, set[str]]] = defaultdict(lambda: defaultdict(set))
        for subject, predicate, value in triples:
            said[subject][predicate].add(value)
            users[predicate][value].add(subject)
        self._said = {
            subject: {name: tuple(sorted(values)) for name, values in by_name.items()}
            for subject, by_name in said.items()
        }
        self._users = users

    def __iter__(self) -> Iterator[tuple[str, str, str]]:
        for subject, by_name in self._said.items():
            for predicate, values in by_name.items():
                for value in values:
                    yield subject, predicate, value

    def properties(self, subject: str) -> tuple[str, ...]:
        """Return the properties of a subject."""
        return tuple(sorted(self._said.get(subject, ())))

    def values(self, subject: str, predicate: str) -> tuple[str, ...]:
        """Return the values of a property."""
        return self._said.get(subject, {}).get(predicate, ())

    def one(self, subject: str, predicate: str) -> str | None:
        """Return the one value of a property, or None; raise ShapesFault where there are several."""
        found = self.values(subject, predicate)
        if len(found) > 1:
            raise ShapesFault(f"{subject} has {len(found)} values of {short(predicate)}; only one can be meant.")
        return found[0] if found else None

    def subjects(self, predicate: str, value: str | None = None) -> list[str]:
        """Return all that have this property, with this value where one is given."""
        by_value = self._users.get(predicate, {})
        if value is not None:
            return sorted(by_value.get(value, ()))
        return sorted({subject for subjects in by_value.values() for subject in subjects})

    def members(self, head: str) -> tuple[str, ...]:
        """Return the members of a list; raise ShapesFault where it is none or does not end."""
        found: list[str] = []
        seen: set[str] = set()
        node = head
        while node != _NIL:
            first, rest = self.values(node, _FIRST), self.values(node, _REST)
            if node in seen or is_literal(node) or len(first) != 1 or len(rest) != 1:
                raise ShapesFault(f"{head} is no list: every part needs one rdf:first and one rdf:rest, up to rdf:nil.")
            seen.add(node)
            found.append(first[0])
            node = rest[0]
        return tuple(found)

    def is_list(self, node: str) -> bool:
        """Return whether the node begins a list."""
        return node == _NIL or bool(self.values(node, _REST))

    def instances(self, kind: str) -> set[str]:
        """Return the instances of a class and of its subclasses, as this graph says."""
        return {node for each in self.subclasses(kind) for node in self.subjects(TYPE, each)}

    def subclasses(self, kind: str) -> set[str]:
        """Return the class and its subclasses at every depth."""
        found = {kind}
        open_ends = [kind]
        while open_ends:
            for part in self.subjects(_SUBCLASS, open_ends.pop()):
                if part not in found:
                    found.add(part)
                    open_ends.append(part)
        return found
