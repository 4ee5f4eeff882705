"""`python -m benchmarks.reports FOLDER`: what this environment makes of every picture there, for `benchmarks.matrix`.

Prints JSON: the versions at work, and for each picture the hash of its decoded pixels and its report without timings.
"""

from __future__ import annotations

import hashlib
import json
import platform
import sys
from importlib.metadata import version
from pathlib import Path
from typing import Any

from mettici import PhotoChecker
from mettici.image import photo

PACKAGES = ("opencv-python", "pillow", "numpy", "onnxruntime")


def untimed(report: dict[str, Any]) -> dict[str, Any]:
    """The part of a report that must be the same each time: all but `timing_ms`."""
    return {key: value for key, value in report.items() if key != "timing_ms"}


def reports(folder: Path) -> dict[str, dict[str, Any]]:
    """By picture: `pixels`, the SHA-256 of what was decoded, and `report`."""
    told = {}
    with PhotoChecker(strict=True) as checker:
        for path in sorted(p for p in folder.iterdir() if p.suffix in (".jpg", ".png")):
            pixels = hashlib.sha256(photo.load(path).pixels.tobytes()).hexdigest()
            told[path.name] = {"pixels": pixels, "report": untimed(checker.check(path, name=path.name).to_dict())}
    return told


def main(folder: str) -> None:
    """Print it all."""
    versions = {"python": platform.python_version(), **{name: version(name) for name in PACKAGES}}
    print(json.dumps({"versions": versions, "reports": reports(Path(folder))}))


if __name__ == "__main__":
    main(sys.argv[1])
