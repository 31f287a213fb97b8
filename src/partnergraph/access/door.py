"""The door: who stands before it with which bearer token."""

from __future__ import annotations

from dataclasses import dataclass

from partnergraph.access.caller import Caller
from partnergraph.access.issuer import Issuer
from partnergraph.access.tokens import Tokens


@dataclass(frozen=True, slots=True)
class Door:
    """Lets in who has a token of the file, or one of the issuer."""

    tokens: Tokens | None = None
    issuer: Issuer | None = None

    def caller(self, text: str) -> Caller | None:
        """Return who asks with a bearer token; None for one that is unknown, revoked, expired or not ours."""
        for keeper in (self.tokens, self.issuer):
            found = None if keeper is None else keeper.caller(text)
            if found is not None:
                return found
        return None
