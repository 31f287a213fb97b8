"""Who may ask what: callers and their roles, bearer tokens, and the door that tells one from the other."""

from partnergraph.access.caller import OPERATOR, Caller, Role, Scope
from partnergraph.access.door import Door
from partnergraph.access.issuer import Claims, Issuer
from partnergraph.access.permits import Permit, permits, wanted
from partnergraph.access.tokens import Kept, Tokens

__all__ = [
    "OPERATOR",
    "Caller",
    "Claims",
    "Door",
    "Issuer",
    "Kept",
    "Permit",
    "Role",
    "Scope",
    "Tokens",
    "permits",
    "wanted",
]
