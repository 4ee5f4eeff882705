"""Request ids, one log line per request, and its metrics. Never an address, a file name, or anything about a photo."""

from __future__ import annotations

import logging
import re
import time
import uuid
from contextvars import ContextVar
from typing import TYPE_CHECKING

from starlette.datastructures import Headers, MutableHeaders

if TYPE_CHECKING:
    from starlette.types import ASGIApp, Message, Receive, Scope, Send

    from mettici.web.metrics import Metrics

log = logging.getLogger(__name__)

REQUEST_ID = "X-Request-ID"
_VALID_ID = re.compile(r"[A-Za-z0-9._-]{1,64}")
"""Ids accepted from a proxy: safe to write to logs and headers."""
request_id: ContextVar[str | None] = ContextVar("request_id", default=None)
"""The id of the current request."""


class ObserveRequests:
    """Gives each request an id, the proxy's or a new one, and returns it in the response. Counts and times requests."""

    def __init__(self, app: ASGIApp, metrics: Metrics | None = None) -> None:
        self._app, self._metrics = app, metrics

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] != "http":
            await self._app(scope, receive, send)
            return
        given = Headers(scope=scope).get(REQUEST_ID, "")
        own_id = given if _VALID_ID.fullmatch(given) else uuid.uuid4().hex
        status, started, token = 500, time.perf_counter(), request_id.set(own_id)

        async def send_with_id(message: Message) -> None:
            nonlocal status
            if message["type"] == "http.response.start":
                status = message["status"]
                MutableHeaders(scope=message)[REQUEST_ID] = own_id
            await send(message)

        try:
            await self._app(scope, receive, send_with_id)
        finally:
            self._record(scope, status, time.perf_counter() - started)
            request_id.reset(token)

    def _record(self, scope: Scope, status: int, seconds: float) -> None:
        route = _route(scope)
        if self._metrics is not None:
            self._metrics.observe(route, status, seconds)
        request = {"method": scope["method"], "route": route, "status": status, "seconds": round(seconds, 4)}
        log.info("%s %s %d", scope["method"], route, status, extra={"request": request})


def _route(scope: Scope) -> str:
    """The route's pattern, never the requested path: metrics need a bounded set of labels."""
    path: str | None = getattr(scope.get("route"), "path", None)
    return path if path is not None else "other"
