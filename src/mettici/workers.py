"""Processes that judge photos, for scans and the server: spawned, prepared once, and replaced if they break.

Their parent alone ends them. A terminal that is closed, and a service manager that stops a service, signal every
process of the group; the parent then finishes the photos in progress, so the processes that have them must stay.
"""

from __future__ import annotations

import os
import signal
import threading
from collections.abc import Callable
from concurrent import futures
from concurrent.futures.process import BrokenProcessPool
from contextlib import suppress
from functools import lru_cache
from multiprocessing.context import SpawnContext, SpawnProcess
from typing import Any, NamedTuple

from pebble import ProcessExpired, ProcessPool

from mettici.pipe_lock import PipeLock

_END_SIGNAL = getattr(signal, "SIGUSR1", None)
"""The signal by which the parent ends workers, instead of SIGTERM; Windows has no signals."""


class _Process(SpawnProcess):
    """A process that `terminate` ends by the signal it listens to."""

    def terminate(self) -> None:
        """See `multiprocessing.Process.terminate`."""
        if _END_SIGNAL is None or self.pid is None:
            super().terminate()
        elif self.is_alive():
            with suppress(ProcessLookupError):  # it ended by itself
                os.kill(self.pid, _END_SIGNAL)


class Spawning(SpawnContext):
    """Spawned, not forked: locks and threads of native code do not survive a fork."""

    Process = _Process

    def RLock(self) -> Any:  # noqa: N802 - multiprocessing's name
        """The system's lock, or a `PipeLock` if the system has none (AWS Lambda, some containers)."""
        return super().RLock() if semaphores() is None else PipeLock(*self.Pipe(duplex=False))


@lru_cache(maxsize=1)
def semaphores() -> str | None:
    """The error of creating a semaphore, which needs /dev/shm; None if it works."""
    try:
        SpawnContext().RLock()
    except (OSError, ImportError) as error:
        return str(error)
    return None


def ignore_stop_signals() -> None:
    """Call in a worker before it starts: ignore SIGTERM and SIGHUP, which the parent handles."""
    if _END_SIGNAL is None:
        return
    signal.signal(_END_SIGNAL, signal.getsignal(signal.SIGTERM))  # pebble's way out
    for number in (signal.SIGTERM, signal.SIGHUP):
        signal.signal(number, signal.SIG_IGN)


GRACE = 30.0
"""Seconds past its time limit within which a worker has to end; after that the whole pool counts as stuck."""


class Job(NamedTuple):
    """Work in progress: its future, and the pool that runs it."""

    future: futures.Future[Any]
    pool: ProcessPool


class Workers:
    """A pool of `count` processes, started on first use. Thread-safe.

    A process that dies is replaced. Each calls `prepare(*given)`, both picklable, before any time limit starts.
    """

    def __init__(self, count: int, prepare: Callable[..., None], *given: object) -> None:
        self._count, self._init = count, (prepare, given)
        self._lock = threading.Lock()
        self._pool: ProcessPool | None = None
        self._closed = False

    def submit(self, work: Callable[..., Any], *args: object, seconds: float) -> Job:
        """Run `work(*args)` within `seconds`, in a new pool if the last one broke.

        Raises `RuntimeError` after `close`, or if the pool breaks at this moment.
        """
        with self._lock:
            if self._closed:
                raise RuntimeError("the processes were ended")
            if self._pool is not None and not self._pool.active:
                _end(self._pool)
                self._pool = None
            if self._pool is None:
                self._pool = ProcessPool(self._count, context=Spawning(), initializer=_begin, initargs=self._init)
            pool = self._pool
        return Job(pool.schedule(work, args, timeout=seconds), pool)

    @property
    def active(self) -> bool:
        """Whether there is a pool that accepts work."""
        return self._pool is not None and bool(self._pool.active)

    def drop(self, pool: ProcessPool | None = None) -> None:
        """End `pool`, or the current one: its work is lost, and the next `submit` starts another."""
        with self._lock:
            dropped = pool or self._pool
            if dropped is self._pool:
                self._pool = None
        if dropped is not None:
            _end(dropped)

    def close(self) -> None:
        """End the pool for good."""
        with self._lock:
            self._closed = True
        self.drop()


def died(error: BaseException | None) -> bool:
    """Whether work failed because its process died or was ended."""
    return isinstance(error, (ProcessExpired, BrokenProcessPool, futures.CancelledError))


def _begin(prepare: Callable[..., None], given: tuple[object, ...]) -> None:
    ignore_stop_signals()
    prepare(*given)


def _end(pool: ProcessPool) -> None:
    pool.stop()  # type: ignore[no-untyped-call]
    pool.join()
