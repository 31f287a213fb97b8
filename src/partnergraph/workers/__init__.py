"""Users' queries in processes of their own: each has its bounds, and one that breaks them is stopped for certain.

A worker opens a copy of the last commit, so it never waits for a writer, and nothing that happens to it can harm the
service, which only hands on what the worker writes.
"""

from partnergraph.workers.asked import Asked, Head
from partnergraph.workers.bounds import Bounds, Stop
from partnergraph.workers.pool import Pool
from partnergraph.workers.run import Cut, NotOffered, Run, Running

__all__ = ["Asked", "Bounds", "Cut", "Head", "NotOffered", "Pool", "Run", "Running", "Stop"]
