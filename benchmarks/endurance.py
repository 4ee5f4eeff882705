"""`python -m benchmarks.endurance`: thousands of checks from four threads, then checkers made and closed over and over.

Prints what the process holds at each mark: memory, threads and file descriptors. Between the first mark, by when every
thread has its networks and allocators have settled, and the last, none may grow past its bound.
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
"""Times that the process is measured in each part; the first is where growth is counted from."""
SIDE = 320
"""Longer side of the photos, px: large enough for every network and check, small enough for twenty thousand."""
NAMES = ("portrait_good.jpg", "spoiled_two_people.jpg", "drawn_flat_avatar.png", "thing_cat.jpg", "spoiled_dark.jpg")
MOST_MB, MOST_THREADS, MOST_FILES = 20.0, 0, 0
"""Growth allowed in each part: 20 MB is a tenth of what the process holds; a leak of 1 KB a check would pass it."""


class Held(NamedTuple):
    """What the process holds: resident MB, threads, open file descriptors."""

    memory: float
    threads: int
    files: int


def held() -> Held:
    """As it is now, after what is unreachable was collected."""
    gc.collect()
    process = psutil.Process()
    return Held(process.memory_info().rss / 2**20, process.num_threads(), process.num_fds())


def photos(samples: Path) -> list[bytes]:
    """Some portraits, a drawing and a thing, and a file that is refused."""
    found = []
    for name in NAMES:
        with Image.open(samples / name) as image:
            image.thumbnail((SIDE, SIDE))
            buffer = io.BytesIO()
            image.convert("RGB").save(buffer, "JPEG" if name.endswith("jpg") else "PNG")
            found.append(buffer.getvalue())
    return found


def checks(samples: Path, count: int, marked: Callable[[int, Held], None] = lambda *_: None) -> list[Held]:
    """What the process holds at `MARKS` moments of `count` checks from `THREADS` threads."""
    given, marks = photos(samples), []
    with PhotoChecker() as checker, ThreadPoolExecutor(THREADS) as pool:
        together = threading.Barrier(THREADS)
        list(pool.map(lambda _: (together.wait(), checker.check(given[0])), range(THREADS)))  # networks for each
        for mark in range(1, MARKS + 1):
            share = range(count * (mark - 1) // MARKS, count * mark // MARKS)
            list(pool.map(lambda i: checker.check(given[i % len(given)]).verdict, share))
            marks.append(held())
            marked(share.stop, marks[-1])
    return marks


def closings(samples: Path, count: int, marked: Callable[[int, Held], None] = lambda *_: None) -> list[Held]:
    """What the process holds at `MARKS` moments of `count` checkers that each judge one photo and are closed."""
    given, marks = photos(samples), []
    for number in range(count):
        with PhotoChecker() as checker:
            checker.check(given[number % len(given)])
        if (number + 1) * MARKS // count > number * MARKS // count:
            marks.append(held())
            marked(number + 1, marks[-1])
    return marks


def growth(marks: list[Held]) -> Held:
    """From the first mark to the last."""
    before, after = marks[0], marks[-1]
    return Held(after.memory - before.memory, after.threads - before.threads, after.files - before.files)


def main() -> None:
    """Print every mark, and the growth with its bounds; the exit code is 1 where one is passed."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--checks", type=int, default=20_000)
    parser.add_argument("--closings", type=int, default=1_000)
    options = parser.parse_args()
    short = False
    for what, part, count in (("checks", checks, options.checks), ("closings", closings, options.closings)):
        grown = growth(part(made(), count, lambda done, now, what=what: _mark(what, done, now)))  # type: ignore[misc]
        for name, value, most in zip(Held._fields, grown, (MOST_MB, MOST_THREADS, MOST_FILES), strict=True):
            short |= value > most
            told = "" if value <= most else "   <-- short"
            print(f"{what}: growth of {name:8} {value:7.1f}   goal <= {most:g}{told}")
    raise SystemExit(short)


def _mark(what: str, done: int, now: Held) -> None:
    print(f"{done:7d} {what}: {now.memory:6.1f} MB, {now.threads} threads, {now.files} files open", flush=True)


if __name__ == "__main__":
    main()
