"""What a partner may see of a graph: its own dataset, built first, over which alone its questions run."""

from partnergraph.visibility.dataset import visible
from partnergraph.visibility.views import Views

__all__ = ["Views", "visible"]
