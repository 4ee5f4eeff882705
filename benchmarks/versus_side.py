"""One side of `python -m benchmarks.versus`: checks photos with the tree on its path and reports the time of each.

Runs from its source text, so that it needs nothing from the tree but `PhotoChecker`. Reads one JSON object per line
with `path` and `crop`; answers with `cpu` and `wall` in seconds, and `held`, the resident memory in MB.
"""

from __future__ import annotations

import json
import sys
import time
from pathlib import Path

import cv2

from mettici import PhotoChecker, PhotoError


def resident() -> float:
    """Resident MB (Linux); 0 if the system does not report it."""
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
            print(json.dumps({**taken, "held": resident()}), flush=True)


if __name__ == "__main__":
    main()
