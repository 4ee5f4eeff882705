"""`python -m benchmarks.sameness`: a thousand reports on one photo, from 1 and from 32 threads, equal to the bit?

Each sample of `PHOTOS` in turn, `--repeats` times with one checker and one thread, then as often from 32 threads that
share it while they judge the other samples in between. Counts the different reports (all but their timings, as JSON),
and ends with 1 where there is more than one. `benchmarks.matrix` compares versions, `tests/test_sameness.py` the ways
in.
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
"""One with nothing to crop, one with two faces, one whose crop is searched for, and one that is no photo."""
THREADS = 32


def text(checker: PhotoChecker, photo: bytes) -> str:
    """The report as JSON, without timings."""
    return json.dumps(untimed(checker.check(photo).to_dict()), sort_keys=True)


def main() -> None:
    """Judge, count, print."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--repeats", type=int, default=1000)
    repeats = parser.parse_args().repeats
    photos = {name: (made() / name).read_bytes() for name in PHOTOS}
    different = 0
    with PhotoChecker(strict=True) as checker, ThreadPoolExecutor(THREADS) as threads:
        alone = {name: Counter(text(checker, data) for _ in range(repeats)) for name, data in photos.items()}
        names = [name for _ in range(repeats) for name in PHOTOS]
        together: dict[str, Counter[str]] = {name: Counter() for name in PHOTOS}
        for name, told in zip(names, threads.map(lambda name: text(checker, photos[name]), names), strict=True):
            together[name][told] += 1
        for name in PHOTOS:
            both = alone[name] + together[name]
            different += len(both) - 1
            print(f"{name:24} {repeats} times from 1 thread, {repeats} from {THREADS}: {len(both)} report(s)")
    print("goal: 1 report each" + ("   <-- missed" if different else ""))
    sys.exit(bool(different))


if __name__ == "__main__":
    main()
