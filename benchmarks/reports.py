"""`python -m benchmarks.reports FOLDER`: reports on every picture in a folder, for `benchmarks.matrix`.

Prints JSON: the package versions, and for each picture the hash of its decoded pixels and its report without timings.
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
    """A report without `timing_ms`, which alone differs from run to run."""
    return {key: value for key, value in report.items() if key != "timing_ms"}


def reports(folder: Path) -> dict[str, dict[str, Any]]:
    """By picture: `pixels`, the SHA-256 of the decoded pixels, and `report`."""
    by_name = {}
    with PhotoChecker(strict=True) as checker:
        for path in sorted(p for p in folder.iterdir() if p.suffix in (".jpg", ".png")):
            pixels = hashlib.sha256(photo.load(path).pixels.tobytes()).hexdigest()
            by_name[path.name] = {"pixels": pixels, "report": untimed(checker.check(path, name=path.name).to_dict())}
    return by_name


def main(folder: str) -> None:
    """Print the versions and the reports."""
    versions = {"python": platform.python_version(), **{name: version(name) for name in PACKAGES}}
    print(json.dumps({"versions": versions, "reports": reports(Path(folder))}))


if __name__ == "__main__":
    main(sys.argv[1])
