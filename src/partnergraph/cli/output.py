"""Where words go: answers to standard output, everything else to standard error."""

from __future__ import annotations

import sys

from partnergraph.table import Table


def write(text: str | bytes) -> None:
    """Write an answer to standard output as UTF-8, at once."""
    sys.stdout.flush()
    sys.stdout.buffer.write(text.encode() if isinstance(text, str) else text)
    sys.stdout.buffer.flush()


def write_table(table: Table, form: str) -> None:
    """Write rows as `csv`, `json` or, for a person, as aligned columns."""
    texts = {"csv": table.to_csv, "json": table.to_json}
    write(texts.get(form, table.to_text)())


def say(text: str) -> None:
    """Tell the person who looks on; never part of an answer."""
    print(text, file=sys.stderr, flush=True)


def counted(number: int, noun: str, plural: str | None = None) -> str:
    """Return number and noun as said aloud.

    >>> counted(1, "finding"), counted(0, "finding"), counted(1200, "triple")
    ('1 finding', '0 findings', '1,200 triples')
    """
    return f"{number:,} {noun if number == 1 else plural or noun + 's'}"
