"""Forks at any moment, and interpreter shutdown: nothing hangs or aborts, and failures raise typed errors."""

from __future__ import annotations

import os
import subprocess
import sys
import threading
import time
from pathlib import Path

import pytest

from mettici import lifecycle

HEAD = """
import atexit, os, sys, threading, time
from mettici import PhotoChecker
from mettici.errors import ClosedError
checker, path, thread = PhotoChecker(), sys.argv[1], None

def begun():
    while not checker._vision.vision.pool._lent:
        time.sleep(0.001)
"""
FORK = """
child = os.fork()
if not child:
    checker.check(path)
    checker.close()
    checker.close()
    os._exit(7)
_, status = os.waitpid(child, 0)
assert os.waitstatus_to_exitcode(status) == 7, status
checker.check(path)
if thread:
    thread.join()
"""
MOMENTS = {
    "idle": "checker.check(path)",
    "loading": "thread = threading.Thread(target=checker.check, args=[path])\nthread.start()\nbegun()",
    "prepared": "checker._vision.prepare()",
    "checking": """
checker.check(path)
thread = threading.Thread(target=lambda: [checker.check(path) for _ in range(8)])
thread.start()
begun()
time.sleep(float(sys.argv[2]))
""",
    "lost": "PhotoChecker().check(path)",
}


def run(code: str, *arguments: str) -> subprocess.CompletedProcess[str]:
    command = [sys.executable, "-W", "ignore::DeprecationWarning", "-c", HEAD + code, *arguments]
    return subprocess.run(command, capture_output=True, text=True, check=False, timeout=240)


@pytest.mark.skipif(not hasattr(os, "fork"), reason="needs fork")
@pytest.mark.parametrize(
    ("moment", "later"),
    [
        ("idle", 0),
        ("loading", 0),
        ("prepared", 0),
        ("lost", 0),
        ("checking", 0),
        ("checking", 0.02),
        ("checking", 0.05),
    ],
)
def test_a_fork_at_any_moment(moment: str, later: float, samples: Path) -> None:
    done = run(MOMENTS[moment] + FORK, str(samples / "portrait_good.jpg"), str(later))
    assert (done.returncode, done.stderr) == (0, "")


ENDS = {
    "daemon threads": """
for _ in range(3):
    threading.Thread(target=lambda: [checker.check(path) for _ in range(1000)], daemon=True).start()
time.sleep(1)
""",
    "a thread that loads": "threading.Thread(target=checker.check, args=[path], daemon=True).start()",
    "closed by atexit": "atexit.register(checker.close)\nchecker.check(path)",
    "checked by atexit": """
def late():
    try:
        checker.check(path)
    except ClosedError as error:
        assert error.reason == "exit"
        os._exit(0)
    os._exit(1)

atexit.register(late)
checker.check(path)
""",
    "never closed": "checker.check(path)",
    "closed twice": "checker.check(path)\nchecker.close()\nchecker.close()",
    "closed unused": "checker.close()",
    "closed under way": """
thread = threading.Thread(target=checker.check, args=[path], kwargs={"crop": False})
thread.start()
begun()
checker.close()
thread.join()
""",
}


@pytest.mark.parametrize("end", ENDS)
def test_the_interpreter_exits_silently(end: str, samples: Path) -> None:
    done = run(ENDS[end], str(samples / "portrait_good.jpg"))
    assert (done.returncode, done.stdout, done.stderr) == (0, "", "")


def test_a_fork_waits_for_work_but_not_for_idle_waits() -> None:
    gate, order, inside, go = lifecycle._Gate(), list[str](), threading.Event(), threading.Event()

    def work() -> None:
        gate.enter()
        gate.enter()
        inside.set()
        go.wait(10)
        order.append("worked")
        gate.leave(2)

    thread = threading.Thread(target=work)
    thread.start()
    inside.wait(10)
    threading.Timer(0.1, go.set).start()
    gate.enter()  # a thread's own work must not block its own fork
    gate.before_fork()
    order.append("forked")
    gate.leave()
    thread.join()
    assert order == ["worked", "forked"]
    entered = threading.Thread(target=gate.enter, daemon=True)
    entered.start()
    entered.join(0.1)
    assert entered.is_alive(), "nothing starts while a fork is waiting"
    gate.after_fork_in_parent()
    entered.join(10)
    assert not entered.is_alive()


def test_a_fork_does_not_wait_forever(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(lifecycle, "FORK_TIMEOUT", 0.05)
    gate = lifecycle._Gate()
    threading.Thread(target=gate.enter).start()
    started = time.monotonic()
    gate.before_fork()
    assert time.monotonic() - started < 5
    gate.after_fork_in_child()
    assert gate._at_work == {}
    gate.enter()
    gate.end()


def test_waiting_threads_do_not_block_a_fork() -> None:
    with lifecycle.no_fork(), lifecycle.no_fork():
        assert lifecycle._GATE.depth() == 2
        with lifecycle.fork_allowed():
            assert lifecycle._GATE.depth() == 0
        assert lifecycle._GATE.depth() == 2
    assert lifecycle._GATE.depth() == 0
