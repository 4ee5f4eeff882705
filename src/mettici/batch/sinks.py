"""Where the reports of a batch go, as they finish."""

from __future__ import annotations

import os
from contextlib import contextmanager, suppress
from enum import Enum
from typing import TYPE_CHECKING, BinaryIO, Protocol

from mettici.errors import Language, OutputError

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Mapping

    from mettici.batch.judging import Answer


class End(Enum):
    """How a run ended: at the end of its source, stopped by the user, or by an error."""

    COMPLETE = "complete"
    STOPPED = "stopped"
    FAILED = "failed"


class Sink(Protocol):
    """Takes answers one by one. Both methods raise `OutputError` where that fails."""

    def write(self, answer: Answer) -> None:
        """Keep one answer."""

    def close(self, end: End) -> None:
        """Nothing more comes."""


class JsonLines:
    """A report a line, in UTF-8, each handed over before the next: an interrupted run loses nothing."""

    def __init__(self, stream: BinaryIO, name: str, *, owned: bool = True) -> None:
        self._stream, self._name, self._owned = stream, name, owned

    @classmethod
    def at(cls, path: str) -> JsonLines:
        """A new file, or an existing one emptied; not one that another run writes."""
        stream = open_alone(path)
        stream.truncate(0)
        return cls(stream, path)

    def write(self, answer: Answer) -> None:
        """Write the line. A broken pipe stays one: nobody reads on, and that is no fault."""
        with told(self._name):
            self._stream.write(answer.line.encode() + b"\n")
            self._stream.flush()

    def close(self, end: End) -> None:  # noqa: ARG002 - each line is whole
        """Close the file; standard output stays open."""
        if self._owned:
            self._stream.close()


class Beside:
    """A file that appears whole or not at all: written beside its place under a hidden name, then renamed."""

    def __init__(self, path: str) -> None:
        folder, name = os.path.split(path)
        self._path, self.part = path, os.path.join(folder, f".{name}.part")
        with told(path):
            self.stream = open(self.part, "wb")  # noqa: SIM115 - closed by commit or discard

    def commit(self) -> None:
        """Put it in its place, replacing what is there."""
        with told(self._path):
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
def told(path: str) -> Iterator[None]:
    """Turn a failing disk into the error that names the output. A broken pipe is left to who wrote to it."""
    try:
        yield
    except BrokenPipeError:
        raise
    except OSError as error:
        raise OutputError("io", path=path, detail=error.strerror or str(error)) from error


def open_alone(path: str) -> BinaryIO:
    """Open for appending, made where there is none. Raises `OutputError` where another run holds it."""
    with told(path):
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


def _csv(path: str, _: Language) -> Sink:
    from mettici.batch.tables import Csv

    return Csv(path)


def _parquet(path: str, _: Language) -> Sink:
    from mettici.batch.tables import Parquet

    return Parquet(path)


def _html(path: str, lang: Language) -> Sink:
    from mettici.batch.album import Album

    return Album(path, lang)


ENDINGS: Mapping[str, Callable[[str, Language], Sink]] = {
    ".jsonl": lambda path, _: JsonLines.at(path),
    ".csv": _csv,
    ".parquet": _parquet,
    ".html": _html,
}
"""What an output is, by its ending."""


def ending(path: str) -> str:
    """The ending of an output's path. Raises `OutputError` on those that are not known."""
    found = os.path.splitext(path)[1].lower()
    if found not in ENDINGS:
        raise OutputError("ending", path=path, known=", ".join(ENDINGS))
    return found


def opener(path: str, lang: Language) -> Callable[[], Sink]:
    """How to open the output at `path`, once all else is right. Raises `OutputError` on unknown endings."""
    make = ENDINGS[ending(path)]
    return lambda: make(path, lang)
