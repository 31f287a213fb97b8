"""What a worker says: each message is one byte for its kind, and the rest is JSON or a piece of an answer."""

from __future__ import annotations

import json
from collections.abc import Mapping
from enum import Enum
from typing import cast

Said = Mapping[str, object]


class Kind(Enum):
    """The kinds of message, in the order in which they come; an answer ends with one of the last three."""

    OPENED = b"O"
    HEAD = b"H"
    PIECE = b"P"
    END = b"E"
    REFUSED = b"R"
    NOT_OFFERED = b"N"


def message(kind: Kind, said: Said) -> bytes:
    """Return the message as it goes over the wire."""
    return kind.value + json.dumps(said).encode()


def read(text: bytes) -> tuple[Kind, bytes]:
    """Return the kind of a message and its content."""
    return Kind(text[:1]), text[1:]


def said(content: bytes) -> Said:
    """Return the content of a message that is JSON."""
    return cast("Said", json.loads(content))
