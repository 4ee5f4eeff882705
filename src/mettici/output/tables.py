"""Reports as tables: flat CSV, and nested, typed Parquet. Both files appear complete, when the scan ends."""

from __future__ import annotations

import csv
import io
import json
from contextlib import suppress
from typing import TYPE_CHECKING, Any

from msgspec import inspect

from mettici import schema
from mettici.checks import all_checks
from mettici.errors import OutputError
from mettici.output.files import AtomicFile, End, output_errors
from mettici.output.rows import FIX_COLUMNS, Row, missing_people, row, valid_unicode

if TYPE_CHECKING:
    import pyarrow as pa

    from mettici.output.answer import Answer
    from mettici.output.people import People

FIXES = tuple(f"fix_{number}" for number in range(1, FIX_COLUMNS + 1))
"""The CSV columns for the first things to fix."""
LIST_PREFIX = "list_"
"""Prefix for the columns of a list of people, so that they do not collide with ours."""
ROW_GROUP = 1000
"""Rows of a Parquet file to hold and write together: about 10 MB."""
_FORMULA = ("=", "+", "-", "@", "\t", "\r")
"""Prefixes that a spreadsheet interprets as a formula."""
COLUMNS = {
    "path": "path",
    "verdict": "verdict",
    "score": "score",
    "error": "error.code",
    "error_message": "error.message",
    "width": "photo.width",
    "height": "photo.height",
    "format": "photo.format",
    "sha256": "photo.sha256",
    "notes": "photo.notes",
    "faces": "faces",
    "policy": "policy.name",
    "policy_version": "policy.version",
    "mettici": "mettici",
    "crop": "crop.box",
    "crop_file": "crop.file",
    "crop_verdict": "crop.verdict_after",
    "crop_score": "crop.score_after",
    "retake": "retake.reason",
}
"""The CSV columns before those of the checks, and the field of the report that each shows."""


class Csv:
    """One row per photo, in UTF-8 with a byte order mark for spreadsheets; each check has a column for status and
    value.

    With `people`, the columns of the list are added, and at the end a row for everyone without a photo.
    """

    def __init__(self, path: str, lang: str, people: People | None = None) -> None:
        """Raises `OutputError` if the file cannot be created."""
        self._path, self._file, self._lang, self._people = path, AtomicFile(path), lang, people
        text = io.TextIOWrapper(self._file.stream, "utf-8-sig", "backslashreplace", newline="", write_through=True)
        self._text, self._writer = text, csv.DictWriter(text, _titles(people))
        with self._file.discard_on_error():
            self._writer.writeheader()

    def write(self, answer: Answer) -> None:
        """Add the row of one photo."""
        self._add(row(json.loads(answer.line), self._lang, self._people))

    def _add(self, one: Row) -> None:
        with output_errors(self._path):
            self._writer.writerow({title: _escaped(value) for title, value in flat(one).items()})

    def close(self, end: End) -> None:
        """Put the table in its place, also with what is done so far; not after an error."""
        if end is End.FAILED:
            self._file.discard()
            return
        with self._file.commit_at_end():
            if self._people and end is End.COMPLETE:
                for one in missing_people(self._people, self._lang):
                    self._add(one)
            self._text.flush()


def flat(one: Row) -> dict[str, object]:
    """A photo's row: missing values are empty, lists are joined by spaces, faces are counted."""
    cells = {column: _cell(_lookup(one.report, place)) for column, place in COLUMNS.items()}
    cells["path"] = f"./{one.path}" if one.path.startswith(_FORMULA) else one.path  # the same path, but not a formula
    cells |= {"person": one.person, "advice": one.advice, **dict(zip(FIXES, one.first, strict=False))}
    for check in one.report.get("checks", ()):
        cells[f"{check['id']}_status"], cells[f"{check['id']}_value"] = check["status"], check["value"]
    return cells | {f"{LIST_PREFIX}{title}": value for title, value in one.others.items()}


def _lookup(report: dict[str, Any], place: str) -> Any:
    """The value at a dotted path such as "photo.width"; None if it is missing."""
    value: Any = report
    for key in place.split("."):
        value = (value or {}).get(key)
    return value


def _cell(value: Any) -> object:
    if not isinstance(value, list):
        return value
    return len(value) if any(isinstance(one, dict) for one in value) else " ".join(map(str, value))


