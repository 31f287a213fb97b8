"""Who gets credit for a customer, why, and why not: partner associations as a guarded, queryable graph."""

from partnergraph.graph import PartnerGraph

__all__ = ["PartnerGraph", "__version__"]
__version__ = "0.2.0"
