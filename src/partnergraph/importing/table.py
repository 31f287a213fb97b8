"""The grammar in which `columns` says what the files of a bundle hold and what their rows become."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True, slots=True, kw_only=True)
class Column:
    """What the cells of one column say about a node.

    `form` names how a cell is read (see `cells`); `of` is the class of its codes, or the type of the thing it refers
    to. `many` cells hold several values, separated by `|`. `when_empty` is the property and the boolean that an empty
    cell states where the column is present; otherwise an empty cell says nothing.
    """

    name: str
    form: str
    property: str
    of: str = ""
    many: bool = False
    when_empty: tuple[str, str] | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Part:
    """One part of a node's id: the cell of a column, or the word `otherwise` where the cell is empty.

    Without `otherwise` the cell has to be filled.
    """

    column: str
    form: str = "key"
    otherwise: str | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Omission:
    """A property that is left out where two cells name the same thing and a third holds a certain code."""

    property: str
    column: str
    same_as: str
    where: str
    holds: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Node:
    """A node that a row describes; the first node of a table is the row's own.

    `type` is the local name of its class. A further node leads to the first by `leads_to`, or is reached from it by
    `reached_by`; it is there only where all cells that its id needs are filled. `by_content` adds a digest of what the
    row says to the id, so that two rows are one node only where they agree. A node is stated at each row that
    describes it; one that is stated `once` only at the first, and not at all where a `remembered` one was before it.
    Scopes find the remembered ones.
    """

    kind: str
    type: str
    key: tuple[Part, ...]
    columns: tuple[Column, ...]
    leads_to: str = ""
    reached_by: str = ""
    by_content: bool = False
    once: bool = False
    remembered: bool = False
    leaves_out: Omission | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Measures:
    """The monthly figures of a table whose rows measure things.

    `things` are the nodes that can be measured, the narrowest first: the row measures the first whose cells are
    filled. The column `variant` sets rows apart that hold anything but `usual`.
    """

    things: tuple[Node, ...]
    month: Column
    variant: Column
    usual: str
    figures: tuple[Column, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class Table:
    """One file of a bundle: its name, the columns it must have, and what its rows become."""

    file: str
    required: tuple[str, ...]
    nodes: tuple[Node, ...] = ()
    measures: Measures | None = None

    @property
    def columns(self) -> tuple[str, ...]:
        """Every column that is read, each once."""
        nodes = self.nodes
        more: tuple[Column, ...] = ()
        if self.measures is not None:
            nodes = self.measures.things
            more = (self.measures.month, self.measures.variant, *self.measures.figures)
        names = [part.column for node in nodes for part in node.key]
        names += [column.name for node in nodes for column in node.columns]
        return tuple(dict.fromkeys([*self.required, *names, *(column.name for column in more)]))


def text(name: str, says: str) -> Column:
    """Return a column that holds a free text."""
    return Column(name=name, form="text", property=says)


def identifier(name: str, says: str) -> Column:
    """Return a column that holds an id of the source system."""
    return Column(name=name, form="id", property=says)


def date(name: str, says: str) -> Column:
    """Return a column that holds a date."""
    return Column(name=name, form="date", property=says)


def flag(name: str, says: str) -> Column:
    """Return a column that holds true or false."""
    return Column(name=name, form="boolean", property=says)


def flag_else_false(name: str, says: str) -> Column:
    """Return a column that holds true or false, and false where the cell is empty."""
    return Column(name=name, form="boolean", property=says, when_empty=(says, "false"))


def code(name: str, says: str, of: str) -> Column:
    """Return a column that holds a code, a concept of the class `of`."""
    return Column(name=name, form="code", property=says, of=of)


def thing(name: str, says: str, of: str) -> Column:
    """Return a column that holds the id of another thing, of type `of`."""
    return Column(name=name, form="thing", property=says, of=of)


def or_open(column: str) -> Part:
    """Return a part of an id that is the cell, or "open" where that is empty."""
    return Part(column=column, otherwise="open")
