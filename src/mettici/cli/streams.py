"""The standard streams: opens those that are closed, and decides what to do if writing fails.

If standard output fails, say on a full disk, the result is lost, so the command stops with an error. If standard error
fails, only messages about the result are lost, so the command goes on.
"""

from __future__ import annotations

import io
import os
import select
import sys
from typing import TYPE_CHECKING, TextIO

from mettici.errors import OutputError

if TYPE_CHECKING:
    from typing_extensions import Buffer

_REOPEN_FLAGS = {0: os.O_WRONLY, 1: os.O_RDONLY, 2: os.O_WRONLY}
"""Flags for opening /dev/null in place of a closed stream. Reading from 0 and writing to 1 fail, as if still closed."""


class _OutputStream(io.RawIOBase):
    """A standard output stream, without its buffer."""

    def __init__(self, stream: TextIO) -> None:
        self._raw, self._owner = _raw(stream), stream  # keep a reference, or the stream would close the file

    def writable(self) -> bool:
        return True

    def fileno(self) -> int:
        return self._raw.fileno()

    def isatty(self) -> bool:
        return self._raw.isatty()


class _Stdout(_OutputStream):
    """Standard output. Raises the first failure as an `OutputError`, or a broken pipe as it is."""

    _failed = False

    def write(self, data: Buffer, /) -> int:
        """Write all or part of `data`. After a failure, drop it: buffers are flushed once more at exit."""
        if self._failed:
            return memoryview(data).nbytes
        try:
            while (written := self._raw.write(data)) is None:  # a full non-blocking pipe
                select.select([], [self._raw], [])
        except OSError as error:
            self._failed = True
            if isinstance(error, BrokenPipeError):
                raise
            raise OutputError("stdout", detail=error.strerror or str(error)) from error
        return written


class _Stderr(_OutputStream):
    """Standard error. Drops what it cannot write: there is nowhere else to report it."""

    def write(self, data: Buffer, /) -> int:
        """Claim to have written all of `data` even on failure, or the buffer would retry."""
        size = memoryview(data).nbytes
        try:
            return self._raw.write(data) or size
        except OSError:
            return size


def open_missing() -> None:
    """Open standard streams that are closed, before another file gets their descriptor."""
    for number, flags in _REOPEN_FLAGS.items():
        try:
            os.fstat(number)
        except OSError:
            opened = os.open(os.devnull, flags)
            if opened != number:
                os.dup2(opened, number)
                os.close(opened)
            os.set_inheritable(number, True)
    if sys.stdin is None:
        sys.stdin = open(0, encoding="utf-8", closefd=False)  # noqa: SIM115 - stays open as long as the process
    if sys.stdout is None:
        sys.stdout = _text(io.FileIO(1, "w", closefd=False))
    if sys.stderr is None:
        sys.stderr = _text(io.FileIO(2, "w", closefd=False))


def wrap() -> None:
    """Make standard output raise `OutputError` on failure, and standard error ignore failures."""
    sys.stdout = _text(_Stdout(sys.stdout), sys.stdout)
    sys.stderr = _text(_Stderr(sys.stderr), sys.stderr)


def _raw(stream: TextIO) -> io.RawIOBase:
    stream.flush()
    buffer = stream.buffer
    raw = getattr(buffer, "raw", buffer)  # `python -u` uses no buffer
    assert isinstance(raw, io.RawIOBase)
    return raw


def _text(raw: io.RawIOBase, like: TextIO | None = None) -> io.TextIOWrapper:
    """A text stream over `raw`, line-buffered on a terminal, with the encoding of `like`."""
    encoding, errors = (like.encoding, like.errors) if like is not None else ("utf-8", "backslashreplace")
    return io.TextIOWrapper(io.BufferedWriter(raw), encoding, errors, line_buffering=raw.isatty() or raw.fileno() == 2)
