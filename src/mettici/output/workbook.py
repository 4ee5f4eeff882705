"""Reports as an Excel workbook (.xlsx), for people, in their language."""

from __future__ import annotations

import importlib.util
import json
import re
import tempfile
from contextlib import ExitStack
from itertools import chain
from typing import TYPE_CHECKING, Any

from mettici.errors import OutputError
from mettici.messages import say
from mettici.output.files import AtomicFile, End, close_ignoring_errors, output_errors
from mettici.output.rows import FIX_COLUMNS, Row, missing_people, row

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Sequence

    from mettici.output.answer import Answer
    from mettici.output.people import People

MAX_ROWS = 1_048_576
"""The format's limits on the rows of a sheet and the characters of a cell (ECMA-376, as in Excel)."""
MAX_CELL_LENGTH = 32_767
_COLOURS = {"accept": "#1A7F4B", "improve": "#A86400", "reject": "#B3261E"}
"""Colours of the verdicts, as in the HTML report."""
_UNFIT = re.compile("[\0-\x08\x0b-\x1f\ud800-\udfff\ufffe\uffff]")
"""Characters that XML does not allow."""
VERDICT_AT = 1
"""Index of the verdict's column."""


class Workbook:
    """A workbook with one sheet and a row per photo. All text is literal: nothing becomes a formula or a link.

    Reports are buffered in an anonymous temporary file. With `people`, the list's columns come last, and everyone
    without a photo gets a row.
    """

    def __init__(self, path: str, lang: str, people: People | None = None) -> None:
        """Raises `OutputError` if the file cannot be created, or XlsxWriter is missing."""
        if importlib.util.find_spec("xlsxwriter") is None:
            raise OutputError("extra", path=path, extra="xlsx")
        self._path, self._lang, self._people, self._file = path, lang, people, AtomicFile(path)
        with self._file.discard_on_error():
            self._buffer = tempfile.TemporaryFile("w+", encoding="utf-8")  # noqa: SIM115 - close closes it

    def write(self, answer: Answer) -> None:
        """Buffer one report."""
        with output_errors(self._path):
            self._buffer.write(answer.line + "\n")

    def close(self, end: End) -> None:
        """Write the workbook, even if the scan was stopped early, but not after an error.

        Raises `OutputError` if there are too many rows for a sheet.
        """
        with ExitStack() as stack:
            stack.callback(close_ignoring_errors, self._buffer)
            if end is End.FAILED:
                self._file.discard()
                return
            with self._file.commit_at_end(), tempfile.TemporaryDirectory() as folder:
                self._buffer.seek(0)
                lines = (row(json.loads(line), self._lang, self._people) for line in self._buffer)
                absent = missing_people(self._people, self._lang) if self._people and end is End.COMPLETE else ()
                self._make(chain(lines, absent), folder)

    def _make(self, rows: Iterable[Row], folder: str) -> None:
        """Write the workbook via files in `folder`, so that a million rows need little memory."""
        from xlsxwriter import Workbook as Book
        from xlsxwriter.exceptions import FileCreateError

        options = {"constant_memory": True, "tmpdir": folder, "use_zip64": True}
        book = Book(self._file.stream, options)
        try:
            self._fill(book, rows)
        finally:  # also after an error, to close its own files
            try:
                book.close()
            except FileCreateError as error:  # an OSError, wrapped
                raise OutputError("io", path=self._path, detail=str(error)) from error

    def _fill(self, book: Any, rows: Iterable[Row]) -> None:
        sheet, columns = book.add_worksheet(say("workbook.sheet", self._lang)), _columns(self._lang, self._people)
        styles, last = _styles(book), 0
        for number, (title, width, _) in enumerate(columns):
            sheet.set_column(number, number, width)
            sheet.write_string(0, number, _fit(title), styles["head"])
        sheet.freeze_panes(1, 1)
        for last, one in enumerate(rows, 1):
            if last >= MAX_ROWS:
                raise OutputError("rows", path=self._path, most=MAX_ROWS - 1)
            _write(sheet, last, [value(one) for _, _, value in columns], styles, one.report.get("verdict", ""))
        sheet.autofilter(0, 0, max(1, last), len(columns) - 1)


def _styles(book: Any) -> dict[str, Any]:
    """Cell styles: the header, each verdict by its name, and everything else ("")."""
    plain = {"valign": "top", "text_wrap": True}
    looks: dict[str, dict[str, object]] = {"head": {"bold": True, "bottom": 1}, "": {}}
    looks |= {verdict: {"bold": True, "font_color": colour} for verdict, colour in _COLOURS.items()}
    return {name: book.add_format(plain | look) for name, look in looks.items()}


def _write(sheet: Any, at: int, cells: Sequence[str | int | None], styles: dict[str, Any], verdict: str) -> None:
    """Write a row; the verdict's cell gets its colour."""
    for number, cell in enumerate(cells):
        if isinstance(cell, int):
            sheet.write_number(at, number, cell, styles[""])
        elif cell:
            sheet.write_string(at, number, _fit(cell), styles[verdict if number == VERDICT_AT else ""])


def _columns(lang: str, people: People | None) -> Sequence[tuple[str, int, Callable[[Row], str | int | None]]]:
    """Each column's title, its width in characters, and its value for a photo."""
    first = [(say("workbook.fix", lang, number=n + 1), 44, _nth(n)) for n in range(FIX_COLUMNS)]
    own = [(title, 24, _other(title)) for title in (people.others if people else ())]
    return [
        (say("workbook.person", lang), 26, lambda one: one.person),
        (say("workbook.verdict", lang), 16, lambda one: one.verdict),
        (say("workbook.score", lang), 8, lambda one: one.score),
        *first,
        (say("workbook.advice", lang), 70, lambda one: one.advice),
        (say("workbook.crop", lang), 30, lambda one: one.crop.get("file")),
        (say("workbook.crop_verdict", lang), 16, _crop_verdict(lang)),
        (say("workbook.crop_score", lang), 8, lambda one: one.crop.get("score_after")),
        (say("workbook.file", lang), 30, lambda one: one.path),
        (say("workbook.problem", lang), 30, lambda one: one.report.get("error", {}).get("message")),
        *own,
    ]


def _nth(number: int) -> Callable[[Row], str | int | None]:
    return lambda one: one.first[number] if number < len(one.first) else None


def _other(title: str) -> Callable[[Row], str | int | None]:
    return lambda one: one.others.get(title)


def _crop_verdict(lang: str) -> Callable[[Row], str | int | None]:
    return lambda one: say("report.short." + one.crop["verdict_after"], lang) if one.crop else None


def _fit(text: str) -> str:
    """Escape and truncate text so that a cell can hold it."""
    return _UNFIT.sub(lambda sign: repr(sign[0])[1:-1], text)[:MAX_CELL_LENGTH]
