"""Judging in several processes: a photo that hangs or brings its process down costs only itself."""

from __future__ import annotations

import logging
import multiprocessing
from concurrent import futures
from concurrent.futures.process import BrokenProcessPool
from functools import lru_cache
from queue import Empty, SimpleQueue
from typing import TYPE_CHECKING, Protocol

from pebble import ProcessExpired, ProcessPool

from mettici.batch.judging import Answer
from mettici.errors import MetticiError, PhotoError, PhotoTimeoutError, WorkerCrashedError

if TYPE_CHECKING:
    from collections.abc import Callable, Generator, Iterable, Iterator

    from mettici.batch.sources import Task

log = logging.getLogger(__name__)

AHEAD = 4
"""Photos under way for each process: enough that none waits for its next, few enough to hold in memory."""
PULSE = 1.0
"""Seconds between looks at a pool that gives no answer."""
GRACE = 30.0
"""Seconds past the time limit that a pool has to end the process that passed it; then it counts as stuck."""

Outcome = Answer | PhotoError | None  # None: the process died


class Judges(Protocol):
    """What the processes run: must be picklable."""

    def __call__(self, task: Task) -> Answer:
        """Judge one photo."""

    def refuse(self, task: Task, error: PhotoError) -> Answer:
        """Answer for a photo that could not be judged."""


def judge_all(
    tasks: Iterable[Task], judge: Judges, jobs: int, timeout: float
) -> Generator[Answer, None, None]:
    """An answer for every task, as they finish, from `jobs` processes; each photo has `timeout` seconds.

    A photo whose process dies is tried once more at the end, alone, as it may have died of its neighbours'
    hunger for memory. Raises the `MetticiError` that concerns more than a photo (models, policy). Close the
    generator to stop early.
    """
    crashed: list[Task] = []
    for task, outcome in _run(tasks, judge, jobs, timeout, ahead=AHEAD * jobs):
        if outcome is None:
            crashed.append(task)
        else:
            yield _answer(judge, task, outcome)
    for task, outcome in _run(crashed, judge, 1, timeout, ahead=1):
        yield _answer(judge, task, outcome or WorkerCrashedError())


def _answer(judge: Judges, task: Task, outcome: Answer | PhotoError) -> Answer:
    return judge.refuse(task, outcome) if isinstance(outcome, PhotoError) else outcome


def _run(
    tasks: Iterable[Task], judge: Judges, jobs: int, timeout: float, ahead: int
) -> Iterator[tuple[Task, Outcome]]:
    """Keep `ahead` tasks under way until all are done."""
    crew = _Crew(judge, jobs, timeout)
    try:
        for task in tasks:
            if task.error is not None:
                yield task, task.error
                continue
            crew.send(task)
            if crew.under_way >= ahead:
                yield crew.receive()
        while crew.under_way:
            yield crew.receive()
    finally:
        crew.dismiss()


class _Crew:
    """A pool of processes, replaced where it breaks as a whole."""

    def __init__(self, judge: Callable[[Task], Answer], jobs: int, timeout: float) -> None:
        self._judge, self._jobs, self._timeout = judge, jobs, timeout
        self._pool: ProcessPool | None = None
        self._flying: dict[futures.Future[Answer], Task] = {}
        self._done: SimpleQueue[futures.Future[Answer]] = SimpleQueue()

    @property
    def under_way(self) -> int:
        return len(self._flying)

    def send(self, task: Task) -> None:
        if self._pool is None or not self._pool.active:
            self.dismiss()
            # Spawned, not forked: MediaPipe's networks and OpenCV's threads do not survive a fork.
            self._pool = ProcessPool(self._jobs, context=multiprocessing.get_context("spawn"))
        future: futures.Future[Answer] = self._pool.schedule(self._judge, (task,), timeout=self._timeout)
        self._flying[future] = task
        future.add_done_callback(self._done.put)

    def receive(self) -> tuple[Task, Outcome]:
        """The next task that is done. In a pool that broke or is stuck, each counts as crashed."""
        waited = 0.0
        while True:
            try:
                future = self._done.get(timeout=PULSE)
            except Empty:
                waited += PULSE
                if self._pool is not None and self._pool.active:
                    if waited <= self._timeout + GRACE:
                        continue
                    self.dismiss()
                future = next(iter(self._flying))
            if (task := self._flying.pop(future, None)) is not None:
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
        if isinstance(error, (ProcessExpired, BrokenProcessPool, MemoryError)):
            return None
        if error is not None:
            _log_once(repr(error), str(getattr(error, "traceback", "")))
            return WorkerCrashedError()
        return future.result()

    def dismiss(self) -> None:
        """End the processes; what they were doing is lost."""
        if self._pool is not None:
            self._pool.stop()  # type: ignore[no-untyped-call]
            self._pool.join()
            self._pool = None


@lru_cache(maxsize=100)
def _log_once(error: str, traceback: str) -> None:
    """A fault of the program, which may strike every photo: told once, and no photo is named."""
    log.error("judging failed: %s\n%s", error, traceback)
