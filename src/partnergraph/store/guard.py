"""What keeps one query text from reaching out of this service or taking it down."""

import re
import threading
import traceback
from collections.abc import Callable
from typing import TypeVar

from partnergraph.errors import BadQuery

Result = TypeVar("Result")

_MENTION = re.compile(r"SERVICE", re.IGNORECASE)
_INSIDE_NAME = re.compile(r"[?$:][A-Za-z0-9_]*\Z")
_GAP = r"(?:\s|#[^\r\n]*+[\r\n])*+"
_LOCAL = r"""(?:[^\s<>{}()"'?$#\\]|\\.)*+"""
_TARGET = rf"""(?P<target><[^<>]*+>?|[?$]\w*+|[^\s<>{{}}()"'?$#:]*+(?::{_LOCAL})?+)"""
_CLAUSE = re.compile(f"{_GAP}(?:SILENT{_GAP})?+{_TARGET}{_GAP}(?P<brace>\\{{)?", re.IGNORECASE)
_ENDPOINT = re.compile(r"[<?$]|[^:]*:")
_BRACKET = re.compile(r"[(){}\[\]]")
_LONGEST_NAME = 128
_LONGEST_CLAUSE = 1024
_DEEPEST_NESTING = 500
_STACK_PER_CHARACTER = 4096
_LEAST_STACK = 1024 * 1024
_PAGE = 4096
_starting = threading.Lock()


def refuse_service(query: str) -> None:
    """Raise BadQuery where any way to read `query` has a SERVICE clause, which would ask another endpoint.

    It does not look at what is a comment, a string or an IRI, because `<` and `#` leave room to hide a clause behind
    what only looks like one. So a clause that stands in a comment is refused too.
    """
    for mention in _MENTION.finditer(query):
        if _INSIDE_NAME.search(query[max(0, mention.start() - _LONGEST_NAME) : mention.start()]):
            continue
        end = min(mention.end() + _LONGEST_CLAUSE, len(query))
        clause = _CLAUSE.match(query, mention.end(), end)
        cut_short = clause is not None and clause.end() == end < len(query)
        if clause and (cut_short or (clause["brace"] and _ENDPOINT.match(clause["target"]))):
            line = query.count("\n", 0, mention.start()) + 1
            column = mention.start() - query.rfind("\n", 0, mention.start())
            raise BadQuery(
                "SERVICE is switched off: this endpoint asks no other. Load the data here and leave the clause out.",
                line,
                column,
            )


def refuse_nesting(query: str) -> None:
    """Raise BadQuery where brackets stand deeper in each other than any question needs."""
    depth = 0
    for bracket in _BRACKET.finditer(query):
        depth = depth + 1 if bracket[0] in "({[" else max(0, depth - 1)
        if depth > _DEEPEST_NESTING:
            line = query.count("\n", 0, bracket.start()) + 1
            raise BadQuery(f"Brackets are nested deeper than {_DEEPEST_NESTING}. Write the query flatter.", line)


def stack_bytes(characters: int) -> int:
    """Return how much stack the parser of a query of that length may need."""
    return (_LEAST_STACK + characters * _STACK_PER_CHARACTER) // _PAGE * _PAGE


def on_deep_stack(work: Callable[[], Result], characters: int) -> Result:
    """Return what `work` returns, run on a stack that the parser of a query of that length cannot overflow.

    The parser and planner recurse, and an overflow would end the whole process. The stack is address space, not
    memory, until it is used.
    """
    answers: list[Result] = []
    faults: list[BaseException] = []

    def run() -> None:
        try:
            answers.append(work())
        except BaseException as fault:  # whatever it is, it is raised again in the thread that asked
            traceback.clear_frames(fault.__traceback__)  # what they hold must not be dropped in another thread
            faults.append(fault)

    thread = threading.Thread(target=run, name="query", daemon=True)
    with _starting:
        usual = threading.stack_size(stack_bytes(characters))
        try:
            thread.start()
        finally:
            threading.stack_size(usual)
    thread.join()
    if faults:
        raise faults[0]
    return answers[0]
