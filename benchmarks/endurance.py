"""`python -m benchmarks.endurance`: thousands of checks from four threads, then checkers opened and closed repeatedly.

Prints the memory, threads and file descriptors in use at each mark. By the first mark, every thread's networks and
allocators have settled; from then to the last mark, no count may grow past its bound.
"""

from __future__ import annotations

import argparse
import gc
import io
import threading
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from typing import NamedTuple

import psutil
from PIL import Image

from benchmarks.photos import made
from mettici import PhotoChecker

THREADS = 4
MARKS = 10
"""How often each part measures the process. Growth counts from the first mark."""
SIDE = 320
"""Longer side of the photos in px: large enough for every network and check, small enough for twenty thousand."""
NAMES = ("portrait_good.jpg", "spoiled_two_people.jpg", "drawn_flat_avatar.png", "thing_cat.jpg", "spoiled_dark.jpg")
MOST_MB, MOST_THREADS, MOST_FILES = 20.0, 0, 0
"""Growth allowed in each part. 20 MB is a tenth of the total; a leak of 1 KB per check would reach it."""


class Usage(NamedTuple):
    """What the process uses: resident MB, threads, open file descriptors."""

    memory: float
    threads: int
    files: int


def usage() -> Usage:
    """The current usage, after a garbage collection."""
    gc.collect()
    process = psutil.Process()
    return Usage(process.memory_info().rss / 2**20, process.num_threads(), process.num_fds())


def photos(samples: Path) -> list[bytes]:
    """Portraits, good and spoiled, a drawing and an animal."""
    found = []
    for name in NAMES:
        with Image.open(samples / name) as image:
            image.thumbnail((SIDE, SIDE))
            buffer = io.BytesIO()
            image.convert("RGB").save(buffer, "JPEG" if name.endswith("jpg") else "PNG")
            found.append(buffer.getvalue())
    return found


def checks(samples: Path, count: int, on_mark: Callable[[int, Usage], None] = lambda *_: None) -> list[Usage]:
    """The usage at `MARKS` points during `count` checks from `THREADS` threads."""
    given, marks = photos(samples), []
    with PhotoChecker() as checker, ThreadPoolExecutor(THREADS) as pool:
        barrier = threading.Barrier(THREADS)
        # The barrier makes every thread load its networks.
        list(pool.map(lambda _: (barrier.wait(), checker.check(given[0])), range(THREADS)))
        for mark in range(1, MARKS + 1):
            share = range(count * (mark - 1) // MARKS, count * mark // MARKS)
            list(pool.map(lambda i: checker.check(given[i % len(given)]).verdict, share))
            marks.append(usage())
            on_mark(share.stop, marks[-1])
    return marks


def closings(samples: Path, count: int, on_mark: Callable[[int, Usage], None] = lambda *_: None) -> list[Usage]:
    """The usage at `MARKS` points while `count` checkers each judge one photo and close."""
    given, marks = photos(samples), []
    for number in range(count):
        with PhotoChecker() as checker:
            checker.check(given[number % len(given)])
        if (number + 1) * MARKS // count > number * MARKS // count:
            marks.append(usage())
            on_mark(number + 1, marks[-1])
    return marks


def growth(marks: list[Usage]) -> Usage:
    """Growth from the first mark to the last."""
    before, after = marks[0], marks[-1]
    return Usage(after.memory - before.memory, after.threads - before.threads, after.files - before.files)


def main() -> None:
    """Print every mark, then the growth with its bounds; exit with 1 if one is exceeded."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--checks", type=int, default=20_000)
    parser.add_argument("--closings", type=int, default=1_000)
    options = parser.parse_args()
    short = False
    for what, part, count in (("checks", checks, options.checks), ("closings", closings, options.closings)):
        grown = growth(part(made(), count, lambda done, now, what=what: _mark(what, done, now)))  # type: ignore[misc]
        for name, value, most in zip(Usage._fields, grown, (MOST_MB, MOST_THREADS, MOST_FILES), strict=True):
            short |= value > most
            warning = "" if value <= most else "   <-- short"
            print(f"{what}: growth of {name:8} {value:7.1f}   goal <= {most:g}{warning}")
    raise SystemExit(short)


def _mark(what: str, done: int, now: Usage) -> None:
    print(f"{done:7d} {what}: {now.memory:6.1f} MB, {now.threads} threads, {now.files} files open", flush=True)


if __name__ == "__main__":
    main()
