"""SPARQL text as tokens."""

from __future__ import annotations

import re
from dataclasses import dataclass

from partnergraph.errors import ShapesFault

_TOKEN = re.compile(
    r"""
    (?P<gap>\s+|\#[^\n\r]*)
  | (?P<iri><[^<>"{}|^`\\\x00-\x20]*>)
  | (?P<string>\"{3}(?:\"{0,2}(?:[^"\\]|\\.))*\"{3}|'{3}(?:'{0,2}(?:[^'\\]|\\.))*'{3}
             |"(?:[^"\\\n\r]|\\.)*"|'(?:[^'\\\n\r]|\\.)*')
  | (?P<variable>[?$]\w+)
  | (?P<language>@[a-zA-Z]+(?:-[a-zA-Z0-9]+)*)
  | (?P<blank>_:[\w](?:[\w.-]*[\w-])?)
  | (?P<name>(?:[^\W\d_](?:[\w.-]*[\w-])?)?:(?:(?:[\w:]|%[0-9A-Fa-f]{2}|\\[-_~.!$&'()*+,;=/?\#@%])
             (?:(?:[\w.:-]|%[0-9A-Fa-f]{2}|\\[-_~.!$&'()*+,;=/?\#@%])*
             (?:[\w:-]|%[0-9A-Fa-f]{2}|\\[-_~.!$&'()*+,;=/?\#@%]))?)?)
  | (?P<number>(?:\d+\.?\d*|\.\d+)(?:[eE][+-]?\d+)?)
  | (?P<word>[^\W\d]\w*)
  | (?P<sign>\^\^|&&|\|\||!=|<=|>=|[^\w\s])
    """,
    re.VERBOSE | re.DOTALL,
)


@dataclass(frozen=True, slots=True)
class Token:
    """One token: its `kind` is iri, string, variable, language, blank, name, number, word or sign.

    It is `glued` where no gap stands before it.
    """

    kind: str
    text: str
    glued: bool = False

    def is_word(self, *words: str) -> bool:
        """Return whether it is one of these keywords, in upper or lower case."""
        return self.kind == "word" and self.text.upper() in words

    def is_sign(self, sign: str) -> bool:
        """Return whether it is this sign."""
        return self.kind == "sign" and self.text == sign

    @property
    def variable(self) -> str:
        """The name of a variable without its mark, or nothing."""
        return self.text[1:] if self.kind == "variable" else ""


def tokens(text: str) -> tuple[Token, ...]:
    """Return the tokens of a SPARQL text without gaps and comments; raise ShapesFault where none can be read."""
    found: list[Token] = []
    place, end = 0, -1
    while place < len(text):
        match = _TOKEN.match(text, place)
        if match is None or match.lastgroup is None:
            raise ShapesFault(f"A query of the shapes cannot be read at: {text[place : place + 40]!r}")
        if match.lastgroup != "gap":
            found.append(Token(match.lastgroup, match[0], glued=place == end))
            end = match.end()
        place = match.end()
    return tuple(found)
