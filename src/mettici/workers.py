"""Processes that judge photos, for a scan and for the server: spawned, prepared once, and replaced where they break.

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

_ENDING = getattr(signal, "SIGUSR1", None)
"""What the parent ends them with, instead of SIGTERM; Windows has no signals."""


class _Process(SpawnProcess):
    """A process that is ended by the signal it heeds."""

    def terminate(self) -> None:
        """As `multiprocessing` has it: ask the process to end."""
        if _ENDING is None or self.pid is None:
            super().terminate()
        elif self.is_alive():
            with suppress(ProcessLookupError):  # it ended by itself
                os.kill(self.pid, _ENDING)


class Spawning(SpawnContext):
    """Spawned, not forked: locks and threads of native code do not survive a fork."""

    Process = _Process

    def RLock(self) -> Any:  # noqa: N802 - multiprocessing's name
        """The system's, or one made of a pipe where the system has none (AWS Lambda, some containers)."""
        return super().RLock() if semaphores() is None else PipeLock(*self.Pipe(duplex=False))


@lru_cache(maxsize=1)
def semaphores() -> str | None:
    """What is wrong with the semaphores that processes share; None: nothing. They need /dev/shm."""
    try:
        SpawnContext().RLock()
    except (OSError, ImportError) as error:
        return str(error)
    return None


def heed_parent_only() -> None:
    """In a process that judges, before it begins: leave to the parent what SIGTERM and SIGHUP ask for."""
    if _ENDING is None:
        return
    signal.signal(_ENDING, signal.getsignal(signal.SIGTERM))  # pebble's way out
    for number in (signal.SIGTERM, signal.SIGHUP):
        signal.signal(number, signal.SIG_IGN)


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
