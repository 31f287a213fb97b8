"""What a request handler works with: the graph, its limits, and the threads that do the work."""

from collections.abc import Callable
from dataclasses import dataclass, replace
from functools import partial
from typing import Annotated, TypeVar, cast

import anyio.to_thread
from anyio import CapacityLimiter
from fastapi import Depends, Request

from partnergraph.access import Caller, permits
from partnergraph.graph import PartnerGraph
from partnergraph.jobs import Jobs
from partnergraph.settings import Limits
from partnergraph.store.guard import on_deep_stack
from partnergraph.web.admission import CALLER
from partnergraph.web.asking import Desk
from partnergraph.workers import Pool

Result = TypeVar("Result")
READERS = 16


@dataclass(frozen=True, slots=True)
class Service:
    """One graph that is served. Nothing that reads or writes the graph runs on the event loop.

    Without a desk of workers users' queries run in this process, where nothing bounds them. Without jobs every
    import is done before it is answered.
    """

    graph: PartnerGraph
    limits: Limits
    readers: CapacityLimiter
    writers: CapacityLimiter
    desk: Desk | None = None
    writable: bool = False
    jobs: Jobs | None = None

    async def read(self, work: Callable[[], Result]) -> Result:
        """Run `work` in a thread, beside other readers."""
        return await anyio.to_thread.run_sync(work, limiter=self.readers)

    async def ask(self, work: Callable[[], Result], characters: int) -> Result:
        """Run `work`, which parses a user's query of that length, in a thread with the stack it may need."""
        return await self.read(partial(on_deep_stack, work, characters))

    def deeply(self, work: Callable[[], Result], characters: int) -> Result:
        """Run `work`, which parses a user's text of that length, with the stack it may need."""
        return on_deep_stack(work, characters)

    async def write(self, work: Callable[[], Result]) -> Result:
        """Run `work` in a thread, one after the other with other writers."""
        return await anyio.to_thread.run_sync(work, limiter=self.writers)


def service_of(
    graph: PartnerGraph,
    limits: Limits,
    pool: Pool | None = None,
    *,
    writable: bool = False,
    jobs: Jobs | None = None,
) -> Service:
    """Return the service over `graph`; users' queries go to the workers of `pool` where there is one."""
    desk = None if pool is None else Desk.over(pool)
    return Service(graph, limits, CapacityLimiter(READERS), CapacityLimiter(1), desk, writable, jobs)


async def _service(request: Request) -> Service:
    """Return the service as the caller has it: who may not write gets one that takes no writes."""
    service, caller = cast("Service", request.app.state.service), cast("Caller", request.scope[CALLER])
    if caller.scope is not None:
        graph = await service.read(partial(request.app.state.views.of, caller.scope))
        desk = None if service.desk is None else await service.read(partial(service.desk.over_part, graph))
        return replace(service, graph=graph, desk=desk, writable=False)
    if service.writable and not permits(caller.role, "POST", "/update"):
        return replace(service, writable=False)
    return service


Served = Annotated[Service, Depends(_service)]
