"""Are there enough pixels?"""

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

NEARLY, NEARLY_SCORE = 0.09, 80.0
"""Share of the way from the warning to the ideal, and the score there: a photo of 300 px hardly loses anything."""


class Resolution(Check):
    """Asks whether the photo has enough pixels for a profile.

    Why
        Networks show a profile photo at 48 to 400 px, and larger when enlarged; a photo with fewer pixels looks soft.

        Source: LinkedIn's sizes: at least 400 x 400 px; shown at 48 to 400 px.

    How
        The shorter side of the upright photo, as stored. Of 166 published profile photos (`wild_profiles`), two people
        called 18 of the 19 under 290 px too small, and one of those above: it warns below 290 px. More than 400 px, the
        size at which networks show a profile, gains nothing; under 128 px a face is hard to recognise at any size.

    Fix
        Use the original file, not a thumbnail or a screenshot of it.

    Limits
        It counts pixels, not detail: enlarged small photos are detected by `sharpness`.
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
            (warn + NEARLY * (ideal - warn), NEARLY_SCORE),
            (ideal, IDEAL_SCORE),
        )
        status, _ = more_is_better(side, limits)
        reason = "enough" if status is Status.PASS else "low"
        return Assessment(status, reason, side, interpolate(side, points))
