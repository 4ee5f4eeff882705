"""What ends a long run early: the first signal finishes what is in hand, the second stops at once."""

from __future__ import annotations

import signal
from contextlib import ExitStack, contextmanager
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator
    from types import FrameType

SIGNALS = ("SIGINT", "SIGTERM", "SIGHUP")
"""Ctrl-C, a service manager or the system that goes down, a terminal that is closed. Windows lacks the last."""


class StoppedError(KeyboardInterrupt):
    """A second signal came. `number`: which."""

    def __init__(self, number: int) -> None:
        super().__init__()
        self.number = number


class Stop:
    """Whether the run is to end early: false until a signal comes. `number`: which came."""

    number = 0

    def __call__(self) -> bool:
        """As the batch asks before each photo."""
        return self.number > 0


@contextmanager
def finishing(say: Callable[[int], None]) -> Iterator[Stop]:
    """Gives what tells whether a signal came; `say` is called with its number. Only in the main thread.

    What the caller ignores, as `nohup` does with SIGHUP, stays ignored.
    """
    stop = Stop()

    def handle(number: int, _: FrameType | None) -> None:
        if stop.number:
            raise StoppedError(number)
        stop.number = number
        say(number)

    with ExitStack() as stack:
        for number in (getattr(signal, name) for name in SIGNALS if hasattr(signal, name)):
            if (before := signal.getsignal(number)) not in (signal.SIG_IGN, None):
                signal.signal(number, handle)
                stack.callback(signal.signal, number, before)
        yield stop
