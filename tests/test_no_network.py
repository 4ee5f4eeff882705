"""A photo never leaves the machine: a whole check, the start of the program included, talks to no network."""

from __future__ import annotations

import shutil
import subprocess
import sys
from pathlib import Path

import pytest

CHECK = [sys.executable, "-m", "mettici", "check", "--json"]


def works(*command: str) -> bool:
    return shutil.which(command[0]) is not None and subprocess.run(command, check=False).returncode == 0


@pytest.mark.skipif(not works("unshare", "-rn", "true"), reason="this system does not allow network namespaces")
def test_it_works_where_there_is_no_network(samples: Path) -> None:
    photo = str(samples / "portrait_good.jpg")
    alone = subprocess.run(["unshare", "-rn", *CHECK, photo], capture_output=True, check=False)
    assert alone.returncode == 0, alone.stderr


@pytest.mark.skipif(not works("strace", "-e", "trace=none", "true"), reason="strace is not here, or may not trace")
def test_it_does_not_even_try(samples: Path, tmp_path: Path) -> None:
    calls = tmp_path / "calls"
    photo = str(samples / "portrait_good.jpg")
    traced = ["strace", "-f", "-qq", "-e", "trace=socket,connect,sendto", "-o", str(calls), *CHECK, photo]
    subprocess.run(traced, capture_output=True, check=True)
    assert [line for line in calls.read_text("utf-8").splitlines() if "AF_INET" in line] == []
