"""A lock between processes without shared memory: the process that has read the one byte in a pipe holds it."""

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
    """Like `multiprocessing.RLock`: its holder may acquire it again. It can be passed to a process at spawn."""

    def __init__(self, reader: Connection, writer: Connection, *, new: bool = True) -> None:
        self._reader, self._writer = reader, writer
        self._owner, self._times = 0, 0
        # Several processes may see the byte, but only one gets it: a blocking read would hang the others.
        os.set_blocking(reader.fileno(), False)
        if new:
            os.write(writer.fileno(), _TOKEN)

    def __reduce__(self) -> tuple[object, tuple[object, ...]]:
        return _handed_over, (self._reader, self._writer)

    def acquire(self, block: bool = True, timeout: float | None = None) -> bool:
        """Return whether the lock was acquired. `timeout` in seconds; None waits forever."""
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
        """Release it, once for each `acquire`. Raises `AssertionError` if this thread does not hold it."""
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
