"""Install the release from a local package index on every available Python, and judge a sample with each."""

from __future__ import annotations

import hashlib
import os
import subprocess
import sys
import tempfile
from pathlib import Path

from benchmarks.matrix import found
from supply.lock import ROOT

SAMPLE = "portrait_good.jpg"


def run(dist: Path) -> int:
    """Return 0 if every Python installs the wheel in `dist` by name and accepts the good sample, else 1.

    Raises `FileNotFoundError` if `dist` has no wheel; `make release` puts one there.
    """
    wheels = sorted(dist.glob("mettici-*.whl"))
    if not wheels:
        raise FileNotFoundError(f"no wheel in {dist}: run make release first")
    failed = []
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        index = indexed(wheels[-1], folder / "simple")
        make = [sys.executable, str(ROOT / "sample_images" / "make_samples.py"), "--output", str(folder / "samples")]
        subprocess.run(make, check=True)
        for version, python in found().items():
            failure = failure_of(python, folder / version, index, wheels[-1], folder / "samples" / SAMPLE)
            print(f"Python {version}: {failure or 'installed from the index folder, and accepts the good sample'}")
            failed += [version] if failure else []
    return 1 if failed else 0


def indexed(wheel: Path, folder: Path) -> str:
    """Write a package index (PEP 503) with this single wheel into `folder`, and return its URL."""
    project = folder / "mettici"
    project.mkdir(parents=True)
    content = wheel.read_bytes()
    (project / wheel.name).write_bytes(content)
    link = f'<a href="{wheel.name}#sha256={hashlib.sha256(content).hexdigest()}">{wheel.name}</a>'
    (project / "index.html").write_text(f"<!doctype html>\n{link}\n", "utf-8")
    return folder.as_uri()


def failure_of(python: str, folder: Path, index: str, wheel: Path, sample: Path) -> str:
    """What went wrong in a fresh environment of that Python; empty if nothing did."""
    inside = folder / "bin"
    version = wheel.name.split("-")[1]
    steps = [
        [python, "-m", "venv", str(folder)],
        [str(inside / "pip"), "install", "--quiet", "--extra-index-url", index, f"mettici=={version}"],
        [str(inside / "mettici"), "doctor"],
        [str(inside / "mettici"), "check", str(sample)],
    ]
    alone = {
        name: value for name, value in os.environ.items() if name != "PYTHONPATH"
    }  # test the wheel, not a checkout
    for step in steps:
        done = subprocess.run(step, capture_output=True, text=True, check=False, cwd=folder.parent, env=alone)
        if done.returncode:
            return f"{' '.join(step[:2])} ended with {done.returncode}: {(done.stderr or done.stdout).strip()[-500:]}"
    return "" if "A good professional profile photo" in done.stdout else f"it said: {done.stdout[:500]}"
