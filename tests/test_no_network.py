"""A photo never leaves the machine: no command contacts a network or starts another program.

Two monitors watch: strace, which sees every system call of every process, including native code, and Python's own audit
hooks, which work everywhere. The server may only listen at its configured address and answer its callers. Only strace
sees which programs start; no program but this Python, as a worker, may.
"""

from __future__ import annotations

import os
import re
import shutil
import signal
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path

import httpx
import pytest

METTICI = [sys.executable, "-m", "mettici"]
HOOK = """
import os, socket, sys
def note(event, args):
    if event.startswith("socket.") and event not in ("socket.__new__", "socket.gethostname"):
        if not (args and getattr(args[0], "family", None) == socket.AF_UNIX):
            said = [repr(a) for a in args if not isinstance(a, socket.socket)]
            fd = os.open({log!r}, os.O_WRONLY | os.O_CREAT | os.O_APPEND)
            os.write(fd, (event + " " + " ".join(said) + "\\n").encode())
            os.close(fd)
sys.addaudithook(note)
"""
Tracer = Callable[[list[str]], tuple[list[str], dict[str, str]]]


def works(*command: str) -> bool:
    return shutil.which(command[0]) is not None and subprocess.run(command, check=False).returncode == 0


@pytest.fixture(params=["strace", "audit"])
def tracer(request: pytest.FixtureRequest, tmp_path: Path) -> tuple[Tracer, Path]:
    """Runs a command so that the log gets a line per network call; and the log's path."""
    log = tmp_path / "calls"
    log.touch()
    if request.param == "audit":
        (tmp_path / "hook").mkdir()
        (tmp_path / "hook" / "sitecustomize.py").write_text(HOOK.format(log=str(log)), "utf-8")
        return lambda words: (words, {**os.environ, "PYTHONPATH": str(tmp_path / "hook")}), log
    if not works("strace", "-e", "trace=none", "true"):
        pytest.skip("strace is not here, or may not trace")
    calls = "trace=%network,execve,execveat"
    strace = ["strace", "-f", "-qq", "--seccomp-bpf", "-e", calls, "-e", "signal=none", "-o", str(log)]
    return lambda words: ([*strace, *words], dict(os.environ)), log


def network_calls(log: Path) -> list[str]:
    """The calls that name or request an internet address; local pairs and pipes do not count."""
    lines = log.read_text("utf-8").splitlines()
    return [line for line in lines if "AF_INET" in line or line.startswith("socket.")]


def programs(log: Path) -> set[str]:
    """The programs in strace's log: the path of each execve, even a failed one."""
    return set(re.findall(r"\bexecve(?:at)?\([^\"]*\"([^\"]*)\"", log.read_text("utf-8")))


@pytest.fixture
def team(samples: Path, tmp_path: Path) -> Path:
    folder = tmp_path / "team"
    folder.mkdir()
    for name in ("portrait_good_with_gps.jpg", "spoiled_off_centre.jpg", "drawn_flat_avatar.png"):
        shutil.copy(samples / name, folder)
    (folder / "broken.jpg").write_bytes(b"no picture")
    return folder


def commands(team: Path, out: Path) -> Iterator[list[str]]:
    yield ["check", "--crop", str(out / "crops"), "--annotate", str(out / "seen"), *map(str, sorted(team.iterdir()))]
    outputs = [word for kind in ("jsonl", "csv", "parquet", "html") for word in ("--output", str(out / f"all.{kind}"))]
    yield ["scan", str(team), *outputs, "--jobs", "1"]
    yield ["rank", str(team), "--html", str(out / "sheet.html"), "--jobs", "1"]


@pytest.mark.parametrize("number", [0, 1, 2], ids=["check", "scan", "rank"])
def test_commands_never_use_the_network(number: int, tracer: tuple[Tracer, Path], team: Path, tmp_path: Path) -> None:
    trace, log = tracer
    words, surroundings = trace([*METTICI, *list(commands(team, tmp_path))[number]])
    done = subprocess.run(words, env=surroundings, capture_output=True, text=True, check=False, timeout=120)
    assert done.returncode == 3, done.stderr  # broken.jpg
    assert network_calls(log) == []
    assert programs(log) <= {sys.executable}


