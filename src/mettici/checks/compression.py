"""Are there visible compression blocks?"""

from __future__ import annotations

import cv2
import numpy as np

from mettici.checks.base import Assessment, Check, Detail, Limits, Status, interpolate, less_is_better, without_face
from mettici.evidence import Evidence
from mettici.image.photo import Photo
from mettici.image.types import Pixels

BLOCK = 8
"""Side of a JPEG block, px (ITU-T T.81)."""
STEP_AT_QUALITY = (
    (3.0, 7.0),
    (6.0, 5.7),
    (10.0, 4.4),
    (15.0, 3.7),
    (20.0, 3.1),
    (30.0, 2.4),
    (40.0, 2.05),
    (50.0, 1.75),
    (60.0, 1.4),
    (75.0, 0.95),
    (90.0, 0.45),
    (100.0, 0.0),
)
"""JPEG quality (libjpeg) and the median step at block borders, grey levels, measured on 50 good photos re-encoded."""
MIN_SIDE = 64
"""Side in px below which the block grid cannot be distinguished from the picture."""


class Compression(Check):
    """Asks whether the photo is free of visible compression blocks.

    Why
        Blocks and ringing around the eyes and mouth make a good photo look cheap, and every network compresses it
        again.

        Source: ISO/IEC 29794-5, compression artefacts.

    How
        The value is how much larger the steps between neighbouring pixels are on an 8 px grid than off it, in grey
        levels. This also detects a photo that was once heavily compressed and then saved at better quality. For a JPEG,
        the check uses the average step for its quality setting if that is larger. Both shrink when the photo is
        reduced. When re-encoded, 50 good photos measure 5.7 at quality 6, 2.4 at 30, 1.0 at 75 (messengers) and 0.4 at
        90. Originals measure below 1.4.

    Fix
        Use the original file from the phone or camera, not a screenshot or a copy sent through a messenger.

    Limits
        A photo that was reduced, enlarged or rotated after heavy compression keeps the damage but loses the grid, so
        the check misses it.
    """

    unit = "grey levels"
    weight = 1.2
    cap = 65.0
    limits = {"ideal": 1.2, "warn_above": 2.3, "fail_above": 4.0}
    ascending = (("ideal", "warn_above", "fail_above"),)
    reasons = ("clean", "blocks")

    def assess(self, evidence: Evidence, limits: Limits) -> Assessment:
        photo = evidence.photo
        measured = _steps(evidence.grey)
        value = max(measured, _expected(photo))
        if nobody := without_face(evidence, value):
            return nobody
        status, score = less_is_better(value, limits)
        details: dict[str, Detail] = {"measured": measured}
        if photo.jpeg_quality is not None:
            details["jpeg_quality"] = photo.jpeg_quality
        return Assessment(status, "clean" if status is Status.PASS else "blocks", value, score, details)


def _expected(photo: Photo) -> float:
    """Average step for the file's JPEG quality, grey levels, scaled to the analysed size; 0 if it is not a JPEG."""
    return interpolate(photo.jpeg_quality, STEP_AT_QUALITY) / photo.scale if photo.jpeg_quality is not None else 0.0


def _steps(grey: Pixels) -> float:
    """Extra step on the worst 8 px grid over the second worst, grey levels, averaged over both directions."""
    extra = []
    for later, earlier, axis in ((grey[:, 1:], grey[:, :-1], 0), (grey[1:], grey[:-1], 1)):
        if grey.shape[1 - axis] < MIN_SIDE:
            continue
        steps = cv2.reduce(cv2.absdiff(later, earlier), axis, cv2.REDUCE_AVG, dtype=cv2.CV_32F).ravel()
        columns = steps[1:-1] - (steps[:-2] + steps[2:]) / 2
        second, worst = np.sort([columns[phase::BLOCK].mean() for phase in range(BLOCK)])[-2:]
        extra.append(float(worst - second))
    return float(np.mean(extra)) if extra else 0.0
