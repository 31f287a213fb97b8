"""The HTTP service over one partner graph. The only package that knows fastapi."""

from partnergraph.web.app import create_app

__all__ = ["create_app"]
