"""The HTML output: rows are buffered in a temporary file, and the page is written when the scan ends."""

from __future__ import annotations

import json
import tempfile
from contextlib import ExitStack
from typing import TYPE_CHECKING

from mettici.messages import say
from mettici.output.files import AtomicFile, End, close_ignoring_errors, output_errors
from mettici.output.html import Counts, Heading, Rows, facts, page

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from mettici.output.answer import Answer

MAX_LISTED = 10_000
"""Maximum number of photos on a page: 40 MB, which a phone's browser can still open. The summary counts all of them."""


class Album:
    """Writes a page with a summary and the photos."""

    def __init__(self, path: str, lang: str, sources: Sequence[str] = ()) -> None:
        """`sources`: where the photos come from. Raises `OutputError` if the file cannot be created."""
        self._sources, self._pictures = sources, False
        self._path, self._lang, self._file = path, lang, AtomicFile(path)
        self._counts, self._rows, self._listed = Counts(), Rows(lang), 0
        with self._file.discard_on_error():
            self._buffer = tempfile.TemporaryFile("w+", encoding="utf-8")  # noqa: SIM115 - close closes it

    def write(self, answer: Answer) -> None:
        """Count the photo, and list it up to the limit."""
        report = json.loads(answer.line)
        self._counts.add(report)
        self._pictures |= bool(answer.thumbnail)
        if self._listed < MAX_LISTED:
            self._listed += 1
            with output_errors(self._path):
                self._buffer.write(self._rows.row(report, answer.thumbnail, answer.overlay) + "\n")

    def close(self, end: End) -> None:
        """Write the page, even if the scan was stopped early, but not after an error."""
        with ExitStack() as stack:
            stack.callback(close_ignoring_errors, self._buffer)
            if end is End.FAILED:
                self._file.discard()
                return
            with self._file.commit_at_end():
                self._buffer.seek(0)
                rows = (line.rstrip("\n") for line in self._buffer)
                heading = Heading(
                    say("album.scanned", self._lang),
                    tuple(self._notes(end)),
                    facts=facts(self._counts, self._sources, self._lang),
                    pictures=self._pictures,
                    storage_key=self._counts.storage_key,
                )
                for piece in page(heading, self._counts, self._rows, rows, self._lang):
                    self._file.stream.write(piece.encode())

    def _notes(self, end: End) -> Iterator[str]:
        total = self._counts.verdicts.total()
        if end is End.STOPPED:
            yield say("album.stopped", self._lang)
        if total > self._listed:
            yield say("album.shortened", self._lang, total=total, listed=self._listed)
