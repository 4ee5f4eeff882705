"""The commands, mostly with a fake checker."""

from __future__ import annotations

import json
from pathlib import Path
from typing import TYPE_CHECKING, BinaryIO

import pytest
from command_line import run
from test_render import GOOD, MIXED, REJECTED, made_report

import mettici.checker
import mettici.vision.pipeline
from mettici.errors import EmptyError, ModelMissingError
from mettici.policy import load
from mettici.vision.pipeline import Vision

if TYPE_CHECKING:
    from mettici.report import Report


class NoVision(Vision):
    """Loads no networks."""

    def prepare(self) -> None:
        pass


class FakeChecker:
    """Judges by the photo's name."""

    def __init__(self, policy: str, *, vision: object) -> None:
        assert isinstance(vision, NoVision)
        load(policy)

    def check(self, photo: str | BinaryIO, *, name: str | None = None) -> Report:
        if not isinstance(photo, str):
            return made_report(*GOOD, path=f"{name} {len(photo.read())}")
        if photo.startswith("stop"):
            raise KeyboardInterrupt
        if photo.startswith("model"):
            raise ModelMissingError(file="face.onnx")
        if photo.startswith("empty"):
            raise EmptyError()
        findings = {"good": GOOD, "mixed": MIXED, "bad": REJECTED}[photo.partition(".")[0]]
        return made_report(*findings, path=photo)

    def __enter__(self) -> FakeChecker:
        return self

    def __exit__(self, *_: object) -> None:
        pass


@pytest.fixture(autouse=True)
def fake(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(mettici.checker, "PhotoChecker", FakeChecker)
    monkeypatch.setattr(mettici.vision.pipeline, "Vision", NoVision)


@pytest.mark.parametrize(
    ("photos", "code"),
    [
        (["good.jpg"], 0),
        (["mixed.jpg", "good.jpg"], 0),
        (["bad.jpg"], 1),
        (["good.jpg", "bad.jpg"], 1),
        (["empty.jpg"], 3),
        (["bad.jpg", "empty.jpg", "good.jpg"], 3),
        (["model.jpg"], 4),
        (["stop.jpg"], 130),
        ([], 2),
        (["good.jpg", "--policy", "nope"], 2),
        (["good.jpg", "--lang", "fr"], 0),
        (["good.jpg", "--lang", "f?"], 2),
    ],
)
@pytest.mark.parametrize("form", [[], ["--json"]])
def test_exit_codes_of_check(photos: list[str], code: int, form: list[str]) -> None:
    assert run("check", *photos, *form).exit_code == code


def test_several_photos_give_blocks_and_a_summary() -> None:
    done = run("check", "good.jpg", "empty.jpg", "bad.jpg")
    assert "100\n\nGood already" in done.stdout
    assert done.stdout.endswith("\n\n3 photos: 1 good, 1 not suitable, 1 unreadable (empty 1)\n")
    assert "empty.jpg\n✘ The file is empty.\n  Copy" in done.stderr
    assert "empty.jpg" not in done.stdout


def test_json_is_one_report_or_an_array() -> None:
    one = json.loads(run("check", "good.jpg", "--json").stdout)
    assert (one["path"], one["verdict"], one["checks"][0]["message"]) == (
        "good.jpg",
        "accept",
        "All is fine.",
    )
    done = run("check", "good.jpg", "empty.jpg", "--json", "--lang", "it")
    several = json.loads(done.stdout)
    assert several[0]["checks"][0]["message"] == "Tutto bene."
    assert several[1]["error"] == {
        "code": "empty",
        "message": "Il file è vuoto.",
        "remedy": EmptyError().remedy_in("it"),
    }
    assert done.stderr == ""
    alone = json.loads(run("check", "empty.jpg", "--json").stdout)
    assert alone["error"]["code"] == "empty"


def test_a_dash_is_standard_input() -> None:
    assert json.loads(run("check", "-", "--json", stdin=b"12345").stdout)["path"] == "- 5"


@pytest.mark.parametrize(
    ("variables", "italian"),
    [
        ({"LC_ALL": "it_IT.UTF-8"}, True),
        ({"LC_ALL": "", "LC_MESSAGES": "it_CH", "LANG": "en_US"}, True),
        ({"LC_ALL": "", "LANG": "it"}, True),
        ({"LC_ALL": "C", "LANG": "it_IT"}, False),
        ({"LC_ALL": "", "LANG": "en_IT.UTF-8"}, False),
        ({"LC_ALL": ""}, False),
    ],
)
def test_the_locale_sets_the_language(variables: dict[str, str], italian: bool) -> None:
    assert ("Una buona foto" in run("check", "good.jpg", **variables).stdout) is italian
    assert "A good" in run("check", "good.jpg", "--lang", "en", **variables).stdout


def test_colour_only_where_it_is_wanted() -> None:
    assert "\x1b[" not in run("check", "good.jpg").stdout
    assert "\x1b[32m" in run("check", "good.jpg", FORCE_COLOR="1").stdout
    assert "\x1b[" not in run("check", "good.jpg", FORCE_COLOR="1", NO_COLOR="1").stdout


def test_errors_use_the_requested_language() -> None:
    done = run("check", "good.jpg", "--policy", "nope", "--lang", "it")
    assert done.stdout == ""
    assert done.stderr.startswith("✘ L'insieme di criteri nope non esiste.\n  Usane uno fra: ")
    assert run("policy", "nope").exit_code == 2


def test_a_photo_without_a_command_gets_a_hint(tmp_path: Path) -> None:
    assert f"mettici scan {tmp_path}" in " ".join(run(str(tmp_path)).stderr.split())  # undo the wrapping at 80 columns
    assert run("nope").exit_code == 2


def test_a_library_that_fails_to_load_is_reported_without_traceback(monkeypatch: pytest.MonkeyPatch) -> None:
    def broken(*_: object, **__: object) -> None:
        raise ImportError("libGL.so.1: cannot open shared object file", name="cv2")

    monkeypatch.setattr(mettici.checker, "PhotoChecker", broken)
    done = run("check", "good.jpg")
    assert done.exit_code == 4
    assert "mettici doctor" in done.stderr
