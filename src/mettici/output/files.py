"""Files of results: written whole or not at all, or by one run alone; and how a failing disk is told."""

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


PRIVATE = 0o600
"""Rights of what is not finished: reports and thumbnails are a person's data."""
_OPEN = "/proc/self/fd"
"""Where a file that is open, but has no name, has one."""


ENDINGS = {"JPEG": (".jpg", ".jpeg"), "PNG": (".png",)}
"""How the files of written pictures may end; the first where a name has to be found."""


class End(Enum):
    """How a run ended: at the end of its source, stopped by the user, or by an error."""

    COMPLETE = "complete"
    STOPPED = "stopped"
    FAILED = "failed"


class AtomicFile:
    """A file that appears whole or not at all, and that nobody else reads before.

    Where the system can (Linux), it has no name until it is whole, so that `kill -9` leaves nothing; elsewhere it is
    written beside its place under a hidden name, which the next run for the same place takes over.
    """

    def __init__(self, path: str) -> None:
        """Raises `OutputError` where no file can be made there."""
        self._path, (self._folder, name) = path, os.path.split(path)
        self._part = os.path.join(self._folder, f".{name}.part")
        with output_errors(path):
            self._reservation = reserve(path)
        with ExitStack() as stack, output_errors(path):
            stack.callback(self._release)
            remove_leftover(self._part, path)
            self._named, number = self._open()
            stack.pop_all()
        self.stream = os.fdopen(number, "wb")

    def _open(self) -> tuple[bool, int]:
        """Whether the new file has a name, and its number. Only its owner may read it."""
        if hasattr(os, "O_TMPFILE") and os.path.isdir(_OPEN):
            with suppress(OSError):  # a file system that has none such
                return False, os.open(self._folder or ".", os.O_TMPFILE | os.O_WRONLY, PRIVATE)
        flags = os.O_WRONLY | os.O_CREAT | os.O_EXCL | getattr(os, "O_BINARY", 0)
        number = os.open(self._part, flags, PRIVATE)
        lock(number, self._path)
        return True, number

    def commit(self) -> None:
        """Put it in its place, replacing what is there, with the rights that this had, else those of a new file.

        Raises `OutputError` where that fails; then what was there stays, and nothing beside it.
        """
        with self.unless_failed():
            self._commit()

    def _commit(self) -> None:
        self.stream.flush()
        number = self.stream.fileno()
        os.fsync(number)
        if not self._named:
            self._name(number)
        self.stream.close()
        with suppress(OSError):  # a file system without rights
            os.chmod(self._part, self._rights())
        os.replace(self._part, self._path)
        self._release()

    def _name(self, number: int) -> None:
        """Give the open file its hidden name, as open(2) says under O_TMPFILE: by a link that is followed."""
        folder = os.open(self._folder or ".", os.O_RDONLY)
        try:
            os.link(f"{_OPEN}/{number}", self._part, src_dir_fd=folder, follow_symlinks=True)
        finally:
            os.close(folder)

    def _rights(self) -> int:
        try:
            return os.stat(self._path).st_mode & 0o777
        except OSError:
            return ordinary_rights(0o666)

    @contextmanager
    def unless_failed(self) -> Iterator[None]:
        """After any error in here it is discarded. Raises `OutputError` where the disk fails."""
        try:
            with output_errors(self._path):
                yield
        except BaseException:
            self.discard()
            raise

    @contextmanager
    def kept_whole(self) -> Iterator[None]:
        """What is written in here is put in its place at the end, or, after any error, discarded.

        Raises `OutputError` where the disk fails.
        """
        with self.unless_failed():
            yield
        self.commit()

    def discard(self) -> None:
        """Leave what was there."""
        with suppress(OSError):
            self.stream.close()
        with suppress(OSError):
            os.unlink(self._part)
        self._release()

    def _release(self) -> None:
        if self._reservation is not None:
            self._reservation.close()


def write_whole(path: str, data: bytes) -> None:
    """Write a file, whole or not at all. Raises `OutputError`."""
    with output_errors(path):
        file = AtomicFile(path)
        with file.kept_whole():
            file.stream.write(data)


def ordinary_rights(most: int) -> int:
    """`most` less what this user's new files leave out (the umask, which the system tells only to who sets it)."""
    mask = os.umask(0o077)
    os.umask(mask)
    return most & ~mask


@contextmanager
def output_errors(path: str) -> Iterator[None]:
    """Turn a failing disk into the error that names the output. A broken pipe is left to who wrote to it."""
    try:
        yield
    except BrokenPipeError:
        raise
    except OSError as error:
        raise OutputError("io", path=path, detail=error.strerror or str(error)) from error


def close_lost(stream: IO[Any]) -> None:
    """Close a stream whose content is given up: what it cannot write any more was told where it was written."""
    with suppress(OSError):
        stream.close()


def open_locked(path: str) -> BinaryIO:
    """Open for appending, made where there is none. Raises `OutputError` where another run holds it."""
    with output_errors(path):
        stream = open(path, "a+b")  # noqa: SIM115 - the sink closes it
    try:
        lock(stream.fileno(), path)
    except OutputError:
        stream.close()
        raise
    return stream


def normalized_name(name: str) -> str:
    """The same for names that people take for the same."""
    return unicodedata.normalize("NFC", name).lower()
