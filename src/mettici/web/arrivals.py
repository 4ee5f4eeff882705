"""Bodies that are on their way, or wait to be judged: how many, how much of them, and which must give way to others.

A body that trickles costs its sender nothing. So it takes no place among the photos that wait to be judged, and where
room for bodies is short, the slowest of those who send the most at once gives way; where none is slow, one that waits,
of whoever fills the memory.
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

GRACE = 1.0
"""Seconds that every body has before it can be asked to give way: an honest one of a few MB is through by then."""


@dataclass(eq=False)
class Arrival:
    """The body of one request: `size` in bytes so far; the `task` reads it, or waits for its turn, and can be ended."""

    arrivals: Arrivals
    client: str
    begun: float = field(default_factory=time.monotonic)
    size: int = 0
    task: asyncio.Task[Any] | None = None
    whole: bool = False
    gave_way: ServiceError | None = None

    def grew(self, size: int) -> None:
        """`size` bytes more have come. Raises `BusyError` where there is no room for them."""
        self.size += size
        self.arrivals.make_room(self)

    def wait_in(self, task: asyncio.Task[Any]) -> None:
        """It is whole, and `task` waits for its turn, until that sets `task` to None."""
        self.whole, self.task = True, task

    @property
    def can_give_way(self) -> bool:
        """Whether it is still being read, or waits."""
        return self.task is not None and not self.task.done() and not self.gave_way

    def give_way(self, error: ServiceError) -> None:
        """End it: whoever awaits the task is told by `gave_way` what to answer."""
        assert self.task is not None
        self.gave_way = error
        self.task.cancel()

    @property
    def pace(self) -> float:
        """Bytes a second."""
        return self.size / max(time.monotonic() - self.begun, 1e-3)


class Arrivals:
    """All bodies of a service, from their first byte until their request is answered."""

    def __init__(self, most: int, most_bytes: int) -> None:
        """`most` bodies at once, with `most_bytes` in memory."""
        self._most, self._most_bytes = most, most_bytes
        self._all: list[Arrival] = []

    @property
    def count(self) -> int:
        """How many there are."""
        return len(self._all)

    @property
    def size(self) -> int:
        """Bytes of all of them."""
        return sum(a.size for a in self._all)

    def enter(self, client: str) -> Arrival:
        """A new body of that address. Raises `BusyError` where all places are taken, and none gives way."""
        if len(self._all) >= self._most and not self._one_gives_way():
            raise BusyError
        arrival = Arrival(self, client)
        self._all.append(arrival)
        return arrival

    def leave(self, arrival: Arrival) -> None:
        """Its request is answered."""
        self._all.remove(arrival)

    def end(self) -> None:
        """No more bodies are read: the service stops."""
        for arrival in self._all:
            if arrival.can_give_way and not arrival.whole:
                arrival.give_way(BusyError("shutting_down"))

    def make_room(self, arrival: Arrival) -> None:
        """Have others give way until all bodies fit in memory. Raises `BusyError` where they do not."""
        while sum(a.size for a in self._all if not a.gave_way) > self._most_bytes:
            if not self._one_gives_way(apart=arrival):
                raise BusyError

    def _one_gives_way(self, apart: Arrival | None = None) -> bool:
        until = time.monotonic() - GRACE
        able = [a for a in self._all if a.can_give_way and a is not apart]
        if slow := [a for a in able if not a.whole and a.begun < until]:
            sent = Counter(a.client for a in self._all)
            min(slow, key=lambda a: (-sent[a.client], a.pace)).give_way(BusyError("crowded"))
            return True
        held: Counter[str] = Counter()
        for arrival in self._all:
            held[arrival.client] += 0 if arrival.gave_way else arrival.size
        own = held[apart.client] if apart else 0
        # Only of who holds as much as the other even then: or two would drive each other out in turns.
        waiting = [a for a in able if a.whole and held[a.client] - a.size >= own > 0]
        if not waiting:
            return False
        max(waiting, key=lambda a: (held[a.client], a.begun)).give_way(BusyError())
        return True
