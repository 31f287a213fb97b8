"""Who gets credit for a customer, why, and why not: partner associations as a guarded, queryable graph."""

from partnergraph.graph import PartnerGraph
from partnergraph.report import Report
from partnergraph.shacl.validating import validate

__all__ = ["PartnerGraph", "Report", "__version__", "validate"]
__version__ = "0.2.0"
