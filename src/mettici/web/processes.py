"""Judges photos in separate processes, so that a photo that crashes or hangs its decoder does not harm the service."""

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
"""A job for a checker. If it goes to another process, the job and its result must be picklable."""


class Checkers:
    """The service's own checker, and one for each policy that comes with mettici. They share their networks."""

    def __init__(self, policy: str | Path | Policy, limits: Limits) -> None:
        """Raises `PolicyError`."""
        self.own = PhotoChecker(policy, limits=limits)
        self._others = {name: self.own.under(name) for name in names()}

    def __call__(self, policy: str | None) -> PhotoChecker:
        """The checker for the policy of that name; None: the service's own. Raises `PolicyError`.

        A request can never make the service read a policy file.
        """
        if policy is None or policy == self.own.policy.name:
            return self.own
        if policy not in self._others:
            raise PolicyError("unknown_policy", name=policy, known=", ".join(self._others))
        return self._others[policy]

    @property
    def policies(self) -> tuple[Policy, ...]:
        """The policies that a request may name: the service's own first."""
        own = self.own.policy
        return (own, *(checker.policy for name, checker in self._others.items() if name != own.name))

    def close(self) -> None:
        self.own.close()


def warm(checker: PhotoChecker) -> None:
    """Load the networks."""
    checker.check(np.full((64, 64, 3), 128, np.uint8), crop=False)


class Processes:
    """`count` processes, started on first use. One that dies is replaced in time for the next photo."""

    def __init__(self, policy: str | Path | Policy, limits: Limits, count: int) -> None:
        self._workers, self._retry_worker = (Workers(n, _prepare, policy, limits) for n in (count, 1))
        self._retry_lock, self._closed = threading.Lock(), False

    def run(self, policy: str, work: Work, seconds: float) -> Any:
        """Run `work` with the checker of `policy` and return its result, within `seconds`.

        If the process dies, retry once, in a process that takes one photo at a time: the first may have been killed
        because its neighbours used up the memory. Raises what `work` raises; `PhotoTimeoutError`; `WorkerCrashedError`
        if the second process dies too; `BusyError` after `close`.
        """
        deadline = time.monotonic() + seconds
        try:
            return self._run_in(self._workers, policy, work, seconds)
        except WorkerCrashedError:
            if not self._retry_lock.acquire(timeout=max(0.0, deadline - time.monotonic())):
                raise
            try:
                return self._run_in(self._retry_worker, policy, work, max(0.1, deadline - time.monotonic()))
            finally:
                self._retry_worker.drop()
                self._retry_lock.release()

    def _run_in(self, workers: Workers, policy: str, work: Work, seconds: float) -> Any:
        try:
            job = workers.submit(_run, policy, work, seconds=seconds)
        except RuntimeError as error:  # the pool has just broken or been closed
            raise self._crash_error() from error
        try:
            return job.future.result(seconds + GRACE)
        except futures.TimeoutError as error:
            if not job.future.done():
                workers.drop(job.pool)
            raise PhotoTimeoutError("service", seconds=f"{seconds:g}") from error
        except BaseException as error:
            if died(error):
                raise self._crash_error() from error
            raise

    def _crash_error(self) -> MetticiError:
        return BusyError("shutting_down") if self._closed else WorkerCrashedError()

    def close(self) -> None:
        """Kill the processes; work in progress is lost."""
        self._closed = True
        self._workers.close()
        self._retry_worker.close()


_checkers: Checkers | None = None  # set in each judging process


def _prepare(policy: str | Path | Policy, limits: Limits) -> None:
    global _checkers  # noqa: PLW0603 - the only way to pass state from a pool's initializer to its jobs
    configure_worker()
    _checkers = Checkers(policy, limits)
    warm(_checkers.own)


def _run(policy: str, work: Work) -> Any:
    assert _checkers is not None
    return work(_checkers(policy))
