"""`AsyncPhotoChecker`: judges photos in threads, so that it does not block the event loop.

Each thread judges one photo at a time, and the queue is bounded: an overloaded service refuses work at once instead of
piling it up.
"""

from __future__ import annotations

import asyncio
import threading
from collections.abc import Callable
from concurrent.futures import Future, ThreadPoolExecutor
from dataclasses import dataclass, field
from pathlib import Path
from typing import TYPE_CHECKING, Any, TypeVar

from mettici.errors import BusyError, PhotoTimeoutError
from mettici.fair_queue import FairQueue
from mettici.lifecycle import reset_after_fork
from mettici.process import cores

if TYPE_CHECKING:
    from mettici.checker import PhotoChecker
    from mettici.image.photo import Source
    from mettici.policy import Policy
    from mettici.report import Report

Result = TypeVar("Result")

QUEUE = 16
"""Maximum number of waiting photos, for all threads together: at a tenth of a second each, two threads clear them in a
second."""
TIMEOUT = 20.0
"""Time limit for a photo, in seconds, including its time in the queue."""


@dataclass(eq=False)
class _Task:
    """Work, and the future that its caller awaits."""

    work: Callable[[], Any]
    future: Future[Any] = field(default_factory=Future)

    def run(self) -> None:
        """Do the work, unless the caller has cancelled it."""
        if not self.future.set_running_or_notify_cancel():
            return
        try:
            result = self.work()
        except BaseException as error:  # passed on to the caller, whatever it is
            self.future.set_exception(error)
        else:
            self.future.set_result(result)

    def refuse(self, error: BusyError) -> None:
        """Fail the task before it starts."""
        if self.future.set_running_or_notify_cancel():
            self.future.set_exception(error)


class Threads:
    """A thread pool with a bounded, fair queue. Threads start on first use, and again in a forked child."""

    def __init__(self, workers: int | None = None, queue: int = QUEUE, timeout: float = TIMEOUT) -> None:
        """`workers`: number of threads, by default one per core; `queue`: maximum number of waiting tasks; `timeout` in
        seconds."""
        self.workers = workers or cores()
        self.capacity = self.workers + queue
        self.timeout = timeout
        self._closed = False
        self._start()
        reset_after_fork(self)

    def _start(self) -> None:
        self._lock = threading.Lock()
        self._under_way, self._overdue = 0, 0
        self._queue: FairQueue[_Task] = FairQueue()
        self._pool: ThreadPoolExecutor | None = None

    after_fork = _start

    @property
    def stuck(self) -> bool:
        """Whether every thread is running a task that exceeded its time limit."""
        return self._overdue >= self.workers

    @property
    def under_way(self) -> int:
        """Number of tasks running or waiting; at most `capacity`."""
        return self._under_way

    def has_room_for(self, sender: str) -> bool:
        """Whether a task of this sender would be accepted, because there is room or a greedier sender would make
        some."""
        with self._lock:
            return self._under_way < self.capacity or self._queue.greediest(sender) is not None

    async def run(self, work: Callable[[], Result], photos: int = 1, sender: str = "") -> Result:
        """Run `work` in a thread and return its result; the time limit is multiplied by `photos`.

        Senders take turns, and one with many waiting tasks makes room for one with few. Raises `BusyError` if there is
        no room or the task was evicted, `PhotoTimeoutError` if it takes too long.

        A waiting task that times out is dropped; one that is running keeps its thread until it ends.
        """
        future, seconds = self._submit(_Task(work), sender), photos * self.timeout
        try:
            result: Result = await asyncio.wait_for(asyncio.wrap_future(future), seconds)
        except asyncio.TimeoutError as error:
            self._mark_overdue(future)
            raise PhotoTimeoutError("service", seconds=f"{seconds:g}") from error
        return result

    def _submit(self, task: _Task, sender: str) -> Future[Any]:
        leaving = None
        with self._lock:
            if self._closed:
                raise BusyError("shutting_down")
            if self._under_way >= self.capacity:
                if (leaving := self._queue.greediest(sender)) is None:
                    raise BusyError
                self._queue.remove(leaving)
            self._pool = self._pool or ThreadPoolExecutor(self.workers, thread_name_prefix="mettici")
            self._under_way += 1
            self._queue.put(sender, task)
            self._pool.submit(self._next)
        task.future.add_done_callback(lambda _: self._finished(task))
        if leaving is not None:
            leaving.refuse(BusyError())
        return task.future

    def _next(self) -> None:
        """Run the next task, in a thread. There may be none, if a task was removed from the queue."""
        with self._lock:
            task = self._queue.next()
        if task is not None:
            task.run()

    def _finished(self, task: _Task) -> None:
        with self._lock:
            self._under_way -= 1
            self._queue.remove(task)

    def _mark_overdue(self, future: Future[Any]) -> None:
        with self._lock:
            if future.done():
                return
            self._overdue += 1
        future.add_done_callback(self._finished_late)

    def _finished_late(self, _: Future[Any]) -> None:
        with self._lock:
            self._overdue -= 1

    def close(self) -> None:
        """Refuse waiting and further tasks; those that are running finish by themselves."""
        with self._lock:
            self._closed, pool, self._pool = True, self._pool, None
            waiting = self._queue.drain()
        for task in waiting:
            task.refuse(BusyError("shutting_down"))
        if pool is not None:
            pool.shutdown(wait=False)


class AsyncPhotoChecker:
    """`PhotoChecker` for event loops, with the same results. One is enough for a process; it may be created at import.

    `policy`: as for `PhotoChecker`, or a checker to share. Close it, or use it in an `async with`.
    """

    def __init__(
        self,
        policy: str | Path | Policy | PhotoChecker = "professional",
        *,
        workers: int | None = None,
        queue: int = QUEUE,
        timeout: float = TIMEOUT,
    ) -> None:
        from mettici.checker import PhotoChecker

        self.checker = policy if isinstance(policy, PhotoChecker) else PhotoChecker(policy)
        self.threads = Threads(workers, queue, timeout)

    async def check(self, photo: Source, *, name: str | None = None, crop: bool = True) -> Report:
        """Like `PhotoChecker.check`; also raises `BusyError` and `PhotoTimeoutError`."""
        return await self.threads.run(lambda: self.checker.check(photo, name=name, crop=crop))

    async def close(self) -> None:
        """Free the threads and the networks."""
        self.threads.close()
        self.checker.close()

    async def __aenter__(self) -> AsyncPhotoChecker:
        return self

    async def __aexit__(self, *_: object) -> None:
        await self.close()
