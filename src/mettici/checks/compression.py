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
STEPS = (
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
"""JPEG quality (libjpeg) and the median step at its blocks, measured on 50 good photos saved again."""
SMALLEST = 64
"""Pixels along a side under which the grid cannot be told from the picture."""


class Compression(Check):
    """Asks whether the photo is free of visible compression blocks.

    Why
        Squares and rings around the eyes and mouth make a good photo look cheap, and every network compresses it again.

        Source: ISO/IEC 29794-5, compression artefacts.

    How
        How much larger the steps between neighbouring pixels are on the worst 8 px grid than between the lines of that
        grid, in grey levels. This also detects a photo that was heavily compressed once and then saved again in better
        quality. For a JPEG, the average step of its quality setting counts too, if larger. Both shrink as the photo is
        reduced. 50 good photos saved again measure 5.7 at quality 6, 2.4 at 30, 1.0 at 75 (messengers) and 0.4 at 90;
        untouched ones less than 1.4.

    Fix
        Use the original file from the phone or camera, not a copy sent through a messenger or a screenshot.

    Limits
        A photo that was reduced, enlarged or rotated after heavy compression keeps the damage but loses the grid, so
        the damage is not detected.
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
    """The step that this file's JPEG quality makes on average, as far as the reduction leaves it."""
    return interpolate(photo.jpeg_quality, STEPS) / photo.scale if photo.jpeg_quality is not None else 0.0


def _steps(grey: Pixels) -> float:
    """Mean over both directions of the extra step on the worst 8 px grid, over the second worst."""
    extra = []
    for later, earlier, axis in ((grey[:, 1:], grey[:, :-1], 0), (grey[1:], grey[:-1], 1)):
        if grey.shape[1 - axis] < SMALLEST:
            continue
        steps = cv2.reduce(cv2.absdiff(later, earlier), axis, cv2.REDUCE_AVG, dtype=cv2.CV_32F).ravel()
        columns = steps[1:-1] - (steps[:-2] + steps[2:]) / 2
        second, worst = np.sort([columns[phase::BLOCK].mean() for phase in range(BLOCK)])[-2:]
        extra.append(float(worst - second))
    return float(np.mean(extra)) if extra else 0.0
