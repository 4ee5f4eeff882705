"""Metrics for Prometheus: counts, seconds, and how full the service is. Nothing of a photo, a face or a client."""

from __future__ import annotations

from collections.abc import Iterator
from typing import TYPE_CHECKING

from prometheus_client import CONTENT_TYPE_LATEST, CollectorRegistry, Counter, Histogram, generate_latest
from prometheus_client.core import CounterMetricFamily, GaugeMetricFamily, Metric
from prometheus_client.registry import Collector
from starlette.responses import Response

if TYPE_CHECKING:
    from mettici.web.service import Service

SECONDS = (0.025, 0.05, 0.1, 0.25, 0.5, 1.0, 2.5, 5.0, 10.0, 20.0)
"""Upper ends of the buckets: from a page to a photo's time limit."""


class _State(Collector):
    """The service as it stands, read when it is asked for."""

    def __init__(self, service: Service) -> None:
        self._service = service

    def collect(self) -> Iterator[Metric]:
        s = self._service
        gauges = {
            "ready": ("Whether photos can be judged: 1 or 0.", s.ready and not s.threads.stuck),
            "requests_under_way": ("Requests whose photos are judged or wait for it.", s.threads.under_way),
            "requests_capacity": ("As many can be judged or wait at once.", s.threads.capacity),
            "workers": ("Photos that are judged at once.", s.threads.workers),
            "uploads_arriving": ("Bodies in memory, from their first byte to their answer.", s.arrivals.count),
            "uploads_bytes": ("Bytes of these bodies.", s.arrivals.size),
        }
        for name, (about, value) in gauges.items():
            yield GaugeMetricFamily(f"mettici_{name}", about, value=value)
        yield CounterMetricFamily("mettici_photos", "Photos in requests that were answered.", value=s.photos)


class Metrics:
    """Of one application; several in a process have each their own."""

    def __init__(self, service: Service) -> None:
        self._registry = CollectorRegistry()
        self._registry.register(_State(service))
        self._requests = Counter(
            "mettici_requests", "Requests by route and HTTP status.", ["route", "status"], registry=self._registry
        )
        self._seconds = Histogram(
            "mettici_request_seconds",
            "Seconds from a request's head to the end of its answer.",
            ["route"],
            buckets=SECONDS,
            registry=self._registry,
        )

    def observe(self, route: str, status: int, seconds: float) -> None:
        """Count a request."""
        self._requests.labels(route, str(status)).inc()
        self._seconds.labels(route).observe(seconds)

    async def answer(self) -> Response:
        """As Prometheus reads it."""
        return Response(generate_latest(self._registry), media_type=CONTENT_TYPE_LATEST)
