"""`/metrics`: what the service counts, in the text format of Prometheus. It owns prometheus_client."""

from collections.abc import Iterator

from fastapi import APIRouter, Request, Response
from prometheus_client import CollectorRegistry, Counter, Histogram, ProcessCollector, generate_latest
from prometheus_client.core import CounterMetricFamily, GaugeMetricFamily
from prometheus_client.metrics_core import Metric
from prometheus_client.registry import Collector

from partnergraph.web import openapi
from partnergraph.web.negotiation import TEXT
from partnergraph.workers import Pool

router = APIRouter(tags=["Service"])

MEDIA_TYPE = "text/plain; version=0.0.4; charset=utf-8"
_SECONDS = (0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10, 30, 60, 300)


class Metrics:
    """What one service counts: requests by route and status, how long they took, and its workers."""

    def __init__(self, pool: Pool | None) -> None:
        self._registry = CollectorRegistry()
        self._requests = Counter(
            "partnergraph_requests", "Requests answered", ("method", "route", "status"), registry=self._registry
        )
        self._seconds = Histogram(
            "partnergraph_request_seconds",
            "Seconds from the first byte of a request to the last of its answer",
            ("route",),
            registry=self._registry,
            buckets=_SECONDS,
        )
        ProcessCollector(registry=self._registry)
        if pool is not None:
            self._registry.register(_OfPool(pool))

    def count(self, method: str, route: str, status: int, seconds: float) -> None:
        """Count a request that was answered."""
        self._requests.labels(method, route, str(status)).inc()
        self._seconds.labels(route).observe(seconds)

    def text(self) -> bytes:
        """Return all figures as they are now."""
        return generate_latest(self._registry)


class _OfPool(Collector):
    """The figures of the workers, read when they are asked for."""

    def __init__(self, pool: Pool) -> None:
        self._pool = pool

    def collect(self) -> Iterator[Metric]:
        """Yield the figures."""
        runs = self._pool.running()
        states = GaugeMetricFamily("partnergraph_queries", "Queries in flight", labels=("state",))
        for state in ("waiting", "running"):
            states.add_metric((state,), sum(run.state == state for run in runs))
        yield states
        yield GaugeMetricFamily("partnergraph_workers", "Processes that can run a query at a time", self._pool.size)
        memory = sum(run.memory for run in runs)
        yield GaugeMetricFamily("partnergraph_queries_memory_bytes", "Memory of the processes that run one", memory)
        stops = CounterMetricFamily("partnergraph_queries_stopped", "Queries stopped, and why", labels=("limit",))
        for why, number in self._pool.stops.items():
            stops.add_metric((why,), number)
        yield stops


@router.get("/metrics", summary="Figures for Prometheus", responses=openapi.answers(TEXT), response_class=Response)
def report_metrics(request: Request) -> Response:
    """Answer with all figures as they are now."""
    counted: Metrics = request.app.state.metrics
    return Response(counted.text(), headers={"Content-Type": MEDIA_TYPE})
