"""Who gets credit for a customer, why, and why not: partner associations as a guarded, queryable graph."""

from __future__ import annotations

from importlib import import_module
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from partnergraph.graph import PartnerGraph
    from partnergraph.report import Report
    from partnergraph.shacl.validating import validate

__all__ = ["PartnerGraph", "Report", "__version__", "validate"]
__version__ = "0.3.0"
_MODULES = {
    "PartnerGraph": "partnergraph.graph",
    "Report": "partnergraph.report",
    "validate": "partnergraph.shacl.validating",
}


def __getattr__(name: str) -> object:
    """Load what is asked for, so that a query's process, which needs little of it, starts in no time."""
    if name not in _MODULES:
        raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
    return getattr(import_module(_MODULES[name]), name)
