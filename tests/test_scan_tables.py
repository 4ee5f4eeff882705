"""Reports as CSV and Parquet."""

from __future__ import annotations

import csv
import json
from pathlib import Path

import pyarrow as pa
import pyarrow.parquet as pq
import pytest
from test_render import GOOD, REJECTED, made_report

import mettici
from mettici.checks import all_checks
from mettici.errors import EmptyError, OutputError
from mettici.output.answer import Answer
from mettici.output.files import End
from mettici.output.json import error_object, to_text
from mettici.output.sinks import Sink, opener
from mettici.output.tables import COLUMNS, ROW_GROUP, Csv, Parquet

ODD = '=odd \udcff \u2713 "quoted",\n.jpg'
CHECK = all_checks()[0]
FINDING = {
    "id": CHECK.id,
    "status": "warn",
    "value": 0.25,
    "unit": CHECK.unit,
    "score": 40,
    "blocking": False,
    "weight": 0.5,
    "reason": "busy",
    "message": "è così",
    "advice": None,
    "details": {"share": 0.1, "kind": "x"},
}
CROP = {"box": [1, 2, 3, 4], "verdict_after": "accept", "score_after": 91, "mends": ["framing"], "costs": ["noise"]}


def answers() -> list[Answer]:
    full = made_report(*GOOD, path="anna.jpg").to_dict() | {
        "checks": [FINDING],
        "crop": CROP | {"later": 1},
        "retake": {"reason": "few_pixels", "message": "closer"},
        "models": {"face_mesh": "sha256:00"},
        "faces": [{"box": [1, 2, 3, 4], "score": 0.97, "main": True}],
        "source": {"size": 5, "mtime_ns": 1_700_000_000_123_456_789, "basis": "ab"},
    }
    bad = made_report(*REJECTED, path=ODD).to_dict() | {"checks": []}
    lines = [full, bad, error_object("empty.jpg", EmptyError(), "it")]
    return [Answer(to_text(line), "accept") for line in lines]


def write(sink: Sink, end: End = End.COMPLETE) -> None:
    for answer in answers():
        sink.write(answer)
    sink.close(end)


def test_csv_is_flat_with_two_columns_for_each_check(tmp_path: Path) -> None:
    path = tmp_path / "out.csv"
    write(Csv(str(path), "it"))
    with path.open(encoding="utf-8-sig", newline="") as file:
        anna, odd, empty = csv.DictReader(file)
    assert (anna["verdict"], anna["score"], anna["width"], anna["faces"]) == ("accept", "100", "800", "1")
    assert (anna[f"{CHECK.id}_status"], anna[f"{CHECK.id}_value"]) == ("warn", "0.25")
    assert (anna["crop"], anna["crop_score"], anna["retake"]) == ("1 2 3 4", "91", "few_pixels")
    assert sum(name.endswith("_status") for name in anna) == len(all_checks())
    assert (anna["person"], odd["person"]) == ("anna.jpg", '\'=odd \\udcff \u2713 "quoted",\n.jpg')
    assert path.read_bytes().startswith(b"\xef\xbb\xbfpath,"), "Excel recognises UTF-8 by its byte order mark"
    assert (anna["crop_verdict"], anna["crop_file"], empty["fix_1"]) == ("accept", "", EmptyError().remedy_in("it"))
    assert odd["path"] == './=odd \\udcff \u2713 "quoted",\n.jpg', "no spreadsheet treats it as a formula"
    assert (empty["verdict"], empty["error"], empty["error_message"]) == ("", "empty", "Il file è vuoto.")


def test_parquet_is_typed_and_nested(tmp_path: Path) -> None:
    path = tmp_path / "out.parquet"
    write(Parquet(str(path)))
    table = pq.read_table(path)
    assert table.schema.field("score").type == "int16"
    anna, odd, empty = table.to_pylist()
    check = anna["checks"][0]
    assert json.loads(check.pop("details")) == FINDING["details"]
    assert check == {k: v for k, v in FINDING.items() if k != "details"}
    assert (anna["crop"], anna["retake"]["reason"]) == (CROP | {"file": None}, "few_pixels")
    assert anna["models"] == [("face_mesh", "sha256:00")]
    assert anna["source"]["mtime_ns"] == 1_700_000_000_123_456_789
    assert (odd["verdict"], odd["path"]) == ("reject", ODD.replace("\udcff", "\\udcff"))
    assert (empty["error"]["code"], empty["verdict"], empty["checks"]) == ("empty", None, None)


def test_parquet_has_every_field_of_a_report(tmp_path: Path) -> None:
    """Parquet has every field of the JSON, including future ones."""
    write(Parquet(str(tmp_path / "out.parquet")))
    columns = {field.name: field.type for field in pq.read_schema(tmp_path / "out.parquet")}
    kinds = mettici.report_schema()["$defs"]
    assert columns.keys() == kinds["report"]["properties"].keys() | kinds["unjudged"]["properties"].keys()
    inside = {name: kind.value_type if pa.types.is_list(kind) else kind for name, kind in columns.items()}
    for name, kind in inside.items():
        if pa.types.is_struct(kind):
            singular = {"faces": "face", "checks": "check", "timing_ms": "timing"}.get(name, name)
            assert {field.name for field in kind} == set(kinds[singular]["properties"]), name


@pytest.mark.parametrize("place", COLUMNS.values())
def test_csv_columns_are_fields_of_a_report(place: str) -> None:
    kinds = mettici.report_schema()["$defs"]
    fields = kinds["report"]["properties"] | kinds["unjudged"]["properties"]
    first, *rest = place.split(".")
    assert first in fields
    for name in rest:
        assert name in kinds[first]["properties"]


def test_parquet_writes_more_than_it_keeps_in_memory(tmp_path: Path) -> None:
    path, sink = tmp_path / "out.parquet", Parquet(str(tmp_path / "out.parquet"))
    for _ in range(ROW_GROUP + 1):
        sink.write(answers()[0])
    sink.close(End.STOPPED)
    assert pq.read_metadata(path).num_rows == ROW_GROUP + 1
    assert pq.read_metadata(path).num_row_groups == 2


@pytest.mark.parametrize("ending", [".csv", ".parquet", ".xlsx"])
def test_a_table_is_written_atomically(tmp_path: Path, ending: str) -> None:
    path = tmp_path / f"out{ending}"
    path.write_text("before")
    make = opener(str(path), "en")
    sink = make()
    sink.write(answers()[0])
    assert path.read_text() == "before"
    sink.close(End.FAILED)
    assert path.read_text() == "before"
    assert list(tmp_path.iterdir()) == [path]
    write(make(), End.STOPPED)
    assert path.read_bytes()[:4] in (b"\xef\xbb\xbfp", b"PAR1", b"PK\x03\x04")


def test_without_pyarrow_the_error_has_a_remedy(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(__import__("sys").modules, "pyarrow.parquet", None)
    with pytest.raises(OutputError, match="additional package") as caught:
        Parquet(str(tmp_path / "out.parquet"))
    assert "mettici[parquet]" in caught.value.remedy
