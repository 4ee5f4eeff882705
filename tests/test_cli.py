"""The commands, mostly with a checker that says what the test wants."""

from __future__ import annotations

import json
import sys
from pathlib import Path
from typing import TYPE_CHECKING, BinaryIO

import pytest
from click.testing import CliRunner, Result
from test_render import GOOD, MIXED, REJECTED, made_report

import mettici.checker
import mettici.vision
from mettici.batch import judging
from mettici.batch.judging import Answer
from mettici.cli import program
from mettici.errors import EmptyError, ModelCorruptError, ModelMissingError, PhotoError
from mettici.policy import load
from mettici.vision import weights

if TYPE_CHECKING:
    from mettici.batch.sources import Task
    from mettici.verdict import Report
from mettici.vision import Vision

if sys.version_info >= (3, 11):
    import tomllib
else:
    import tomli as tomllib


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
            raise ModelMissingError(file="face.tflite")
        if photo.startswith("empty"):
            raise EmptyError()
        findings = {"good": GOOD, "mixed": MIXED, "bad": REJECTED}[photo.partition(".")[0]]
        return made_report(*findings, path=photo)

    def __enter__(self) -> FakeChecker:
        return self

    def __exit__(self, *_: object) -> None:
        pass


@pytest.fixture(autouse=True)
def plain(monkeypatch: pytest.MonkeyPatch) -> None:
    """The same surroundings for every test."""
    monkeypatch.setattr(mettici.checker, "PhotoChecker", FakeChecker)
    monkeypatch.setattr(mettici.vision, "Vision", NoVision)
    for name in ("LC_MESSAGES", "LANG", "NO_COLOR", "FORCE_COLOR", "TERM"):
        monkeypatch.delenv(name, raising=False)
    monkeypatch.setenv("LC_ALL", "C.UTF-8")
    monkeypatch.setenv("COLUMNS", "80")


def run(*words: str, stdin: bytes | None = None, color: bool = False) -> Result:
    return CliRunner().invoke(program, list(words), input=stdin, color=color)


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
        (["good.jpg", "--lang", "fr"], 2),
    ],
)
@pytest.mark.parametrize("form", [[], ["--json"]])
def test_exit_codes_of_check(photos: list[str], code: int, form: list[str]) -> None:
    assert run("check", *photos, *form).exit_code == code


def test_several_photos_are_blocks_and_a_summary() -> None:
    done = run("check", "good.jpg", "empty.jpg", "bad.jpg")
    assert "100\n\nGood already" in done.stdout
    assert done.stdout.endswith("\n\n3 photos: 1 good, 1 not fit, 1 unreadable (empty 1)\n")
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
        "code": "empty", "message": "Il file è vuoto.", "remedy": EmptyError().remedy_in("it"),
    }  # fmt: skip
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
def test_the_locale_gives_the_language(
    monkeypatch: pytest.MonkeyPatch, variables: dict[str, str], italian: bool
) -> None:
    for name, value in variables.items():
        monkeypatch.setenv(name, value)
    assert ("Una buona foto" in run("check", "good.jpg").stdout) is italian
    assert "A good" in run("check", "good.jpg", "--lang", "en").stdout


def test_colour_only_where_it_is_wanted(monkeypatch: pytest.MonkeyPatch) -> None:
    assert "\x1b[" not in run("check", "good.jpg").stdout
    assert "\x1b[32m" in run("check", "good.jpg", color=True).stdout
    monkeypatch.setenv("FORCE_COLOR", "1")
    assert "\x1b[32m" in run("check", "good.jpg").stdout
    monkeypatch.setenv("NO_COLOR", "1")
    assert "\x1b[" not in run("check", "good.jpg", color=True).stdout


def test_errors_are_told_in_the_language_asked_for() -> None:
    done = run("check", "good.jpg", "--policy", "nope", "--lang", "it")
    assert done.stdout == ""
    assert done.stderr.startswith("✘ La politica nope non esiste.\n  Usa una fra: ")
    assert run("policy", "nope").exit_code == 2


def test_who_names_a_photo_straight_away_is_helped(tmp_path: Path) -> None:
    assert f"mettici scan {tmp_path}" in run(str(tmp_path)).stderr
    assert run("nope").exit_code == 2


def test_checks_are_listed_in_both_languages() -> None:
    listed = run("checks").stdout
    for rule in load().rules:
        assert rule.check.id in listed
        assert rule.check.title.en in listed
    assert "Sorriso" in run("checks", "--lang", "it").stdout


def test_a_check_is_explained_with_its_limits() -> None:
    for rule in load().rules:
        told = run("checks", rule.check.id)
        assert told.exit_code == 0
        for key, limit in rule.limits.items():
            assert f"{key} = {limit:g}" in told.stdout
        for section in ("Why", "How", "Mend", "Limits"):
            assert f"\n{section}\n    " in told.stdout


def test_an_unknown_check_is_wrong_usage() -> None:
    done = run("checks", "smil")
    assert done.exit_code == 2
    assert "Did you mean: smile" in done.stderr


def test_a_printed_policy_is_a_policy_file(tmp_path: Path) -> None:
    printed = run("policy", "professional").stdout
    assert tomllib.loads(printed)["name"] == "professional"
    path = tmp_path / "mine.toml"
    path.write_text(printed, "utf-8")
    assert run("policy", str(path)).stdout == printed


