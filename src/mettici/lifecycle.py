"""Forks and the interpreter's exit: work that must not be running in another thread at that moment.

A forked child has one thread, and every lock in the state it had at the fork. A lock held by another thread is never
released there: one of native code, of a module being imported, of the standard library. So a fork waits for
`no_fork` work to finish, and objects with locks or threads of their own start afresh in the child (`ForkAware`).
Python's own thread pools and its import lock handle forks themselves.

At exit, Python stops daemon threads wherever they are. One that is in C++ code crashes the process, so the exit waits
too.
"""

from __future__ import annotations

import atexit
import concurrent.futures.thread  # noqa: F401 - see `_watch_forks`
import logging  # noqa: F401 - see `_watch_forks`
import os
import threading
import weakref
from collections import Counter
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Protocol

from mettici.errors import ClosedError

_EXIT_MESSAGES = (
    "cannot schedule new futures after",
    "can't start new thread at interpreter",
    "can't create new thread at interpreter",
)
"""How `concurrent.futures` and `threading` refuse work, from Python 3.10 to 3.14."""


@contextmanager
def exit_raises_closed() -> Iterator[None]:
    """Raise the exception of `exit_error` if work is refused because Python is exiting."""
    try:
        yield
    except RuntimeError as error:
        if str(error).startswith(_EXIT_MESSAGES):
            raise exit_error() from error
        raise


def exit_error() -> BaseException:
    """The exception a check raises while Python exits: `ClosedError`.

    In a daemon thread it is `SystemExit`, which ends the thread silently: Python stops it a moment later anyway, and a
    traceback would look like an error.
    """
    return SystemExit() if threading.current_thread().daemon else ClosedError("exit")


FORK_TIMEOUT = 60.0
"""Seconds a fork waits for the work of other threads: a photo takes a fraction of one, ten or more on an overloaded
machine, and a photo that hangs must not hang the program."""
EXIT_TIMEOUT = 10.0
"""Seconds the exit waits. Shorter, since stopping a thread too early only does harm inside C++ code."""


class ForkAware(Protocol):
    """An object that has to start afresh in a forked child."""

    def after_fork(self) -> None:
        """Called in the child before anything else runs there."""


class _Gate:
    """Keeps forks out while work runs, and work out while a fork runs."""

    def __init__(self) -> None:
        self._changed = threading.Condition(threading.Lock())
        self._at_work: Counter[int] = Counter()
        self._forks, self._exiting = 0, False

    def enter(self, times: int = 1) -> None:
        me = threading.get_ident()
        with self._changed:
            if not self._at_work.get(me):  # nested work must go on: the fork is waiting for the outer one
                self._changed.wait_for(lambda: not self._forks)
                if self._exiting:
                    raise exit_error()
            self._at_work[me] += times

    def leave(self, times: int = 1) -> None:
        me = threading.get_ident()
        with self._changed:
            self._at_work[me] -= times
            if self._at_work[me] <= 0:
                del self._at_work[me]
            self._changed.notify_all()

    def depth(self) -> int:
        return self._at_work.get(threading.get_ident(), 0)

    def _await_others(self, seconds: float) -> None:
        me = threading.get_ident()
        self._changed.wait_for(lambda: not self._at_work.keys() - {me}, seconds)

    def before_fork(self) -> None:
        with self._changed:
            self._forks += 1
            self._await_others(FORK_TIMEOUT)

    def end(self) -> None:
        with self._changed:
            self._exiting = True
            self._await_others(EXIT_TIMEOUT)

    def after_fork_in_parent(self) -> None:
        with self._changed:
            self._forks -= 1
            self._changed.notify_all()

    def after_fork_in_child(self) -> None:
        me = threading.get_ident()
        self._changed, self._forks = threading.Condition(threading.Lock()), 0
        others = self._at_work.keys() - {me}
        self._at_work = Counter({one: n for one, n in self._at_work.items() if one not in others})


_GATE = _Gate()
_RENEWABLE: weakref.WeakSet[ForkAware] = weakref.WeakSet()


@contextmanager
def no_fork() -> Iterator[None]:
    """Mark work in native code or under locks, so that a fork in another thread waits for it. May be nested.

    Raises the exception of `exit_error` while Python exits.
    """
    _GATE.enter()
    try:
        yield
    finally:
        _GATE.leave()


@contextmanager
def fork_allowed() -> Iterator[None]:
    """Within `no_fork` work, mark a wait for other threads: a fork does not wait for it."""
    depth = _GATE.depth()
    if depth:
        _GATE.leave(depth)
    try:
        yield
    finally:
        if depth:
            _GATE.enter(depth)


def reset_after_fork(one: ForkAware) -> None:
    """Call the object's `after_fork` in every forked child, for as long as the object lives."""
    _RENEWABLE.add(one)


def _reset_child() -> None:
    _GATE.after_fork_in_child()
    for one in list(_RENEWABLE):
        one.after_fork()


def _watch_forks() -> None:
    """Register the fork hooks. `before` hooks run in reverse order of registration.

    The standard library's thread pools and `logging` acquire their locks before a fork, and work we wait for could not
    finish while they hold them. So both are imported above, to be registered first.
    """
    if hasattr(os, "register_at_fork"):  # Windows does not fork
        os.register_at_fork(
            before=_GATE.before_fork, after_in_parent=_GATE.after_fork_in_parent, after_in_child=_reset_child
        )


atexit.register(_GATE.end)
_watch_forks()
