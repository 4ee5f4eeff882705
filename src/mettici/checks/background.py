"""Does the background compete with the face?"""

from __future__ import annotations

import cv2
import numpy as np

from mettici.checks.base import (
    IDEAL_SCORE,
    WARN_SCORE,
    Assessment,
    Check,
    Cropping,
    Limits,
    Status,
    interpolate,
    without_mesh,
)
from mettici.evidence import Evidence
from mettici.face_view import Floats
from mettici.image.colour import to_lab

MIN_AREA = 0.05
"""Minimum share of the photo that must be background for the check to measure it."""
STRONG_EDGE = 14.0
"""Minimum gradient, in CIELAB units per px at 256 px, of an edge in light or colour that draws the eye."""
SCORES_TO_WARNING = ((0.0, IDEAL_SCORE), (0.13, 75.0), (0.38, 62.0), (1.0, WARN_SCORE))
"""Share of the way from the ideal to the warning, and the score there. The first strong edges bother people most."""


class Background(Check):
    """Asks whether the background competes with the face.

    Why
        A busy background draws the eye away from the face. In 60,000 ratings the setting itself made no significant
        difference, so this check never fails a photo. Two people who rated published photos did prefer calm
        backgrounds.

        Source: Photofeeler, 60,000 ratings of 800 profile photos, 2014.

    How
        The value is the share of the background covered by strong edges in light or colour. The photo is first reduced
        to 256 px, to measure what remains visible in a small round picture. People are left out, so neither skin nor
        make-up counts. Half of 110 published photos (`wild_profiles`, train part) have no strong edges in the
        background. At least one of two people called 12 of the 15 photos above 0.055 cluttered, so such photos lose
        points. The check warns above 0.2.

    Fix
        Step two metres away from whatever is behind you so that it blurs, use portrait mode, or choose a plain wall.

    Limits
        The check does not know what the clutter is: a brick wall counts as much as a bookshelf.
    """

    unit = "ratio"
    weight = 1.8
    cap = 65.0
    needs_face = True
    crop = Cropping.MAY
    limits = {"ideal": 0.0, "warn_above": 0.2, "zero_above": 0.45}
    ascending = (("ideal", "warn_above", "zero_above"),)
    reasons = ("calm", "none", "busy")

    def assess(self, evidence: Evidence, limits: Limits) -> Assessment:
        around = evidence.surroundings
        if around is None or evidence.head is None:
            return without_mesh(evidence)
        if around.mean() < MIN_AREA:
            return Assessment(Status.PASS, "none", 0.0, 100.0)
        value = float((_edges(evidence)[around] > STRONG_EDGE**2).mean())
        ideal, warn = limits["ideal"], limits["warn_above"]
        to_warning = ((ideal + way * (warn - ideal), score) for way, score in SCORES_TO_WARNING)
        score = interpolate(value, (*to_warning, (limits["zero_above"], 0.0)))
        if value > limits["warn_above"]:
            return Assessment(Status.WARN, "busy", value, score)
        return Assessment(Status.PASS, "calm", value, score)


def _edges(evidence: Evidence) -> Floats:
    """Squared gradient, (256, 256) float32, in (CIELAB units per px)²."""
    lab = to_lab(evidence.overview)
    right, down = (cv2.Sobel(lab, cv2.CV_32F, *way, ksize=3, scale=1 / 8) for way in ((1, 0), (0, 1)))
    squares = cv2.accumulateSquare(down, cv2.multiply(right, right, dst=right))
    return np.asarray(cv2.transform(squares, np.ones((1, 3), np.float32)), np.float32)
