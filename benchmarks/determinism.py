"""`python -m benchmarks.determinism`: are a thousand reports on one photo, from 1 and from 32 threads, identical?

For each photo in `PHOTOS`, one thread with one checker makes `--repeats` reports. Then 32 threads that share a checker
make as many while they also judge the other photos. Counts the distinct reports (as JSON, without timings) and exits
with 1 if there is more than one. `benchmarks.matrix` compares versions; `tests/test_determinism.py` compares the
interfaces.
"""

from __future__ import annotations

import argparse
import json
import sys
from collections import Counter
from concurrent.futures import ThreadPoolExecutor

from benchmarks.photos import made
from benchmarks.reports import untimed
from mettici import PhotoChecker

PHOTOS = ("portrait_good.jpg", "spoiled_two_people.jpg", "spoiled_off_centre.jpg", "drawn_flat_avatar.png")
"""Nothing to crop; two faces; a crop to search for; not a photograph."""
THREADS = 32


def text(checker: PhotoChecker, photo: bytes) -> str:
    """The report as JSON, without timings."""
    return json.dumps(untimed(checker.check(photo).to_dict()), sort_keys=True)


def main() -> None:
    """Judge, count and print."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--repeats", type=int, default=1000)
    repeats = parser.parse_args().repeats
    photos = {name: (made() / name).read_bytes() for name in PHOTOS}
    different = 0
    with PhotoChecker(strict=True) as checker, ThreadPoolExecutor(THREADS) as threads:
        alone = {name: Counter(text(checker, data) for _ in range(repeats)) for name, data in photos.items()}
        names = [name for _ in range(repeats) for name in PHOTOS]
        shared: dict[str, Counter[str]] = {name: Counter() for name in PHOTOS}
        for name, report in zip(names, threads.map(lambda name: text(checker, photos[name]), names), strict=True):
            shared[name][report] += 1
        for name in PHOTOS:
            both = alone[name] + shared[name]
            different += len(both) - 1
            print(f"{name:24} {repeats} times from 1 thread, {repeats} from {THREADS}: {len(both)} report(s)")
    print("goal: 1 report each" + ("   <-- missed" if different else ""))
    sys.exit(bool(different))


if __name__ == "__main__":
    main()
