"""One query as the service hands it to a worker."""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import asdict, dataclass

from partnergraph.workers.bounds import Bounds


@dataclass(frozen=True, slots=True)
class Asked:
    """A query, its dataset, and the format to answer in for each form of answer: rows, boolean and triples.

    A form without a format is not wanted, and an answer of that form is not given.
    """

    query: str
    formats: Mapping[str, str]
    bounds: Bounds
    default_graphs: tuple[str, ...] = ()
    named_graphs: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Order:
    """What a worker is told: answer `asked` on the copy in the folder `snapshot`, or only open that for later."""

    asked: Asked | None
    snapshot: str
    mirror_up_to: int

    def text(self) -> bytes:
        """Return the order as it goes over the wire."""
        return json.dumps(asdict(self)).encode()

    @classmethod
    def read(cls, text: bytes) -> Order:
        """Return the order that `text` holds."""
        said = json.loads(text)
        asked = said["asked"]
        if asked is None:
            return cls(None, said["snapshot"], said["mirror_up_to"])
        graphs = {name: tuple(asked[name]) for name in ("default_graphs", "named_graphs")}
        bounds = Bounds(**asked["bounds"])
        return cls(Asked(asked["query"], asked["formats"], bounds, **graphs), said["snapshot"], said["mirror_up_to"])


@dataclass(frozen=True, slots=True)
class Head:
    """What a worker says first of an answer: its form, the format it is written in, and its columns."""

    form: str
    format: str
    variables: tuple[str, ...] = ()
