"""How long a connection may take to ask for something, and how many there may be.

What comes before a request is complete reaches no application, so it is bounded here, where connections are.
"""

from __future__ import annotations

import asyncio
from typing import TYPE_CHECKING, Any

from uvicorn.protocols.http.h11_impl import H11Protocol

if TYPE_CHECKING:
    from collections.abc import Iterable

HEAD_SECONDS = 10.0
"""Seconds in which the head of a request must be there: a browser sends it in one piece."""
MOST_CONNECTIONS = 1000
"""Connections at once, where the system allows as many open files."""
OWN_FILES = 128
"""Files that the service needs for itself: its code, pipes to its processes, and new connections on their way out."""


class PatientProtocol(H11Protocol):
    """Closes connections whose request does not come, and, where there are too many, the oldest of those."""

    most = MOST_CONNECTIONS

    def __init__(self, *args: Any, **options: Any) -> None:
        super().__init__(*args, **options)
        self._timer: asyncio.TimerHandle | None = None

    def connection_made(self, transport: asyncio.Transport) -> None:  # type: ignore[override]
        """As asyncio has it."""
        super().connection_made(transport)
        self._time_head()
        if len(self.connections) > self.most:
            (_longest_idle(self.connections) or self).end()

    def data_received(self, data: bytes) -> None:
        """As asyncio has it."""
        super().data_received(data)
        self._time_head()

    def connection_lost(self, exc: Exception | None) -> None:
        """As asyncio has it."""
        self._stop_timer()
        super().connection_lost(exc)

    @property
    def due(self) -> float | None:
        """When the head of a request must be there; None where no request has begun, or where one is answered."""
        return None if self._timer is None else self._timer.when()

    def end(self) -> None:
        """Close at once: who has not asked for anything is owed no answer."""
        self._stop_timer()
        self.transport.abort()

    def _time_head(self) -> None:
        """Begin to count with the first byte of a request; stop where its head is whole."""
        answering = self.cycle is not None and not self.cycle.response_complete
        if answering or self.transport.is_closing():
            self._stop_timer()
        elif self._timer is None:
            self._timer = self.loop.call_later(HEAD_SECONDS, self.end)

    def _stop_timer(self) -> None:
        if self._timer is not None:
            self._timer.cancel()
            self._timer = None


def _longest_idle(connections: Iterable[Any]) -> PatientProtocol | None:
    waiting = [(c.due, id(c), c) for c in connections if isinstance(c, PatientProtocol) and c.due is not None]
    return min(waiting)[2] if waiting else None


def protocol() -> type[PatientProtocol]:
    """The protocol with as many connections as this process may have files open; that limit is raised where it can."""
    try:
        import resource
    except ImportError:  # Windows
        return PatientProtocol
    soft, hard = resource.getrlimit(resource.RLIMIT_NOFILE)
    wanted = MOST_CONNECTIONS + OWN_FILES
    if soft != resource.RLIM_INFINITY and soft < wanted:
        soft = wanted if hard == resource.RLIM_INFINITY else min(wanted, hard)
        resource.setrlimit(resource.RLIMIT_NOFILE, (soft, hard))
    most = MOST_CONNECTIONS if soft == resource.RLIM_INFINITY else max(soft - OWN_FILES, soft // 2)
    return type("Patient", (PatientProtocol,), {"most": min(most, MOST_CONNECTIONS)})
