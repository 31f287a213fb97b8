"""Permits: what each role may do, by the method and path of a request."""

from __future__ import annotations

from enum import StrEnum

from partnergraph.access.caller import Role


class Permit(StrEnum):
    """What a request does, and so what its caller must be permitted."""

    NOTHING = "nothing"
    LOOK = "look"
    READ = "read"
    WRITE = "write"
    OPERATE = "operate"


_READING = ("GET", "HEAD", "OPTIONS")
_OPEN = ("/health", "/ready")
_SEEN = ("/", "/docs", "/page.js", "/page.css", "/rules", "/questions", "/sparql", "/graphs")
_OF_PARTNERS = ("/credits", "/scores")
_OPERATED = ("/queries", "/metrics")
_ASKED_BY_POST = ("/sparql", "/validate")

_ALLOWED = {
    Role.READER: {Permit.LOOK, Permit.READ},
    Role.IMPORTER: {Permit.LOOK, Permit.READ, Permit.WRITE},
    Role.OPERATOR: set(Permit),
    Role.AUDITOR: {Permit.LOOK},
    Role.PARTNER: {Permit.LOOK},
    Role.CUSTOMER: set(),
}


def wanted(method: str, path: str) -> Permit:
    """Return what a request needs; anything that is not known to be harmless needs more."""
    first = "/" + path.strip("/").split("/")[0]
    if path in _OPEN:
        return Permit.NOTHING
    if first in _OPERATED:
        return Permit.OPERATE
    if method not in _READING and not (method == "POST" and first in _ASKED_BY_POST):
        return Permit.WRITE
    if method == "POST" and path == "/validate":
        return Permit.LOOK
    return Permit.LOOK if first in (*_SEEN, *_OF_PARTNERS) else Permit.READ


def permits(role: Role, method: str, path: str) -> bool:
    """Return whether a caller in that role may send such a request."""
    need = wanted(method, path)
    return need is Permit.NOTHING or need in _ALLOWED[role]
