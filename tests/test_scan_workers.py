"""Judging in processes: what one photo can do to the others, with judges that misbehave on purpose."""

from __future__ import annotations

import os
import time
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

import pytest

from mettici.errors import EmptyError, ModelMissingError, PhotoError
from mettici.output.answer import Answer
from mettici.scan.local_engine import IN_FLIGHT, MAX_MEMORY, LocalEngine
from mettici.scan.task import Task

if TYPE_CHECKING:
    from collections.abc import Iterator


_hoard: list[bytearray] = []


@dataclass(frozen=True)
class Scripted:
    """Does what the photo's name says."""

    folder: str

    def prepare(self) -> None:
        pass

    def immediate_answer(self, task: Task) -> Answer | None:
        return None if task.error is None else self.refuse(task, task.error)

    def __call__(self, task: Task) -> Answer:
        deed = task.name.partition("-")[0]
        if deed == "die":
            os._exit(1)
        if deed == "once" and not self._been(task):
            os.abort()
        if deed == "hang" or (deed == "slow" and not self._been(task)):
            time.sleep(600)
        if deed == "grow":
            _hoard.append(bytearray(64 * 2**20))
        if deed == "pid":
            return Answer(f"{task.name} {os.getpid()}", "accept")
        if deed == "raise":
            raise RuntimeError("a fault of the program")
        if deed == "model":
            raise ModelMissingError(file="face.onnx")
        return Answer(task.name, "accept")

    def refuse(self, task: Task, error: PhotoError) -> Answer:
        return Answer(task.name, error.code, failed=True)

    def _been(self, task: Task) -> bool:
        mark = Path(self.folder, task.name)
        if mark.exists():
            return True
        mark.touch()
        return False


def judged(folder: Path, *names: str, jobs: int = 2, timeout: float = 20) -> dict[str, str]:
    tasks = [Task(name, name) for name in names]
    return {a.line: a.outcome for a in LocalEngine(Scripted(str(folder)), jobs, timeout).judge_all(tasks)}


def test_a_crash_affects_only_its_photo(tmp_path: Path) -> None:
    fine = [f"fine-{i}" for i in range(12)]
    outcomes = judged(tmp_path, *fine[:3], "die-1", *fine[3:6], "once-1", "raise-1", *fine[6:])
    assert {name for name, outcome in outcomes.items() if outcome != "accept"} == {"die-1", "raise-1"}
    assert outcomes["die-1"] == outcomes["raise-1"] == "worker_crashed"
    assert len(outcomes) == 15


def test_a_hanging_photo_times_out_and_the_others_continue(tmp_path: Path) -> None:
    started = time.perf_counter()
    outcomes = judged(tmp_path, "hang-1", *(f"fine-{i}" for i in range(5)), timeout=1)
    assert outcomes == {"hang-1": "timeout", **{f"fine-{i}": "accept" for i in range(5)}}
    assert time.perf_counter() - started < 60


def test_a_slow_photo_gets_a_second_try(tmp_path: Path) -> None:
    assert judged(tmp_path, "slow-1", "fine-1", timeout=2) == {"slow-1": "accept", "fine-1": "accept"}


def test_an_oversized_process_is_replaced_and_no_photo_is_lost(tmp_path: Path) -> None:
    assert MAX_MEMORY < 350 * 2**20
    names = ["pid-0", *(f"grow-{i}" for i in range(5)), "pid-1"]
    outcomes = judged(tmp_path, *names, jobs=1)
    assert set(outcomes.values()) == {"accept"}
    assert len(outcomes) == len(names)
    assert len({line.split()[1] for line in outcomes if line.startswith("pid")}) == 2, "the same process throughout"


def test_after_a_stop_nothing_new_starts(tmp_path: Path) -> None:
    stops = iter([False] * 3 + [True] * 100)
    tasks = [Task(f"fine-{i}", "") for i in range(50)]
    answers = LocalEngine(Scripted(str(tmp_path)), 1, 20).judge_all(tasks, lambda: next(stops))
    assert sorted(a.line for a in answers) == ["fine-0", "fine-1", "fine-2"]


def test_one_job_still_uses_a_separate_process(tmp_path: Path) -> None:
    assert judged(tmp_path, "die-1", "fine-1", jobs=1) == {"die-1": "worker_crashed", "fine-1": "accept"}


def test_errors_that_affect_every_photo_end_the_run(tmp_path: Path) -> None:
    with pytest.raises(ModelMissingError):
        judged(tmp_path, "fine-1", "model-1", "fine-2")


def test_known_errors_need_no_process(tmp_path: Path) -> None:
    tasks = [Task("sub", "sub", EmptyError())]
    assert [a.outcome for a in LocalEngine(Scripted(str(tmp_path)), 1, 5).judge_all(tasks)] == ["empty"]


def test_photos_are_taken_from_the_source_lazily(tmp_path: Path) -> None:
    taken = 0

    def tasks() -> Iterator[Task]:
        nonlocal taken
        for i in range(10_000):
            taken += 1
            yield Task(f"fine-{i}", "")

    answers = LocalEngine(Scripted(str(tmp_path)), 1, 20).judge_all(tasks())
    for _ in range(5):
        next(answers)
    answers.close()
    assert taken <= 5 + IN_FLIGHT
