"""A lock between processes that needs no shared memory: whoever has read the one byte in a pipe holds it."""

from __future__ import annotations

import os
import threading
import time
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from multiprocessing.connection import Connection

    from typing_extensions import Self

_TOKEN = b"."


class PipeLock:
    """As `multiprocessing.RLock`: who holds it may take it again. Can be handed to a process that is being spawned."""

    def __init__(self, reader: Connection, writer: Connection, *, new: bool = True) -> None:
        self._reader, self._writer = reader, writer
        self._owner, self._times = 0, 0
        os.set_blocking(reader.fileno(), False)  # of those who see the byte, one gets it, and none waits in a read
        if new:
            os.write(writer.fileno(), _TOKEN)

    def __reduce__(self) -> tuple[object, tuple[object, ...]]:
        return _handed_over, (self._reader, self._writer)

    def acquire(self, block: bool = True, timeout: float | None = None) -> bool:
        """Whether it is held now. `timeout` in seconds; None: as long as it takes."""
        if self._owner == threading.get_ident():
            self._times += 1
            return True
        until = time.monotonic() + (timeout or 0.0)
        while not self._taken():
            left = None if timeout is None else until - time.monotonic()
            if not block or (left is not None and left <= 0):
                return False
            if not self._reader.poll(left):
                return False
        self._owner, self._times = threading.get_ident(), 1
        return True

    def _taken(self) -> bool:
        try:
            return os.read(self._reader.fileno(), 1) == _TOKEN
        except BlockingIOError:
            return False

    def release(self) -> None:
        """Give it back as often as it was taken. Raises `AssertionError` where this thread does not hold it."""
        assert self._owner == threading.get_ident(), "not held by this thread"
        self._times -= 1
        if not self._times:
            self._owner = 0
            os.write(self._writer.fileno(), _TOKEN)

    def __enter__(self) -> Self:
        self.acquire()
        return self

    def __exit__(self, *_: object) -> None:
        self.release()


def _handed_over(reader: Connection, writer: Connection) -> PipeLock:
    return PipeLock(reader, writer, new=False)
