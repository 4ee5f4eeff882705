"""Limits on connections: how long one may take to send a request's head, and how many there may be.

An incomplete request never reaches the application, so the limits have to be enforced here, in the protocol.
"""

from __future__ import annotations

import asyncio
from typing import TYPE_CHECKING, Any

from uvicorn.protocols.http.h11_impl import H11Protocol

if TYPE_CHECKING:
    from collections.abc import Iterable

HEAD_TIMEOUT = 10.0
"""Seconds for the head of a request to arrive: a browser sends it in one piece."""
MAX_CONNECTIONS = 1000
"""Connections at once, if the system allows that many open files."""
RESERVED_FILES = 128
"""File descriptors that the service needs itself: code, pipes to its processes, and connections about to be closed."""


class LimitedProtocol(H11Protocol):
    """Closes connections whose request does not arrive in time and, above the limit, the one that waited longest."""

    max_connections = MAX_CONNECTIONS

    def __init__(self, *args: Any, **options: Any) -> None:
        super().__init__(*args, **options)
        self._timer: asyncio.TimerHandle | None = None

    def connection_made(self, transport: asyncio.Transport) -> None:  # type: ignore[override]
        super().connection_made(transport)
        self._update_timer()
        if len(self.connections) > self.max_connections:
            (_longest_idle(self.connections) or self).abort()

    def data_received(self, data: bytes) -> None:
        super().data_received(data)
        self._update_timer()

    def connection_lost(self, exc: Exception | None) -> None:
        self._stop_timer()
        super().connection_lost(exc)

    @property
    def deadline(self) -> float | None:
        """When the head of the request must be complete; None while a request is being answered."""
        return None if self._timer is None else self._timer.when()

    def abort(self) -> None:
        """Close the connection at once: without a request there is nothing to answer."""
        self._stop_timer()
        self.transport.abort()

    def _update_timer(self) -> None:
        """Run the timer while a request's head is incomplete."""
        answering = self.cycle is not None and not self.cycle.response_complete
        if answering or self.transport.is_closing():
            self._stop_timer()
        elif self._timer is None:
            self._timer = self.loop.call_later(HEAD_TIMEOUT, self.abort)

    def _stop_timer(self) -> None:
        if self._timer is not None:
            self._timer.cancel()
            self._timer = None


def _longest_idle(connections: Iterable[Any]) -> LimitedProtocol | None:
    waiting = [(c.deadline, id(c), c) for c in connections if isinstance(c, LimitedProtocol) and c.deadline is not None]
    return min(waiting)[2] if waiting else None


def limited_protocol() -> type[LimitedProtocol]:
    """The protocol, with its connection limit set to what this process may open. Raises the file limit if it can."""
    try:
        import resource
    except ImportError:  # Windows
        return LimitedProtocol
    soft, hard = resource.getrlimit(resource.RLIMIT_NOFILE)
    wanted = MAX_CONNECTIONS + RESERVED_FILES
    if soft != resource.RLIM_INFINITY and soft < wanted:
        soft = wanted if hard == resource.RLIM_INFINITY else min(wanted, hard)
        resource.setrlimit(resource.RLIMIT_NOFILE, (soft, hard))
    limit = MAX_CONNECTIONS if soft == resource.RLIM_INFINITY else max(soft - RESERVED_FILES, soft // 2)
    return type("Limited", (LimitedProtocol,), {"max_connections": min(limit, MAX_CONNECTIONS)})
