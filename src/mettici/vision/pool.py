"""A bounded pool of expensive objects, each lent to one thread at a time."""

from __future__ import annotations

import threading
from collections.abc import Callable, Iterator
from concurrent.futures import Future, ThreadPoolExecutor
from contextlib import contextmanager
from typing import Generic, Protocol, TypeVar

from mettici.errors import ClosedError
from mettici.lifecycle import fork_allowed, no_fork, reset_after_fork


class Closable(Protocol):
    """An object in the pool. One thread uses it at a time, and the pool closes it in the end."""

    def close(self) -> None: ...


T = TypeVar("T", bound=Closable)


class Pool(Generic[T]):
    """Up to `size` objects, created by `make` on demand. If all are lent, a thread waits for one.

    Safe to share between threads. In a forked child the pool starts empty: it neither uses nor frees the parent's
    objects.
    """

    def __init__(self, make: Callable[[], T], size: int) -> None:
        self._make, self.size = make, size
        self._closed = False
        self._begin()
        reset_after_fork(self)

    def _begin(self) -> None:
        self._changed = threading.Condition(threading.Lock())
        self._idle: list[T] = []
        self._lent = 0
        self._loading: Future[T] | None = None

    after_fork = _begin

    def prepare(self) -> None:
        """Start creating the first object in the background. `lend` raises any error."""
        loader = ThreadPoolExecutor(1, thread_name_prefix="mettici-loader")
        with self._changed:
            if self._closed:
                raise ClosedError
            self._loading = self._loading or loader.submit(self._create)
        loader.shutdown(wait=False)

    @contextmanager
    def lend(self) -> Iterator[T]:
        """Lend one object for the `with` block. Raises `ClosedError`, also if the pool is closed while waiting."""
        pool = self._idle
        item = self._take()
        try:
            yield item
        finally:
            self._give_back(item, pool)

    def _take(self) -> T:
        with fork_allowed(), self._changed:
            self._changed.wait_for(lambda: self._closed or self._idle or self._lent < self.size)
            if self._closed:
                raise ClosedError
            self._lent += 1
            if self._idle:
                return self._idle.pop()
            loading, self._loading = self._loading, None
        try:
            return loading.result() if loading else self._create()
        except BaseException:
            self._count_return()
            raise

    def _create(self) -> T:
        with no_fork():
            return self._make()

    def _give_back(self, item: T, pool: list[T]) -> None:
        if pool is not self._idle:  # lent before a fork, so it belongs to the parent process
            return
        with self._changed:
            closed = self._closed
            if not closed:
                self._idle.append(item)
        if closed:
            item.close()
        self._count_return()

    def _count_return(self) -> None:
        with self._changed:
            self._lent -= 1
            self._changed.notify_all()

    def close(self) -> None:
        """Free all objects; those still lent are freed when they are returned. Closing again does nothing."""
        with self._changed:
            self._closed = True
            idle = self._idle[:]
            self._idle.clear()
            loading, self._loading = self._loading, None
            self._changed.notify_all()
        if loading is not None and loading.exception() is None:
            idle.append(loading.result())
        for item in idle:
            item.close()
