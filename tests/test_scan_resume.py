"""`--resume`: correct after a kill at any moment, after changes, and with every other output."""

from __future__ import annotations

import csv
import io
import json
import os
import random
import subprocess
import sys
import time
from collections import Counter
from pathlib import Path
from typing import TYPE_CHECKING

import pytest
from PIL import Image
from scripted_scan import Reader

from mettici.errors import EmptyError, OutputError, UnreadableError
from mettici.output.answer import Answer
from mettici.output.files import End
from mettici.scan.judging import THUMBNAIL, Judge
from mettici.scan.resume import Resumed
from mettici.scan.running import Outputs, run
from mettici.scan.sources import find
from mettici.scan.task import Task

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Iterator

SCRIPT = Path(__file__).parent / "support" / "scripted_scan.py"
KILLS, PHOTOS = 20, 120


class InProcessEngine:
    """An engine that judges in this process, for tests that are not about processes."""

    def __init__(self, judge: Reader) -> None:
        self._judge = judge

    def judge_all(self, tasks: Iterable[Task], stopped: Callable[[], bool]) -> Iterator[Answer]:
        for task in tasks:
            if stopped():
                return
            yield self._judge.immediate_answer(task) or self._judge(task)


class Folder:
    """A folder of scripted photos and its scan."""

    def __init__(self, root: Path) -> None:
        self.photos, self.output, self.log = root / "photos", root / "out.jsonl", root / "log"
        self.photos.mkdir()
        for name in ("a.jpg", "b.jpg", "c.jpg", os.fsdecode(b"odd\xff.jpg")):
            self.put(name, "accept")

    def put(self, name: str, text: str) -> None:
        (self.photos / name).write_text(text)

    def scan(self, *, resume: bool = True, policy: str = "professional", hashing: bool = False, most: int = 1000,
             tasks: Iterable[Task] | None = None) -> list[str]:  # fmt: skip
        """Scan; return the names of the judged files."""
        self.log.write_text("")
        judge = Reader(policy, "en", hashing=hashing, log=str(self.log))
        paths = [str(self.output), f"{self.output}.csv"]
        noticed: list[Answer] = []
        found = find(str(self.photos), ordered=True) if tasks is None else tasks
        outputs = Outputs.at(paths, judge, resume=resume)
        run(found, InProcessEngine(judge), judge, outputs, noticed.append, lambda: len(noticed) >= most)  # type: ignore[arg-type]
        return sorted(os.fsdecode(line) for line in self.log.read_bytes().splitlines())

    def reports(self) -> dict[str, str]:
        lines = [json.loads(line) for line in self.output.read_text().splitlines()]
        assert len({r["path"] for r in lines}) == len(lines), "a photo twice"
        return {r["path"]: r["verdict"] for r in lines}

    def table(self) -> dict[str, str]:
        with open(f"{self.output}.csv", newline="", encoding="utf-8-sig") as file:
            return {row["path"]: row["verdict"] for row in csv.DictReader(file)}


@pytest.fixture
def folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Folder:
    monkeypatch.setattr("scripted_scan.PAUSE", 0)
    return Folder(tmp_path)


ALL = ["a.jpg", "b.jpg", "c.jpg", "odd\udcff.jpg"]


def test_finished_photos_are_not_judged_again(folder: Folder) -> None:
    assert folder.scan() == ALL
    before = folder.output.read_bytes()
    assert folder.scan() == []
    assert folder.output.read_bytes() == before
    assert sorted(folder.table()) == ["a.jpg", "b.jpg", "c.jpg", "odd\\udcff.jpg"], "the other outputs are complete"


def test_missing_photos_are_judged(folder: Folder) -> None:
    folder.scan(most=2)
    assert sorted(folder.reports()) == ALL[:2]
    assert folder.scan() == ALL[2:]
    assert sorted(folder.reports()) == ALL


def test_changed_photos_are_judged_again_and_deleted_ones_dropped(folder: Folder) -> None:
    folder.scan()
    folder.put("a.jpg", "reject")
    folder.put("new.jpg", "improve")
    os.utime(folder.photos / "b.jpg", ns=(1, 1))
    (folder.photos / "c.jpg").unlink()
    assert folder.scan() == ["a.jpg", "b.jpg", "new.jpg"]
    expected = {"a.jpg": "reject", "b.jpg": "accept", "new.jpg": "improve", "odd\udcff.jpg": "accept"}
    assert folder.reports() == expected
    assert len(folder.table()) == 4
    assert folder.scan() == []


