"""Judging in processes of their own: a photo that crashes or hangs its decoder costs itself, and not the service."""

from __future__ import annotations

import threading
import time
from collections.abc import Callable
from concurrent import futures
from pathlib import Path
from typing import Any

import numpy as np

from mettici.checker import PhotoChecker
from mettici.errors import BusyError, MetticiError, PhotoTimeoutError, PolicyError, WorkerCrashedError
from mettici.image.photo import Limits
from mettici.policy import Policy, names
from mettici.process import configure_worker
from mettici.workers import GRACE, Workers, died

Work = Callable[[PhotoChecker], Any]
"""What a checker is to do: picklable, as is what comes of it, where it goes to another process."""


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
        self._workers, self._second = (Workers(n, _prepare, policy, limits) for n in (count, 1))
        self._alone, self._closed = threading.Lock(), False

    def run(self, policy: str, work: Work, seconds: float) -> Any:
        """What `work` gives with the checker of `policy`; waits for it, `seconds` at most.

        Where its process dies, the work is done once more, as in a scan: alone, as it may have died of its neighbours'
        hunger for memory. Raises what `work` raises; `PhotoTimeoutError`; `WorkerCrashedError` where the second process
        dies too; `BusyError` once this is closed.
        """
        until = time.monotonic() + seconds
        try:
            return self._done(self._workers, policy, work, seconds)
        except WorkerCrashedError:
            if not self._alone.acquire(timeout=max(0.0, until - time.monotonic())):
                raise
            try:
                return self._done(self._second, policy, work, max(0.1, until - time.monotonic()))
            finally:
                self._second.drop()
                self._alone.release()

    def _done(self, workers: Workers, policy: str, work: Work, seconds: float) -> Any:
        try:
            job = workers.submit(_judged, policy, work, seconds=seconds)
        except RuntimeError as error:  # they broke, or were ended, a moment ago
            raise self._died() from error
        try:
            return job.future.result(seconds + GRACE)
        except futures.TimeoutError as error:
            if not job.future.done():
                workers.drop(job.pool)
            raise PhotoTimeoutError("service", seconds=f"{seconds:g}") from error
        except BaseException as error:
            if died(error):
                raise self._died() from error
            raise

    def _died(self) -> MetticiError:
        return BusyError("shutting_down") if self._closed else WorkerCrashedError()

    def close(self) -> None:
        """End the processes; what they were doing is lost."""
        self._closed = True
        self._workers.close()
        self._second.close()


_checkers: Checkers | None = None  # of a process that judges


def _prepare(policy: str | Path | Policy, limits: Limits) -> None:
    global _checkers  # noqa: PLW0603 - the one way from a pool's initializer to its work
    configure_worker()
    _checkers = Checkers(policy, limits)
    warm(_checkers.own)


def _judged(policy: str, work: Work) -> Any:
    assert _checkers is not None
    return work(_checkers(policy))
