"""A bounded pool of expensive objects, each lent to one thread at a time."""

from __future__ import annotations

import threading
from collections.abc import Callable, Iterator
from concurrent.futures import Future, ThreadPoolExecutor
from contextlib import contextmanager
from typing import Generic, Protocol, TypeVar

from mettici.errors import ClosedError
from mettici.lifecycle import aside, renew_in_copies, undivided


class Closable(Protocol):
    """An object of the pool: used by one thread at a time, then freed."""

    def close(self) -> None: ...


T = TypeVar("T", bound=Closable)


class Pool(Generic[T]):
    """At most `most` objects, made by `make` on demand. A thread that finds none free waits for one.

    Safe to share between threads. In a forked child the pool starts empty: objects made before are neither used nor
    freed there.
    """

    def __init__(self, make: Callable[[], T], size: int) -> None:
        self._make, self.size = make, size
        self._closed = False
        self._begin()
        renew_in_copies(self)

    def _begin(self) -> None:
        self._changed = threading.Condition(threading.Lock())
        self._idle: list[T] = []
        self._lent = 0
        self._loading: Future[T] | None = None

    after_fork = _begin

    def prepare(self) -> None:
        """Start making the first object in the background. Errors are raised by `lent`."""
        loader = ThreadPoolExecutor(1, thread_name_prefix="mettici-loader")
        with self._changed:
            if self._closed:
                raise ClosedError
            self._loading = self._loading or loader.submit(self._made)
        loader.shutdown(wait=False)

    @contextmanager
    def lend(self) -> Iterator[T]:
        """Lend one object for the `with` block. Raises `ClosedError`, also if the pool is closed while waiting."""
        home = self._idle
        thing = self._take()
        try:
            yield thing
        finally:
            self._give_back(thing, home)

    def _take(self) -> T:
        with aside(), self._changed:
            self._changed.wait_for(lambda: self._closed or self._idle or self._lent < self.size)
            if self._closed:
                raise ClosedError
            self._lent += 1
            if self._idle:
                return self._idle.pop()
            coming, self._loading = self._loading, None
        try:
            return coming.result() if coming else self._made()
        except BaseException:
            self._returned()
            raise

    def _made(self) -> T:
        with undivided():
            return self._make()

    def _give_back(self, thing: T, home: list[T]) -> None:
        if home is not self._idle:  # lent before a fork: of no use in the copy
            return
        with self._changed:
            closed = self._closed
            if not closed:
                self._idle.append(thing)
        if closed:
            thing.close()
        self._returned()

    def _returned(self) -> None:
        with self._changed:
            self._lent -= 1
            self._changed.notify_all()

    def close(self) -> None:
        """Free everything; what is lent is freed by who gives it back. Closing again does nothing."""
        with self._changed:
            self._closed = True
            idle = self._idle[:]
            self._idle.clear()
            coming, self._loading = self._loading, None
            self._changed.notify_all()
        if coming is not None and coming.exception() is None:
            idle.append(coming.result())
        for thing in idle:
            thing.close()
