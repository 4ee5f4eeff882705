"""Forks, and the interpreter's end: what must not be under way in another thread then.

The copy of a process has one thread, and every lock as it stood at that moment. One that another thread held is never
given back there: native code's, an importing module's, one of the standard library's. So a fork waits for what is
`undivided` to end, and what has locks or threads of its own begins anew in the copy (`Renewable`). Python's own thread
pools and its import lock look after themselves.

At its end Python stops daemon threads where they stand. One that stands in C++ takes the process down with it, so that
the end waits too.
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

_NO_MORE = (
    "cannot schedule new futures after",
    "can't start new thread at interpreter",
    "can't create new thread at interpreter",
)
"""How `concurrent.futures` and `threading` refuse work, from Python 3.10 to 3.14."""


@contextmanager
def at_the_end() -> Iterator[None]:
    """Raises what `ended` gives where work is refused because Python ends."""
    try:
        yield
    except RuntimeError as error:
        if str(error).startswith(_NO_MORE):
            raise ended() from error
        raise


def ended() -> BaseException:
    """What a check raises as Python ends: `ClosedError`.

    In a daemon thread it is `SystemExit`, by which a thread ends without a word: Python itself stops it a moment later,
    and a traceback would tell of a fault that nobody made.
    """
    return SystemExit() if threading.current_thread().daemon else ClosedError("exit")


PATIENCE = 60.0
"""Seconds that a fork waits for other threads' work: a photo takes a fraction of one, or ten and more where the machine
is overrun, and one that hangs must not hang the program too."""
LAST_PATIENCE = 10.0
"""Seconds that the end waits: shorter, for a thread that is stopped too early does harm only in the midst of C++."""


class Renewable(Protocol):
    """What has to begin anew in the copy of a process."""

    def after_fork(self) -> None:
        """In the copy, before anything else runs there."""


class _Gate:
    """Work that no fork may divide, and forks, which no work may begin under."""

    def __init__(self) -> None:
        self._changed = threading.Condition(threading.Lock())
        self._at_work: Counter[int] = Counter()
        self._forks, self._ended = 0, False

    def enter(self, times: int = 1) -> None:
        me = threading.get_ident()
        with self._changed:
            if not self._at_work.get(me):  # work within work goes on, or the fork would wait for it in vain
                self._changed.wait_for(lambda: not self._forks)
                if self._ended:
                    raise ended()
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
            self._await_others(PATIENCE)

    def end(self) -> None:
        with self._changed:
            self._ended = True
            self._await_others(LAST_PATIENCE)

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
_RENEWABLE: weakref.WeakSet[Renewable] = weakref.WeakSet()


@contextmanager
def undivided() -> Iterator[None]:
    """Work in native code or under locks, which a fork in another thread waits for; nests.

    Raises what `ended` gives where Python ends.
    """
    _GATE.enter()
    try:
        yield
    finally:
        _GATE.leave()


@contextmanager
def aside() -> Iterator[None]:
    """Within `undivided` work, a wait for others' work: a fork need not wait for it."""
    depth = _GATE.depth()
    if depth:
        _GATE.leave(depth)
    try:
        yield
    finally:
        if depth:
            _GATE.enter(depth)


def renew_in_copies(one: Renewable) -> None:
    """Have its `after_fork` called in every copy of this process, as long as it lives."""
    _RENEWABLE.add(one)


def _begin_anew() -> None:
    _GATE.after_fork_in_child()
    for one in list(_RENEWABLE):
        one.after_fork()


def _watch_forks() -> None:
    """Register what forks call: the last that is registered waits first.

    The standard library's thread pools and `logging` take their locks before a fork, and work that was waited for while
    they are taken could not end. So both are imported above, if nobody needed them yet.
    """
    if hasattr(os, "register_at_fork"):  # Windows does not fork
        os.register_at_fork(
            before=_GATE.before_fork, after_in_parent=_GATE.after_fork_in_parent, after_in_child=_begin_anew
        )


atexit.register(_GATE.end)
_watch_forks()
