"""`mettici scan` with a fake judge."""

from __future__ import annotations

import json
from pathlib import Path
from typing import TYPE_CHECKING

import pytest
from command_line import run

from mettici.errors import PhotoError
from mettici.output.answer import Answer
from mettici.scan import judging

if TYPE_CHECKING:
    from mettici.scan.task import Task


class FakeJudge:
    """Judges by the file's contents. Picklable, because it is sent to worker processes."""

    def __init__(self, policy: str, lang: str, **_: bool) -> None:  # noqa: ARG002 - Judge's signature
        self.lang = lang

    def prepare(self) -> None:
        pass

    def immediate_answer(self, task: Task) -> Answer | None:  # noqa: ARG002 - Judge's signature
        return None

    def __call__(self, task: Task) -> Answer:
        outcome = Path(task.path).read_text()
        report = {"path": task.name, "lang": self.lang, "verdict": outcome, "score": 50, "checks": []}
        failed = {"path": task.name, "lang": self.lang, "error": {"code": outcome, "message": "", "remedy": ""}}
        return Answer(json.dumps(failed if outcome == "empty" else report), outcome, outcome == "empty")

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
def test_scan_writes_every_output_and_a_summary(folder: Path, outcome: str, code: int) -> None:
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


@pytest.mark.usefixtures("folder")
def test_scan_prints_in_addition_to_other_outputs_and_reads_a_list_from_a_pipe() -> None:
    done = run("scan", "@-", "--output", "-", "--output", "one.csv", "--jobs", "1", stdin=b"b.jpg\0a.jpg\0")
    assert sorted(json.loads(line)["path"] for line in done.stdout.splitlines()) == ["a.jpg", "b.jpg"]
    assert len(Path("one.csv").read_text().splitlines()) == 3
    assert "Written: one.csv\n" in done.stderr


@pytest.mark.usefixtures("folder")
@pytest.mark.parametrize("words", [["a.jpg", "b.jpg"], ["-"], ["@-"]])
def test_ray_takes_one_source_and_a_file(words: list[str]) -> None:
    for output in ("-", "out.jsonl"):
        done = run("scan", *words, "--engine", "ray", "--output", output)
        assert done.exit_code == 2
        assert "--engine ray" in done.stderr
        assert "Traceback" not in done.stderr


@pytest.mark.parametrize(
    "words",
    [
        ["nowhere"],
        ["-", "@-"],
        ["."],
        [".", "--jobs", "0"],
        [".", "--timeout", "0"],
        [".", "--output", "no/folder/out.jsonl"],
        [".", "--output", "out.doc"],
        [".", "--output", "no/folder/out.csv"],
        [".", "--policy", "nope"],
    ],
)
def test_usage_errors_of_scan_keep_existing_outputs(
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


def test_an_unsupported_output_names_the_supported_ones(tmp_path: Path) -> None:
    done = run("scan", str(tmp_path), "--output", "out.doc")
    assert ".jsonl" in done.stderr
    assert "Traceback" not in done.stderr
