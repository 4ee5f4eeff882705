"""`AsyncPhotoChecker`: judges photos in threads, so that an event loop is never kept waiting.

As many photos at once as there are threads, as many waiting as the queue holds, and none more: a service that is asked
for too much says so at once instead of piling up work.
"""

from __future__ import annotations

import asyncio
import threading
from collections.abc import Callable
from concurrent.futures import Future, ThreadPoolExecutor
from pathlib import Path
from typing import TYPE_CHECKING, TypeVar

from mettici.cores import cores
from mettici.errors import BusyError, PhotoTimeoutError
from mettici.forking import renew_in_copies

if TYPE_CHECKING:
    from mettici.checker import PhotoChecker
    from mettici.photo import Source
    from mettici.policy import Policy
    from mettici.verdict import Report

Result = TypeVar("Result")

QUEUE = 16
"""Photos that wait at most, all threads together: at a tenth of a second each, two threads are through in a second."""
TIMEOUT = 20.0
"""Seconds for one photo, its time in the queue included."""


class Threads:
    """Threads with a bounded queue. They start when first needed, and anew after a fork, where they are not copied."""

    def __init__(self, workers: int | None = None, queue: int = QUEUE, timeout: float = TIMEOUT) -> None:
        """`workers` threads, one for each core where left out; `queue` places; `timeout` in seconds."""
        self.workers = workers or cores()
        self.capacity = self.workers + queue
        self.timeout = timeout
        self._closed = False
        self._start()
        renew_in_copies(self)

    def _start(self) -> None:
        self._lock = threading.Lock()
        self._under_way, self._overdue = 0, 0
        self._pool: ThreadPoolExecutor | None = None

    after_fork = _start

    @property
    def stuck(self) -> bool:
        """Whether every thread has been at one piece of work for longer than the time limit."""
        return self._overdue >= self.workers

    @property
    def full(self) -> bool:
        """Whether every thread and every place in the queue is taken."""
        return self._under_way >= self.capacity

    async def run(self, work: Callable[[], Result], photos: int = 1) -> Result:
        """What `work` on so many `photos` gives, each of which has its time.

        Raises `BusyError` where no place is free, `PhotoTimeoutError` where it takes too long.

        Work that waits when its time is up is dropped; work that has begun keeps its thread until it ends.
        """
        future, seconds = self._submit(work), photos * self.timeout
        try:
            return await asyncio.wait_for(asyncio.wrap_future(future), seconds)
        except asyncio.TimeoutError as error:
            self._give_up(future)
            raise PhotoTimeoutError("service", seconds=f"{seconds:g}") from error

    def _submit(self, work: Callable[[], Result]) -> Future[Result]:
        with self._lock:
            if self._closed:
                raise BusyError("shutting_down")
            if self._under_way >= self.capacity:
                raise BusyError
            self._pool = self._pool or ThreadPoolExecutor(self.workers, thread_name_prefix="mettici")
            self._under_way += 1
            future = self._pool.submit(work)
        future.add_done_callback(self._left)
        return future

    def _left(self, _: Future[Result]) -> None:
        with self._lock:
            self._under_way -= 1

    def _give_up(self, future: Future[Result]) -> None:
        with self._lock:
            if future.done():
                return
            self._overdue += 1
        future.add_done_callback(self._came_after_all)

    def _came_after_all(self, _: Future[Result]) -> None:
        with self._lock:
            self._overdue -= 1

    def close(self) -> None:
        """Drop what waits and take nothing more; what has begun ends by itself."""
        with self._lock:
            self._closed, pool, self._pool = True, self._pool, None
        if pool is not None:
            pool.shutdown(wait=False, cancel_futures=True)


class AsyncPhotoChecker:
    """`PhotoChecker` for event loops: the same answers, awaited. One serves a whole process; it may be made at import.

    `policy` as for `PhotoChecker`, or one to share. Close it, or use it in an `async with`.
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
        """As `PhotoChecker.check`; raises also `BusyError` and `PhotoTimeoutError`."""
        return await self.threads.run(lambda: self.checker.check(photo, name=name, crop=crop))

    async def close(self) -> None:
        """Free the threads and the networks."""
        self.threads.close()
        self.checker.close()

    async def __aenter__(self) -> AsyncPhotoChecker:
        return self

    async def __aexit__(self, *_: object) -> None:
        await self.close()
