"""Stops a long run early: on the first signal it finishes work in progress, on the second it stops at once."""

from __future__ import annotations

import signal
from contextlib import ExitStack, contextmanager
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator
    from types import FrameType

SIGNALS = ("SIGINT", "SIGTERM", "SIGHUP")
"""Ctrl-C; a service manager or a shutdown; a closed terminal. Windows has no SIGHUP."""


class StoppedError(KeyboardInterrupt):
    """A second signal arrived. `number`: which one."""

    def __init__(self, number: int) -> None:
        super().__init__()
        self.number = number


class Stop:
    """Whether to stop early: false until a signal arrives. `number`: which signal."""

    number = 0

    def __call__(self) -> bool:
        """Called before each photo."""
        return self.number > 0


@contextmanager
def stop_on_signal(notify: Callable[[int], None]) -> Iterator[Stop]:
    """Handle signals within, and yield the `Stop` that they set. `notify` is called with the signal's number.

    Signals that are already ignored stay ignored, as SIGHUP is under `nohup`. Only for the main thread.
    """
    stop = Stop()

    def handle(number: int, _: FrameType | None) -> None:
        if stop.number:
            raise StoppedError(number)
        stop.number = number
        notify(number)

    with ExitStack() as stack:
        for number in (getattr(signal, name) for name in SIGNALS if hasattr(signal, name)):
            if (before := signal.getsignal(number)) not in (signal.SIG_IGN, None):
                signal.signal(number, handle)
                stack.callback(signal.signal, number, before)
        yield stop
