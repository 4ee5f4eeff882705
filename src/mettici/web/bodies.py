"""Request bodies in memory, from their first byte until the response: how many, how large, and which to evict.

A body that trickles in costs its sender nothing. So it takes no place in the queue of photos to judge, and when room
for bodies runs out, the slowest one from the busiest address is evicted. If none is slow, a queued one is, from the
address that holds the most memory.
"""

from __future__ import annotations

import time
from collections import Counter
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

from mettici.errors import BusyError

if TYPE_CHECKING:
    import asyncio

    from mettici.errors import ServiceError

GRACE_SECONDS = 1.0
"""A younger body counts as arriving, not as slow: an honest one of a few MB is complete by then."""


@dataclass(eq=False)
class Body:
    """The body of one request.

    `size`: bytes received so far. `task`: reads it or waits in the queue, and can be cancelled. `eviction`: the error
    to answer with, once it is evicted.
    """

    bodies: Bodies
    client: str
    started: float = field(default_factory=time.monotonic)
    size: int = 0
    task: asyncio.Task[Any] | None = None
    complete: bool = False
    eviction: ServiceError | None = None

    def add(self, size: int) -> None:
        """Count `size` more bytes. Raises `BusyError` if there is no room for them."""
        self.size += size
        self.bodies.make_room(self)

    def queue(self, task: asyncio.Task[Any]) -> None:
        """Mark the body complete. `task` waits to judge it, and sets `self.task` to None when it starts."""
        self.complete, self.task = True, task

    @property
    def evictable(self) -> bool:
        """Whether it is still being read or queued."""
        return self.task is not None and not self.task.done() and not self.eviction

    def evict(self, error: ServiceError) -> None:
        """Cancel its task; the request is answered with `error`."""
        assert self.task is not None
        self.eviction = error
        self.task.cancel()

    @property
    def rate(self) -> float:
        """Bytes per second."""
        return self.size / max(time.monotonic() - self.started, 1e-3)


class Bodies:
    """All request bodies of a service, from their first byte until their request is answered."""

    def __init__(self, max_count: int, max_bytes: int) -> None:
        """At most `max_count` bodies at once, and `max_bytes` in memory."""
        self._max_count, self._max_bytes = max_count, max_bytes
        self._all: list[Body] = []

    @property
    def count(self) -> int:
        return len(self._all)

    @property
    def size(self) -> int:
        """Bytes of all bodies together."""
        return sum(b.size for b in self._all)

    def admit(self, client: str) -> Body:
        """Add a body from that address. Raises `BusyError` if all places are taken and no body can be evicted."""
        if len(self._all) >= self._max_count and not self._evict_one():
            raise BusyError
        body = Body(self, client)
        self._all.append(body)
        return body

    def release(self, body: Body) -> None:
        """Forget a body whose request is answered."""
        self._all.remove(body)

    def stop_reading(self) -> None:
        """Evict every incomplete body: the service is shutting down."""
        for body in self._all:
            if body.evictable and not body.complete:
                body.evict(BusyError("shutting_down"))

    def make_room(self, body: Body) -> None:
        """Evict others until all bodies fit in memory. Raises `BusyError` if they still do not."""
        while sum(b.size for b in self._all if not b.eviction) > self._max_bytes:
            if not self._evict_one(other_than=body):
                raise BusyError

    def _evict_one(self, other_than: Body | None = None) -> bool:
        until = time.monotonic() - GRACE_SECONDS
        candidates = [b for b in self._all if b.evictable and b is not other_than]
        if slow := [b for b in candidates if not b.complete and b.started < until]:
            sent = Counter(b.client for b in self._all)
            min(slow, key=lambda b: (-sent[b.client], b.rate)).evict(BusyError("crowded"))
            return True
        held: Counter[str] = Counter()
        for body in self._all:
            held[body.client] += 0 if body.eviction else body.size
        own = held[other_than.client] if other_than else 0
        # Only from a client that holds at least as much without it, or two clients would evict each other in turn.
        queued = [b for b in candidates if b.complete and held[b.client] - b.size >= own > 0]
        if not queued:
            return False
        max(queued, key=lambda b: (held[b.client], b.started)).evict(BusyError())
        return True
