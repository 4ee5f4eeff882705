"""`python -m benchmarks.matrix --output DIR`: the same reports on every Python, OpenCV, Pillow and numpy?

For each Python from 3.10 to 3.14 that is here and each set of `PINS` that it can have, the wheel is installed into an
environment made for it and judges all samples, with warnings as errors. The reports stay in DIR, one file a
combination; what is there already is not made again, so that a Python that only runs elsewhere (another machine, a
container) adds its own: run this there on the same DIR. In the end a table compares all with the first, where "decoded"
counts the pictures whose pixels are the same to the bit. Ends with 1 where the tolerances are passed.
"""

from __future__ import annotations

import argparse
import json
import os
import shutil
import subprocess
import sys
from pathlib import Path
from typing import Any

ROOT = Path(__file__).resolve().parents[1]
PYTHONS = ("3.10", "3.11", "3.12", "3.13", "3.14")
PINS = (
    ("opencv-python==5.*", "pillow==13.*"),
    ("opencv-python==4.10.*", "pillow==13.*"),
    ("opencv-python==4.12.*", "pillow==13.*"),
    ("opencv-python==4.14.*", "pillow==13.*"),
    ("opencv-python==5.*", "pillow==11.0.*"),
    ("opencv-python==5.*", "pillow==11.3.*"),
    ("opencv-python==5.*", "pillow==12.*"),
    ("opencv-python==4.10.*", "pillow==11.0.*", "numpy<2"),
)
"""The first is what the others are compared with. A Python for which one of them has no wheel says so in the table."""
MOST_PHOTO, MOST_CHECK = 2, 10
"""Tolerances across versions, in points of 100: of a photo's score and of a check's. Verdicts and statuses must be the
same."""


def main() -> None:
    """Make what is missing, and compare."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--output", type=Path, required=True)
    output = parser.parse_args().output.resolve()
    output.mkdir(parents=True, exist_ok=True)
    wheel, samples = prepared(output)
    for name, python in found().items():
        for number, pins in enumerate(PINS):
            make(output / f"{number}-python{name}.json", wheel, samples, python, pins)
    sys.exit(table(output))


def found() -> dict[str, str]:
    """The interpreters here, by version: those that pyenv keeps, else those on the path."""
    pyenv = Path(os.environ.get("PYENV_ROOT", Path.home() / ".pyenv"))
    folders = [*map(str, pyenv.glob("versions/*/bin")), os.environ["PATH"]]
    paths = {name: shutil.which(f"python{name}", path=os.pathsep.join(folders)) for name in PYTHONS}
    for name in (name for name, path in paths.items() if not path):
        print(f"Python {name} is not here")
    return {name: path for name, path in paths.items() if path}


def prepared(output: Path) -> tuple[Path, Path]:
    """The wheel and the samples in `output`, made where they are missing."""
    samples = output / "samples"
    if not samples.exists():
        script = ROOT / "sample_images" / "make_samples.py"
        subprocess.run([sys.executable, str(script), "--output", str(samples)], check=True)
    if not list(output.glob("mettici-*.whl")):
        command = [sys.executable, "-m", "pip", "wheel", "-q", "--no-deps", "--wheel-dir", str(output), str(ROOT)]
        subprocess.run(command, check=True)
    return next(output.glob("mettici-*.whl")), samples


def make(kept: Path, wheel: Path, samples: Path, python: str, pins: tuple[str, ...]) -> None:
    """The file of one combination: its versions and reports, or `error`, why there are none."""
    if kept.exists():
        return
    name = kept.stem.partition("-python")[2]
    environment = kept.with_name(f"venv-{name}")
    inside = environment / "bin" / "python"
    if not inside.exists():
        subprocess.run([python, "-m", "venv", str(environment)], check=True)
    install = [str(inside), "-m", "pip", "install", "-q", "--only-binary=:all:", str(wheel), *pins]
    installed = subprocess.run(install, capture_output=True, text=True, check=False)
    if installed.returncode:
        told = {"error": "cannot be installed together", "detail": installed.stderr[-2000:]}
    else:
        judge = [str(inside), "-W", "error", "-m", "benchmarks.reports", str(samples)]
        judged = subprocess.run(judge, capture_output=True, text=True, check=False, cwd=ROOT)
        failed = {"error": "fails", "detail": judged.stderr[-2000:]}
        told = failed if judged.returncode else json.loads(judged.stdout)
    part = kept.with_suffix(".part")
    part.write_text(json.dumps({"python": name, "pins": pins, **told}), "utf-8")
    part.replace(kept)


def table(output: Path) -> int:
    """Print a line for each combination; 1 where one passes the tolerances or fails, 2 where there is none."""
    made = [json.loads(path.read_text("utf-8")) for path in sorted(output.glob("*-python*.json"))]
    judged = [one for one in made if "reports" in one]
    if not judged:
        print("no combination was judged")
        return 2
    first = judged[0]["reports"]
    print(f"{len(first)} samples, each compared with the first line's report")
    print("python   opencv      pillow   numpy    decoded  reports  verdicts  statuses  points apart:")
    print("                                       same     same     differ    differ    photo   check")
    good = True
    for one in made:
        if "error" in one:
            print(f"{one['python']:8} {', '.join(one['pins'])}: {one['error']}")
            good &= one["error"] != "fails"
            continue
        v, found = one["versions"], compared(first, one["reports"])
        names = f"{v['python']:8} {v['opencv-python']:11} {v['pillow']:8} {v['numpy']:8}"
        counts = f"{found['decoded']:7}  {found['same']:7}  {found['verdicts']:8}  {found['statuses']:8}"
        print(f"{names} {counts}  {found['photo']:6}  {found['check']:6}")
        good &= not found["verdicts"] and not found["statuses"]
        good &= found["photo"] <= MOST_PHOTO and found["check"] <= MOST_CHECK
    print(f"goal: no other verdict or status; at most {MOST_PHOTO} points apart for a photo, {MOST_CHECK} for a check")
    return 0 if good else 1


def compared(first: dict[str, Any], other: dict[str, Any]) -> dict[str, Any]:
    """Pictures decoded alike and reports alike to the bit; verdicts and statuses that differ; the largest distances."""
    pairs = [(first[name], other[name]) for name in first]
    checks = [
        (a, b) for one, two in pairs for a, b in zip(one["report"]["checks"], two["report"]["checks"], strict=True)
    ]
    return {
        "decoded": sum(one["pixels"] == two["pixels"] for one, two in pairs),
        "same": sum(one["report"] == two["report"] for one, two in pairs),
        "verdicts": sum(one["report"]["verdict"] != two["report"]["verdict"] for one, two in pairs),
        "statuses": sum(a["status"] != b["status"] for a, b in checks),
        "photo": max(abs(one["report"]["score"] - two["report"]["score"]) for one, two in pairs),
        "check": max(abs(a["score"] - b["score"]) for a, b in checks if None not in (a["score"], b["score"])),
    }


if __name__ == "__main__":
    main()
