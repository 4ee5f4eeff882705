"""Pipes and devices never block forever, neither the library nor a scan's parent process."""

from __future__ import annotations

import os
import subprocess
import sys
import threading
from pathlib import Path

import pytest
from command_line import run
from PIL import Image
from test_cli_process import ENVIRONMENT, METTICI

from mettici import safe_open
from mettici.errors import PhotoTimeoutError, PolicyError, SourceError, UnreadableError
from mettici.image.photo import load
from mettici.policy import load as load_policy
from mettici.scan.file_filter import FileFilter
from mettici.scan.judging import Judge, file_state
from mettici.scan.sources import counter, find
from mettici.scan.task import Task

pytestmark = pytest.mark.skipif(os.name != "posix", reason="needs named pipes and devices")


@pytest.fixture(autouse=True)
def impatient(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(safe_open, "READ_TIMEOUT", 0.3)
    monkeypatch.setattr("mettici.image.reading.READ_TIMEOUT", 0.3)
    monkeypatch.setattr("mettici.scan.lists.READ_TIMEOUT", 0.3)


@pytest.fixture
def pipe(tmp_path: Path) -> Path:
    """A pipe without a writer."""
    path = tmp_path / "pipe.jpg"
    os.mkfifo(path)
    return path


@pytest.fixture(scope="module")
def picture(tmp_path_factory: pytest.TempPathFactory) -> bytes:
    path = tmp_path_factory.mktemp("opening") / "grey.png"
    Image.effect_noise((300, 300), 50).convert("RGB").save(path)  # larger than a pipe's buffer
    return path.read_bytes()


def test_a_silent_pipe_is_an_error(pipe: Path) -> None:
    with pytest.raises(UnreadableError, match=r"delivered no photo within 0\.3 seconds") as caught:
        load(pipe)
    assert caught.value.reason == "waited"
    assert run("check", str(pipe)).exit_code == 3


def test_a_trickling_pipe_is_an_error(pipe: Path) -> None:
    def trickle() -> None:
        try:
            with pipe.open("wb", buffering=0) as file:
                while not done.wait(0.05):
                    file.write(b"x")
        except BrokenPipeError:
            pass

    done = threading.Event()
    thread = threading.Thread(target=trickle)
    thread.start()
    try:
        with pytest.raises(UnreadableError):
            load(pipe)
    finally:
        done.set()
        thread.join()


def test_a_photo_through_a_pipe_is_judged(pipe: Path, picture: bytes) -> None:
    thread = threading.Thread(target=pipe.write_bytes, args=(picture,))
    thread.start()
    assert load(pipe).width == 300
    thread.join()


def test_a_photo_from_another_program(picture: bytes, tmp_path: Path) -> None:
    """As a shell provides it: check <(convert ...)."""
    (tmp_path / "grey.png").write_bytes(picture)
    words = ["sh", "-c", 'cat grey.png | "$@"', "sh", *METTICI, "check", "--json", "/dev/stdin"]
    done = subprocess.run(words, cwd=tmp_path, capture_output=True, env=ENVIRONMENT, check=False, timeout=120)
    assert b'"width": 300' in done.stdout, done.stderr


def test_the_parent_of_a_scan_does_not_read_a_pipe(pipe: Path) -> None:
    assert file_state(str(pipe), hashing=True) == {}
    assert file_state("/dev/zero", hashing=True) == {}
    answer = Judge("professional", "en", hashing=True).refuse(Task("a", str(pipe)), PhotoTimeoutError(seconds="1"))
    assert answer.outcome == "timeout"


def test_a_file_swapped_for_a_pipe(pipe: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Swapped between the check and the opening."""
    photo = tmp_path / "photo.jpg"
    photo.write_bytes(b"x")
    facts = os.stat(photo)
    os.replace(pipe, photo)
    monkeypatch.setattr("mettici.scan.judging.os.stat", lambda _: facts)
    monkeypatch.setattr("mettici.safe_open.READ_TIMEOUT", 60)  # not waited for at all
    assert file_state(str(photo), hashing=True) == {}


def test_a_list_that_never_arrives_is_an_error(pipe: Path) -> None:
    with pytest.raises(SourceError) as caught:
        find(f"@{pipe}")
    assert caught.value.reason == "waited"


def test_a_list_through_a_slow_pipe_is_read_once(pipe: Path) -> None:
    def write() -> None:
        with pipe.open("w") as file:
            for name in "abcde":
                file.write(f"{name}.jpg\n")
                file.flush()
                threading.Event().wait(0.15)

    assert counter([f"@{pipe}"], [], FileFilter()) is None
    thread = threading.Thread(target=write)
    thread.start()
    assert [task.name for task in find(f"@{pipe}")] == [f"{name}.jpg" for name in "abcde"]
    thread.join()


def test_countable_sources(tmp_path: Path) -> None:
    (tmp_path / "list.txt").write_text("a.jpg\nb.jpg\n")
    (tmp_path / "a.jpg").touch()
    for source, photos in (str(tmp_path), 1), (f"@{tmp_path / 'list.txt'}", 2), (str(tmp_path / "*.jpg"), 1):
        count = counter([source], [], FileFilter())
        assert count is not None
        assert count() == photos


def test_a_policy_that_is_not_a_file(tmp_path: Path) -> None:
    path = tmp_path / "policy.toml"
    os.mkfifo(path)
    with pytest.raises(PolicyError):
        load_policy(str(path))


@pytest.mark.skipif(sys.platform != "linux", reason="needs Linux devices")
def test_a_device_without_an_end_is_too_large() -> None:
    assert run("check", "/dev/zero").exit_code == 3
    assert run("check", "/dev/full").exit_code == 3
