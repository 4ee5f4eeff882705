"""`python -m benchmarks.matrix --output DIR`: do Python, OpenCV, Pillow and numpy versions give the same reports?

For each installed Python from 3.10 to 3.14 and each compatible set of `PINS`, installs the wheel into a fresh
environment and judges all samples with warnings as errors. DIR keeps one file per combination, and existing files are
not remade. To add a Python that only runs elsewhere (another machine, a container), run this there on the same DIR. At
the end, a table compares all combinations with the first; "decoded" counts the pictures whose pixels are identical.
Exits with 1 if a tolerance is exceeded.
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
"""All others are compared with the first. If a Python has no wheel for a pin, the table says so."""
MOST_PHOTO, MOST_CHECK = 2, 10
"""Tolerances across versions for the scores of a photo and of a check, out of 100. Verdicts and statuses must match."""


def main() -> None:
    """Make the missing files and compare them all."""
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
    """The installed interpreters by version: pyenv's, or else those on the path."""
    pyenv = Path(os.environ.get("PYENV_ROOT", Path.home() / ".pyenv"))
    folders = [*map(str, pyenv.glob("versions/*/bin")), os.environ["PATH"]]
    paths = {name: shutil.which(f"python{name}", path=os.pathsep.join(folders)) for name in PYTHONS}
    for name in (name for name, path in paths.items() if not path):
        print(f"Python {name} is not here")
    return {name: path for name, path in paths.items() if path}


def prepared(output: Path) -> tuple[Path, Path]:
    """The wheel and the samples in `output`, made if missing."""
    samples = output / "samples"
    if not samples.exists():
        script = ROOT / "sample_images" / "make_samples.py"
        subprocess.run([sys.executable, str(script), "--output", str(samples)], check=True)
    if not list(output.glob("mettici-*.whl")):
        command = [sys.executable, "-m", "pip", "wheel", "-q", "--no-deps", "--wheel-dir", str(output), str(ROOT)]
        subprocess.run(command, check=True)
    return next(output.glob("mettici-*.whl")), samples


def make(kept: Path, wheel: Path, samples: Path, python: str, pins: tuple[str, ...]) -> None:
    """Write the file of one combination: its versions and reports, or the `error` that prevented them."""
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
        result = {"error": "cannot be installed together", "detail": installed.stderr[-2000:]}
    else:
        judge = [str(inside), "-W", "error", "-m", "benchmarks.reports", str(samples)]
        judged = subprocess.run(judge, capture_output=True, text=True, check=False, cwd=ROOT)
        failed = {"error": "fails", "detail": judged.stderr[-2000:]}
        result = failed if judged.returncode else json.loads(judged.stdout)
    part = kept.with_suffix(".part")
    part.write_text(json.dumps({"python": name, "pins": pins, **result}), "utf-8")
    part.replace(kept)


def table(output: Path) -> int:
    """Print a line for each combination. Return 1 if one fails or exceeds the tolerances, 2 if there is none."""
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
        v, found = one["versions"], compare_reports(first, one["reports"])
        names = f"{v['python']:8} {v['opencv-python']:11} {v['pillow']:8} {v['numpy']:8}"
        counts = f"{found['decoded']:7}  {found['same']:7}  {found['verdicts']:8}  {found['statuses']:8}"
        print(f"{names} {counts}  {found['photo']:6}  {found['check']:6}")
        good &= not found["verdicts"] and not found["statuses"]
        good &= found["photo"] <= MOST_PHOTO and found["check"] <= MOST_CHECK
    print(f"goal: no other verdict or status; at most {MOST_PHOTO} points apart for a photo, {MOST_CHECK} for a check")
    return 0 if good else 1


def compare_reports(first: dict[str, Any], other: dict[str, Any]) -> dict[str, Any]:
    """Counts of identical pixels and reports and of differing verdicts and statuses; the largest score differences."""
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
