"""A query laid out for a person: lines and indents, and prefixes instead of namespaces."""

from __future__ import annotations

from dataclasses import dataclass, field

from partnergraph.shacl.sparql.tokens import Token, tokens
from partnergraph.terms import PREFIXES, compact

_INDENT = "  "
_OPENS_A_LINE = ("FILTER", "OPTIONAL", "BIND", "VALUES", "GROUP", "HAVING", "ORDER", "LIMIT")
_GOES_ON = ("UNION", "AS")
_GOES_ON_SIGNS = {")", "&&", "||", ",", "=", "."}


def laid_out(query: str) -> str:
    """Return the same query over several lines, with the prefixes that it uses declared."""
    page = _Page()
    for token in tokens(query):
        page.add(token)
    page.end_line()
    used = (name for name in sorted(PREFIXES) if name in page.prefixes)
    head = [f"PREFIX {name}: <{PREFIXES[name]}>" for name in used]
    return "\n".join([*head, *page.lines]) + "\n"


@dataclass
class _Page:
    lines: list[str] = field(default_factory=list)
    prefixes: set[str] = field(default_factory=set)
    _line: str = ""
    _depth: int = 0
    _hangs: bool = False
    _lists: bool = False
    _closed: bool = False
    _before: Token | None = None

    def add(self, token: Token) -> None:
        """Put one more token where it belongs."""
        if self._closed and not (token.is_word(*_GOES_ON) or token.text in _GOES_ON_SIGNS):
            self.end_line()
        self._closed = False
        if token.is_word("VALUES"):
            self._lists = True
        if token.is_word(*_OPENS_A_LINE):
            self.end_line()
        self._place(token)
        self._before = token

    def end_line(self) -> None:
        """Begin a new line, where there is something on this one."""
        if self._line:
            self.lines.append(_INDENT * (self._depth + self._hangs) + self._line)
            self._hangs = False
        self._line = ""

    def _place(self, token: Token) -> None:
        if token.is_sign("}") and not self._lists:
            self.end_line()
            self._depth -= 1
        self._write(token)
        if self._lists:
            self._lists = not token.is_sign("}")
            self._closed = not self._lists
        elif token.is_sign("{"):
            self.end_line()
            self._depth += 1
        elif token.is_sign("}"):
            self._closed = True
        elif token.is_sign(".") or token.is_sign(";"):
            self.end_line()
            self._hangs = token.is_sign(";")

    def _write(self, token: Token) -> None:
        text = token.text
        if token.kind == "iri":
            text = compact(text[1:-1])
            if text == token.text[1:-1]:
                text = token.text
            else:
                self.prefixes.add(text.partition(":")[0])
        opens = self._before is not None and self._before.is_sign("(")
        together = token.glued or opens or token.is_sign(")") or token.is_sign(",")
        self._line += text if together or not self._line else f" {text}"
