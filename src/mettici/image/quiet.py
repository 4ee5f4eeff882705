"""Silencing the warnings of Pillow and libtiff about damaged files, so that they do not reach an application's stderr.

The report already says what is wrong. Only decoding done here is silenced, in the thread that does it; warnings about
anything else are unaffected.
"""

from __future__ import annotations

import ctypes
import threading
import warnings
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from functools import cache
from typing import Any

from PIL import _imaging

Handler = Callable[[int | None], int | None]


class _WhileDecoding(threading.local):
    """Takes the place of a warning filter's module pattern: matches any module, but only in a thread that is decoding.

    `warnings.catch_warnings` would change the filters of every thread, and leave them changed if two uses overlap.
    """

    depth = 0

    def match(self, _module: str) -> bool:
        return self.depth > 0


_WHILE_DECODING = _WhileDecoding()
_FILTER: Any = ("ignore", None, Warning, _WHILE_DECODING, 0)
_LOCK = threading.Lock()
_hushing = 0
_before: int | None = None


@cache
def _set_handler() -> Handler | None:
    """`TIFFSetErrorHandler` from the libtiff that Pillow's decoder is linked to; None if it is not accessible."""
    try:
        function = ctypes.CDLL(_imaging.__file__).TIFFSetErrorHandler
    except (AttributeError, OSError):  # Pillow was built without libtiff, or with a static one
        return None
    function.argtypes, function.restype = [ctypes.c_void_p], ctypes.c_void_p
    return function


@contextmanager
def silenced() -> Iterator[None]:
    """Silence decoding. Reentrant and thread-safe; libtiff has a single error handler for all threads."""
    if _FILTER not in warnings.filters:
        warnings.filters.insert(0, _FILTER)  # type: ignore[attr-defined]
    _WHILE_DECODING.depth += 1
    _libtiff(1)
    try:
        yield
    finally:
        _libtiff(-1)
        _WHILE_DECODING.depth -= 1


def _libtiff(step: int) -> None:
    """Remove libtiff's error handler when the first thread starts decoding, and restore it after the last."""
    global _hushing, _before  # noqa: PLW0603 - there is one libtiff in a process
    handler = _set_handler()
    if handler is None:
        return
    with _LOCK:
        if step > 0 and _hushing == 0:
            _before = handler(None)
        _hushing += step
        if step < 0 and _hushing == 0:
            handler(_before)
