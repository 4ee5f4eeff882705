"""Files opened so that none can keep its reader waiting for ever.

A pipe without a writer, or a device that gives nothing, blocks whoever opens or reads it, and no check of the name
before helps: another file may have taken its place. So every file of a user is opened without waiting, and looked at
once it is open.
"""

from __future__ import annotations

import errno
import io
import os
import select
import stat
import time

PATIENCE = 30.0
"""Seconds for which pipes and devices are waited for: as long as `scan` and `serve` give a photo."""


def opened_regular(path: str) -> io.FileIO:
    """The regular file at `path`, to be read. Raises `OSError` and `ValueError` as `opened`, and on any other file."""
    file = open(path, "rb", buffering=0, opener=_without_waiting)  # noqa: SIM115 - the caller closes it
    if stat.S_ISREG(os.fstat(file.fileno()).st_mode):
        return file
    file.close()
    raise OSError(errno.EINVAL, os.strerror(errno.EINVAL), path)


def opened(path: str, *, renewed: bool = False) -> io.RawIOBase:
    """The file at `path`, to be read. Where it is no regular file, `PATIENCE` seconds are spent on waiting at most.

    `renewed`: the time begins anew with each piece, for what is read as it comes. Raises `OSError` as `open` does, and
    `ValueError` on a name that holds a NUL; reading raises `TimeoutError` where the time is up.
    """
    file = open(path, "rb", buffering=0, opener=_without_waiting)  # noqa: SIM115 - the caller closes it
    if stat.S_ISREG(os.fstat(file.fileno()).st_mode):
        return file
    return _Patient(file, renewed)


def is_regular(path: str) -> bool:
    """Whether there is a regular file, which can be read again, at the end of `path` and the links it may be."""
    try:
        return stat.S_ISREG(os.stat(path).st_mode)
    except (OSError, ValueError):
        return False


def _without_waiting(path: str, flags: int) -> int:
    # A terminal that is opened does not become the one that controls this process.
    return os.open(path, flags | getattr(os, "O_NONBLOCK", 0) | getattr(os, "O_NOCTTY", 0))


class _Patient(io.RawIOBase):
    """A pipe or a device, read as it gives something."""

    def __init__(self, file: io.FileIO, renewed: bool) -> None:
        self._file, self._renewed, self._left = file, renewed, PATIENCE

    def readable(self) -> bool:
        return True

    def readinto(self, buffer: bytearray | memoryview, /) -> int:  # type: ignore[override]
        """As `io.RawIOBase` has it; raises `TimeoutError`."""
        if self._renewed:
            self._left = PATIENCE
        while True:
            self._wait()
            data = self._file.read(len(buffer))
            if data is not None:  # None: another reader was quicker
                buffer[: len(data)] = data
                return len(data)

    def _wait(self) -> None:
        if not hasattr(select, "poll"):  # Windows, where no file is a pipe
            return
        begun, poll = time.monotonic(), select.poll()
        poll.register(self._file, select.POLLIN)
        ready = poll.poll(max(self._left, 0) * 1000)
        self._left -= time.monotonic() - begun
        if not ready:
            raise TimeoutError

    def close(self) -> None:
        super().close()
        self._file.close()
