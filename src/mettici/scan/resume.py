"""`--resume`: continue a file of reports, reusing those that are still valid.

All state is in the file itself: each line's `source` records what the report depends on (see `judging.file_state`).
After `kill -9` at any moment the file consists of whole lines, except perhaps a torn last one. Outdated lines (the
photo or the policy changed, or the photo is gone) stay until the whole source has been read, and are removed then; so
another kill on the way loses nothing. The index of lines is an SQLite database on disk, so that a file of millions of
reports needs little memory.
"""

from __future__ import annotations

import json
import shutil
import sqlite3
from contextlib import contextmanager
from typing import TYPE_CHECKING, Any, BinaryIO

from mettici.errors import OutputError
from mettici.output.answer import Answer
from mettici.output.files import AtomicFile, End, open_locked, output_errors
from mettici.output.sinks import JsonLines
from mettici.scan.judging import file_state
from mettici.scan.task import Task

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

_TABLE = """
CREATE TABLE line (
    name BLOB, start INTEGER, length INTEGER, outcome TEXT, failed INTEGER,
    size INTEGER, mtime_ns INTEGER, sha256 TEXT, basis TEXT, taken INTEGER DEFAULT 0
);
"""
_NO_REPORT = (None,) * 7
"""The row of a line that is not a report: no photo matches it, so it is removed at the end."""


class Resumed(JsonLines):
    """The output of an earlier run, continued: `known` looks up its reports, `write` appends new ones."""

    def __init__(self, path: str) -> None:
        """Raises `OutputError` if the file cannot be read, contains no reports, or another run is writing it."""
        super().__init__(open_locked(path), path)
        self._index = sqlite3.connect("")  # a temporary file, which SQLite removes
        try:
            self._read(path)
        except BaseException:
            self._release(End.FAILED)
            raise

    def _read(self, path: str) -> None:
        with _disk_errors(path):
            self._index.execute(_TABLE)
            insert = "INSERT INTO line VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, 0)"
            self._index.executemany(insert, _lines(self._stream, path))
            self._end = self._stream.seek(0, 2)
            self._index.execute("CREATE INDEX by_name ON line (name)")

    def known(self, tasks: Iterable[Task], basis: str, *, hashing: bool) -> Iterator[Task]:
        """The tasks, each with its `known` answer if a line is still valid: same file, same basis.

        Files are compared by size and modification time, or by the hash of their contents.
        """
        for task in tasks:
            with _disk_errors(self._name):
                row = None if task.error else self._find(task, basis, hashing)
            yield task if row is None else task._replace(known=self._answer(*row))

    def write(self, answer: Answer) -> None:
        """Append the line, unless it is already there."""
        if not answer.kept:
            super().write(answer)

    def close(self, end: End) -> None:
        """Remove outdated lines if the whole source was read."""
        try:
            with _disk_errors(self._name):
                stale = self._index.execute("SELECT EXISTS (SELECT * FROM line WHERE NOT taken)").fetchone()[0]
                if end is End.COMPLETE and stale:
                    self._compact()
        finally:
            self._release(end)

    def _release(self, end: End) -> None:
        self._index.close()
        super().close(end)

    def _find(self, task: Task, basis: str, hashing: bool) -> tuple[int, int, str, int] | None:
        """Find a valid line for the task. Each line is used once, so that a photo named twice has two."""
        name = task.name.encode("utf-8", "surrogatepass")
        query = "SELECT rowid, start, length, outcome, failed, {} FROM line WHERE name = ? AND basis = ? AND NOT taken"
        columns = "sha256" if hashing else "size, mtime_ns"
        rows = self._index.execute(query.format(columns), (name, basis)).fetchall()
        if not rows:
            return None
        now = file_state(task.path, hashing=hashing)
        wanted = tuple(now.get(key) for key in columns.split(", "))
        if None in wanted:
            return None
        for number, start, length, outcome, failed, *noted in rows:
            if tuple(noted) == wanted:
                self._index.execute("UPDATE line SET taken = 1 WHERE rowid = ?", (number,))
                return start, length, outcome, failed
        return None

    def _answer(self, start: int, length: int, outcome: str, failed: int) -> Answer:
        with output_errors(self._name):
            self._stream.seek(start)
            line = self._stream.read(length).decode().rstrip("\n")
        return Answer(line, outcome, bool(failed), kept=True)

    def _compact(self) -> None:
        compacted = AtomicFile(self._name)
        with compacted.commit_at_end():
            for start, length in self._index.execute("SELECT start, length FROM line WHERE taken ORDER BY start"):
                self._stream.seek(start)
                compacted.stream.write(self._stream.read(length))
            self._stream.seek(self._end)
            shutil.copyfileobj(self._stream, compacted.stream)


@contextmanager
def _disk_errors(path: str) -> Iterator[None]:
    """Turn an error of the disk, under the file or its index, into an `OutputError`."""
    try:
        with output_errors(path):
            yield
    except sqlite3.Error as error:
        raise OutputError("io", path=path, detail=str(error)) from error


def _lines(stream: BinaryIO, path: str) -> Iterator[tuple[Any, ...]]:
    """One index row per whole line; a torn last line is cut off."""
    stream.seek(0)
    start = 0
    for line in stream:
        row, torn = _row(line), not line.endswith(b"\n")
        if start == 0 and row is None and not torn:
            raise OutputError("no_reports", path=path)
        if torn:
            _repair_end(stream, start, whole=row is not None)
        if row is not None or not torn:
            name, *rest = row or _NO_REPORT
            yield name, start, len(line) + torn, *rest
        start += len(line)


def _repair_end(stream: BinaryIO, start: int, *, whole: bool) -> None:
    if whole:
        stream.write(b"\n")  # the file is open for appending
    else:
        stream.truncate(start)
    stream.flush()


def _row(line: bytes) -> tuple[Any, ...] | None:
    """The index row of a line: name, outcome, failed, and its `source`; None if it is not a report."""
    try:
        report = json.loads(line)
        name, source = report["path"].encode("utf-8", "surrogatepass"), report.get("source", {})
        failed = "error" in report
        outcome = report["error"]["code"] if failed else report["verdict"]
        sha256 = source.get("sha256") or report.get("photo", {}).get("sha256")
    except (ValueError, KeyError, TypeError, AttributeError):
        return None
    return name, outcome, failed, source.get("size"), source.get("mtime_ns"), sha256, source.get("basis")
