"""Ctrl-C in a long run: the first finishes what is in hand, the second stops at once."""

from __future__ import annotations

import signal
from contextlib import contextmanager
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator
    from types import FrameType


@contextmanager
def finishing(say: Callable[[], None]) -> Iterator[Callable[[], bool]]:
    """Gives what tells whether Ctrl-C was pressed; `say` is called when it is. Only in the main thread."""
    pressed: list[int] = []

    def handle(number: int, _: FrameType | None) -> None:
        if pressed:
            raise KeyboardInterrupt
        pressed.append(number)
        say()

    before = signal.signal(signal.SIGINT, handle)
    try:
        yield lambda: bool(pressed)
    finally:
        signal.signal(signal.SIGINT, before)
