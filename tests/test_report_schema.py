"""The JSON Schema of a report: real reports are valid, and it covers all of their fields."""

from __future__ import annotations

import dataclasses
import json
import subprocess
import sys
from copy import deepcopy
from pathlib import Path
from typing import Any

import pytest
from jsonschema import Draft202012Validator

import mettici
from mettici import PhotoChecker, PhotoError, schema
from mettici.checks.base import Status
from mettici.output.json import error_object
from mettici.scoring import Verdict
from mettici.web import schema as web

Object = dict[str, Any]


@pytest.fixture(scope="module")
def closed() -> Draft202012Validator:
    """The schema with unknown fields forbidden, which shows that it covers every field of a report."""
    schema = mettici.report_schema()
    for kind in schema["$defs"].values():
        if "properties" in kind:
            kind["additionalProperties"] = False
    return Draft202012Validator(schema)


def test_it_is_a_valid_schema() -> None:
    Draft202012Validator.check_schema(mettici.report_schema())


@pytest.mark.parametrize("lang", ["en", "it"])
def test_every_sample_s_report_is_valid(
    closed: Draft202012Validator, samples: Path, checker: PhotoChecker, lang: str
) -> None:
    kinds = set[str]()
    for path in sorted(p for p in samples.rglob("*.*") if p.suffix in {".jpg", ".png"}):
        try:
            record = checker.check(path).to_dict(lang)
            kinds.add(record["verdict"])
        except PhotoError as error:
            record = error_object(str(path), error, lang)
            kinds.add("error")
        closed.validate(json.loads(json.dumps(record)))
    assert kinds == {"accept", "improve", "reject", "error"}


@pytest.mark.parametrize("option", [[], ["--hash"]])
def test_every_line_of_a_scan_is_valid(
    closed: Draft202012Validator, samples: Path, tmp_path: Path, option: list[str]
) -> None:
    two = tmp_path / "two.txt"
    two.write_text(f"{samples / 'portrait_good.jpg'}\n{samples / 'broken' / 'text.jpg'}\n", "utf-8")
    command = [sys.executable, "-m", "mettici", "scan", f"@{two}", "--quiet", "--jobs", "1", *option]
    lines = subprocess.run(command, capture_output=True, check=False).stdout.splitlines()
    assert len(lines) == 2
    for line in lines:
        closed.validate(json.loads(line))


@pytest.mark.parametrize(
    "wrong",
    [
        {"verdict": "good"},
        {"score": 101},
        {"score": 86.5},
        {"schema": 2},
        {"checks": []},
        {"crop": {"box": [1, 2, 3]}},
        {"faces": [{"box": [0, 0, 1], "score": 1, "main": True}]},
        {"models": {"mesh": "abc"}},
    ],
)
def test_other_objects_are_invalid(checker: PhotoChecker, samples: Path, wrong: Object) -> None:
    report = checker.check(samples / "portrait_good.jpg").to_dict()
    validator = Draft202012Validator(mettici.report_schema())
    assert validator.is_valid(report)
    assert not validator.is_valid({**deepcopy(report), **wrong})
    assert not validator.is_valid({k: v for k, v in report.items() if k != "verdict"})


def test_its_enums_match_the_code() -> None:
    kinds = mettici.report_schema()["$defs"]
    assert set(kinds["verdict"]["enum"]) == {v.value for v in Verdict}
    assert set(kinds["status"]["enum"]) == {s.value for s in Status}
    assert {"not_an_image", "timeout", "worker_crashed"} <= set(kinds["error"]["properties"]["code"]["enum"])


def test_the_api_s_schema_has_the_same_fields() -> None:
    """Answers of the API may have more fields, such as pictures."""
    ours, theirs = mettici.report_schema()["$defs"], web.components()
    for kind, record in ours.items():
        if "properties" in record and kind not in ("report", "unjudged"):
            assert theirs[kind.capitalize()]["properties"].keys() == record["properties"].keys()
    assert ours["report"]["properties"].keys() < theirs["ReportAnswer"]["properties"].keys()
    assert ours["unjudged"]["properties"].keys() < theirs["Failed"]["properties"].keys()


@pytest.mark.parametrize("field", [f.name for f in dataclasses.fields(schema.Report) if f.name != "source"])
def test_every_field_but_the_source_is_required(checker: PhotoChecker, samples: Path, field: str) -> None:
    report = checker.check(samples / "portrait_good.jpg").to_dict()
    del report[field]
    assert not Draft202012Validator(mettici.report_schema()).is_valid(report)


def test_the_command_prints_it() -> None:
    done = subprocess.run([sys.executable, "-m", "mettici", "schema"], capture_output=True, check=True)
    assert json.loads(done.stdout) == mettici.report_schema()
