"""The standard streams of the command, each there and each failing in its own way.

A full disk or a closed standard output loses the result, so it ends the command with a sentence. A failing standard
error loses only what is said about the result, so it ends nothing.
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

_WRONG_WAY = {0: os.O_WRONLY, 1: os.O_RDONLY, 2: os.O_WRONLY}
"""How a closed stream is opened again. Reading from 0 and writing to 1 fail then, as they do where they are closed."""


class _Outgoing(io.RawIOBase):
    """A standard stream that is written to, without its buffer."""

    def __init__(self, stream: TextIO) -> None:
        self._raw, self._owner = _raw(stream), stream  # which would close the file where nobody held it

    def writable(self) -> bool:
        return True

    def fileno(self) -> int:
        return self._raw.fileno()

    def isatty(self) -> bool:
        return self._raw.isatty()


class _Result(_Outgoing):
    """Standard output. Whatever fails there is an `OutputError`, told once; a broken pipe stays one."""

    _lost = False

    def write(self, data: Buffer, /) -> int:
        """All or some of `data`. What comes after a failure is dropped: buffers are flushed once more at the end."""
        if self._lost:
            return memoryview(data).nbytes
        try:
            while (written := self._raw.write(data)) is None:  # a pipe that does not block, and is full
                select.select([], [self._raw], [])
        except OSError as error:
            self._lost = True
            if isinstance(error, BrokenPipeError):
                raise
            raise OutputError("stdout", detail=error.strerror or str(error)) from error
        return written


class _Remarks(_Outgoing):
    """Standard error. What cannot be said there is dropped: there is no other place to say it."""

    def write(self, data: Buffer, /) -> int:
        """Always all of `data`, or the rest would be tried again."""
        size = memoryview(data).nbytes
        try:
            return self._raw.write(data) or size
        except OSError:
            return size


def fill() -> None:
    """Open the standard streams that are closed, before another file takes their numbers."""
    for number, flags in _WRONG_WAY.items():
        try:
            os.fstat(number)
        except OSError:
            opened = os.open(os.devnull, flags)
            if opened != number:
                os.dup2(opened, number)
                os.close(opened)
            os.set_inheritable(number, True)
    if sys.stdin is None:
        sys.stdin = open(0, encoding="utf-8", closefd=False)  # noqa: SIM115 - it stays as long as the process
    if sys.stdout is None:
        sys.stdout = _text(io.FileIO(1, "w", closefd=False))
    if sys.stderr is None:
        sys.stderr = _text(io.FileIO(2, "w", closefd=False))


def guard() -> None:
    """Tell the failures of standard output from all others, and overlook those of standard error."""
    sys.stdout = _text(_Result(sys.stdout), sys.stdout)
    sys.stderr = _text(_Remarks(sys.stderr), sys.stderr)


def _raw(stream: TextIO) -> io.RawIOBase:
    stream.flush()
    buffer = stream.buffer
    raw = getattr(buffer, "raw", buffer)  # `python -u` puts no buffer between
    assert isinstance(raw, io.RawIOBase)
    return raw


def _text(raw: io.RawIOBase, like: TextIO | None = None) -> io.TextIOWrapper:
    """A text stream over `raw`, written line by line to a terminal, and encoded as `like` is."""
    encoding, errors = (like.encoding, like.errors) if like is not None else ("utf-8", "backslashreplace")
    return io.TextIOWrapper(io.BufferedWriter(raw), encoding, errors, line_buffering=raw.isatty() or raw.fileno() == 2)
