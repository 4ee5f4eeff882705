"""What Pillow and libtiff mutter about a damaged file: kept from the standard error of whoever uses this library.

The answer says what is wrong. Only what is decoded here is hushed, in the thread that decodes it; what a program
decodes by itself goes on warning as it did.
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


class _Here(threading.local):
    """Stands where a filter of warnings has a pattern of module names: any module matches, in a thread that decodes.

    `warnings.catch_warnings` would change the filters of every thread, and leave them changed where two overlap.
    """

    depth = 0

    def match(self, _module: str) -> bool:
        return self.depth > 0


_HERE = _Here()
_FILTER: Any = ("ignore", None, Warning, _HERE, 0)
_LOCK = threading.Lock()
_hushing = 0
_before: int | None = None


@cache
def _set_handler() -> Handler | None:
    """libtiff's `TIFFSetErrorHandler`, out of the library that Pillow's decoder is linked with; None where it hides."""
    try:
        function = ctypes.CDLL(_imaging.__file__).TIFFSetErrorHandler
    except (AttributeError, OSError):  # built without libtiff, or with it inside
        return None
    function.argtypes, function.restype = [ctypes.c_void_p], ctypes.c_void_p
    return function


@contextmanager
def hushed() -> Iterator[None]:
    """Decoding without a word. Nests, and may overlap in threads; libtiff has one handler of errors for all of them."""
    if _FILTER not in warnings.filters:
        warnings.filters.insert(0, _FILTER)  # type: ignore[attr-defined]
    _HERE.depth += 1
    _libtiff(1)
    try:
        yield
    finally:
        _libtiff(-1)
        _HERE.depth -= 1


def _libtiff(step: int) -> None:
    """Take libtiff's handler of errors away for the first that decodes, and give it back after the last."""
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