def test_hashing_ignores_timestamps_and_detects_forged_ones(folder: Folder) -> None:
    folder.scan(hashing=True)
    os.utime(folder.photos / "b.jpg", ns=(1, 1))
    assert folder.scan(hashing=True) == []
    before = (folder.photos / "a.jpg").stat()
    folder.put("a.jpg", "reject")  # the same length as before
    os.utime(folder.photos / "a.jpg", ns=(before.st_atime_ns, before.st_mtime_ns))
    assert folder.scan() == ["b.jpg"]
    assert folder.scan(hashing=True) == ["a.jpg", "b.jpg"], "the line of b.jpg was written without a hash"


def test_a_different_policy_judges_everything_again(folder: Folder, tmp_path: Path) -> None:
    folder.scan()
    assert folder.scan(policy="strict") == ALL
    own = tmp_path / "own.toml"
    own.write_text("[smile]\nweight = 1\n")
    assert folder.scan(policy=str(own)) == ALL
    own.write_text("[smile]\nweight = 2\n")
    assert folder.scan(policy=str(own)) == ALL, "a policy is identified by its rules, not its name"


def test_a_different_version_judges_everything_again(folder: Folder, monkeypatch: pytest.MonkeyPatch) -> None:
    folder.scan()
    monkeypatch.setattr("mettici.scan.judging.__version__", "99")
    assert folder.scan() == ALL


def test_a_truncated_last_line_is_repaired(folder: Folder) -> None:
    folder.scan()
    whole = folder.output.read_bytes()
    last = whole[:-1].rfind(b"\n") + 1
    for cut in (last + 1, last + 30, len(whole) - 2, len(whole) - 1):
        folder.output.write_bytes(whole[:cut])
        again = folder.scan()
        assert again == ([] if cut == len(whole) - 1 else ALL[-1:]), "a line without its line break is kept"
        assert sorted(folder.reports()) == ALL


def test_lines_that_are_not_reports_are_dropped(folder: Folder) -> None:
    folder.scan()
    lines = folder.output.read_bytes().splitlines(keepends=True)
    folder.output.write_bytes(lines[0] + b"\0" * 50 + b"\n" + b"".join(lines[1:]))
    assert folder.scan() == []
    assert sorted(folder.reports()) == ALL


def test_other_files_are_not_touched(folder: Folder) -> None:
    folder.output.write_text('{"mine": 1}\n{"mine": 2}\n')
    with pytest.raises(OutputError) as caught:
        folder.scan()
    assert caught.value.reason == "no_reports"
    assert folder.output.read_text() == '{"mine": 1}\n{"mine": 2}\n'


def test_a_photo_named_twice_has_two_lines(folder: Folder) -> None:
    twice = [Task("a.jpg", str(folder.photos / "a.jpg"))] * 2
    assert folder.scan(tasks=twice) == ["a.jpg", "a.jpg"]
    assert folder.scan(tasks=twice) == []
    assert len(folder.output.read_bytes().splitlines()) == 2


def test_photo_errors_are_kept_and_environment_errors_retried(folder: Folder) -> None:
    judge = Reader("professional", "en")
    task = Task("a.jpg", str(folder.photos / "a.jpg"))
    folder.output.write_text(judge.refuse(task, EmptyError()).line + "\n")
    assert folder.scan(tasks=[task]) == []
    folder.output.write_text(judge.refuse(task, UnreadableError("permission", path="a.jpg")).line + "\n")
    assert folder.scan(tasks=[task]) == ["a.jpg"]
    closed = task._replace(error=UnreadableError("permission", path="a.jpg"))
    for _ in range(2):
        folder.scan(tasks=[closed])
        assert len(folder.output.read_bytes().splitlines()) == 1


def test_two_scans_cannot_write_the_same_file(folder: Folder) -> None:
    folder.scan()
    held = Resumed(str(folder.output))
    for resume in (True, False):
        with pytest.raises(OutputError) as caught:
            folder.scan(resume=resume)
        assert caught.value.reason == "busy"
    held.close(End.STOPPED)
    assert sorted(folder.reports()) == ALL


