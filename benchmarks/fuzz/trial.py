"""Runs one mutated file through the interfaces that take bytes, and records the outcome, time and memory."""

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
from benchmarks.peak import peak, reset_peak
from mettici.checks import all_checks
from mettici.errors import PhotoError
from mettici.image.photo import load, load_small
from mettici.image.reading import File
from mettici.output.json import to_text
from mettici.process import configure, silence_native
from mettici.web.settings import Settings

if TYPE_CHECKING:
    from mettici import PhotoChecker

CODES = frozenset({"not_an_image", "unsupported_format", "truncated", "too_large", "empty", "unreadable"})
"""The documented error codes that file contents can cause."""
CHECK_EVERY = 10
"""One file in this many gets a full `PhotoChecker.check`: every network, check and crop."""
FULL_SIZE_EVERY = 4
"""One file in this many is also decoded at full size, as for a crop, and as a thumbnail."""
MAX_SERVED_PIXELS = Settings().max_pixels
"""The server never decodes more pixels than this at full size."""


class Outcome(NamedTuple):
    """The outcome of file `number`: a verdict, "decoded", an error's code, or a `fault` with its traceback.

    `seconds` (CPU time) and `memory` (the process's peak in MB) cover this file alone.
    """

    number: int
    format: str
    what: str
    checked: bool
    seconds: float
    memory: float
    fault: str = ""


class Run(NamedTuple):
    """Everything needed to reproduce a run's files, and with them any crash."""

    samples: Path
    seed: int


@lru_cache(maxsize=1)
def _checker() -> PhotoChecker:
    import cv2

    from mettici import PhotoChecker

    cv2.setNumThreads(1)
    return PhotoChecker(strict=True)  # an exception in a check counts as a failure


def prepare() -> None:
    """Load the networks before timing any file."""
    import numpy as np

    configure()
    silence_native()
    _checker().check(np.zeros((64, 64, 3), np.uint8))


def try_many(run: Run, numbers: range) -> list[Outcome]:
    """The outcome of each file."""
    return [_try_one(run, number) for number in numbers]


def _try_one(run: Run, number: int) -> Outcome:
    made = mutant(seeds(run.samples), run.seed, number)
    checked = number % CHECK_EVERY == 0
    reset_peak()
    started, fault = time.process_time(), ""
    try:
        what = _run_entry(made.data, number, checked)
    except PhotoError as error:
        what = error.code
        if what not in CODES or not all((error.message(lang) and error.remedy_in(lang)) for lang in ("en", "it")):
            fault = f"not in the contract: {error!r}"
    except Exception:  # any other exception is a failure to report
        what, fault = "fault", traceback.format_exc()
    return Outcome(number, made.format, what, checked, time.process_time() - started, peak(), fault)


def _run_entry(data: bytes, number: int, checked: bool) -> str:
    """Check or decode through each interface in turn."""
    entry = number // CHECK_EVERY % 3
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
        parsed = json.loads(to_text(report))
        assert len(parsed["checks"]) == len(all_checks()), parsed
        return str(parsed["verdict"])
    photo = load(source)
    assert photo.pixels.ndim == 3, photo.pixels.shape
    assert max(photo.pixels.shape) <= 1024, photo.pixels.shape
    if (
        number % FULL_SIZE_EVERY == 0
        and not hasattr(source, "read")
        and photo.width * photo.height <= MAX_SERVED_PIXELS
    ):
        assert photo.full().shape == (photo.height, photo.width, 3)
        load_small(source, 168)
    return "decoded"
