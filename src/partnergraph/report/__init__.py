"""Reports: what the rules say about a graph, and every form in which that can be had."""

from partnergraph.report.finding import COLUMNS, Finding, Fix, Place, Severity, Witness
from partnergraph.report.forms import FORMS
from partnergraph.report.report import Report
from partnergraph.report.summary import Looked, Stamp, Unseen

__all__ = [
    "COLUMNS",
    "FORMS",
    "Finding",
    "Fix",
    "Looked",
    "Place",
    "Report",
    "Severity",
    "Stamp",
    "Unseen",
    "Witness",
]
