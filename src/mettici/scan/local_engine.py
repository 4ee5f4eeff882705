"""Judging in several processes: a photo that hangs or brings its process down costs only itself."""

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
from mettici.errors.logged import fault
from mettici.output.answer import Answer
from mettici.scan.task import Task
from mettici.workers import GRACE, Workers, died

if TYPE_CHECKING:
    from collections.abc import Callable, Generator, Iterable, Iterator

    from typing_extensions import Self

log = logging.getLogger(__name__)

AHEAD = 4
"""Photos under way for each process: enough that none waits for its next, few enough to hold in memory."""
PULSE = 1.0
"""Seconds between looks at a pool that gives no answer."""
MOST_MEMORY = 300 * 2**20
"""Bytes resident from which a process makes room for a fresh one. One that has its models loaded and has judged a
thousand ordinary photos holds about 215 MB, so this is reached only where a photo left more behind."""
RECYCLED = 75
"""Exit code of a process that made room (EX_TEMPFAIL of sysexits.h)."""

Outcome = Answer | PhotoError | None  # None: the process died


class Judges(Protocol):
    """What the processes run: must be picklable."""

    def prepare(self) -> None:
        """Done once in each process, before any photo's time is counted."""

    def __call__(self, task: Task) -> Answer:
        """Judge one photo."""

    def at_once(self, task: Task) -> Answer | None:
        """The answer where it takes no work."""

    def refuse(self, task: Task, error: PhotoError) -> Answer:
        """Answer for a photo that could not be judged."""


def _never() -> bool:
    return False


@dataclass(frozen=True)
class LocalEngine:
    """How to judge: who, in how many processes (`jobs`), with how many seconds for a photo (`timeout`)."""

    judge: Judges
    jobs: int
    timeout: float

    def judge_all(self, tasks: Iterable[Task], stopped: Callable[[], bool] = _never) -> Generator[Answer, None, None]:
        """An answer for every task, as they finish.

        A photo whose process dies or passes its time is tried once more at the end, alone, as it may have died of
        its neighbours' hunger for memory. Once `stopped` says so, nothing new is begun: photos in hand are finished.
        Raises the `MetticiError` that concerns more than a photo (models, policy). Close the generator to stop at
        once.
        """
        again: list[Task] = []
        with Pool(self.judge, self.jobs, self.timeout) as pool:
            yield from pool.first(tasks, again, stopped)
        with Pool(self.judge, 1, self.timeout) as alone:
            yield from alone.again(again, stopped)


@dataclass(frozen=True)
class _Work:
    """What a process does with a task: judge it, or leave it to a fresh process where this one has grown."""

    judge: Judges

    def __call__(self, task: Task) -> Answer:
        if _judged and _resident() > MOST_MEMORY:
            os._exit(RECYCLED)  # before the photo is begun: nothing is lost, it is sent anew
        _judged.add(True)
        return self.judge(task)


_judged: set[bool] = set()  # of this process: a fresh one never makes room, however large it starts


def _resident() -> int:
    import psutil

    return int(psutil.Process().memory_info().rss)


class Pool:
    """Processes that take tasks, replaced where they break as a whole. To be used in a `with`."""

    def __init__(self, judge: Judges, jobs: int, timeout: float) -> None:
        self._judge, self._jobs, self._timeout = judge, jobs, timeout
        self._workers = Workers(jobs, judge.prepare)
        self._flying: dict[futures.Future[Answer], Task] = {}
        self._done: SimpleQueue[futures.Future[Answer]] = SimpleQueue()

    def first(self, tasks: Iterable[Task], again: list[Task], stopped: Callable[[], bool] = _never) -> Iterator[Answer]:
        """Answers as tasks finish; those whose process died or passed its time are added to `again`."""
        for task, outcome in self._run(tasks, AHEAD * self._jobs, stopped):
            if outcome is None or isinstance(outcome, PhotoTimeoutError):
                again.append(task)
            else:
                yield self._answer(task, outcome)

    def again(self, tasks: Iterable[Task], stopped: Callable[[], bool] = _never) -> Iterator[Answer]:
        """The last word on each task, one after the other."""
        for task, outcome in self._run(tasks, 1, stopped):
            yield self._answer(task, outcome or WorkerCrashedError())

    def _answer(self, task: Task, outcome: Answer | PhotoError) -> Answer:
        return self._judge.refuse(task, outcome) if isinstance(outcome, PhotoError) else outcome

    def _run(self, tasks: Iterable[Task], ahead: int, stopped: Callable[[], bool]) -> Iterator[tuple[Task, Outcome]]:
        """Keep `ahead` tasks under way until all are done."""
        for task in tasks:
            if stopped():
                break
            if (answer := self._judge.at_once(task)) is not None:
                yield task, answer
                continue
            self.send(task)
            if self.under_way >= ahead:
                yield self.receive()
        while self.under_way:
            yield self.receive()

    @property
    def under_way(self) -> int:
        return len(self._flying)

    def send(self, task: Task) -> None:
        future: futures.Future[Answer] = self._workers.submit(_Work(self._judge), task, seconds=self._timeout).future
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
                if self._workers.active:
                    if waited <= self._timeout + GRACE:
                        continue
                    self.dismiss()
                future = next(iter(self._flying))
            if (task := self._flying.pop(future, None)) is None:
                continue
            if _made_room(future):
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
            _log_once(fault(error, str(getattr(error, "traceback", ""))))
            return WorkerCrashedError()
        return future.result()

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        self.dismiss()

    def dismiss(self) -> None:
        """End the processes; what they were doing is lost."""
        self._workers.drop()


def _made_room(future: futures.Future[Answer]) -> bool:
    if not future.done() or future.cancelled():
        return False
    error = future.exception()
    return isinstance(error, ProcessExpired) and error.exitcode == RECYCLED


@lru_cache(maxsize=100)
def _log_once(fault: str) -> None:
    """A fault of the program, which may strike every photo: told once."""
    log.error("judging failed: %s", fault)
