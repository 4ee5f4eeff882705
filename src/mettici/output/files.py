"""Writing output files: atomically or under a lock, with disk errors reported as `OutputError`."""

from __future__ import annotations

import os
import unicodedata
from contextlib import ExitStack, contextmanager, suppress
from enum import Enum
from typing import IO, TYPE_CHECKING, Any, BinaryIO

from mettici.errors import OutputError
from mettici.output.locks import lock, remove_leftover, reserve

if TYPE_CHECKING:
    from collections.abc import Iterator


PRIVATE_MODE = 0o600
"""Mode of unfinished files: reports and thumbnails are personal data."""
_DESCRIPTORS = "/proc/self/fd"
"""Gives an open file without a name a path."""


ENDINGS = {"JPEG": (".jpg", ".jpeg"), "PNG": (".png",)}
"""Extensions of picture files; the first is the default."""


class End(Enum):
    """How a run ended: its source was exhausted, the user stopped it, or an error occurred."""

    COMPLETE = "complete"
    STOPPED = "stopped"
    FAILED = "failed"


class AtomicFile:
    """A file that appears complete or not at all, and that nobody else can read until then.

    On Linux, it has no name until it is complete, so `kill -9` leaves nothing behind; elsewhere it is written to a
    hidden file in the same folder, which the next run for the same path removes.
    """

    def __init__(self, path: str) -> None:
        """Raises `OutputError` if no file can be created there."""
        self._path, (self._folder, name) = path, os.path.split(path)
        self._part = os.path.join(self._folder, f".{name}.part")
        with output_errors(path):
            self._reservation = reserve(path)
        with ExitStack() as stack, output_errors(path):
            stack.callback(self._release)
            remove_leftover(self._part, path)
            self._has_name, number = self._open()
            stack.pop_all()
        self.stream = os.fdopen(number, "wb")

    def _open(self) -> tuple[bool, int]:
        """Create the file; return whether it has a name, and its descriptor. Only its owner may read it."""
        if hasattr(os, "O_TMPFILE") and os.path.isdir(_DESCRIPTORS):
            with suppress(OSError):  # the file system does not support it
                return False, os.open(self._folder or ".", os.O_TMPFILE | os.O_WRONLY, PRIVATE_MODE)
        flags = os.O_WRONLY | os.O_CREAT | os.O_EXCL | getattr(os, "O_BINARY", 0)
        number = os.open(self._part, flags, PRIVATE_MODE)
        lock(number, self._path)
        return True, number

    def commit(self) -> None:
        """Move the file to its path, replacing any file there and keeping its mode.

        Raises `OutputError` if that fails; the old file then stays, and nothing is left beside it.
        """
        with self.discard_on_error():
            self._commit()

    def _commit(self) -> None:
        self.stream.flush()
        number = self.stream.fileno()
        os.fsync(number)
        if not self._has_name:
            self._link(number)
        self.stream.close()
        with suppress(OSError):  # the file system has no permissions
            os.chmod(self._part, self._mode())
        os.replace(self._part, self._path)
        self._release()

    def _link(self, number: int) -> None:
        """Link the open file to its hidden name, as open(2) describes for O_TMPFILE."""
        folder = os.open(self._folder or ".", os.O_RDONLY)
        try:
            os.link(f"{_DESCRIPTORS}/{number}", self._part, src_dir_fd=folder, follow_symlinks=True)
        finally:
            os.close(folder)

    def _mode(self) -> int:
        try:
            return os.stat(self._path).st_mode & 0o777
        except OSError:
            return default_mode(0o666)

    @contextmanager
    def discard_on_error(self) -> Iterator[None]:
        """Discard the file if the block raises. Raises `OutputError` for errors of the disk."""
        try:
            with output_errors(self._path):
                yield
        except BaseException:
            self.discard()
            raise

    @contextmanager
    def commit_at_end(self) -> Iterator[None]:
        """Commit the file at the end of the block, or discard it if the block raises.

        Raises `OutputError` for errors of the disk.
        """
        with self.discard_on_error():
            yield
        self.commit()

    def discard(self) -> None:
        """Delete the unfinished file; a file at the path stays."""
        with suppress(OSError):
            self.stream.close()
        with suppress(OSError):
            os.unlink(self._part)
        self._release()

    def _release(self) -> None:
        if self._reservation is not None:
            self._reservation.close()


def write_whole(path: str, data: bytes) -> None:
    """Write a file atomically. Raises `OutputError`."""
    with output_errors(path):
        file = AtomicFile(path)
        with file.commit_at_end():
            file.stream.write(data)


def default_mode(most: int) -> int:
    """The mode of a new file: `most` without the bits of the umask, which can only be read by setting it."""
    mask = os.umask(0o077)
    os.umask(mask)
    return most & ~mask


@contextmanager
def output_errors(path: str) -> Iterator[None]:
    """Turn an `OSError` into an `OutputError` that names the output. A broken pipe is left to the caller."""
    try:
        yield
    except BrokenPipeError:
        raise
    except OSError as error:
        raise OutputError("io", path=path, detail=error.strerror or str(error)) from error


def close_ignoring_errors(stream: IO[Any]) -> None:
    """Close a stream whose contents are discarded. Errors of its last write have been reported already."""
    with suppress(OSError):
        stream.close()


def open_locked(path: str) -> BinaryIO:
    """Open a file for appending, creating it if necessary. Raises `OutputError` if another run has locked it."""
    with output_errors(path):
        stream = open(path, "a+b")  # noqa: SIM115 - the sink closes it
    try:
        lock(stream.fileno(), path)
    except OutputError:
        stream.close()
        raise
    return stream


def normalized_name(name: str) -> str:
    """Normalize a file name so that names that look the same compare equal."""
    return unicodedata.normalize("NFC", name).lower()
