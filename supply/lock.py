"""Update requirements/*.txt: what CI and the container install, pinned with the hashes of the files."""

from __future__ import annotations

import subprocess
import sys
import tempfile
from pathlib import Path
from typing import Any

if sys.version_info >= (3, 11):
    import tomllib
else:
    import tomli as tomllib

ROOT = Path(__file__).resolve().parents[1]
LOCK = ROOT / "requirements" / "ci.txt"
BUILD = ROOT / "requirements" / "build.txt"
CONTAINER = ROOT / "requirements" / "container.txt"
EXTRAS = ("dev", "heif", "supply")
CONTAINER_EXTRAS = ("web", "heif")
OLDEST = "3.10"
HEAD = """\
# Everything that CI installs, pinned and hashed. Made by `python -m supply lock`; `--upgrade` updates it.
#   pip install --require-hashes -r requirements/ci.txt && pip install --no-deps --no-build-isolation -e .
"""
BUILD_HEAD = """\
# What builds the wheel, at the versions in ci.txt. Made by `python -m supply lock`.
"""
CONTAINER_HEAD = """\
# What the Dockerfile installs besides mettici, at the versions in ci.txt. Made by `python -m supply lock`.
# It replaces opencv-python with opencv-python-headless: the same cv2 without windows, so without libGL.
"""


def project() -> dict[str, Any]:
    """The contents of pyproject.toml."""
    return tomllib.loads((ROOT / "pyproject.toml").read_text("utf-8"))


def run(upgrade: bool) -> int:
    """Resolve with uv, through whichever index it is configured to use. Existing pins stay unless `upgrade` is set."""
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        building = _written(folder / "build.in", *project()["build-system"]["requires"])
        editing = _written(folder / "editing.in", "editables")
        universal = ("--universal", "--generate-hashes")
        _renew(LOCK, HEAD, upgrade, *universal, *_extras(EXTRAS), str(building), str(editing), "pyproject.toml")
        as_in_ci = (*universal, "--constraint", str(LOCK))
        _renew(BUILD, BUILD_HEAD, upgrade, *as_in_ci, str(building))
        windows = next(one for one in project()["project"]["dependencies"] if one.startswith("opencv-python"))
        headless = _written(folder / "headless.in", windows.replace("opencv-python", "opencv-python-headless"))
        instead = ("--no-emit-package", "opencv-python", str(headless))
        _renew(CONTAINER, CONTAINER_HEAD, upgrade, *as_in_ci, *_extras(CONTAINER_EXTRAS), *instead, "pyproject.toml")
    return 0


def _written(path: Path, *lines: str) -> Path:
    path.write_text("\n".join(lines), "utf-8")
    return path


def _extras(extras: tuple[str, ...]) -> list[str]:
    return [word for extra in extras for word in ("--extra", extra)]


def _renew(lock: Path, head: str, upgrade: bool, *how: str) -> None:
    """Resolve with the arguments `how` and write the result to `lock` under `head`. If that fails, the lock stays as
    is."""
    with tempfile.TemporaryDirectory() as folder:
        made = Path(folder) / lock.name
        if lock.exists() and not upgrade:
            made.write_bytes(lock.read_bytes())
        _compile(*how, output=made)
        lock.parent.mkdir(exist_ok=True)
        lock.write_text(head + made.read_text("utf-8"), "utf-8")


def resolve(*how: str, output: Path, python: str) -> None:
    """Resolve the project with `EXTRAS` and the arguments `how` for that Python, and write the pins to `output`."""
    _compile(*how, *_extras(EXTRAS), "pyproject.toml", output=output, python=python)


def _compile(*how: str, output: Path, python: str = OLDEST) -> None:
    quiet = ("--quiet", "--no-header", "--no-annotate", "--no-emit-index-url", "--no-emit-find-links")
    command = [sys.executable, "-m", "uv", "pip", "compile", *quiet, "--python-version", python, *how]
    subprocess.run([*command, "--output-file", str(output)], check=True, cwd=ROOT)
