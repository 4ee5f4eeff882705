"""Signals that end a scan early, and two scans with the same output."""

from __future__ import annotations

import csv
import json
import os
import signal
import subprocess
import sys
import time
from pathlib import Path

import pytest
from test_cli_process import ENVIRONMENT

from mettici.cli.interrupt import StoppedError, stop_on_signal
from mettici.errors import OutputError
from mettici.output import locks
from mettici.output.album import Album
from mettici.output.files import AtomicFile, End
from mettici.output.sinks import opener

pytestmark = [
    pytest.mark.skipif(os.name != "posix", reason="needs POSIX signals and locks"),
    pytest.mark.usefixtures("default_sighup"),
]
SCRIPT = Path(__file__).parent / "support" / "scripted_command.py"


@pytest.fixture
def photos(tmp_path: Path) -> Path:
    folder = tmp_path / "photos"
    folder.mkdir()
    for number in range(600):
        (folder / f"{number}.jpg").touch()
    return folder


def started(photos: Path, output: Path, table: Path, **options: object) -> subprocess.Popen[str]:
    """A running scan that has written its first reports."""
    words = [
        sys.executable,
        str(SCRIPT),
        "scan",
        str(photos),
        "--jobs",
        "2",
        "--output",
        str(output),
        "--output",
        str(table),
    ]
    running = subprocess.Popen(
        words, stderr=subprocess.PIPE, env=ENVIRONMENT, text=True, start_new_session=True, **options
    )  # type: ignore[call-overload]
    until = time.monotonic() + 120
    while not output.exists() or output.read_bytes().count(b"\n") < 3:
        assert running.poll() is None
        assert time.monotonic() < until
        time.sleep(0.02)
    assert isinstance(running, subprocess.Popen)
    return running


@pytest.mark.parametrize(("name", "code"), [("SIGTERM", 143), ("SIGHUP", 129), ("SIGINT", 130)])
def test_a_signal_to_the_whole_group_finishes_photos_in_progress(
    photos: Path, tmp_path: Path, name: str, code: int
) -> None:
    output, table = tmp_path / "out.jsonl", tmp_path / "out.csv"
    with started(photos, output, table) as running:
        os.killpg(running.pid, getattr(signal, name))  # as a closing terminal or a service manager does
        stderr = running.communicate(timeout=120)[1]
    assert running.returncode == code, stderr
    lines = [json.loads(line) for line in output.read_text("utf-8").splitlines()]
    assert [line for line in lines if "error" in line] == [], "no process was lost"
    with table.open(encoding="utf-8-sig", newline="") as file:
        assert len(list(csv.reader(file))) == 1 + len(lines) < 600
    assert "finishing the photos in progress" in stderr.lower()
    assert "--resume" in stderr


def test_signals_that_the_caller_ignores_are_ignored(photos: Path, tmp_path: Path) -> None:
    """As when started by `nohup`."""
    for photo in sorted(photos.iterdir())[20:]:
        photo.unlink()
    output, table = tmp_path / "out.jsonl", tmp_path / "out.csv"
    hangup = lambda: signal.signal(signal.SIGHUP, signal.SIG_IGN)  # noqa: E731 - runs in the child before the program
    with started(photos, output, table, preexec_fn=hangup) as running:
        os.killpg(running.pid, signal.SIGHUP)
        running.communicate(timeout=120)
    assert running.returncode == 0
    assert len(output.read_bytes().splitlines()) == 20


def test_a_second_signal_stops_at_once_with_its_exit_code() -> None:
    said: list[int] = []
    before = signal.getsignal(signal.SIGTERM)
    with pytest.raises(StoppedError) as caught, stop_on_signal(said.append) as stop:  # noqa: PT012 - each step is needed
        assert not stop()
        os.kill(os.getpid(), signal.SIGTERM)
        assert stop()
        assert stop.number == signal.SIGTERM
        os.kill(os.getpid(), signal.SIGHUP)
        time.sleep(1)
    assert caught.value.number == signal.SIGHUP
    assert said == [signal.SIGTERM]
    assert signal.getsignal(signal.SIGTERM) == before


@pytest.fixture(params=["kernel", "lock"])
def way(request: pytest.FixtureRequest, monkeypatch: pytest.MonkeyPatch) -> None:
    """Locking as on Linux, and as elsewhere."""
    if request.param == "lock":
        monkeypatch.setattr(locks, "_KERNEL_NAMES", False)
        monkeypatch.setattr("mettici.output.files._DESCRIPTORS", "/nowhere")
    elif sys.platform != "linux":
        pytest.skip("names in the kernel are Linux's")


@pytest.mark.usefixtures("way")
@pytest.mark.parametrize("ending", [".csv", ".parquet", ".html", ".jsonl"])
def test_two_scans_cannot_write_the_same_output(tmp_path: Path, ending: str) -> None:
    path = tmp_path / f"out{ending}"
    first = opener(str(path), "en")()
    for spelled in (path, tmp_path / "." / path.name, Path(os.path.relpath(path))):
        with pytest.raises(OutputError) as caught:
            opener(str(spelled), "en")()
        assert caught.value.reason == "busy"
    first.close(End.STOPPED)
    opener(str(path), "en")().close(End.STOPPED)
    opener(str(tmp_path / f"other{ending}"), "en")().close(End.FAILED)
    assert path.exists()


@pytest.mark.usefixtures("way")
def test_the_lock_is_released_however_the_scan_ends(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    path = str(tmp_path / "out.csv")
    AtomicFile(path).discard()
    with pytest.raises(ZeroDivisionError), AtomicFile(path).commit_at_end():
        _ = 1 / 0
    with monkeypatch.context() as patched:
        patched.setattr("tempfile.TemporaryFile", lambda *_, **__: 1 / 0)
        with pytest.raises(ZeroDivisionError):
            Album(path, "en")
    with pytest.raises(OutputError):
        AtomicFile(str(tmp_path / "no" / "out.csv"))
    AtomicFile(path).commit()


def test_a_killed_run_releases_its_lock(photos: Path, tmp_path: Path) -> None:
    output, table = tmp_path / "out.jsonl", tmp_path / "out.csv"
    with started(photos, output, table) as running:
        with pytest.raises(OutputError):
            AtomicFile(str(table))
        running.kill()
        running.communicate()
    AtomicFile(str(table)).discard()
