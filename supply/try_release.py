"""Install the release from an index folder on every Python at hand, and judge a sample there."""

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
    """0 where each Python installs the wheel in `dist` by its name and accepts the good sample; 1 where one does not.

    Raises `FileNotFoundError` where `dist` holds no wheel: `make release` puts it there.
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
            told = tried(python, folder / version, index, wheels[-1], folder / "samples" / SAMPLE)
            print(f"Python {version}: {told or 'installed from the index folder, and accepts the good sample'}")
            failed += [version] if told else []
    return 1 if failed else 0


def indexed(wheel: Path, folder: Path) -> str:
    """The address of a package index (PEP 503) in `folder`, with the wheel alone in it."""
    project = folder / "mettici"
    project.mkdir(parents=True)
    content = wheel.read_bytes()
    (project / wheel.name).write_bytes(content)
    link = f'<a href="{wheel.name}#sha256={hashlib.sha256(content).hexdigest()}">{wheel.name}</a>'
    (project / "index.html").write_text(f"<!doctype html>\n{link}\n", "utf-8")
    return folder.as_uri()


def tried(python: str, folder: Path, index: str, wheel: Path, sample: Path) -> str:
    """What went wrong in a new environment of that Python; empty where nothing did."""
    inside = folder / "bin"
    version = wheel.name.split("-")[1]
    steps = [
        [python, "-m", "venv", str(folder)],
        [str(inside / "pip"), "install", "--quiet", "--extra-index-url", index, f"mettici=={version}"],
        [str(inside / "mettici"), "doctor"],
        [str(inside / "mettici"), "check", str(sample)],
    ]
    alone = {name: value for name, value in os.environ.items() if name != "PYTHONPATH"}  # the wheel, not a checkout
    for step in steps:
        done = subprocess.run(step, capture_output=True, text=True, check=False, cwd=folder.parent, env=alone)
        if done.returncode:
            return f"{' '.join(step[:2])} ended with {done.returncode}: {(done.stderr or done.stdout).strip()[-500:]}"
    return "" if "A good professional profile photo" in done.stdout else f"it said: {done.stdout[:500]}"