def test_resuming_needs_a_file() -> None:
    with pytest.raises(OutputError) as caught:
        Outputs.at(["out.csv"], Reader("professional", "en"), resume=True)
    assert caught.value.reason == "resume"


def test_tables_are_unchanged_after_an_error(folder: Folder, monkeypatch: pytest.MonkeyPatch) -> None:
    folder.scan()
    before = folder.table()
    folder.put("d.jpg", "accept")
    monkeypatch.setattr(Resumed, "write", _full_disk)
    with pytest.raises(OutputError):
        folder.scan()
    assert folder.table() == before
    assert not [path for path in folder.output.parent.iterdir() if path.name.endswith(".part")]


@pytest.mark.skipif(os.name != "posix", reason="needs SIGKILL")
def test_twenty_random_kills_lose_nothing_and_repeat_nothing(tmp_path: Path) -> None:
    rng = random.Random(5)
    photos, output, log = tmp_path / "photos", tmp_path / "out.jsonl", tmp_path / "log"
    photos.mkdir()
    log.touch()
    for number in range(PHOTOS):
        _put(photos / f"{number}.jpg", rng)
    command = [sys.executable, str(SCRIPT), str(photos), str(output)]
    started = time.perf_counter()
    subprocess.run([*command, str(log)], check=True, timeout=120)
    full = time.perf_counter() - started
    for _ in range(KILLS):
        for number in rng.sample(range(PHOTOS), 20):  # so that there is always something to judge and to drop
            _put(photos / f"{number}.jpg", rng)
        _killed_after([*command, os.devnull], rng.uniform(0.2, full))
        _exact_lines(output)
        log.write_text("")
        todo = _to_do(photos, output)
        subprocess.run([*command, str(log)], check=True, timeout=120)
        assert Counter(log.read_text().splitlines()) == todo
        lines = [json.loads(line) for line in output.read_text().splitlines()]
        expected = {path.name: path.read_text() for path in photos.iterdir()}
        assert len(lines) == PHOTOS
        assert {r["path"]: r["text"] for r in lines} == expected


def test_a_page_gets_its_thumbnails_without_judging_again(tmp_path: Path) -> None:
    Image.new("RGB", (400, 300), "teal").save(tmp_path / "a.png")
    judge = Judge("professional", "en", thumbnails=True)
    report = {"photo": {"width": 400, "height": 300}, "faces": [], "checks": []}
    known = Answer(json.dumps(report), "accept", kept=True)
    task = Task("a.png", str(tmp_path / "a.png"), known=known)
    assert judge.immediate_answer(task) is None
    assert judge(task)._replace(thumbnail=b"", overlay="") == known
    assert Image.open(io.BytesIO(judge(task).thumbnail)).size == (THUMBNAIL, THUMBNAIL * 3 // 4)
    assert Judge("professional", "en").immediate_answer(task) == known


def _put(photo: Path, rng: random.Random) -> None:
    photo.write_text(rng.choice(["accept", "improve", "reject"]) + " " * rng.randrange(9))


def _full_disk(*_: object) -> None:
    raise OutputError("io", path="out.jsonl", detail="No space left on device")


def _killed_after(command: list[str], seconds: float) -> None:
    with subprocess.Popen(command) as running:
        try:
            running.wait(seconds)
        except subprocess.TimeoutExpired:
            running.kill()


def _exact_lines(output: Path) -> None:
    """At any moment the file has complete lines and at most one partial line."""
    *whole, _ = output.read_bytes().split(b"\n")
    assert all("verdict" in json.loads(line) for line in whole)


def _to_do(photos: Path, output: Path) -> Counter[str]:
    """The photos whose current version is not in the file, by name."""
    *whole, last = output.read_bytes().split(b"\n")
    lines = [json.loads(line) for line in whole]
    held = {(r["path"], r["source"]["size"], r["source"]["mtime_ns"]) for r in lines}
    if last:
        try:
            torn = json.loads(last)
            held.add((torn["path"], torn["source"]["size"], torn["source"]["mtime_ns"]))
        except ValueError:
            pass
    facts = ((path.name, path.stat().st_size, path.stat().st_mtime_ns) for path in photos.iterdir())
    return Counter(fact[0] for fact in facts if fact not in held)
