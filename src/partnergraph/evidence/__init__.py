"""Evidence: what makes each finding so, whom it concerns, and what would mend it."""

from partnergraph.evidence.coverage import looked_at, overlooked
from partnergraph.evidence.findings import WITNESSED, evidenced, with_evidence

__all__ = ["WITNESSED", "evidenced", "looked_at", "overlooked", "with_evidence"]
