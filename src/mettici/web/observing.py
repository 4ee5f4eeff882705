"""What operators see of requests: a name for each, a line in the log, and its part in the metrics. No address, no name
of a file, nothing of a photo."""

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
_NAME = re.compile(r"[A-Za-z0-9._-]{1,64}")
"""A request's name that a proxy may give: nothing that a log or a header would trip over."""
request_id: ContextVar[str | None] = ContextVar("request_id", default=None)
"""The name of the request under way."""


class Observed:
    """Names each request, as the proxy does or anew; answers with that name; counts and times it."""

    def __init__(self, app: ASGIApp, metrics: Metrics | None = None) -> None:
        self._app, self._metrics = app, metrics

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """As ASGI asks."""
        if scope["type"] != "http":
            await self._app(scope, receive, send)
            return
        given = Headers(scope=scope).get(REQUEST_ID, "")
        name = given if _NAME.fullmatch(given) else uuid.uuid4().hex
        status, started, token = 500, time.perf_counter(), request_id.set(name)

        async def named(message: Message) -> None:
            nonlocal status
            if message["type"] == "http.response.start":
                status = message["status"]
                MutableHeaders(scope=message)[REQUEST_ID] = name
            await send(message)

        try:
            await self._app(scope, receive, named)
        finally:
            self._note(scope, status, time.perf_counter() - started)
            request_id.reset(token)

    def _note(self, scope: Scope, status: int, seconds: float) -> None:
        route = _route(scope)
        if self._metrics is not None:
            self._metrics.observe(route, status, seconds)
        told = {"method": scope["method"], "route": route, "status": status, "seconds": round(seconds, 4)}
        log.info("%s %s %d", scope["method"], route, status, extra={"request": told})


def _route(scope: Scope) -> str:
    """The route's pattern, and never the path that was asked for, of which there are any number."""
    path: str | None = getattr(scope.get("route"), "path", None)
    return path if path is not None else "other"
