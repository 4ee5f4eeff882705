"""Judging in processes of their own: a photo that crashes or hangs its decoder costs itself, and not the service."""

from __future__ import annotations

import threading
import time
from collections.abc import Callable
from concurrent import futures
from concurrent.futures.process import BrokenProcessPool
from pathlib import Path
from typing import Any

import numpy as np
from pebble import ProcessExpired, ProcessPool

from mettici.checker import PhotoChecker
from mettici.errors import BusyError, MetticiError, PhotoTimeoutError, PolicyError, WorkerCrashedError
from mettici.photo import Limits
from mettici.policy import Policy, names
from mettici.process import settle_worker
from mettici.spawning import Spawning, heed_parent_only

Work = Callable[[PhotoChecker], Any]
"""What a checker is to do: picklable, as is what comes of it, where it goes to another process."""

GRACE = 30.0
"""Seconds past its time that a photo's process has to be ended; then all of them are taken for stuck."""


class Checkers:
    """The service's own checker, and one for each policy that comes with mettici, with the same networks."""

    def __init__(self, policy: str | Path | Policy, limits: Limits) -> None:
        """Raises `PolicyError`."""
        self.own = PhotoChecker(policy, limits=limits)
        self._others = {name: self.own.under(name) for name in names()}

    def __call__(self, policy: str | None) -> PhotoChecker:
        """The checker of a policy by its name, the own one where it is None; a path is never read for a request.

        Raises `PolicyError`.
        """
        if policy is None or policy == self.own.policy.name:
            return self.own
        if policy not in self._others:
            raise PolicyError("unknown_policy", name=policy, known=", ".join(self._others))
        return self._others[policy]

    @property
    def policies(self) -> tuple[Policy, ...]:
        """Those that a request may name: the own one first, then those that come with mettici."""
        own = self.own.policy
        return (own, *(checker.policy for name, checker in self._others.items() if name != own.name))

    def close(self) -> None:
        self.own.close()


def warm(checker: PhotoChecker) -> None:
    """Load the networks."""
    checker.check(np.full((64, 64, 3), 128, np.uint8), crop=False)


class Processes:
    """`count` processes, started when first needed. One that dies is replaced; the next photo finds it ready."""

    def __init__(self, policy: str | Path | Policy, limits: Limits, count: int) -> None:
        self._given, self._count = (policy, limits), count
        self._lock, self._alone = threading.Lock(), threading.Lock()
        self._pool: ProcessPool | None = None
        self._second: ProcessPool | None = None
        self._closed = False

    def run(self, policy: str, work: Work, seconds: float) -> Any:
        """What `work` gives with the checker of `policy`; waits for it, `seconds` at most.

        Where its process dies, the work is done once more, as in a scan: alone, as it may have died of its neighbours'
        hunger for memory. Raises what `work` raises; `PhotoTimeoutError`; `WorkerCrashedError` where the second process
        dies too; `BusyError` once this is closed.
        """
        until = time.monotonic() + seconds
        try:
            return self._done(self._running(), policy, work, seconds)
        except WorkerCrashedError:
            if not self._alone.acquire(timeout=max(0.0, until - time.monotonic())):
                raise
            try:
                return self._once_more(policy, work, max(0.1, until - time.monotonic()))
            finally:
                self._alone.release()

    def _once_more(self, policy: str, work: Work, seconds: float) -> Any:
        with self._lock:
            if self._closed:
                raise BusyError("shutting_down")
            self._second = pool = self._started(1)
        try:
            return self._done(pool, policy, work, seconds)
        finally:
            _end(pool)

    def _done(self, pool: ProcessPool, policy: str, work: Work, seconds: float) -> Any:
        try:
            future: futures.Future[Any] = pool.schedule(_judged, (policy, work), timeout=seconds)
        except RuntimeError as error:  # it broke, or was ended, a moment ago
            raise self._died() from error
        try:
            return future.result(seconds + GRACE)
        except futures.TimeoutError as error:
            if not future.done():
                self._drop(pool)
            raise PhotoTimeoutError("service", seconds=f"{seconds:g}") from error
        except (ProcessExpired, BrokenProcessPool, futures.CancelledError) as error:
            raise self._died() from error

    def _died(self) -> MetticiError:
        return BusyError("shutting_down") if self._closed else WorkerCrashedError()

    def _running(self) -> ProcessPool:
        with self._lock:
            if self._closed:
                raise BusyError("shutting_down")
            if self._pool is not None and not self._pool.active:
                _end(self._pool)
                self._pool = None
            if self._pool is None:
                self._pool = self._started(self._count)
            return self._pool

    def _started(self, count: int) -> ProcessPool:
        return ProcessPool(count, context=Spawning(), initializer=_prepare, initargs=self._given)

    def _drop(self, pool: ProcessPool) -> None:
        """End a pool that is stuck; the next photo starts another."""
        with self._lock:
            if self._pool is pool:
                self._pool = None
        _end(pool)

    def close(self) -> None:
        """End the processes; what they were doing is lost."""
        with self._lock:
            self._closed, pools = True, (self._pool, self._second)
            self._pool = self._second = None
        for pool in pools:
            if pool is not None:
                _end(pool)


def _end(pool: ProcessPool) -> None:
    pool.stop()  # type: ignore[no-untyped-call]
    pool.join()


_checkers: Checkers | None = None  # of a process that judges


def _prepare(policy: str | Path | Policy, limits: Limits) -> None:
    global _checkers  # noqa: PLW0603 - the one way from a pool's initializer to its work
    heed_parent_only()
    settle_worker()
    _checkers = Checkers(policy, limits)
    warm(_checkers.own)


def _judged(policy: str, work: Work) -> Any:
    assert _checkers is not None
    return work(_checkers(policy))
