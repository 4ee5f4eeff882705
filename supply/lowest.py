"""Install the oldest versions that pyproject.toml allows, and run the tests that depend on them."""

from __future__ import annotations

import subprocess
import tempfile
from pathlib import Path

from supply.lock import OLDEST, ROOT, resolve

TESTS = (
    "test_photo.py",
    "test_checker.py",
    "test_vision.py",
    "test_crop.py",
    "test_annotate.py",
    "test_policy.py",
    "test_render.py",
    "test_cli.py",
    "test_album.py",
    "test_scan_tables.py",
    "test_scan_workers.py",
    "test_rank.py",
    "test_web_api.py",
    "test_integrations.py",
    "test_nothing_leaks.py",
)
"""The tests that use click, Jinja2, numpy, ONNX Runtime, OpenCV, pebble, Pillow, rich, pyarrow, imagehash, FastAPI,
Django and Flask. They leave out Ray, whose tests take longer than all of these."""

OLD = ("-W", "default::DeprecationWarning", "-W", "default::PendingDeprecationWarning")
"""Old versions emit deprecation warnings that are harmless here, although every other warning is an error."""


def run(python: str) -> int:
    """Run pytest in a fresh environment of `python`, ideally the oldest supported version; return pytest's exit
    code."""
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        resolve("--resolution", "lowest-direct", output=folder / "pins.txt", python=version(python))
        inside = folder / "venv" / "bin" / "python"
        subprocess.run([python, "-m", "venv", str(folder / "venv")], check=True)
        pip = [str(inside), "-m", "pip", "install", "--quiet"]
        subprocess.run([*pip, "--only-binary=:all:", "--requirement", str(folder / "pins.txt")], check=True)
        subprocess.run([*pip, "--no-deps", "--editable", str(ROOT)], check=True)
        tests = [str(ROOT / "tests" / test) for test in TESTS]
        pytest = [str(inside), "-m", "pytest", "-p", "no:cacheprovider", *OLD]
        return subprocess.run([*pytest, *tests], check=False, cwd=ROOT).returncode


def version(python: str) -> str:
    """The version, such as "3.10"; warns if it is not the oldest supported."""
    command = [python, "-c", "import sys; print('%d.%d' % sys.version_info[:2])"]
    found = subprocess.run(command, capture_output=True, text=True, check=True).stdout.strip()
    if found != OLDEST:
        print(f"Python {found}: the oldest versions are older still on {OLDEST}")
    return found