def test_the_server_answers_its_callers_and_contacts_nobody(tracer: tuple[Tracer, Path], samples: Path) -> None:
    trace, log = tracer
    with serving(trace) as address:
        httpx.get(f"{address}/").raise_for_status()
        photo = (samples / "spoiled_off_centre.jpg").read_bytes()
        reply = httpx.post(f"{address}/v1/check?crop=true&annotate=true&preview=true", content=photo, timeout=60)
        assert "crop" in reply.json()["pictures"]
        files = [("photo", (name, photo)) for name in ("a.jpg", "b.jpg")]
        httpx.post(f"{address}/v1/rank", files=files, timeout=60).raise_for_status()
    calls = network_calls(log)
    assert any("bind" in line for line in calls), "the monitor works"
    assert [line for line in calls if not OWN.search(line)] == []
    assert programs(log) <= {sys.executable}


OWN = re.compile(
    r"socket\(AF_INET6?, SOCK_STREAM"  # creation: its destination is on another line
    r"|bind\(.*127\.0\.0\.1|(getsockname|getpeername|accept4?|setsockopt|listen)\("
    r"|^socket\.(bind|getaddrinfo) .*127\.0\.0\.1"
)
"""What a server does that only listens locally and answers calls."""


@contextmanager
def serving(trace: Tracer) -> Iterator[str]:
    """The address of the monitored `mettici serve`, once it is ready."""
    words, surroundings = trace([*METTICI, "serve", "--port", "0", "--workers", "1"])
    with subprocess.Popen(words, env=surroundings, stderr=subprocess.PIPE, text=True, start_new_session=True) as server:
        try:
            assert server.stderr is not None
            found = next(filter(None, (re.search(r"http://127\.0\.0\.1:\d+", line) for line in server.stderr)))
            until = time.monotonic() + 60
            while httpx.get(f"{found[0]}/readyz").status_code != 200 and time.monotonic() < until:
                time.sleep(0.1)
            yield found[0]
        finally:
            os.killpg(server.pid, signal.SIGINT)
            server.communicate(timeout=30)


def test_the_monitor_sees_a_network_call_in_a_child(tracer: tuple[Tracer, Path]) -> None:
    trace, log = tracer
    calling = "import socket; s = socket.socket(); s.connect_ex(('127.0.0.1', 9))"
    parent = f"import subprocess, sys; subprocess.run([sys.executable, '-c', {calling!r}])"
    words, surroundings = trace([sys.executable, "-c", parent])
    subprocess.run(words, env=surroundings, check=True)
    assert [line for line in network_calls(log) if "connect" in line and "127.0.0.1" in line]


@pytest.mark.parametrize("tracer", ["strace"], indirect=True)
@pytest.mark.parametrize("program", ["true", "no-such-program"])
def test_the_monitor_sees_a_program_started_by_a_child(program: str, tracer: tuple[Tracer, Path]) -> None:
    trace, log = tracer
    starting = f"import subprocess; subprocess.run(['{program}'])"
    parent = f"import subprocess, sys; subprocess.run([sys.executable, '-c', {starting!r}])"
    words, surroundings = trace([sys.executable, "-c", parent])
    subprocess.run(words, env=surroundings, check=True, stderr=subprocess.DEVNULL)
    assert {Path(one).name for one in programs(log)} == {Path(sys.executable).name, program}


@pytest.mark.skipif(not works("unshare", "-rn", "true"), reason="this system does not allow network namespaces")
@pytest.mark.parametrize("number", [0, 1, 2], ids=["check", "scan", "rank"])
def test_it_works_without_a_network(number: int, team: Path, tmp_path: Path) -> None:
    words = [*METTICI, *list(commands(team, tmp_path))[number]]
    alone = subprocess.run(["unshare", "-rn", *words], capture_output=True, text=True, check=False, timeout=120)
    assert alone.returncode == 3, alone.stderr
