"""The HTTP service over one partner graph. The only package that knows fastapi."""

from partnergraph.web.admission import Gate, Rates
from partnergraph.web.app import create_app
from partnergraph.web.audit import Audit

__all__ = ["Audit", "Gate", "Rates", "create_app"]
