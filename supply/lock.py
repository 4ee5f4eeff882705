"""Renew requirements/ci.txt: all that CI installs, each pinned with the hashes of its files, for every Python."""

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
EXTRAS = ("dev", "heif", "supply")
OLDEST = "3.10"
HEAD = """\
# All that CI installs, pinned, with the hashes of its files. Made by `python -m supply lock`; `--upgrade` renews it.
#   pip install --require-hashes -r requirements/ci.txt && pip install --no-deps --no-build-isolation -e .
"""


def project() -> dict[str, Any]:
    """The content of pyproject.toml."""
    return tomllib.loads((ROOT / "pyproject.toml").read_text("utf-8"))


def run(upgrade: bool) -> int:
    """Resolve with uv, through whatever index it is configured for; what is pinned stays, unless to be upgraded."""
    with tempfile.TemporaryDirectory() as folder:
        building = Path(folder) / "build.in"
        building.write_text("\n".join([*project()["build-system"]["requires"], "editables"]), "utf-8")
        made = Path(folder) / "ci.txt"
        if LOCK.exists() and not upgrade:
            made.write_bytes(LOCK.read_bytes())
        resolve("--universal", "--generate-hashes", str(building), output=made)
        LOCK.parent.mkdir(exist_ok=True)
        LOCK.write_text(HEAD + made.read_text("utf-8"), "utf-8")
    return 0


def resolve(*how: str, output: Path, python: str = OLDEST) -> None:
    """Write the pins of the project with `EXTRAS`, and of what `how` names beside it, to `output`."""
    extras = [word for extra in EXTRAS for word in ("--extra", extra)]
    quiet = ("--quiet", "--no-header", "--no-annotate", "--no-emit-index-url", "--no-emit-find-links")
    command = [sys.executable, "-m", "uv", "pip", "compile", *quiet, "--python-version", python, *extras, *how]
    subprocess.run([*command, "--output-file", str(output), "pyproject.toml"], check=True, cwd=ROOT)
