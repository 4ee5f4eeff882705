"""One mutated file through the entries of bytes: what came of it, how long it took, how much memory it held."""

from __future__ import annotations

import io
import json
import os
import tempfile
import time
import traceback
from functools import lru_cache
from pathlib import Path
from typing import TYPE_CHECKING, NamedTuple

from benchmarks.fuzz.mutations import mutant
from benchmarks.fuzz.seeds import seeds
from benchmarks.peak import forget_peak, peak
from mettici.checks import all_checks
from mettici.errors import PhotoError
from mettici.image.photo import load, load_small
from mettici.image.reading import File
from mettici.output.json import to_text
from mettici.process import settle, silence_native
from mettici.web.settings import Settings

if TYPE_CHECKING:
    from mettici import PhotoChecker

CODES = frozenset({"not_an_image", "unsupported_format", "truncated", "too_large", "empty", "unreadable"})
"""The contract's codes that a file's contents can have."""
CHECKED = 10
"""One file in so many is judged whole, as `PhotoChecker.check` does it: with every network, check and crop."""
FULL = 4
"""One file in so many is also decoded at its full size, as for a crop, and as a thumbnail."""
SERVED = Settings().max_pixels
"""The most pixels that are decoded at their full size for a stranger."""


class Outcome(NamedTuple):
    """What came of file `number`: a verdict, "decoded", an error's code, or a `fault` with its traceback.

    `seconds` (of the processor) and `memory` (the most MB that the process held) are of this file alone.
    """

    number: int
    format: str
    what: str
    checked: bool
    seconds: float
    memory: float
    fault: str = ""


class Run(NamedTuple):
    """What makes a run's files, and so a crash, repeatable."""

    samples: Path
    seed: int


@lru_cache(maxsize=1)
def _checker() -> PhotoChecker:
    import cv2

    from mettici import PhotoChecker

    cv2.setNumThreads(1)
    return PhotoChecker(strict=True)  # a check that breaks is a fault


def prepare() -> None:
    """Load the networks, before any file's time is counted."""
    import numpy as np

    settle()
    silence_native()
    _checker().check(np.zeros((64, 64, 3), np.uint8))


def try_many(run: Run, numbers: range) -> list[Outcome]:
    """The outcome of each of the files."""
    return [_tried(run, number) for number in numbers]


def _tried(run: Run, number: int) -> Outcome:
    made = mutant(seeds(run.samples), run.seed, number)
    checked = number % CHECKED == 0
    forget_peak()
    started, fault = time.process_time(), ""
    try:
        what = _given(made.data, number, checked)
    except PhotoError as error:
        what = error.code
        if what not in CODES or not all((error.message(lang) and error.remedy_in(lang)) for lang in ("en", "it")):
            fault = f"not in the contract: {error!r}"
    except Exception:  # whatever else leaves is a fault to be told
        what, fault = "fault", traceback.format_exc()
    return Outcome(number, made.format, what, checked, time.process_time() - started, peak(), fault)


def _given(data: bytes, number: int, checked: bool) -> str:
    """Judge or decode, through each entry in turn."""
    entry = number // CHECKED % 3
    if entry == 0:
        return _judged(data, number, checked)
    if entry == 1:
        return _judged(io.BytesIO(data), number, checked)
    with tempfile.NamedTemporaryFile(dir=_fast_folder(), suffix=".jpg") as file:
        file.write(data)
        file.flush()
        return _judged(file.name, number, checked)


@lru_cache(maxsize=1)
def _fast_folder() -> str | None:
    return "/dev/shm" if os.path.isdir("/dev/shm") else None


def _judged(source: File, number: int, checked: bool) -> str:
    if checked:
        report = _checker().check(source).to_dict("it" if number % 20 else "en")
        told = json.loads(to_text(report))
        assert len(told["checks"]) == len(all_checks()), told
        return str(told["verdict"])
    photo = load(source)
    assert photo.pixels.ndim == 3, photo.pixels.shape
    assert max(photo.pixels.shape) <= 1024, photo.pixels.shape
    if number % FULL == 0 and not hasattr(source, "read") and photo.width * photo.height <= SERVED:
        assert photo.full().shape == (photo.height, photo.width, 3)
        load_small(source, 168)
    return "decoded"
