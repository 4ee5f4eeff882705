"""Does the photo have enough pixels?"""

from __future__ import annotations

from mettici.checks.base import (
    FAIL_SCORE,
    IDEAL_SCORE,
    WARN_SCORE,
    Assessment,
    Check,
    Limits,
    Status,
    interpolate,
    more_is_better,
    without_face,
)
from mettici.evidence import Evidence

ALMOST_IDEAL, ALMOST_IDEAL_SCORE = 0.09, 80.0
"""Share of the way from the warning to the ideal, and the score there: a photo of 300 px loses hardly anything."""


class Resolution(Check):
    """Asks whether the photo has enough pixels for a profile.

    Why
        Networks show profile photos at 48 to 400 px, and larger on request. A photo with fewer pixels looks soft.

        Source: LinkedIn, which asks for at least 400 x 400 px and shows photos at 48 to 400 px.

    How
        The value is the shorter side of the photo as stored, in px. The check warns below 290 px: of 166 published
        profile photos (`wild_profiles`), two people called 18 of the 19 below that too small, and only one of the
        others. Beyond 400 px, the size at which networks show a profile, more pixels add nothing. Below 128 px a face
        is hard to recognise at any size.

    Fix
        Use the original file, not a thumbnail or a screenshot of it.

    Limits
        The check counts pixels, not detail; `sharpness` detects small photos that were enlarged.
    """

    unit = "px"
    weight = 2
    cap = 67.0
    limits = {"fail_below": 128.0, "warn_below": 290.0, "ideal": 400.0}
    ascending = (("fail_below", "warn_below", "ideal"),)
    reasons = ("enough", "low")

    def assess(self, evidence: Evidence, limits: Limits) -> Assessment:
        side = float(min(evidence.photo.width, evidence.photo.height))
        if nobody := without_face(evidence, side):
            return nobody
        fail, warn, ideal = limits["fail_below"], limits["warn_below"], limits["ideal"]
        points = (
            (0.0, 0.0),
            (fail, FAIL_SCORE),
            (warn, WARN_SCORE),
            (warn + ALMOST_IDEAL * (ideal - warn), ALMOST_IDEAL_SCORE),
            (ideal, IDEAL_SCORE),
        )
        status, _ = more_is_better(side, limits)
        reason = "enough" if status is Status.PASS else "low"
        return Assessment(status, reason, side, interpolate(side, points))
