"""The interpreter's end: threads that work is handed to are gone before the last of the program's own code has run."""

from __future__ import annotations

import threading
from collections.abc import Iterator
from contextlib import contextmanager

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
