"""Processes that judge: started afresh, and ended by their parent alone.

A terminal that is closed, and a service manager that stops a service, signal every process of the group. The parent
then finishes the photos in hand, so those who have them in hand must not be gone.
"""

from __future__ import annotations

import os
import signal
from contextlib import suppress
from functools import lru_cache
from multiprocessing.context import SpawnContext, SpawnProcess
from typing import Any

from mettici.pipe_lock import PipeLock

_ENDING = getattr(signal, "SIGUSR1", None)
"""What the parent ends them with, instead of SIGTERM; Windows has no signals."""


class _Process(SpawnProcess):
    """A process that is ended by the signal it heeds."""

    def terminate(self) -> None:
        """As `multiprocessing` has it: ask the process to end."""
        if _ENDING is None or self.pid is None:
            super().terminate()
        elif self.is_alive():
            with suppress(ProcessLookupError):  # it ended by itself
                os.kill(self.pid, _ENDING)


class Spawning(SpawnContext):
    """Spawned, not forked: MediaPipe's networks and OpenCV's threads do not survive a fork."""

    Process = _Process

    def RLock(self) -> Any:  # noqa: N802 - multiprocessing's name
        """The system's, or one made of a pipe where the system has none (AWS Lambda, some containers)."""
        return super().RLock() if semaphores() is None else PipeLock(*self.Pipe(duplex=False))


@lru_cache(maxsize=1)
def semaphores() -> str | None:
    """What is wrong with the semaphores that processes share; None: nothing. They need /dev/shm."""
    try:
        SpawnContext().RLock()
    except (OSError, ImportError) as error:
        return str(error)
    return None


def heed_parent_only() -> None:
    """In a process that judges, before it begins: leave to the parent what SIGTERM and SIGHUP ask for."""
    if _ENDING is None:
        return
    signal.signal(_ENDING, signal.getsignal(signal.SIGTERM))  # pebble's way out
    for number in (signal.SIGTERM, signal.SIGHUP):
        signal.signal(number, signal.SIG_IGN)
