"""`--engine local`: judge in several processes, so that a photo that hangs or crashes one affects no other."""

from __future__ import annotations

import logging
import os
from concurrent import futures
from dataclasses import dataclass
from functools import lru_cache
from queue import Empty, SimpleQueue
from typing import TYPE_CHECKING, Protocol

from pebble import ProcessExpired

from mettici.errors import MetticiError, PhotoError, PhotoTimeoutError, WorkerCrashedError
from mettici.errors.log_format import stack_summary
from mettici.output.answer import Answer
from mettici.scan.task import Task
from mettici.workers import GRACE, Workers, died

if TYPE_CHECKING:
    from collections.abc import Callable, Generator, Iterable, Iterator

    from typing_extensions import Self

log = logging.getLogger(__name__)

IN_FLIGHT = 4
"""Photos in flight per process: enough that no process waits for its next one, few enough to hold in memory."""
POLL_INTERVAL = 1.0
"""Seconds between checks of a pool that returns no result."""
MAX_MEMORY = 300 * 2**20
"""Resident memory, in bytes, above which a process is replaced. With the models loaded and a thousand ordinary photos
judged, it uses about 215 MB, so only a photo that leaks memory reaches this."""
REPLACE_ME = 75
"""Exit code of a process that asks to be replaced (EX_TEMPFAIL of sysexits.h)."""

Outcome = Answer | PhotoError | None  # None: the process died


class Judges(Protocol):
    """What the processes run. Must be picklable."""

    def prepare(self) -> None:
        """Called once in each process, before any time limit starts."""

    def __call__(self, task: Task) -> Answer:
        """Judge one photo."""

    def immediate_answer(self, task: Task) -> Answer | None:
        """The answer, if it takes no work."""

    def refuse(self, task: Task, error: PhotoError) -> Answer:
        """The answer for a photo that could not be judged."""


def _never() -> bool:
    return False


@dataclass(frozen=True)
class LocalEngine:
    """Judges with `judge` in `jobs` processes, with a `timeout` in seconds for each photo."""

    judge: Judges
    jobs: int
    timeout: float

    def judge_all(self, tasks: Iterable[Task], stopped: Callable[[], bool] = _never) -> Generator[Answer, None, None]:
        """Yield an answer for every task, as they finish.

        If a photo's process dies or the photo times out, it is retried once at the end, alone: another photo may have
        used up the memory. Once `stopped` returns true, no new photo is started, and those in flight are finished.
        Raises any `MetticiError` that concerns more than one photo (models, policy). Close the generator to stop at
        once.
        """
        retry: list[Task] = []
        with Pool(self.judge, self.jobs, self.timeout) as pool:
            yield from pool.judge_once(tasks, retry, stopped)
        with Pool(self.judge, 1, self.timeout) as alone:
            yield from alone.retry(retry, stopped)


@dataclass(frozen=True)
class _Work:
    """Runs in a worker process: judges a task, or exits if the process has grown too large."""

    judge: Judges

    def __call__(self, task: Task) -> Answer:
        if _has_judged and _resident() > MAX_MEMORY:
            os._exit(REPLACE_ME)  # the photo has not been started, so nothing is lost: the parent sends it again
        _has_judged.add(True)
        return self.judge(task)


_has_judged: set[bool] = set()  # per process: a new one never exits before its first photo, however large it starts


def _resident() -> int:
    import psutil

    return int(psutil.Process().memory_info().rss)


class Pool:
    """Worker processes that judge tasks; replaced if the pool breaks. Use it in a `with`."""

    def __init__(self, judge: Judges, jobs: int, timeout: float) -> None:
        self._judge, self._jobs, self._timeout = judge, jobs, timeout
        self._workers = Workers(jobs, judge.prepare)
        self._in_flight: dict[futures.Future[Answer], Task] = {}
        self._done: SimpleQueue[futures.Future[Answer]] = SimpleQueue()

    def judge_once(
        self, tasks: Iterable[Task], retry: list[Task], stopped: Callable[[], bool] = _never
    ) -> Iterator[Answer]:
        """Yield answers as tasks finish; tasks whose process died or that timed out are added to `retry`."""
        for task, outcome in self._run(tasks, IN_FLIGHT * self._jobs, stopped):
            if outcome is None or isinstance(outcome, PhotoTimeoutError):
                retry.append(task)
            else:
                yield self._answer(task, outcome)

    def retry(self, tasks: Iterable[Task], stopped: Callable[[], bool] = _never) -> Iterator[Answer]:
        """Judge tasks one at a time; those that fail again get an error."""
        for task, outcome in self._run(tasks, 1, stopped):
            yield self._answer(task, outcome or WorkerCrashedError())

    def _answer(self, task: Task, outcome: Answer | PhotoError) -> Answer:
        return self._judge.refuse(task, outcome) if isinstance(outcome, PhotoError) else outcome

    def _run(self, tasks: Iterable[Task], ahead: int, stopped: Callable[[], bool]) -> Iterator[tuple[Task, Outcome]]:
        """Keep `ahead` tasks in flight until all are done."""
        for task in tasks:
            if stopped():
                break
            if (answer := self._judge.immediate_answer(task)) is not None:
                yield task, answer
                continue
            self.send(task)
            if self.in_flight >= ahead:
                yield self.receive()
        while self.in_flight:
            yield self.receive()

    @property
    def in_flight(self) -> int:
        return len(self._in_flight)

    def send(self, task: Task) -> None:
        future: futures.Future[Answer] = self._workers.submit(_Work(self._judge), task, seconds=self._timeout).future
        self._in_flight[future] = task
        future.add_done_callback(self._done.put)

    def receive(self) -> tuple[Task, Outcome]:
        """Wait for the next finished task. If the pool breaks or is stuck, its tasks count as crashed."""
        waited = 0.0
        while True:
            try:
                future = self._done.get(timeout=POLL_INTERVAL)
            except Empty:
                waited += POLL_INTERVAL
                if self._workers.active:
                    if waited <= self._timeout + GRACE:
                        continue
                    self.stop()
                future = next(iter(self._in_flight))
            if (task := self._in_flight.pop(future, None)) is None:
                continue
            if _asked_for_replacement(future):
                self.send(task)
                continue
            return task, self._outcome(future)

    def _outcome(self, future: futures.Future[Answer]) -> Outcome:
        if not future.done() or future.cancelled():
            return None
        error = future.exception()
        if isinstance(error, PhotoError):
            return error
        if isinstance(error, MetticiError):
            raise error
        if isinstance(error, futures.TimeoutError):
            return PhotoTimeoutError(seconds=f"{self._timeout:g}")
        if died(error) or isinstance(error, MemoryError):
            return None
        if error is not None:
            _log_once(stack_summary(error, str(getattr(error, "traceback", ""))))
            return WorkerCrashedError()
        return future.result()

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        self.stop()

    def stop(self) -> None:
        """End the processes; their work is lost."""
        self._workers.drop()


def _asked_for_replacement(future: futures.Future[Answer]) -> bool:
    if not future.done() or future.cancelled():
        return False
    error = future.exception()
    return isinstance(error, ProcessExpired) and error.exitcode == REPLACE_ME


@lru_cache(maxsize=100)
def _log_once(summary: str) -> None:
    """Log a bug once, since it may affect every photo."""
    log.error("judging failed: %s", summary)
