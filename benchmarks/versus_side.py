"""One side of `python -m benchmarks.versus`: checks photos in the tree on its path, and tells what each took.

Run by its text, so that it needs nothing of the tree but `PhotoChecker`. Reads a JSON object a line: `path`, `crop`;
answers with `cpu` and `wall` in seconds, and `held`, the MB that the process holds.
"""

from __future__ import annotations

import json
import sys
import time
from pathlib import Path

import cv2

from mettici import PhotoChecker, PhotoError


def held() -> float:
    """MB resident (Linux); 0 where the system does not tell."""
    status = Path("/proc/self/status")
    lines = status.read_text("ascii").splitlines() if status.exists() else []
    return sum(int(line.split()[1]) / 1024 for line in lines if line.startswith("VmRSS:"))


def main() -> None:
    """Answer until standard input ends."""
    cv2.setNumThreads(1)
    with PhotoChecker() as checker:
        for line in sys.stdin:
            asked = json.loads(line)
            cpu, wall = time.process_time(), time.perf_counter()
            try:
                checker.check(asked["path"], crop=asked["crop"])
            except PhotoError as error:
                print(f"{asked['path']}: {error.code}", file=sys.stderr)
            taken = {"cpu": time.process_time() - cpu, "wall": time.perf_counter() - wall}
            print(json.dumps({**taken, "held": held()}), flush=True)


if __name__ == "__main__":
    main()
