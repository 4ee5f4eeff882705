"""`mettici serve` as a process: where it listens, how it ends, and its message if the extra is missing."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
import time
from pathlib import Path

import httpx
import pytest
from web_server import free_port


def test_it_serves_only_this_machine_and_stops_on_request(samples: Path, tmp_path: Path) -> None:
    port, log = free_port(), tmp_path / "log"
    command = [sys.executable, "-m", "mettici", "serve", "--port", str(port), "--policy", "strict"]
    with log.open("wb") as out, subprocess.Popen(command, stdout=out, stderr=out) as process:
        try:
            until = time.monotonic() + 60
            while not ready(port) and time.monotonic() < until:
                time.sleep(0.1)
            assert f"http://127.0.0.1:{port}" in log.read_text("utf-8")
            listening = Path("/proc/net/tcp").read_text("ascii") if os.path.exists("/proc/net/tcp") else ""
            assert f"00000000:{port:04X}" not in listening, "it must not listen on every address"
            data = (samples / "portrait_good.jpg").read_bytes()
            files = {"photo": ("anna_rossi.jpg", data)}
            reply = httpx.post(f"http://127.0.0.1:{port}/v1/check", files=files, timeout=60)
            assert reply.json()["policy"]["name"] == "strict"
        finally:
            process.send_signal(signal.SIGINT)
            assert process.wait(30) in (0, 130)
    assert "anna_rossi" not in log.read_text("utf-8")
    assert reply.json()["photo"]["sha256"] not in log.read_text("utf-8")


def ready(port: int) -> bool:
    try:
        return httpx.get(f"http://127.0.0.1:{port}/readyz").status_code == 200
    except httpx.TransportError:
        return False


@pytest.mark.parametrize(("lang", "remedy"), [("en", "Install it with"), ("it", "Installalo con")])
def test_without_the_extra_it_says_how_to_install_it(lang: str, remedy: str) -> None:
    code = (
        "import sys; sys.modules['uvicorn'] = None\n"
        f"from mettici.cli import main; sys.argv = ['mettici', 'serve', '--lang', '{lang}']; main()"
    )
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=False)
    assert done.returncode == 4
    assert f"{remedy}: pip install 'mettici[web]'" in done.stderr
    assert "Traceback" not in done.stderr


def test_an_invalid_policy_is_reported_before_serving() -> None:
    command = [sys.executable, "-m", "mettici", "serve", "--policy", "nothing"]
    done = subprocess.run(command, capture_output=True, text=True, check=False)
    assert done.returncode == 2
    assert "nothing" in done.stderr
