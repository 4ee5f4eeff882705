"""Systems without /dev/shm, such as AWS Lambda: judging in processes still works."""

from __future__ import annotations

import json
import os
import subprocess
import sys
import threading
from multiprocessing.connection import Connection
from pathlib import Path
from typing import NoReturn

import pytest
from command_line import run
from test_cli_process import ENVIRONMENT

from mettici import workers
from mettici.pipe_lock import PipeLock
from mettici.workers import Spawning, semaphores

SCRIPT = Path(__file__).parent / "support" / "scripted_command.py"
WITHOUT = """
import _multiprocessing, errno, os

class Missing:
    SEM_VALUE_MAX = _multiprocessing.SemLock.SEM_VALUE_MAX

    def __new__(cls, *_):
        raise OSError(errno.ENOSYS, os.strerror(errno.ENOSYS))

_multiprocessing.SemLock = Missing
"""
"""Python runs this at startup, in the scan and in its processes."""


def test_a_scan_needs_no_shared_memory(tmp_path: Path) -> None:
    folder, output = tmp_path / "photos", tmp_path / "out.jsonl"
    (tmp_path / "sitecustomize.py").write_text(WITHOUT)
    path = os.pathsep.join([str(tmp_path), *filter(None, [os.environ.get("PYTHONPATH")])])
    folder.mkdir()
    for number in range(30):
        (folder / f"{number}.jpg").touch()
    command = [sys.executable, str(SCRIPT), "scan", str(folder), "--all", "--jobs", "3", "--output", str(output)]
    surroundings = {**ENVIRONMENT, "PYTHONPATH": path}
    done = subprocess.run(command, capture_output=True, text=True, env=surroundings, timeout=300, check=False)
    assert "Traceback" not in done.stderr
    lines = [json.loads(line) for line in output.read_text("utf-8").splitlines()]
    assert len(lines) == 30
    assert {line.get("verdict") for line in lines} == {"accept"}, lines[0]


@pytest.fixture
def no_semaphores(monkeypatch: pytest.MonkeyPatch) -> None:
    def missing(_: object) -> NoReturn:
        raise OSError(38, "Function not implemented")

    monkeypatch.setattr("multiprocessing.context.SpawnContext.RLock", missing)
    semaphores.cache_clear()


@pytest.fixture(autouse=True)
def forgotten() -> None:
    semaphores.cache_clear()


def test_semaphores_are_used_if_available(monkeypatch: pytest.MonkeyPatch) -> None:
    assert semaphores() is None
    monkeypatch.setattr(workers, "PipeLock", None)
    assert Spawning().RLock() is not None


@pytest.mark.usefixtures("no_semaphores")
def test_doctor_reports_it() -> None:
    for lang, sentence in (("en", "no semaphores in shared memory"), ("it", "non ha semafori in memoria condivisa")):
        assert sentence in " ".join(run("doctor", "--lang", lang).stdout.split())


def work(lock: PipeLock, answer: Connection, times: int) -> None:
    """In another process: take the lock and report before and after, which nothing may interrupt."""
    for _ in range(times):
        with lock:
            answer.send_bytes(b"in")
            answer.send_bytes(b"out")


@pytest.mark.usefixtures("no_semaphores")
def test_only_one_process_holds_the_lock() -> None:
    context = Spawning()
    lock = context.RLock()
    reader, writer = context.Pipe(duplex=False)
    several = [context.Process(target=work, args=(lock, writer, 50)) for _ in range(3)]
    for process in several:
        process.start()
    sentence = [reader.recv_bytes() for _ in range(300)]
    for process in several:
        process.join(60)
    assert sentence == [b"in", b"out"] * 150


@pytest.mark.usefixtures("no_semaphores")
def test_only_its_holder_can_take_it_again() -> None:
    lock, got = Spawning().RLock(), list[bool]()
    assert isinstance(lock, PipeLock)
    with lock:
        assert lock.acquire(block=False)
        other = threading.Thread(target=lambda: got.append(lock.acquire(timeout=0.05)))
        other.start()
        other.join(20)
        lock.release()
    assert got == [False]
    assert lock.acquire(block=False)
    lock.release()
    with pytest.raises(AssertionError):
        lock.release()
