"""Where the reports of a batch go, as they finish."""

from __future__ import annotations

import os
import sys
from dataclasses import dataclass
from typing import TYPE_CHECKING, BinaryIO, Protocol

from mettici.errors import OutputError
from mettici.output.files import End, close_lost, open_locked, output_errors

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping

    from mettici.output.answer import Answer
    from mettici.output.people import People


STDOUT = "-"
"""The output that is standard output: JSON lines."""


@dataclass(frozen=True)
class Context:
    """What outputs tell beside the reports: whose photos they are, and where they were."""

    people: People | None = None
    sources: tuple[str, ...] = ()


NOTHING = Context()


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
        stream = open_locked(path)
        with output_errors(path):
            stream.truncate(0)
        return cls(stream, path)

    def write(self, answer: Answer) -> None:
        """Write the line. A broken pipe stays one: nobody reads on, and that is no fault."""
        with output_errors(self._name):
            self._stream.write(answer.line.encode() + b"\n")
            self._stream.flush()

    def close(self, end: End) -> None:
        """Close the file; standard output stays open. Each line is whole, so nothing is left to write."""
        if not self._owned:
            return
        if end is End.FAILED:
            close_lost(self._stream)
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
"""What an output is, by its ending."""
WITH_PEOPLE = (".csv", ".xlsx")
"""The endings of outputs that take a list of people."""


def ending(path: str) -> str:
    """The ending of an output's path; of standard output, that of what is written there.

    Raises `OutputError` on those that are not known.
    """
    if path == STDOUT:
        return ".jsonl"
    found = os.path.splitext(path)[1].lower()
    if found not in ENDINGS:
        raise OutputError("ending", path=path, known=", ".join(ENDINGS))
    return found


def opener(path: str, lang: str, context: Context = NOTHING) -> Callable[[], Sink]:
    """How to open the output at `path`, once all else is right. Raises `OutputError` on unknown endings."""
    make = ENDINGS[ending(path)]
    if path == STDOUT:
        return lambda: JsonLines(sys.stdout.buffer, STDOUT, owned=False)
    return lambda: make(path, lang, context)
