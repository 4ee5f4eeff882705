"""Reports as tables: CSV, flat, and Parquet, nested and typed. Both appear whole, when the scan ends."""

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
from mettici.output.rows import FIRST, Row, as_text, missing, row

if TYPE_CHECKING:
    import pyarrow as pa

    from mettici.output.answer import Answer
    from mettici.output.people import People

FIXES = tuple(f"fix_{number}" for number in range(1, FIRST + 1))
"""The CSV's columns for the first things to fix."""
LISTED = "list_"
"""What the columns of a list of people begin with, so that none is taken for one of ours."""
ROW_GROUP = 1000
"""Rows of a Parquet file that are held and written together: about 10 MB."""
_FORMULA = ("=", "+", "-", "@", "\t", "\r")
"""What a spreadsheet takes for the start of a formula."""
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
"""The CSV's columns before those of the checks, and where the report has what they show."""


class Csv:
    """A row a photo, in UTF-8 with the mark by which spreadsheets know it; for each check its status and its value.

    With `people`, a column for each of the list's own, and at the end a row for everybody without a photo.
    """

    def __init__(self, path: str, lang: str, people: People | None = None) -> None:
        """Raises `OutputError` where the file cannot be made."""
        self._path, self._file, self._lang, self._people = path, AtomicFile(path), lang, people
        text = io.TextIOWrapper(self._file.stream, "utf-8-sig", "backslashreplace", newline="", write_through=True)
        self._text, self._writer = text, csv.DictWriter(text, _titles(people))
        with self._file.unless_failed():
            self._writer.writeheader()

    def write(self, answer: Answer) -> None:
        """Add the row of one photo."""
        self._add(row(json.loads(answer.line), self._lang, self._people))

    def _add(self, one: Row) -> None:
        with output_errors(self._path):
            self._writer.writerow({title: _harmless(value) for title, value in flat(one).items()})

    def close(self, end: End) -> None:
        """Put the table in its place, also with what is done so far; not after an error."""
        if end is End.FAILED:
            self._file.discard()
            return
        with self._file.kept_whole():
            if self._people and end is End.COMPLETE:
                for one in missing(self._people, self._lang):
                    self._add(one)
            self._text.flush()


def flat(one: Row) -> dict[str, object]:
    """A photo's row: what is missing is left empty, lists are joined by spaces, faces are counted."""
    told = {column: _cell(_at(one.report, place)) for column, place in COLUMNS.items()}
    told["path"] = f"./{one.path}" if one.path.startswith(_FORMULA) else one.path  # the same file, and no formula
    told |= {"person": one.person, "advice": one.advice, **dict(zip(FIXES, one.first, strict=False))}
    for check in one.report.get("checks", ()):
        told[f"{check['id']}_status"], told[f"{check['id']}_value"] = check["status"], check["value"]
    return told | {f"{LISTED}{title}": value for title, value in one.others.items()}


def _at(report: dict[str, Any], place: str) -> Any:
    """What stands at a place such as "photo.width"; None where it is missing."""
    value: Any = report
    for key in place.split("."):
        value = (value or {}).get(key)
    return value


def _cell(value: Any) -> object:
    if not isinstance(value, list):
        return value
    return len(value) if any(isinstance(one, dict) for one in value) else " ".join(map(str, value))


def _titles(people: People | None) -> list[str]:
    """Of the columns: those of every table, the checks', and the list's own."""
    path, verdict, score, *others = COLUMNS
    checks = [f"{check.id}_{what}" for check in all_checks() for what in ("status", "value")]
    listed = [f"{LISTED}{title}" for title in (people.others if people else ())]
    return [path, "person", verdict, score, *FIXES, "advice", *others, *checks, *listed]


def _harmless(value: object) -> object:
    """What no spreadsheet runs: a text that begins as a formula is made one by an apostrophe."""
    return f"'{value}" if isinstance(value, str) and value.startswith(_FORMULA) else value


class Parquet:
    """A row a photo, typed, with the checks nested as in the report."""

    def __init__(self, path: str) -> None:
        """Raises `OutputError` where the file cannot be made, or pyarrow is missing."""
        try:
            import pyarrow.parquet as pq
        except ImportError as error:
            raise OutputError("extra", path=path, extra="parquet") from error
        self._path, self._file, self._rows = path, AtomicFile(path), list[str]()
        with self._file.unless_failed():
            self._writer = pq.ParquetWriter(self._file.stream, columns(), compression="zstd")

    def write(self, answer: Answer) -> None:
        """Add the row of one photo."""
        self._rows.append(answer.line)
        if len(self._rows) >= ROW_GROUP:
            self._flush()

    def close(self, end: End) -> None:
        """Put the file in its place, also with what is done so far; not after an error."""
        if end is End.FAILED:
            with suppress(OSError):  # what failed is told already
                self._writer.close()
            self._file.discard()
            return
        with self._file.kept_whole():
            self._flush()
            self._writer.close()

    def _flush(self) -> None:
        with output_errors(self._path):
            self._writer.write_table(table(self._rows))
        self._rows.clear()


def table(lines: list[str]) -> pa.Table:
    """Reports, each a line of JSON, as a table of `columns`."""
    import pyarrow as pa

    return pa.Table.from_pylist([_row(json.loads(line)) for line in lines], columns())


def _row(report: dict[str, Any]) -> dict[str, Any]:
    """The report as Arrow takes it: names in valid UTF-8; a check's details, which differ by check, as JSON."""
    checks = [{**check, "details": json.dumps(check["details"])} for check in report.get("checks", ())]
    return {
        **report,
        "path": as_text(report["path"]),
        "checks": checks if "checks" in report else None,
        "models": list(report["models"].items()) if "models" in report else None,
    }


def columns() -> pa.Schema:
    """The columns: the fields of a report, then the further ones of a photo that could not be judged."""
    import pyarrow as pa

    report, unjudged = (_members(inspect.type_info(form)) for form in (schema.Report, schema.Unjudged))
    del report["source"]  # both have it, and it stands last
    return pa.schema([*(report | unjudged).items()])


def _members(form: inspect.Type) -> dict[str, pa.DataType]:
    """Arrow's type of each field of a dataclass."""
    assert isinstance(form, inspect.DataclassType)
    return {field.encode_name: _arrow(field.type) for field in form.fields}


def _arrow(kind: inspect.Type, told: str = "") -> pa.DataType:
    """Arrow's type for a type of `schema`; `told`: what the field's `Meta` says of it."""
    import pyarrow as pa

    if isinstance(kind, inspect.Metadata):
        return _arrow(kind.type, (kind.extra or {}).get("arrow", told))
    if isinstance(kind, inspect.UnionType):
        (only,) = (one for one in kind.types if not isinstance(one, inspect.NoneType))
        return _arrow(only, told)
    if isinstance(kind, inspect.DataclassType):
        return pa.struct([*_members(kind).items()])
    if isinstance(kind, inspect.VarTupleType):
        return pa.list_(_arrow(kind.item_type))
    if isinstance(kind, inspect.TupleType):
        return pa.list_(_arrow(kind.item_types[0]))
    if isinstance(kind, inspect.DictType) and told != schema.TO_JSON:
        return pa.map_(_arrow(kind.key_type), _arrow(kind.value_type))
    if isinstance(kind, inspect.IntType):
        return pa.int16() if kind.le is not None else pa.int64() if told == schema.WIDE else pa.int32()
    if isinstance(kind, inspect.LiteralType) and isinstance(kind.values[0], int):
        return pa.int16()
    return {inspect.FloatType: pa.float64(), inspect.BoolType: pa.bool_()}.get(type(kind), pa.string())
