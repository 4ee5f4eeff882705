"""Files of results: written whole or not at all, or by one run alone; and how a failing disk is told."""

from __future__ import annotations

import os
from contextlib import contextmanager, suppress
from enum import Enum
from typing import TYPE_CHECKING, BinaryIO

from mettici.errors import OutputError

if TYPE_CHECKING:
    from collections.abc import Iterator


class End(Enum):
    """How a run ended: at the end of its source, stopped by the user, or by an error."""

    COMPLETE = "complete"
    STOPPED = "stopped"
    FAILED = "failed"


class AtomicFile:
    """A file that appears whole or not at all: written beside its place under a hidden name, then renamed."""

    def __init__(self, path: str) -> None:
        folder, name = os.path.split(path)
        self._path, self.part = path, os.path.join(folder, f".{name}.part")
        with output_errors(path):
            self.stream = open(self.part, "wb")  # noqa: SIM115 - closed by commit or discard

    def commit(self) -> None:
        """Put it in its place, replacing what is there."""
        with output_errors(self._path):
            self.stream.flush()
            os.fsync(self.stream.fileno())
            self.stream.close()
            os.replace(self.part, self._path)

    def discard(self) -> None:
        """Leave what was there."""
        self.stream.close()
        with suppress(OSError):
            os.unlink(self.part)


@contextmanager
def output_errors(path: str) -> Iterator[None]:
    """Turn a failing disk into the error that names the output. A broken pipe is left to who wrote to it."""
    try:
        yield
    except BrokenPipeError:
        raise
    except OSError as error:
        raise OutputError("io", path=path, detail=error.strerror or str(error)) from error


def open_locked(path: str) -> BinaryIO:
    """Open for appending, made where there is none. Raises `OutputError` where another run holds it."""
    with output_errors(path):
        stream = open(path, "a+b")  # noqa: SIM115 - the sink closes it
    try:
        import fcntl
    except ImportError:  # Windows
        return stream
    try:
        fcntl.flock(stream, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except BlockingIOError as error:
        stream.close()
        raise OutputError("busy", path=path) from error
    except OSError:  # a file system without locks, or no regular file (/dev/stdout)
        pass
    return stream
