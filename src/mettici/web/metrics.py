"""Metrics for Prometheus: counts, latency and load. They reveal nothing about a photo, a face or a client."""

from __future__ import annotations

from collections.abc import Iterator
from typing import TYPE_CHECKING

from prometheus_client import CONTENT_TYPE_LATEST, CollectorRegistry, Counter, Histogram, generate_latest
from prometheus_client.core import CounterMetricFamily, GaugeMetricFamily, Metric
from prometheus_client.registry import Collector
from starlette.responses import Response

if TYPE_CHECKING:
    from mettici.web.service import Service

LATENCY_BUCKETS = (0.025, 0.05, 0.1, 0.25, 0.5, 1.0, 2.5, 5.0, 10.0, 20.0)
"""Upper bounds in seconds, from what a page takes up to a photo's time limit."""


class _ServiceCollector(Collector):
    """Reads the state of the service at each scrape."""

    def __init__(self, service: Service) -> None:
        self._service = service

    def collect(self) -> Iterator[Metric]:
        s = self._service
        gauges = {
            "ready": ("Whether photos can be judged: 1 or 0.", s.ready and not s.threads.stuck),
            "requests_under_way": ("Requests being judged or queued.", s.threads.under_way),
            "requests_capacity": ("Requests that can be judged or queued at once.", s.threads.capacity),
            "workers": ("Photos judged at once.", s.threads.workers),
            "uploads_arriving": ("Request bodies in memory, from first byte to response.", s.bodies.count),
            "uploads_bytes": ("Bytes of those bodies.", s.bodies.size),
        }
        for name, (about, value) in gauges.items():
            yield GaugeMetricFamily(f"mettici_{name}", about, value=value)
        yield CounterMetricFamily("mettici_photos", "Photos in requests that were answered.", value=s.photos)


class Metrics:
    """The metrics of one application. Each application in a process has its own."""

    def __init__(self, service: Service) -> None:
        self._registry = CollectorRegistry()
        self._registry.register(_ServiceCollector(service))
        self._requests = Counter(
            "mettici_requests", "Requests by route and HTTP status.", ["route", "status"], registry=self._registry
        )
        self._seconds = Histogram(
            "mettici_request_seconds",
            "Seconds from a request's head to the end of its response.",
            ["route"],
            buckets=LATENCY_BUCKETS,
            registry=self._registry,
        )

    def observe(self, route: str, status: int, seconds: float) -> None:
        """Count and time a request."""
        self._requests.labels(route, str(status)).inc()
        self._seconds.labels(route).observe(seconds)

    async def response(self) -> Response:
        """All metrics, in Prometheus's text format."""
        return Response(generate_latest(self._registry), media_type=CONTENT_TYPE_LATEST)
