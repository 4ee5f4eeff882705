"""A queue that is fair to those who fill it: each has a turn, and who has many places leaves one to who has few."""

from __future__ import annotations

from collections import deque
from typing import Generic, TypeVar

T = TypeVar("T")


class FairQueue(Generic[T]):
    """What waits, by sender. Senders take turns; what one sender sent keeps its order. Not locked."""

    def __init__(self) -> None:
        self._waiting: dict[str, deque[T]] = {}  # the sender whose turn is next comes first

    def put(self, sender: str, item: T) -> None:
        """Add an item."""
        self._waiting.setdefault(sender, deque()).append(item)

    def next(self) -> T | None:
        """Take the item whose turn it is; None where nothing waits."""
        if not self._waiting:
            return None
        sender, items = next(iter(self._waiting.items()))
        item = items.popleft()
        del self._waiting[sender]
        if items:
            self._waiting[sender] = items  # behind the others
        return item

    def remove(self, item: T) -> None:
        """Take an item out of turn, where it still waits."""
        for sender, items in self._waiting.items():
            if item in items:
                items.remove(item)
                if not items:
                    del self._waiting[sender]
                return

    def greediest(self, sender: str) -> T | None:
        """The item that has to leave for one of `sender`: the newest of whoever has most waiting.

        None where nobody would still have as many as `sender` then has: places do not go to and fro between equals.
        """
        most = max(self._waiting.values(), key=len, default=deque[T]())
        own = len(self._waiting.get(sender, ()))
        return most[-1] if len(most) >= own + 2 else None

    def drain(self) -> list[T]:
        """Take all."""
        items = [item for items in self._waiting.values() for item in items]
        self._waiting.clear()
        return items