def test_doctor_finds_all_in_order() -> None:
    done = run("doctor", "--lang", "it")
    assert done.exit_code == 0, done.stdout
    for word in ("mediapipe", "opencv", "face_mesh", "Apache-2.0", "JPEG", "Codifica".lower()):
        assert word in done.stdout


def test_doctor_tells_a_corrupt_model(monkeypatch: pytest.MonkeyPatch) -> None:
    def corrupt(name: str) -> Path:
        raise ModelCorruptError("hash", file=f"{name}.tflite")

    monkeypatch.setattr(weights, "verified", corrupt)
    done = run("doctor")
    assert done.exit_code == 4
    assert "✘ face_mesh: The model face_mesh.tflite is not the one that was shipped." in done.stdout
    assert "→ Install mettici again" in done.stdout


def test_doctor_knows_the_missing_desktop_library(monkeypatch: pytest.MonkeyPatch) -> None:
    from importlib import import_module

    from mettici.cli import diagnosis

    def broken(name: str) -> object:
        if name == "cv2":
            raise ImportError("libGL.so.1: cannot open shared object file: No such file or directory")
        return import_module(name)

    monkeypatch.setattr(diagnosis.importlib, "import_module", broken)
    lines = {line.name: line for line in diagnosis.versions("en")}
    assert lines["OpenCV"].fatal
    assert "pip install opencv-python-headless" in (lines["OpenCV"].remedy or "")


def test_a_library_that_does_not_load_is_told_without_traceback(monkeypatch: pytest.MonkeyPatch) -> None:
    def broken(*_: object, **__: object) -> None:
        raise ImportError("libGL.so.1: cannot open shared object file", name="cv2")

    monkeypatch.setattr(mettici.checker, "PhotoChecker", broken)
    done = run("check", "good.jpg")
    assert done.exit_code == 4
    assert "mettici doctor" in done.stderr


class FakeJudge:
    """Judges by the file's contents; picklable, as it is sent to the processes."""

    def __init__(self, policy: str, lang: str, **_: bool) -> None:  # noqa: ARG002
        self.lang = lang

    def prepare(self) -> None:
        pass

    def at_once(self, task: Task) -> Answer | None:  # noqa: ARG002
        return None

    def __call__(self, task: Task) -> Answer:
        outcome = Path(task.path).read_text()
        return Answer(json.dumps({"path": task.name, "lang": self.lang}), outcome, outcome == "empty")

    def refuse(self, task: Task, error: PhotoError) -> Answer:
        return Answer(json.dumps({"path": task.name}), error.code, failed=True)


@pytest.fixture
def folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A folder with two photos, judged by `FakeJudge`."""
    monkeypatch.setattr(judging, "Judge", FakeJudge)
    monkeypatch.chdir(tmp_path)
    (tmp_path / "a.jpg").write_text("accept")
    (tmp_path / "b.jpg").write_text("improve")
    return tmp_path


@pytest.mark.parametrize(("outcome", "code"), [("accept", 0), ("reject", 1), ("empty", 3)])
def test_scan_writes_every_output_and_sums_up(folder: Path, outcome: str, code: int) -> None:
    (folder / "c.jpg").write_text(outcome)
    done = run("scan", ".", "--output", "one.jsonl", "--output", "two.JSONL", "--jobs", "1", "--lang", "it")
    assert done.exit_code == code
    assert done.stdout == ""
    assert done.stderr.startswith("3 foto in ")
    lines = [json.loads(line) for line in Path("one.jsonl").read_text().splitlines()]
    assert sorted(line["path"] for line in lines) == ["a.jpg", "b.jpg", "c.jpg"]
    assert {line["lang"] for line in lines} == {"it"}
    assert Path("one.jsonl").read_bytes() == Path("two.JSONL").read_bytes()


@pytest.mark.usefixtures("folder")
def test_scan_prints_without_an_output() -> None:
    done = run("scan", "*.jpg", "--jobs", "1")
    assert sorted(json.loads(line)["path"] for line in done.stdout.splitlines()) == ["a.jpg", "b.jpg"]


@pytest.mark.parametrize(
    "words",
    [
        ["nowhere"],
        ["."],
        [".", "--jobs", "0"],
        [".", "--timeout", "0"],
        [".", "--output", "no/folder/out.jsonl"],
        [".", "--output", "out.doc"],
        [".", "--output", "no/folder/out.csv"],
        [".", "--policy", "nope"],
    ],
)
def test_wrong_usage_of_scan_keeps_what_was_written(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, words: list[str]
) -> None:
    monkeypatch.chdir(tmp_path)
    (tmp_path / "kept.jsonl").write_text("{}\n")
    if words != ["."]:
        (tmp_path / "a.jpg").touch()
    done = run("scan", *words, "--output", "kept.jsonl")
    assert done.exit_code == 2, done.output
    if not any(word.startswith("no/folder") for word in words):
        assert (tmp_path / "kept.jsonl").read_text() == "{}\n"


def test_an_output_that_is_not_supported_names_those_that_are(tmp_path: Path) -> None:
    done = run("scan", str(tmp_path), "--output", "out.doc")
    assert ".jsonl" in done.stderr
    assert "Traceback" not in done.stderr
