"""Reports as tables: CSV, flat, and Parquet, nested and typed. Both appear whole, when the scan ends."""

from __future__ import annotations

import csv
import io
import json
from contextlib import suppress
from typing import TYPE_CHECKING, Any

from mettici.batch.files import AtomicFile, End, output_errors
from mettici.checks import all_checks
from mettici.errors import OutputError

if TYPE_CHECKING:
    import pyarrow as pa

    from mettici.batch.task import Answer

ROW_GROUP = 1000
"""Rows of a Parquet file that are held and written together: about 10 MB."""
_FORMULA = ("=", "+", "-", "@", "\t", "\r")
"""What a spreadsheet takes for the start of a formula."""


class Csv:
    """A row a photo, in UTF-8; for each check a column with its status and one with its value."""

    def __init__(self, path: str) -> None:
        """Raises `OutputError` where the file cannot be made."""
        self._path, self._file = path, AtomicFile(path)
        text = io.TextIOWrapper(self._file.stream, "utf-8", "backslashreplace", newline="", write_through=True)
        self._text, self._writer = text, csv.DictWriter(text, _columns())
        with self._file.unless_failed():
            self._writer.writeheader()

    def write(self, answer: Answer) -> None:
        """Add the row of one photo."""
        with output_errors(self._path):
            self._writer.writerow(flat(json.loads(answer.line)))

    def close(self, end: End) -> None:
        """Put the table in its place, also with what is done so far; not after an error."""
        if end is End.FAILED:
            self._file.discard()
            return
        with self._file.kept_whole():
            self._text.flush()


def flat(report: dict[str, Any]) -> dict[str, object]:
    """The report's row of the CSV: what is missing is left empty; lists are joined by spaces."""
    photo, error, policy = (report.get(key) or {} for key in ("photo", "error", "policy"))
    path = report["path"]
    row = {
        "path": f"./{path}" if path.startswith(_FORMULA) else path,  # the same file, and no formula
        "verdict": report.get("verdict"),
        "score": report.get("score"),
        "error": error.get("code"),
        "error_message": error.get("message"),
        **{key: photo.get(key) for key in ("width", "height", "format", "sha256")},
        "notes": " ".join(photo.get("notes", ())),
        "faces": len(report["faces"]) if "faces" in report else None,
        "policy": policy.get("name"),
        "policy_version": policy.get("version"),
        "mettici": report.get("mettici"),
    }
    for check in report.get("checks", ()):
        row[f"{check['id']}_status"], row[f"{check['id']}_value"] = check["status"], check["value"]
    return row


def _columns() -> list[str]:
    head = list(flat({"path": ""}))
    return head + [f"{check.id}_{what}" for check in all_checks() for what in ("status", "value")]


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
            self._writer = pq.ParquetWriter(self._file.stream, schema(), compression="zstd")

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
    """Reports, each a line of JSON, as a table of `schema`."""
    import pyarrow as pa

    return pa.Table.from_pylist([_row(json.loads(line)) for line in lines], schema())


def _row(report: dict[str, Any]) -> dict[str, Any]:
    """The report as Arrow takes it: names in valid UTF-8; a check's details, which differ by check, as JSON."""
    checks = [{**check, "details": json.dumps(check["details"])} for check in report.get("checks", ())]
    return {
        **report,
        "path": report["path"].encode("utf-8", "backslashreplace").decode(),
        "checks": checks if "checks" in report else None,
        "models": list(report["models"].items()) if "models" in report else None,
    }


def schema() -> pa.Schema:
    """The columns: those of the report (schema 1), with a photo's error and source."""
    import pyarrow as pa

    text, whole, real, yes = pa.string(), pa.int64(), pa.float64(), pa.bool_()
    box = pa.list_(pa.int32())
    check = {
        "id": text, "status": text, "value": real, "unit": text, "score": pa.int16(), "blocking": yes, "weight": real,
        "reason": text, "message": text, "advice": text, "details": text,
    }  # fmt: skip
    photo = {"width": pa.int32(), "height": pa.int32(), "format": text, "sha256": text, "notes": pa.list_(text)}
    return pa.schema(
        {
            "schema": pa.int16(),
            "path": text,
            "verdict": text,
            "score": pa.int16(),
            "photo": _struct(photo),
            "faces": pa.list_(_struct({"box": box, "score": real, "main": yes})),
            "checks": pa.list_(_struct(check)),
            "crop": _struct({"box": box, "verdict_after": text, "mends": pa.list_(text)}),
            "retake": _struct({"reason": text, "message": text}),
            "policy": _struct({"name": text, "version": text}),
            "models": pa.map_(text, text),
            "mettici": text,
            "timing_ms": _struct({"decode": real, "vision": real, "checks": real, "crop": real}),
            "error": _struct({"code": text, "message": text, "remedy": text}),
            "source": _struct({"size": whole, "mtime_ns": whole, "sha256": text, "basis": text}),
        }
    )


def _struct(fields: dict[str, pa.DataType]) -> pa.DataType:
    import pyarrow as pa

    return pa.struct(list(fields.items()))
