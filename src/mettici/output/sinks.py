"""Outputs of a scan, which receive reports as they finish."""

from __future__ import annotations

import os
import sys
from dataclasses import dataclass
from typing import TYPE_CHECKING, BinaryIO, Protocol

from mettici.errors import OutputError
from mettici.output.files import End, close_ignoring_errors, open_locked, output_errors

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping

    from mettici.output.answer import Answer
    from mettici.output.people import People


STDOUT = "-"
"""The path that stands for standard output: JSON lines."""


@dataclass(frozen=True)
class Context:
    """What outputs show besides the reports: the people in the photos, and the sources."""

    people: People | None = None
    sources: tuple[str, ...] = ()


NOTHING = Context()


class Sink(Protocol):
    """Receives answers one by one. Both methods raise `OutputError` on failure."""

    def write(self, answer: Answer) -> None:
        """Write one answer."""

    def close(self, end: End) -> None:
        """Finish the output; no more answers follow."""


class JsonLines:
    """One report per line, in UTF-8, flushed after each: an interrupted run loses nothing."""

    def __init__(self, stream: BinaryIO, name: str, *, owned: bool = True) -> None:
        self._stream, self._name, self._owned = stream, name, owned

    @classmethod
    def at(cls, path: str) -> JsonLines:
        """Create or empty a file. Raises `OutputError` if another run is writing it."""
        stream = open_locked(path)
        with output_errors(path):
            stream.truncate(0)
        return cls(stream, path)

    def write(self, answer: Answer) -> None:
        """Write the line. A broken pipe is raised unchanged, since it is not an error: the reader has closed it."""
        with output_errors(self._name):
            self._stream.write(answer.line.encode() + b"\n")
            self._stream.flush()

    def close(self, end: End) -> None:
        """Close the file; standard output stays open."""
        if not self._owned:
            return
        if end is End.FAILED:
            close_ignoring_errors(self._stream)
            return
        with output_errors(self._name):
            self._stream.close()


def _csv(path: str, lang: str, context: Context) -> Sink:
    from mettici.output.tables import Csv

    return Csv(path, lang, context.people)


def _xlsx(path: str, lang: str, context: Context) -> Sink:
    from mettici.output.workbook import Workbook

    return Workbook(path, lang, context.people)


def _parquet(path: str, _lang: str, _: Context) -> Sink:
    from mettici.output.tables import Parquet

    return Parquet(path)


def _html(path: str, lang: str, context: Context) -> Sink:
    from mettici.output.album import Album

    return Album(path, lang, context.sources)


ENDINGS: Mapping[str, Callable[[str, str, Context], Sink]] = {
    ".jsonl": lambda path, _lang, _context: JsonLines.at(path),
    ".csv": _csv,
    ".xlsx": _xlsx,
    ".parquet": _parquet,
    ".html": _html,
}
"""The output format for each extension."""
WITH_PEOPLE = (".csv", ".xlsx")
"""Extensions of the outputs that use a list of people."""


def ending(path: str) -> str:
    """The extension of an output's path; for standard output, that of its format.

    Raises `OutputError` if it is unknown.
    """
    if path == STDOUT:
        return ".jsonl"
    found = os.path.splitext(path)[1].lower()
    if found not in ENDINGS:
        raise OutputError("ending", path=path, known=", ".join(ENDINGS))
    return found


def opener(path: str, lang: str, context: Context = NOTHING) -> Callable[[], Sink]:
    """A function that opens the output at `path`. Raises `OutputError` for an unknown extension."""
    make = ENDINGS[ending(path)]
    if path == STDOUT:
        return lambda: JsonLines(sys.stdout.buffer, STDOUT, owned=False)
    return lambda: make(path, lang, context)