def _titles(people: People | None) -> list[str]:
    """The column titles: those of every table, those of the checks, and those of the list."""
    path, verdict, score, *others = COLUMNS
    checks = [f"{check.id}_{what}" for check in all_checks() for what in ("status", "value")]
    listed = [f"{LIST_PREFIX}{title}" for title in (people.others if people else ())]
    return [path, "person", verdict, score, *FIXES, "advice", *others, *checks, *listed]


def _escaped(value: object) -> object:
    """Prefix text that looks like a formula with an apostrophe, so that no spreadsheet evaluates it."""
    return f"'{value}" if isinstance(value, str) and value.startswith(_FORMULA) else value


class Parquet:
    """One row per photo, typed, with the checks nested as in the report."""

    def __init__(self, path: str) -> None:
        """Raises `OutputError` if the file cannot be created, or pyarrow is missing."""
        try:
            import pyarrow.parquet as pq
        except ImportError as error:
            raise OutputError("extra", path=path, extra="parquet") from error
        self._path, self._file, self._rows = path, AtomicFile(path), list[str]()
        with self._file.discard_on_error():
            self._writer = pq.ParquetWriter(self._file.stream, columns(), compression="zstd")

    def write(self, answer: Answer) -> None:
        """Add the row of one photo."""
        self._rows.append(answer.line)
        if len(self._rows) >= ROW_GROUP:
            self._flush()

    def close(self, end: End) -> None:
        """Put the file in its place, also with what is done so far; not after an error."""
        if end is End.FAILED:
            with suppress(OSError):  # the error has been reported already
                self._writer.close()
            self._file.discard()
            return
        with self._file.commit_at_end():
            self._flush()
            self._writer.close()

    def _flush(self) -> None:
        with output_errors(self._path):
            self._writer.write_table(table(self._rows))
        self._rows.clear()


def table(lines: list[str]) -> pa.Table:
    """Convert reports, each a line of JSON, to a table with `columns`."""
    import pyarrow as pa

    return pa.Table.from_pylist([_row(json.loads(line)) for line in lines], columns())


def _row(report: dict[str, Any]) -> dict[str, Any]:
    """Prepare a report for Arrow: names in valid UTF-8; the details of a check, which differ by check, as JSON text."""
    checks = [{**check, "details": json.dumps(check["details"])} for check in report.get("checks", ())]
    return {
        **report,
        "path": valid_unicode(report["path"]),
        "checks": checks if "checks" in report else None,
        "models": list(report["models"].items()) if "models" in report else None,
    }


def columns() -> pa.Schema:
    """The columns: the fields of a report, then those specific to a photo that could not be judged."""
    import pyarrow as pa

    report, unjudged = (_members(inspect.type_info(form)) for form in (schema.Report, schema.Unjudged))
    del report["source"]  # both have it; keep the last
    return pa.schema([*(report | unjudged).items()])


def _members(form: inspect.Type) -> dict[str, pa.DataType]:
    """The Arrow type of each field of a dataclass."""
    assert isinstance(form, inspect.DataclassType)
    return {field.encode_name: _arrow(field.type) for field in form.fields}


def _arrow(kind: inspect.Type, hint: str = "") -> pa.DataType:
    """The Arrow type for a type of `schema`; `hint`: that of the field's `Meta`."""
    import pyarrow as pa

    if isinstance(kind, inspect.Metadata):
        return _arrow(kind.type, (kind.extra or {}).get("arrow", hint))
    if isinstance(kind, inspect.UnionType):
        (only,) = (one for one in kind.types if not isinstance(one, inspect.NoneType))
        return _arrow(only, hint)
    if isinstance(kind, inspect.DataclassType):
        return pa.struct([*_members(kind).items()])
    if isinstance(kind, inspect.VarTupleType):
        return pa.list_(_arrow(kind.item_type))
    if isinstance(kind, inspect.TupleType):
        return pa.list_(_arrow(kind.item_types[0]))
    if isinstance(kind, inspect.DictType) and hint != schema.TO_JSON:
        return pa.map_(_arrow(kind.key_type), _arrow(kind.value_type))
    if isinstance(kind, inspect.IntType):
        return pa.int16() if kind.le is not None else pa.int64() if hint == schema.WIDE else pa.int32()
    if isinstance(kind, inspect.LiteralType) and isinstance(kind.values[0], int):
        return pa.int16()
    return {inspect.FloatType: pa.float64(), inspect.BoolType: pa.bool_()}.get(type(kind), pa.string())
