"""A queue that is fair to its senders: they take turns, and the one with the most items gives way to those with few."""

from __future__ import annotations

from collections import deque
from typing import Generic, TypeVar

T = TypeVar("T")


class FairQueue(Generic[T]):
    """Waiting items, by sender. Senders take turns; the items of one sender keep their order. Not thread-safe."""

    def __init__(self) -> None:
        self._waiting: dict[str, deque[T]] = {}  # the sender whose turn is next comes first

    def put(self, sender: str, item: T) -> None:
        """Add an item."""
        self._waiting.setdefault(sender, deque()).append(item)

    def next(self) -> T | None:
        """Remove and return the next item; None if the queue is empty."""
        if not self._waiting:
            return None
        sender, items = next(iter(self._waiting.items()))
        item = items.popleft()
        del self._waiting[sender]
        if items:
            self._waiting[sender] = items  # after the others
        return item

    def remove(self, item: T) -> None:
        """Remove an item, if it is still waiting."""
        for sender, items in self._waiting.items():
            if item in items:
                items.remove(item)
                if not items:
                    del self._waiting[sender]
                return

    def greediest(self, sender: str) -> T | None:
        """The item to drop to make room for one of `sender`: the newest of the sender with most items.

        None if that sender would then have fewer items than `sender`, so that equals do not evict each other in turn.
        """
        most = max(self._waiting.values(), key=len, default=deque[T]())
        own = len(self._waiting.get(sender, ()))
        return most[-1] if len(most) >= own + 2 else None

    def drain(self) -> list[T]:
        """Remove and return everything."""
        items = [item for items in self._waiting.values() for item in items]
        self._waiting.clear()
        return items
