"""Open files without ever blocking forever.

A pipe without a writer, or a silent device, blocks both open and read. Checking the path first does not help, since
another file may replace it. So every user's file is opened non-blocking, and checked once it is open.
"""

from __future__ import annotations

import errno
import io
import os
import select
import stat
import time

READ_TIMEOUT = 30.0
"""Seconds to wait for pipes and devices: the time limit of `scan` and `serve` for a photo."""


def opened_regular(path: str) -> io.FileIO:
    """Open the regular file at `path` for reading. Raises `OSError` for any other kind of file, else as `opened`."""
    file = open(path, "rb", buffering=0, opener=_without_waiting)  # noqa: SIM115 - the caller closes it
    if stat.S_ISREG(os.fstat(file.fileno()).st_mode):
        return file
    file.close()
    raise OSError(errno.EINVAL, os.strerror(errno.EINVAL), path)


def opened(path: str, *, renewed: bool = False) -> io.RawIOBase:
    """Open the file at `path` for reading. Reads from a pipe or device wait for `READ_TIMEOUT` seconds in total at
    most.

    `renewed`: restart the timeout with each read, for streams that are processed as they arrive. Raises `OSError` like
    `open`, and `ValueError` for a name that contains NUL; reading raises `TimeoutError`.
    """
    file = open(path, "rb", buffering=0, opener=_without_waiting)  # noqa: SIM115 - the caller closes it
    if stat.S_ISREG(os.fstat(file.fileno()).st_mode):
        return file
    return _TimedReader(file, renewed)


def is_regular(path: str) -> bool:
    """Whether `path` is a regular file, which can be read twice; follows symbolic links."""
    try:
        return stat.S_ISREG(os.stat(path).st_mode)
    except (OSError, ValueError):
        return False


def _without_waiting(path: str, flags: int) -> int:
    # O_NOCTTY: opening a terminal must not make it the controlling one.
    return os.open(path, flags | getattr(os, "O_NONBLOCK", 0) | getattr(os, "O_NOCTTY", 0))


class _TimedReader(io.RawIOBase):
    """A pipe or device with a read timeout."""

    def __init__(self, file: io.FileIO, renewed: bool) -> None:
        self._file, self._renewed, self._left = file, renewed, READ_TIMEOUT

    def readable(self) -> bool:
        return True

    def readinto(self, buffer: bytearray | memoryview, /) -> int:  # type: ignore[override]
        """See `io.RawIOBase`. Raises `TimeoutError`."""
        if self._renewed:
            self._left = READ_TIMEOUT
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
