"""Where the reports of a batch go, as they finish."""

from __future__ import annotations

import os
from typing import TYPE_CHECKING, BinaryIO, Protocol

from mettici.errors import OutputError

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping


class Sink(Protocol):
    """Takes reports one by one, each as a line of JSON."""

    def write(self, line: str) -> None:
        """Keep one report. Raises `OutputError` where that fails."""

    def close(self) -> None:
        """Nothing more comes."""


class JsonLines:
    """A report a line, in UTF-8, each handed over before the next: an interrupted run loses nothing."""

    def __init__(self, stream: BinaryIO, name: str, *, owned: bool = True) -> None:
        self._stream, self._name, self._owned = stream, name, owned

    @classmethod
    def at(cls, path: str) -> JsonLines:
        """A new file, or an existing one emptied."""
        try:
            return cls(open(path, "wb"), path)
        except OSError as error:
            raise OutputError("io", path=path, detail=error.strerror or str(error)) from error

    def write(self, line: str) -> None:
        """Write the line. A broken pipe stays one: nobody reads on, and that is no fault."""
        try:
            self._stream.write(line.encode() + b"\n")
            self._stream.flush()
        except BrokenPipeError:
            raise
        except OSError as error:
            raise OutputError("io", path=self._name, detail=error.strerror or str(error)) from error

    def close(self) -> None:
        """Close the file; standard output stays open."""
        if self._owned:
            self._stream.close()


ENDINGS: Mapping[str, Callable[[str], Sink]] = {".jsonl": JsonLines.at}
"""What an output is, by its ending."""


def opener(path: str) -> Callable[[], Sink]:
    """How to open the output at `path`, once all else is right. Raises `OutputError` on other endings."""
    make = ENDINGS.get(os.path.splitext(path)[1].lower())
    if make is None:
        raise OutputError("ending", path=path, known=", ".join(ENDINGS))
    return lambda: make(path)
