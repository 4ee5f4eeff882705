"""Processes that judge photos, for a scan and for the server: spawned, prepared once, and replaced where they break."""

from __future__ import annotations

import threading
from collections.abc import Callable
from concurrent import futures
from concurrent.futures.process import BrokenProcessPool
from typing import Any, NamedTuple

from pebble import ProcessExpired, ProcessPool

from mettici.spawning import Spawning, heed_parent_only

GRACE = 30.0
"""Seconds past its time limit in which a process has to be ended; then all of them count as stuck."""


class Job(NamedTuple):
    """Work under way: what will come of it, and the processes that do it."""

    future: futures.Future[Any]
    pool: ProcessPool


class Workers:
    """`count` processes, started when first needed. Safe to share between threads.

    One that dies is replaced. Each calls `prepare(*given)`, both picklable, before any work's time counts.
    """

    def __init__(self, count: int, prepare: Callable[..., None], *given: object) -> None:
        self._count, self._begun = count, (prepare, given)
        self._lock = threading.Lock()
        self._pool: ProcessPool | None = None
        self._closed = False

    def submit(self, work: Callable[..., Any], *args: object, seconds: float) -> Job:
        """Have `work(*args)` done in `seconds` at most, by new processes where the others broke.

        Raises `RuntimeError` where they break at this moment, or after `close`.
        """
        with self._lock:
            if self._closed:
                raise RuntimeError("the processes were ended")
            if self._pool is not None and not self._pool.active:
                _end(self._pool)
                self._pool = None
            if self._pool is None:
                self._pool = ProcessPool(self._count, context=Spawning(), initializer=_begin, initargs=self._begun)
            pool = self._pool
        return Job(pool.schedule(work, args, timeout=seconds), pool)

    @property
    def active(self) -> bool:
        """Whether there are processes, and they can take work."""
        return self._pool is not None and bool(self._pool.active)

    def drop(self, pool: ProcessPool | None = None) -> None:
        """End `pool`, or the processes there are: what they did is lost, and the next work starts others."""
        with self._lock:
            dropped = pool or self._pool
            if dropped is self._pool:
                self._pool = None
        if dropped is not None:
            _end(dropped)

    def close(self) -> None:
        """End the processes for good."""
        with self._lock:
            self._closed = True
        self.drop()


def died(error: BaseException | None) -> bool:
    """Whether work failed since its process died, or was ended, before it was done."""
    return isinstance(error, (ProcessExpired, BrokenProcessPool, futures.CancelledError))


def _begin(prepare: Callable[..., None], given: tuple[object, ...]) -> None:
    heed_parent_only()
    prepare(*given)


def _end(pool: ProcessPool) -> None:
    pool.stop()  # type: ignore[no-untyped-call]
    pool.join()
