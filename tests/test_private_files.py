"""Unfinished files are private and never left behind, neither after an error nor after `kill -9`."""

from __future__ import annotations

import errno
import os
import signal
import stat
import subprocess
import sys
import time
from collections.abc import Iterator
from pathlib import Path

import psutil
import pytest

from mettici.output.files import AtomicFile

pytestmark = pytest.mark.skipif(os.name != "posix", reason="needs POSIX permissions and signals")
WRITING = """
import os, sys, time
from mettici.output.files import AtomicFile
file = AtomicFile(sys.argv[1])
file.stream.write(b"a face")
file.stream.flush()
print("written", flush=True)
time.sleep(60)
"""


@pytest.fixture(params=["nameless", "named"])
def named(request: pytest.FixtureRequest, monkeypatch: pytest.MonkeyPatch) -> bool:
    """Whether the file system lacks unnamed temporary files."""
    if request.param == "named":
        whole = os.open

        def poor(path: str, flags: int, *more: int) -> int:
            if flags & getattr(os, "O_TMPFILE", 0) == getattr(os, "O_TMPFILE", -1):
                raise OSError(errno.EOPNOTSUPP, "not supported")
            return whole(path, flags, *more)

        monkeypatch.setattr(os, "open", poor)
    return request.param == "named"


def rights(path: Path) -> int:
    return stat.S_IMODE(path.stat().st_mode)


def test_a_file_is_private_until_complete_and_then_gets_default_permissions(named: bool, tmp_path: Path) -> None:
    file = AtomicFile(str(tmp_path / "team.html"))
    assert stat.S_IMODE(os.fstat(file.stream.fileno()).st_mode) == 0o600
    assert [p.name for p in tmp_path.iterdir()] == ([".team.html.part"] if named else [])
    file.stream.write(b"all")
    file.commit()
    (tmp_path / "other").touch()
    assert rights(tmp_path / "team.html") == rights(tmp_path / "other")
    assert (tmp_path / "team.html").read_bytes() == b"all"
    assert sorted(p.name for p in tmp_path.iterdir()) == ["other", "team.html"]


@pytest.mark.usefixtures("named")
def test_a_replaced_file_keeps_its_permissions(tmp_path: Path) -> None:
    (tmp_path / "team.html").write_bytes(b"old")
    (tmp_path / "team.html").chmod(0o600)
    file = AtomicFile(str(tmp_path / "team.html"))
    file.stream.write(b"new")
    file.commit()
    assert (tmp_path / "team.html").read_bytes() == b"new"
    assert rights(tmp_path / "team.html") == 0o600


@pytest.mark.usefixtures("named")
def test_discarding_keeps_the_old_file(tmp_path: Path) -> None:
    (tmp_path / "team.html").write_bytes(b"old")
    file = AtomicFile(str(tmp_path / "team.html"))
    file.stream.write(b"new")
    file.discard()
    assert [(p.name, p.read_bytes()) for p in tmp_path.iterdir()] == [("team.html", b"old")]


def test_the_working_directory_works_too(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)
    AtomicFile("team.csv").commit()
    assert [p.name for p in tmp_path.iterdir()] == ["team.csv"]


@pytest.mark.skipif(not hasattr(os, "O_TMPFILE"), reason="this system has no unnamed temporary files")
def test_a_killed_writer_leaves_nothing(tmp_path: Path) -> None:
    with subprocess.Popen([sys.executable, "-c", WRITING, str(tmp_path / "x.html")], stdout=subprocess.PIPE) as writer:
        assert writer.stdout is not None
        assert writer.stdout.readline() == b"written\n"
        writer.kill()
    assert list(tmp_path.iterdir()) == []


def test_named_leftovers_are_removed_by_the_next_run(tmp_path: Path) -> None:
    left = tmp_path / ".x.html.part"
    left.write_bytes(b"a face")
    AtomicFile(str(tmp_path / "x.html")).discard()
    assert not left.exists()


def test_a_killed_scan_leaves_only_its_finished_lines(samples: Path, tmp_path: Path) -> None:
    """With every kind of output open, and its own folder for temporary files."""
    team, temporary, out = (tmp_path / name for name in ("team", "tmp", "out"))
    for folder in (team, temporary, out):
        folder.mkdir()
    for number in range(60):
        os.link(samples / "portrait_good.jpg", team / f"{number}.jpg")
    kinds = [word for kind in ("jsonl", "csv", "parquet", "html") for word in ("--output", str(out / f"all.{kind}"))]
    command = [sys.executable, "-m", "mettici", "scan", str(team), *kinds, "--jobs", "2"]
    with subprocess.Popen(command, stderr=subprocess.PIPE, env={**os.environ, "TMPDIR": str(temporary)}) as scan:
        until = time.monotonic() + 120
        while not (out / "all.jsonl").exists() or (out / "all.jsonl").read_bytes().count(b"\n") < 5:
            assert scan.poll() is None
            assert time.monotonic() < until
            time.sleep(0.05)
        open_ones = list(written(scan.pid, tmp_path))
        workers = psutil.Process(scan.pid).children(recursive=True)
        scan.send_signal(signal.SIGKILL)
    assert len(open_ones) >= 4, "the four outputs and the page's temporary file"
    assert {mode for name, mode in open_ones if name != "all.jsonl"} == {0o600}
    assert [p.name for p in out.iterdir() if not hasattr(os, "O_TMPFILE") or p.suffix != ".part"] == ["all.jsonl"]
    assert list(temporary.iterdir()) == []
    _, left = psutil.wait_procs(workers, timeout=30)
    assert not left, "workers exit with their parent"
    assert list(temporary.iterdir()) == []


def written(pid: int, folder: Path) -> Iterator[tuple[str, int]]:
    """Name and permissions of each file below `folder` that the process has open for writing."""
    for number in Path(f"/proc/{pid}/fd").iterdir():
        target = os.readlink(number)
        flags = int(Path(f"/proc/{pid}/fdinfo/{number.name}").read_text("ascii").split("flags:")[1].split()[0], 8)
        if target.startswith(str(folder)) and flags & os.O_ACCMODE != os.O_RDONLY:
            yield Path(target).name, stat.S_IMODE(number.stat().st_mode)
